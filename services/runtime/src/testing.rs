//! For tests of the adapters: real logs over a real record in a directory of their own, on a clock that tests move.
//!
//! The county 610824 has two stations side by side, a beat in the north of each and land in the east that no station owns; its
//! neighbour 610825 to the east has one station. Only tests use this; it is behind the feature `testing`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::clock::VirtualClock;
use crate::edge::Edge;
use crate::log_loop::Outcome;
use crate::runtime::{Request, Runtime};
use bus::LocalBus;
use domain::classification::Team;
use domain::command::{Command, RegisterUnits, SignOn};
use domain::ids::{AgencyId, LogId, PrincipalId, UnitId};
use domain::policy::DEFAULT_TEXT;
use domain::principal::{Principal, Role};
use domain::time::Timestamp;
use domain::unit::{UnitKind, UnitProfile};
use places::{AgencyBlob, OrgFiles, import_files};
use std::sync::Arc;
use store::{SqliteOptions, SqliteStore, Store};

/// The county's code, its log, and the code of its root.
pub const LOG: &str = "610824";
/// Its western station.
pub const WEST_STATION: &str = "610824-01";
/// Its eastern station.
pub const EAST_STATION: &str = "610824-02";
/// The neighbour county's code and log.
pub const NEIGHBOUR: &str = "610825";
/// The city above both counties: its code and log.
pub const CITY: &str = "610800";
/// When every test begins: 2026-11-21 12:00 in Shanghai.
pub const BEGIN: Timestamp = Timestamp(1_795_233_600_000);
/// In the western station's beat: latitude and longitude in degrees × 10⁷.
pub const IN_WEST: (i32, i32) = (376_500_000, 1_088_000_000);
/// In the eastern station, outside its beat.
pub const IN_EAST: (i32, i32) = (375_500_000, 1_089_000_000);
/// On the line between the two stations.
pub const ON_LINE: (i32, i32) = (375_500_000, 1_088_500_000);
/// In the county, in no station.
pub const IN_COUNTY_LAND: (i32, i32) = (375_500_000, 1_089_700_000);
/// In the neighbour's station.
pub const IN_NEIGHBOUR: (i32, i32) = (375_500_000, 1_090_500_000);
/// In the city, in no county.
pub const IN_CITY_LAND: (i32, i32) = (375_500_000, 1_085_000_000);
/// In no county and no city.
pub const NOWHERE: (i32, i32) = (300_000_000, 1_000_000_000);

/// Real logs in a directory of their own.
pub struct Bench {
    /// What an adapter needs.
    pub edge: Edge,
    /// The logs' clock: stands still until a test moves it.
    pub clock: Arc<VirtualClock>,
    dir: tempfile::TempDir,
}

