//! From a call to the frame at its unit's socket: OneRoom and the null server under one scenario, a fresh server each turn.

use super::{Contender, Peer, Work, unable};
use crate::child::Server;
use crate::engine::schedule::Arrivals;
use crate::figures::Figures;
use crate::load::calls::{self, Rate};
use crate::load::consoles::{Consoles, Entrance};
use crate::load::devices;
use crate::load::scenario::Scenario;
use crate::load::turn;
use crate::shape::Shape;
use server::drivers::county::cannot;
use server::exit::Failure;
use std::sync::atomic::Ordering;

/// Either server, started anew for every turn.
pub(crate) struct Fresh {
    name: String,
    arguments: Vec<String>,
    scenario: Scenario,
}

/// OneRoom with as many units as the scenario has.
pub(crate) fn oneroom(scenario: &Scenario) -> Contender {
    Contender::here(Fresh {
        name: format!("OneRoom {}", env!("CARGO_PKG_VERSION")),
        arguments: with_field(scenario),
        scenario: scenario.clone(),
    })
}

/// The null server, which writes rows and sends frames of this shape.
pub(crate) fn null(scenario: &Scenario, shape: &Shape) -> Result<Contender, Failure> {
    let shape = serde_json::to_string(shape).map_err(cannot)?;
    let arguments = ["serve-null", "--shape", &shape].map(str::to_owned).to_vec();
    Ok(Contender::here(Fresh { name: "null server".to_owned(), arguments, scenario: scenario.clone() }))
}

/// How `serve-oneroom` is started for a scenario: units that the county does not have itself are in the field.
pub(crate) fn with_field(scenario: &Scenario) -> Vec<String> {
    let field = scenario.units().saturating_sub(sim::county::UNITS);
    vec!["serve-oneroom".to_owned(), "--field".to_owned(), field.to_string()]
}

#[tonic::async_trait]
impl Peer for Fresh {
    fn name(&self) -> String {
        self.name.clone()
    }

    async fn load(&mut self, work: &Work, seed: u64) -> Result<Figures, Failure> {
        if !matches!(work, Work::Calls) {
            return Err(unable(&self.name, work));
        }
        let dir = tempfile::tempdir().map_err(cannot)?;
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        let server = Server::start(&arguments, dir.path())?;
        turn::measure(&server, &self.scenario, seed).await
    }
}

/// Reads from a record of its own what one call costs: the sizes of its rows and frames.
pub(crate) async fn probe() -> Result<Shape, Failure> {
    let dir = tempfile::tempdir().map_err(cannot)?;
    let server = Server::start(&["serve-oneroom"], dir.path())?;
    let connected = devices::connect(&server.ready).await?;
    let console = Consoles::open(&Entrance::watch(server.ready.addr, &server.ready.operator, None), 1).await?;
    let trial = Rate { per_second: 5.0, arrivals: Arrivals::Even, seed: 1 };
    let run = calls::run(&connected.shared, 2.0, &[trial]).await;
    if run.latencies.count() == 0 {
        return Err(cannot("a trial call got no frame: expected an automatic order"));
    }
    let (deltas, bytes) = (console.heard.deltas(), console.heard.delta_bytes.load(Ordering::Relaxed));
    let console_frame = usize::try_from(bytes / deltas.max(1)).unwrap_or(0);
    Shape::read(&dir.path().join("record.db"), connected.shared.order_bytes.load(Ordering::Relaxed), console_frame)
}
