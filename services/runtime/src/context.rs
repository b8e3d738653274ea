//! What a log decides by: the contents behind the hashes its World holds.

use domain::agency::{AgencyLevel, AgencyNode, AgencyTree, Organisation};
use domain::command::Command;
use domain::hours::DaySpan;
use domain::ids::{AgencyId, BlobHash, LogId};
use domain::place::Position;
use domain::policy::{self, Policy};
use domain::situation::Incoming;
use domain::time::{LocalDay, Timestamp};
use domain::unit::UnitKind;
use jiff::tz::TimeZone;
use places::{AgencyBlob, Boundaries, Places};
use roads::speed::Speeds;
use roads::{Origin, SpeedClass, SpeedTable, StraightLine, TravelTimes};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::Store;

/// Why the contents could not be had.
#[derive(Debug, thiserror::Error)]
pub enum ContextError {
    /// The record can't be read.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// A blob that the log activated is not in the record.
    #[error("the {what} {hash} that the log activated is not in the record")]
    Missing {
        /// Which.
        what: &'static str,
        /// Its address.
        hash: BlobHash,
    },
    /// A blob can't be used.
    #[error("the {what} can not be used: {why}")]
    Unusable {
        /// Which.
        what: &'static str,
        /// Why.
        why: String,
    },
}

/// The contents of the active policy and agency tree, and what follows from them.
pub struct Context {
    /// The policy.
    pub policy: Arc<Policy>,
    /// Its address.
    pub policy_hash: BlobHash,
    /// Agency tree and boundaries.
    pub places: Arc<Places>,
    /// Their address.
    pub agency_hash: BlobHash,
    /// How long units need.
    pub travel: Arc<dyn TravelTimes>,
    time_zone: TimeZone,
}

fn unusable(what: &'static str, why: impl ToString) -> ContextError {
    ContextError::Unusable { what, why: why.to_string() }
}

impl Context {
    /// Reads both blobs from the record and builds what follows from them.
    ///
    /// # Errors
    /// [`ContextError`] when one is missing or can't be used.
    pub async fn load(store: &dyn Store, policy_hash: BlobHash, agency_hash: BlobHash) -> Result<Self, ContextError> {
        let policy_bytes = blob(store, "policy", policy_hash).await?;
        let agency_bytes = blob(store, "agency tree", agency_hash).await?;
        // Building the index takes a while for a large county: not on a thread that serves others.
        tokio::task::spawn_blocking(move || Self::build(&policy_bytes, policy_hash, &agency_bytes, agency_hash))
            .await
            .map_err(|error| unusable("agency tree", error))?
    }

    /// The content that `command` makes active, where it is an activation.
    ///
    /// # Errors
    /// [`ContextError`] when the content is missing or can't be used: nothing is activated then.
    pub async fn incoming(store: &dyn Store, command: &Command) -> Result<Option<Incoming>, ContextError> {
        Ok(match command {
            Command::ActivatePolicy(c) => Some(Incoming::Policy(Arc::new(policy_of(&blob(store, "policy", c.hash).await?)?))),
            Command::ActivateAgencyTree(c) => {
                let bytes = blob(store, "agency tree", c.hash).await?;
                let agency = AgencyBlob::from_bytes(&bytes).map_err(|error| unusable("agency tree", error))?;
                Some(Incoming::AgencyTree(Arc::new(agency.tree)))
            }
            _ => None,
        })
    }

    fn build(policy_bytes: &[u8], policy_hash: BlobHash, agency_bytes: &[u8], agency_hash: BlobHash) -> Result<Self, ContextError> {
        let policy = policy_of(policy_bytes)?;
        let agency = AgencyBlob::from_bytes(agency_bytes).map_err(|error| unusable("agency tree", error))?;
        let time_zone = TimeZone::get(agency.tree.time_zone()).map_err(|error| unusable("agency tree", error))?;
        let places = Places::new(Arc::new(agency.tree), agency.boundaries).map_err(|error| unusable("agency tree", error))?;
        let speeds = SpeedTable::try_from(speeds_of(&policy)).map_err(|error| unusable("policy", error))?;
        Ok(Self {
            policy: Arc::new(policy),
            policy_hash,
            places: Arc::new(places),
            agency_hash,
            travel: Arc::new(StraightLine::new(speeds)),
            time_zone,
        })
    }

