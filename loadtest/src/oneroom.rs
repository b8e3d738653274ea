//! The server under test: a whole OneRoom with the invented county and as many units as wanted, in a process of its own.

use crate::load::field::Units;
use crate::nearest;
use crate::ready::{Ready, ReadyUnit};
use clap::Args;
use domain::classification::Team;
use domain::command::{Command, SignOn};
use domain::ids::{PrincipalId, UnitId};
use domain::policy::DEFAULT_TEXT;
use domain::principal::{Principal, Role};
use domain::unit::UnitKind;
use futures_util::{StreamExt, TryStreamExt, stream};
use runtime::fleet::Fleet;
use runtime::{Request, Runtime};
use server::drivers::county::{cannot, found, people};
use server::drivers::site::Site;
use server::exit::Failure;
use server::record::Record;
use server::{App, AppOptions};
use sim::county::invented_county;
use sim::layout::UnitPlan;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// The county of all servers.
pub(crate) const COUNTY_SEED: u64 = 1;
/// Units that sign on at the same time.
const AT_ONCE: usize = 512;

/// The flags of the server under test.
#[derive(Clone, Debug, Args)]
pub(crate) struct OneroomFlags {
    /// An empty directory for the record.
    #[arg(long)]
    dir: PathBuf,
    /// Units in the field, besides the county's own.
    #[arg(long, default_value_t = 0)]
    field: usize,
    /// How many of them are on duty and free.
    #[arg(long, default_value_t = 0)]
    free: usize,
    /// Units with a device, besides the county's own.
    #[arg(long, default_value_t = 0)]
    crews: usize,
}

/// Any free port of this machine.
pub(crate) fn any_port() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

/// Serves until the parent goes away.
pub(crate) async fn serve(flags: OneroomFlags) -> Result<(), Failure> {
    let layout = invented_county(COUNTY_SEED).map_err(cannot)?;
    let mut site = Site::of_layout(layout, DEFAULT_TEXT)?;
    let crews = more_crews(&site.units, flags.crews)?;
    site.units.extend(crews);
    let with_device = site.units.len();
    let in_field = in_the_field(&site, flags.field)?;
    site.units.extend(in_field);
    let record = Record::open(&flags.dir).map_err(cannot)?;
    found(&record, &site).await?;
    site.units.truncate(with_device);
    let options = AppOptions { desk_log: Some(site.log_id.clone()), ..AppOptions::new(any_port()) };
    let app = App::start(record, options).await.map_err(cannot)?;
    sign_on(&app.runtime, &site, flags.free).await?;
    let view = app.runtime.view(&site.log_id).ok_or_else(|| cannot("the county's log is not served"))?;
    track(&view.fleet, &Units::field(flags.field))?;
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
        field: flags.field,
        nearest: Some(nearest::answer(std::sync::Arc::clone(&app.runtime), county.log_id.clone()).await?),
    };
    let announced = ready.announce().await;
    app.stop().await;
    announced
}

/// More units of the same make as the county's own, where those begin.
fn more_crews(own: &[UnitPlan], count: usize) -> Result<Vec<UnitPlan>, Failure> {
    let like = own.iter().cycle().take(count).enumerate();
    like.map(|(number, plan)| {
        let unit_id = UnitId::new(&format!("{}-{number}", plan.unit_id)).map_err(cannot)?;
        Ok(UnitPlan { unit_id, call_sign: format!("{}.{number}", plan.call_sign), ..plan.clone() })
    })
    .collect()
}

/// Cars at home in the county as a whole.
fn in_the_field(site: &Site, count: usize) -> Result<Vec<UnitPlan>, Failure> {
    let units = Units::field(count);
    let plan = |number: usize| {
        Ok(UnitPlan {
            unit_id: UnitId::new(&units.ids[number]).map_err(cannot)?,
            call_sign: format!("X{number}"),
            kind: UnitKind::Car,
            team: Team::Patrol,
            home: site.root.clone(),
            sworn: 1,
            auxiliary: 1,
            capabilities: Vec::new(),
            start: units.position(number, 0).map_err(cannot)?,
            speed_m_per_s: 11.0,
        })
    };
    (0..count).map(plan).collect()
}

/// Has a fleet track units that are off duty: a fix of theirs is worth as much as anybody's, and a hundred thousand need not sign on.
/// Those on duty stay as they are.
pub(crate) fn track(fleet: &Fleet, units: &Units) -> Result<(), Failure> {
    for number in 0..units.len() {
        fleet
            .register(
                UnitId::new(&units.ids[number]).map_err(cannot)?,
                units.starts_e7.get(number).and_then(|_| units.position(number, 0).ok()),
            )
            .map_err(cannot)?;
    }
    Ok(())
}

/// Brings the first `count` units of the field on duty.
async fn sign_on(runtime: &Runtime, site: &Site, count: usize) -> Result<(), Failure> {
    let system = Principal { principal_id: PrincipalId::new("system").map_err(cannot)?, role: Role::System };
    let units = Units::field(count);
    let signing = units.ids.iter().map(|unit| {
        let principal = system.clone();
        async move {
            let unit_id = UnitId::new(unit).map_err(cannot)?;
            let command = Command::SignOn(SignOn { unit_id, crew: None, occurred_at: None });
            let request = Request { principal, command, request: None, private: Vec::new(), trace_parent: String::new() };
            runtime.execute(&site.log_id, request).await.map_err(cannot)
        }
    });
    let signed: Vec<_> = stream::iter(signing).buffer_unordered(AT_ONCE).try_collect().await?;
    debug_assert_eq!(signed.len(), count);
    Ok(())
}
