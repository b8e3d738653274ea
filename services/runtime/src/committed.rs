//! What the runtime tells its followers: one durable commit with the resources it changed.

use crate::context::Context;
use crate::fleet::Fleet;
use domain::ids::{IncidentId, LogId, Seq};
use domain::time::Timestamp;
use domain::world::{PostImage, World};
use std::sync::Arc;
use store::Head;

/// Words of an incident that the classes of viewers who dispatch may see while it is open. They live in the vault and in
/// memory, never in the log.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// Address line.
    pub address: String,
    /// What the caller said.
    pub narrative: String,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Words(hidden)")
    }
}

/// Words of the incidents that are open; a copy is cheap.
pub type WordsByIncident = imbl::OrdMap<IncidentId, Arc<Words>>;

/// One durable commit.
#[derive(Clone, Debug)]
pub struct Committed {
    /// The log.
    pub log_id: LogId,
    /// The head before.
    pub prev_seq: Seq,
    /// The head after.
    pub head: Head,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// The resources it changed, as they are after it.
    pub changed: Vec<PostImage>,
    /// The World after it.
    pub world: World,
    /// Words of the incidents among the changed resources, where they have some.
    pub words: WordsByIncident,
    /// W3C traceparent of the command; empty without one.
    pub trace_parent: String,
}

/// A log as it is now: what readers, recommendations and snapshots look at. Never changes; a newer one takes its place.
pub struct LogView {
    /// The World.
    pub world: World,
    /// The head it is at.
    pub head: Head,
    /// What the log decides by.
    pub context: Arc<Context>,
    /// Where its units are.
    pub fleet: Arc<Fleet>,
    /// Words of the open incidents.
    pub words: WordsByIncident,
}
