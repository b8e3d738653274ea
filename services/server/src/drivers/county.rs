//! Brings a county into a record: policy, agency tree and units; then a principal with a token for everybody who acts.

use super::clock::now;
use super::link::Bearer;
use super::site::Site;
use crate::exit::Failure;
use crate::record::Record;
use bus::LocalBus;
use domain::command::{Command, RegisterUnits};
use domain::ids::{AgencyId, BlobHash, LogId, PrincipalId};
use domain::principal::{Principal, Role};
use futures_util::{StreamExt, TryStreamExt, stream};
use runtime::clock::WallClock;
use runtime::identity::{Authenticator, token_sha256};
use runtime::{Request, Runtime};
use sim::layout::UnitPlan;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use store::{PrincipalRecord, TokenKind, TokenRecord};

/// Units registered with one command: the most that one takes.
const UNITS_PER_COMMAND: usize = 1_000;
/// Principals written at the same time.
const AT_ONCE: usize = 64;
/// How long a driver's tokens are good: longer than any run, but not for ever in a record that is kept.
const TOKENS_FOR: Duration = Duration::from_secs(30 * 86_400);

/// A unit with the token of its device.
#[derive(Clone)]
pub struct CrewSeat {
    /// Its number among the county's units.
    pub number: usize,
    /// The unit.
    pub plan: UnitPlan,
    /// Its device's token.
    pub token: String,
    /// The same, ready to be sent.
    pub bearer: Bearer,
}

/// Everybody who acts in a county that a driver brought in.
pub struct County {
    /// Its log.
    pub log_id: LogId,
    /// Token of an operator of the whole county.
    pub operator: String,
    /// Token of the gateway that reports positions.
    pub gateway: String,
    /// Its units.
    pub seats: Vec<CrewSeat>,
}

/// Writes the county into a record that no server has open: policy, agency tree and units. A record that has the same county
/// already stays as it is.
///
/// # Errors
/// [`Failure::BadInput`] when the record holds another county under this log; [`Failure::DoesNotHold`] when it can't be written.
pub async fn found(record: &Record, site: &Site) -> Result<(), Failure> {
    let runtime = Runtime::new(record.store(), Arc::new(LocalBus::default()), Arc::new(WallClock::default()));
    let founded = write(&runtime, site).await;
    runtime.drain().await;
    founded
}

/// Writes the county into the record of a runtime that serves nothing else: policy, agency tree and units.
///
/// # Errors
/// As [`found`].
pub async fn write(runtime: &Runtime, site: &Site) -> Result<(), Failure> {
    let (log_id, store) = (&site.log_id, runtime.store());
    let (policy, agencies) = (BlobHash::of(site.policy.as_bytes()), BlobHash::of(&site.agencies));
    if store.head(log_id).await.map_err(cannot)?.seq.0 == 0 {
        store.put_blob(site.policy.as_bytes().to_vec()).await.map_err(cannot)?;
        store.put_blob(site.agencies.clone()).await.map_err(cannot)?;
        runtime.set_up(log_id, policy, agencies).await.map_err(cannot)?;
    }
    runtime.open(log_id).await.map_err(cannot)?;
    let view = runtime.view(log_id).ok_or_else(|| cannot(format!("log {log_id} is not served")))?;
    if view.world.agency_tree() != Some(agencies) {
        return Err(Failure::input(format!(
            "the record has another county under log {log_id}: expected an empty directory, or the one of the same calls and --org"
        )));
    }
    register(runtime, site).await
}

/// Makes everybody a principal and gives out fresh tokens.
///
/// # Errors
/// [`Failure::DoesNotHold`] when the record can't be written.
pub async fn people(authenticator: &Authenticator, site: &Site) -> Result<County, Failure> {
    let log_id = &site.log_id;
    let operator = principal(authenticator, &format!("{log_id}-op"), operator_of(&site.root)).await?;
    let gateway = Role::Gateway { jurisdictions: BTreeSet::from([site.root.clone()]) };
    let gateway = principal(authenticator, &format!("{log_id}-gw"), gateway).await?;
    let seats = site.units.iter().cloned().enumerate().map(|(number, plan)| seat(authenticator, number, plan));
    let mut seats: Vec<CrewSeat> = stream::iter(seats).buffer_unordered(AT_ONCE).try_collect().await?;
    seats.sort_by_key(|seat| seat.number);
    Ok(County { log_id: log_id.clone(), operator, gateway, seats })
}