    /// The shipped policy and an agency tree of one node: what there is before a log has any of its own.
    ///
    /// # Errors
    /// [`ContextError`] when the shipped contents can't be used, which a test would have shown.
    pub fn bare(log_id: &LogId) -> Result<Self, ContextError> {
        let agency_id = AgencyId::new(log_id.as_str()).map_err(|error| unusable("agency tree", error))?;
        let root = AgencyNode {
            agency_id,
            parent: None,
            level: AgencyLevel::County,
            name_zh: log_id.to_string(),
            name_en: log_id.to_string(),
            seat: None,
            organisation: Organisation::TwoTeams,
            place_class: None,
            staffing: None,
            neighbours: BTreeSet::new(),
        };
        let tree = AgencyTree::new(log_id.clone(), "UTC".to_owned(), vec![root]).map_err(|error| unusable("agency tree", error))?;
        let bytes = AgencyBlob::new(tree, Boundaries::default()).to_bytes().map_err(|error| unusable("agency tree", error))?;
        let policy = policy::DEFAULT_TEXT.as_bytes();
        Self::build(policy, BlobHash::of(policy), &bytes, BlobHash::of(&bytes))
    }

    /// The agency tree.
    #[must_use]
    pub fn agencies(&self) -> &Arc<AgencyTree> {
        self.places.tree()
    }

    /// The calendar day at the log's place.
    #[must_use]
    pub fn local_day(&self, at: Timestamp) -> LocalDay {
        let date = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().to_zoned(self.time_zone.clone()).date();
        let (year, month, day) = (date.year().unsigned_abs(), date.month().unsigned_abs(), date.day().unsigned_abs());
        LocalDay(u32::from(year) * 10_000 + u32::from(month) * 100 + u32::from(day))
    }

    /// The calendar day at the log's place, and when it is over: on days when clocks change that is not 24 hours after it began.
    #[must_use]
    pub fn day_at(&self, at: Timestamp) -> DaySpan {
        let here = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().to_zoned(self.time_zone.clone());
        let next = here.tomorrow().and_then(|tomorrow| tomorrow.start_of_day());
        // The calendar ends in the year 9999; what is later counts on its last day.
        let ends_at = next.map_or(Timestamp(i64::MAX), |next| Timestamp(next.timestamp().as_millisecond()));
        DaySpan { day: self.local_day(at), ends_at }
    }

    /// Where a unit without a fresh fix is ranked: the seat of its station, else of the node above.
    #[must_use]
    pub fn seat_of(&self, home: &AgencyId) -> Option<Position> {
        self.agencies().ancestors(home).find_map(|node| node.seat)
    }

    /// Travel times of units to one place.
    #[must_use]
    pub fn travel_ms(&self, destination: Position, origins: &[(Position, UnitKind)]) -> Vec<roads::TravelTime> {
        let origins: Vec<_> = origins.iter().map(|(position, kind)| Origin { position: *position, speed_class: class_of(*kind) }).collect();
        self.travel.to_one(destination, &origins)
    }
}

async fn blob(store: &dyn Store, what: &'static str, hash: BlobHash) -> Result<Vec<u8>, ContextError> {
    store.get_blob(hash).await?.ok_or(ContextError::Missing { what, hash })
}

fn policy_of(bytes: &[u8]) -> Result<Policy, ContextError> {
    let text = std::str::from_utf8(bytes).map_err(|error| unusable("policy", error))?;
    policy::parse("policy.toml", text).map_err(|errors| unusable("policy", errors.first().map_or_else(String::new, ToString::to_string)))
}

fn class_of(kind: UnitKind) -> SpeedClass {
    match kind {
        UnitKind::Car => SpeedClass::Car,
        UnitKind::Motorcycle => SpeedClass::Motorcycle,
        UnitKind::Drone => SpeedClass::Drone,
        UnitKind::Foot | UnitKind::GridWorker | UnitKind::Guards | UnitKind::Volunteers => SpeedClass::Foot,
    }
}

fn speeds_of(policy: &Policy) -> Speeds {
    let defaults = Speeds::default();
    let of = |kind, default| policy.kind(kind).map_or(default, |rule| f64::from(rule.speed_m_per_s));
    Speeds {
        car_m_per_s: of(UnitKind::Car, defaults.car_m_per_s),
        motorcycle_m_per_s: of(UnitKind::Motorcycle, defaults.motorcycle_m_per_s),
        foot_m_per_s: of(UnitKind::Foot, defaults.foot_m_per_s),
        drone_m_per_s: of(UnitKind::Drone, defaults.drone_m_per_s),
    }
}