fn feature(id: &str, parent: Option<&str>, level: &str, [west, south, east, north]: [f64; 4]) -> String {
    let parent = parent.map_or_else(String::new, |parent| format!(r#""parent":"{parent}","#));
    let seat = [(west + east) / 2.0, (south + north) / 2.0];
    format!(
        r#"{{"type":"Feature","properties":{{"agency_id":"{id}",{parent}"level":"{level}","name_zh":"{id}","name_en":"{id}","seat":{seat:?}}},
        "geometry":{{"type":"Polygon","coordinates":[[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}}}"#
    )
}

fn agencies(log: &str, features: &[String]) -> Vec<u8> {
    let manifest = format!("log_id = \"{log}\"\ntime_zone = \"Asia/Shanghai\"\n");
    let file = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    let files = OrgFiles { manifest: manifest.into_bytes(), boundaries: vec![("boundaries.geojson".to_owned(), file.into_bytes())] };
    let import = import_files(&files).unwrap();
    AgencyBlob::new((*import.tree).clone(), import.boundaries).to_bytes().unwrap()
}

fn county() -> Vec<u8> {
    agencies(
        LOG,
        &[
            feature(LOG, None, "county", [108.75, 37.5, 109.0, 37.7]),
            feature(WEST_STATION, Some(LOG), "station", [108.75, 37.5, 108.85, 37.7]),
            feature("610824-01-01", Some(WEST_STATION), "beat", [108.75, 37.6, 108.85, 37.7]),
            feature(EAST_STATION, Some(LOG), "station", [108.85, 37.5, 108.95, 37.7]),
            feature("610824-02-01", Some(EAST_STATION), "beat", [108.85, 37.6, 108.95, 37.7]),
        ],
    )
}

fn neighbour() -> Vec<u8> {
    agencies(
        NEIGHBOUR,
        &[
            feature(NEIGHBOUR, None, "county", [109.0, 37.5, 109.25, 37.7]),
            feature("610825-01", Some(NEIGHBOUR), "station", [109.0, 37.5, 109.1, 37.7]),
        ],
    )
}

fn city() -> Vec<u8> {
    agencies(CITY, &[feature(CITY, None, "city", [108.0, 37.0, 110.0, 38.0])])
}

fn profile(unit: &str, kind: UnitKind, team: Team, home: &str) -> UnitProfile {
    UnitProfile {
        unit_id: UnitId::new(unit).unwrap(),
        call_sign: unit[7..].to_uppercase().into(),
        kind,
        team,
        home: AgencyId::new(home).unwrap(),
        sworn: if kind == UnitKind::Drone { 0 } else { 2 },
        auxiliary: 1,
        capabilities: Default::default(),
    }
}

impl Bench {
    /// One county. On duty are the cars `610824-a11` and `610824-a12` (community and case team) of the western station and
    /// `610824-b21` (community) of the eastern; `610824-d01`, a drone, is off duty.
    pub async fn county() -> Self {
        let bench = Self::empty();
        bench.serve(LOG, county()).await;
        let west = |unit, kind, team| profile(unit, kind, team, WEST_STATION);
        let units = vec![
            west("610824-a11", UnitKind::Car, Team::Community),
            west("610824-a12", UnitKind::Car, Team::Case),
            profile("610824-b21", UnitKind::Car, Team::Community, EAST_STATION),
            west("610824-d01", UnitKind::Drone, Team::Patrol),
        ];
        bench.register(LOG, units, 3).await;
        bench
    }

    /// The county and its neighbour, whose only unit `610825-c31` is on duty.
    pub async fn two_counties() -> Self {
        let bench = Self::county().await;
        bench.serve(NEIGHBOUR, neighbour()).await;
        bench.register(NEIGHBOUR, vec![profile("610825-c31", UnitKind::Car, Team::Community, "610825-01")], 1).await;
        bench
    }

    /// The county, and the log of the city around it, which has no units.
    pub async fn county_in_city() -> Self {
        let bench = Self::county().await;
        bench.serve(CITY, city()).await;
        bench
    }

    fn empty() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> = SqliteStore::open(dir.path(), SqliteOptions::default()).unwrap();
        let clock = Arc::new(VirtualClock::at(BEGIN));
        let runtime = Runtime::new(store, Arc::new(LocalBus::default()), Arc::<VirtualClock>::clone(&clock));
        Self { edge: Edge { runtime: Arc::new(runtime), desk_log: LogId::new(LOG).unwrap() }, clock, dir }
    }

    async fn serve(&self, log: &str, agencies: Vec<u8>) {
        let log = LogId::new(log).unwrap();
        let store = self.edge.runtime.store();
        let policy = store.put_blob(DEFAULT_TEXT.as_bytes().to_vec()).await.unwrap();
        let agencies = store.put_blob(agencies).await.unwrap();
        self.edge.runtime.set_up(&log, policy, agencies).await.unwrap();
        self.edge.runtime.open(&log).await.unwrap();
    }

    async fn register(&self, log: &str, profiles: Vec<UnitProfile>, on_duty: usize) {
        let units: Vec<_> = profiles.iter().map(|profile| profile.unit_id.clone()).collect();
        self.as_server(log, Command::RegisterUnits(RegisterUnits { profiles })).await;
        for unit_id in units.into_iter().take(on_duty) {
            self.as_server(log, Command::SignOn(SignOn { unit_id, crew: None, occurred_at: None })).await;
        }
    }

    /// Gives a command as the server itself.
    pub async fn as_server(&self, log: &str, command: Command) -> Outcome {
        let principal = Principal { principal_id: PrincipalId::new("system").unwrap(), role: Role::System };
        let request = Request { principal, command, request: None, private: Vec::new(), trace_parent: String::new() };
        self.edge.runtime.execute(&LogId::new(log).unwrap(), request).await.unwrap()
    }

    /// Where the record is.
    #[must_use]
    pub fn dir(&self) -> &std::path::Path {
        self.dir.path()
    }

    /// Moves the clock on.
    pub fn pass(&self, duration_ms: u64) {
        use crate::clock::Clock;
        self.clock.advance_to(self.clock.now().plus_ms(duration_ms));
    }
}

fn principal(id: &str, role: Role) -> Principal {
    Principal { principal_id: PrincipalId::new(id).unwrap(), role }
}

/// An operator of these agency nodes.
#[must_use]
pub fn operator(of: &[&str]) -> Principal {
    principal("op-li", Role::Operator { jurisdictions: of.iter().map(|id| AgencyId::new(id).unwrap()).collect() })
}

/// An observer of these agency nodes.
#[must_use]
pub fn observer(of: &[&str]) -> Principal {
    principal("ob-wang", Role::Observer { jurisdictions: of.iter().map(|id| AgencyId::new(id).unwrap()).collect() })
}

/// A gateway of these agency nodes.
#[must_use]
pub fn gateway(of: &[&str]) -> Principal {
    principal("gw-1", Role::Gateway { jurisdictions: of.iter().map(|id| AgencyId::new(id).unwrap()).collect() })
}

/// A unit's device.
#[must_use]
pub fn unit(id: &str) -> Principal {
    principal(&format!("dev-{id}"), Role::Unit { unit_id: UnitId::new(id).unwrap() })
}

/// A request as the server's authentication layer hands it on.
#[must_use]
pub fn request<T>(principal: &Principal, message: T) -> tonic::Request<T> {
    let mut request = tonic::Request::new(message);
    request.extensions_mut().insert(principal.clone());
    request
}
