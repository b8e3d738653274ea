//! The layers of ARCHITECTURE.md as data: which of our crates may import which.

/// What a crate may import of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// A crate of the product: imports lower numbers only, so never a sibling.
    Number(u8),
    /// A consumer of the whole product (tests, load generator): imports everything, imported by other consumers only.
    Consumer,
    /// A tool beside the product: imports nothing of ours, imported by nothing.
    Apart,
}

/// One crate of the workspace.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Package name.
    pub name: &'static str,
    /// Where it stands.
    pub layer: Layer,
    /// Crates its tests may import beyond what its layer allows. Each entry needs a reason beside it.
    pub test_imports: &'static [&'static str],
}

const fn row(name: &'static str, layer: Layer) -> Row {
    Row { name, layer, test_imports: &[] }
}

/// Every crate of the workspace, lowest layer first. A crate that is not here is refused.
pub const LAYERS: &[Row] = &[
    row("domain", Layer::Number(0)),
    row("places", Layer::Number(1)),
    row("roads", Layer::Number(1)),
    row("wire", Layer::Number(1)),
    row("sim", Layer::Number(2)),
    row("store", Layer::Number(2)),
    row("bus", Layer::Number(2)),
    row("runtime", Layer::Number(3)),
    row("intake", Layer::Number(4)),
    row("dispatch", Layer::Number(4)),
    row("units", Layer::Number(4)),
    row("positions", Layer::Number(4)),
    row("push", Layer::Number(4)),
    row("records", Layer::Number(4)),
    row("server", Layer::Number(5)),
    row("tests", Layer::Consumer),
    row("e2e", Layer::Consumer),
    row("loadtest", Layer::Consumer),
    row("xtask", Layer::Apart),
];
