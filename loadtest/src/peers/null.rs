//! The null server: a tonic handler behind the same door that decodes a batch, counts it, and answers.

use super::oneroom::{gateways, saturate};
use super::{Contender, Peer, Work, unable};
use crate::child::Server;
use crate::figures::Figures;
use crate::load::batches::Batches;
use crate::load::field::Units;
use crate::rows::sizes::FIELD;
use crate::shape::Shape;
use parking_lot::Mutex;
use server::drivers::county::cannot;
use server::exit::Failure;
use std::sync::Arc;
use tempfile::TempDir;

/// A null server that goes on from turn to turn.
pub(crate) struct Null {
    server: Server,
    gateways: Vec<Arc<Mutex<Batches>>>,
    _dir: TempDir,
}

/// The null server, as a child of this program.
pub(crate) fn null() -> Result<Contender, Failure> {
    let dir = tempfile::tempdir().map_err(cannot)?;
    let shape = serde_json::to_string(&Shape::of_sizes(500)).map_err(cannot)?;
    let server = Server::start(&["serve-null", "--shape", &shape], dir.path())?;
    let gateways = gateways(&Units::with_devices(&[], FIELD));
    Ok(Contender::here(Null { server, gateways, _dir: dir }))
}

#[tonic::async_trait]
impl Peer for Null {
    fn name(&self) -> String {
        "null handler (tonic 0.14)".to_owned()
    }

    async fn load(&mut self, work: &Work, _: u64) -> Result<Figures, Failure> {
        let ready = &self.server.ready;
        match *work {
            Work::Updates { seconds } => saturate(&self.server.process, ready.addr, &ready.gateway, &self.gateways, seconds).await,
            _ => Err(unable(&self.name(), work)),
        }
    }
}
