//! What a server under load says once it is ready: where it listens, and everybody's tokens.

use serde::{Deserialize, Serialize};
use server::drivers::county::cannot;
use server::exit::{Failure, print_line};
use std::io::Read;
use std::net::SocketAddr;

/// The one line that a child prints.
#[derive(Serialize, Deserialize, Clone)]
pub(crate) struct Ready {
    pub(crate) addr: SocketAddr,
    pub(crate) log_id: String,
    pub(crate) operator: String,
    pub(crate) gateway: String,
    /// Units with a device.
    pub(crate) units: Vec<ReadyUnit>,
    /// How many units it has in the field besides.
    pub(crate) field: usize,
    /// Where its index of units answers directly, without gRPC.
    pub(crate) nearest: Option<SocketAddr>,
}

/// A unit with the token of its device, and where it begins, in degrees × 10⁷ of WGS-84.
#[derive(Serialize, Deserialize, Clone)]
pub(crate) struct ReadyUnit {
    pub(crate) unit_id: String,
    pub(crate) token: String,
    pub(crate) lat_e7: i32,
    pub(crate) lon_e7: i32,
}

impl Ready {
    /// Of a server without a county.
    pub(crate) fn bare(addr: SocketAddr) -> Self {
        let (log_id, operator, gateway) = (String::new(), "operator".to_owned(), "nobody".to_owned());
        Self { addr, log_id, operator, gateway, units: Vec::new(), field: 0, nearest: None }
    }

    /// Prints the line, and waits until the parent closes this process's standard input: a child never outlives its parent.
    pub(crate) async fn announce(&self) -> Result<(), Failure> {
        print_line(serde_json::to_string(self).map_err(cannot)?);
        let closed = tokio::task::spawn_blocking(|| std::io::stdin().lock().read_to_end(&mut Vec::new()));
        closed.await.map_err(cannot)?.map_err(cannot)?;
        Ok(())
    }
}
