//! The server under test: a whole OneRoom with the invented county, in a process of its own.

use crate::ready::{Ready, ReadyUnit};
use domain::policy::DEFAULT_TEXT;
use server::drivers::county::{cannot, found, people};
use server::drivers::site::Site;
use server::exit::Failure;
use server::record::Record;
use server::{App, AppOptions};
use sim::county::invented_county;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// The county of both servers.
pub(crate) const COUNTY_SEED: u64 = 1;

/// Any free port of this machine.
pub(crate) fn any_port() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

/// Serves until the parent goes away.
pub(crate) async fn serve(dir: PathBuf) -> Result<(), Failure> {
    let layout = invented_county(COUNTY_SEED).map_err(cannot)?;
    let site = Site::of_layout(layout, DEFAULT_TEXT)?;
    let record = Record::open(&dir).map_err(cannot)?;
    found(&record, &site).await?;
    let options = AppOptions { desk_log: Some(site.log_id.clone()), ..AppOptions::new(any_port()) };
    let app = App::start(record, options).await.map_err(cannot)?;
    let county = people(&app.authenticator, &site).await?;
    let units = county.seats.iter().map(|seat| ReadyUnit {
        unit_id: seat.plan.unit_id.to_string(),
        token: seat.token.clone(),
        lat_e7: seat.plan.start.lat_e7(),
        lon_e7: seat.plan.start.lon_e7(),
    });
    let ready = Ready {
        addr: app.local_addr,
        log_id: county.log_id.to_string(),
        operator: county.operator.clone(),
        gateway: county.gateway.clone(),
        units: units.collect(),
    };
    let announced = ready.announce().await;
    app.stop().await;
    announced
}