/// Lets the tokens of an earlier record of the same county in again, so that whoever is signed in stays so.
///
/// # Errors
/// [`Failure::DoesNotHold`] when the record can't be written.
pub async fn welcome_back(authenticator: &Authenticator, county: &mut County, before: &County) -> Result<(), Failure> {
    let (log_id, now_ms) = (&county.log_id, now().0);
    let yours = before.seats.iter().map(|seat| (seat.plan.unit_id.to_string(), seat.token.as_str()));
    let room = [(format!("{log_id}-op"), before.operator.as_str()), (format!("{log_id}-gw"), before.gateway.as_str())];
    for (name, token) in room.into_iter().chain(yours) {
        let record = TokenRecord {
            token_sha256: token_sha256(token).ok_or_else(|| cannot("a token of ours is malformed"))?,
            principal_id: PrincipalId::new(&name).map_err(cannot)?,
            kind: TokenKind::Device,
            created_at_ms: now_ms,
            expires_at_ms: now_ms.checked_add_unsigned(u64::try_from(TOKENS_FOR.as_millis()).unwrap_or(u64::MAX)),
            revoked: false,
        };
        authenticator.identities().put_token(record).await.map_err(cannot)?;
    }
    (county.operator, county.gateway, county.seats) = (before.operator.clone(), before.gateway.clone(), before.seats.clone());
    Ok(())
}

fn operator_of(root: &AgencyId) -> Role {
    Role::Operator { jurisdictions: BTreeSet::from([root.clone()]) }
}

async fn register(runtime: &Runtime, site: &Site) -> Result<(), Failure> {
    let system = Principal { principal_id: PrincipalId::new("system").map_err(cannot)?, role: Role::System };
    for units in site.units.chunks(UNITS_PER_COMMAND) {
        let profiles = units.iter().map(UnitPlan::profile).collect();
        let request = Request {
            principal: system.clone(),
            command: Command::RegisterUnits(RegisterUnits { profiles }),
            request: None,
            private: Vec::new(),
            trace_parent: String::new(),
        };
        runtime.execute(&site.log_id, request).await.map_err(cannot)?;
    }
    Ok(())
}

async fn seat(authenticator: &Authenticator, number: usize, plan: UnitPlan) -> Result<CrewSeat, Failure> {
    let role = Role::Unit { unit_id: plan.unit_id.clone() };
    let token = principal(authenticator, plan.unit_id.as_str(), role).await?;
    let bearer = bearer(&token)?;
    Ok(CrewSeat { number, plan, token, bearer })
}

/// Makes a principal, or puts it right, and gives it a fresh token.
async fn principal(authenticator: &Authenticator, name: &str, role: Role) -> Result<String, Failure> {
    let principal_id = PrincipalId::new(name).map_err(cannot)?;
    let record = PrincipalRecord { principal_id: principal_id.clone(), role, password_hash: None, created_at_ms: now().0, disabled: false };
    authenticator.identities().put_principal(record).await.map_err(cannot)?;
    authenticator.issue_device_token(&principal_id, Some(TOKENS_FOR)).await.map_err(cannot)
}

/// A token, ready to be sent.
///
/// # Errors
/// [`Failure::DoesNotHold`] when a header can't carry it, which no token of the server's is.
pub fn bearer(token: &str) -> Result<Bearer, Failure> {
    Bearer::new(token).ok_or_else(|| cannot("a token is no header"))
}

/// What went wrong on our side.
pub fn cannot(why: impl ToString) -> Failure {
    Failure::DoesNotHold(why.to_string())
}
