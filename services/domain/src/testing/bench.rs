//! The bench: one log in memory, with deadlines as rows, a hash chain, a vault, and every invariant checked after every step.

use super::checks::{self, Books, STATES};
use super::moves::Moved;
use super::{county, gather};
use crate::agency::AgencyTree;
use crate::command::{ActivateAgencyTree, ActivateFeature, ActivatePolicy, Command, FireDeadline, RegisterUnits, SignOn};
use crate::deadlines::Deadline;
use crate::decide::{Decision, Reply, decide};
use crate::event::{Event, ROOM_RULES, Recorded};
use crate::ids::{BlobHash, IncidentId, LogId, UnitId};
use crate::incident::Incident;
use crate::invariants::{IncidentEntry, Violation};
use crate::place::Position;
use crate::policy::{DEFAULT_TEXT, Policy, parse};
use crate::principal::{Principal, authorize};
use crate::rejection::Rejection;
use crate::situation::{Candidate, Incoming, Situation};
use crate::time::Timestamp;
use crate::unit::UnitProfile;
use crate::world::{PostImage, World};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

/// Fresh ids for one decision.
const FRESH_IDS: usize = 64;

/// What one accepted command did.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its events.
    pub events: Vec<Recorded>,
    /// What its answer names.
    pub reply: Reply,
    /// What changed.
    pub changed: Vec<PostImage>,
}

/// A planted bug: what it does to the events of a decision before they are applied.
pub type Edit = Box<dyn FnMut(&mut Vec<Recorded>)>;

/// One log in memory.
pub struct Bench {
    /// The World after the last step.
    pub world: World,
    /// Now. Moves only forward, by [`Bench::pass`] and [`Bench::fire_due`] or by hand.
    pub now: Timestamp,
    /// Where each unit is.
    pub fixes: BTreeMap<UnitId, Position>,
    /// What the vault says of the caller of the next command.
    pub same_caller: Vec<IncidentId>,
    /// What never may occur in an event.
    pub vault: Vec<String>,
    /// What was found wrong so far.
    pub violations: Vec<Violation>,
    /// Every move made so far.
    pub moves: BTreeSet<Moved>,
    /// The names of the commands accepted so far.
    pub accepted: BTreeSet<&'static str>,
    /// Whether deadlines are checked against the clock: not while a jump of the clock is being caught up with.
    pub caught_up: bool,
    /// Everything is checked after every so many steps; what changed is checked after each.
    pub full_check_every: u64,
    /// A planted bug.
    pub edit: Option<Edit>,
    /// The policy in force.
    pub policy: Arc<Policy>,
    /// The agency tree in force.
    pub agencies: Arc<AgencyTree>,
    /// Policies that may be activated, by their address; an address without one has the content in force.
    pub policies: BTreeMap<BlobHash, Arc<Policy>>,
    /// The same of agency trees.
    pub trees: BTreeMap<BlobHash, Arc<AgencyTree>>,
    /// What the record holds.
    pub(super) books: Books,
    deadlines: BTreeSet<Deadline>,
    evicted: BTreeMap<IncidentId, Arc<Incident>>,
    next_id: u128,
    steps: u64,
}

impl Bench {
    /// A log that has its policy and agency tree, with `stations` stations and no units, at 08:00 on the first day.
    #[must_use]
    pub fn new(stations: usize) -> Self {
        Self::with(parse("default.toml", DEFAULT_TEXT).unwrap(), county::tree(stations))
    }

    /// The same with another policy and agency tree.
    #[must_use]
    pub fn with(policy: Policy, agencies: AgencyTree) -> Self {
        let mut bench = Self::empty(policy, agencies);
        let feature = ActivateFeature { feature: ROOM_RULES.to_owned() };
        bench.run(&county::server(), Command::ActivateFeature(feature)).unwrap();
        let (policy, tree) = (BlobHash::of(b"policy"), BlobHash::of(b"tree"));
        bench.run(&county::server(), Command::ActivatePolicy(ActivatePolicy { hash: policy })).unwrap();
        bench.run(&county::server(), Command::ActivateAgencyTree(ActivateAgencyTree { hash: tree })).unwrap();
        bench
    }

    /// An empty log.
    #[must_use]
    pub fn empty(policy: Policy, agencies: AgencyTree) -> Self {
        let log_id = LogId::new(county::LOG).unwrap();
        Self {
            world: World::new(log_id.clone()),
            now: county::BASE.plus_ms(8 * 3_600_000),
            fixes: BTreeMap::new(),
            same_caller: Vec::new(),
            vault: Vec::new(),
            violations: Vec::new(),
            moves: BTreeSet::new(),
            accepted: BTreeSet::new(),
            caught_up: true,
            full_check_every: 1,
            edit: None,
            policy: Arc::new(policy),
            agencies: Arc::new(agencies),
            policies: BTreeMap::new(),
            trees: BTreeMap::new(),
            books: Books::new(log_id),
            deadlines: BTreeSet::new(),
            evicted: BTreeMap::new(),
            next_id: 1,
            steps: 0,
        }
    }

    /// The Situation of `command`, with straight-line candidates.
    #[must_use]
    pub fn gather(&self, command: &Command) -> Situation {
        let speaks_of = command.speaks_of().incidents(&self.world);
        let incident = speaks_of.first().and_then(|id| self.world.incident(id).or_else(|| self.evicted.get(id)));
        let target = gather::target(incident.map(|incident| &**incident), command);
        Situation {
            policy: Arc::clone(&self.policy),
            agencies: Arc::clone(&self.agencies),
            local_day: county::local_day(self.now),
            candidates: gather::candidates(&self.world, &self.policy, &self.agencies, &self.fixes, target),
            fresh_ids: (0..FRESH_IDS as u128).map(|offset| Uuid::from_u128(self.next_id + offset)).collect(),
            rehydrated: speaks_of.iter().filter_map(|id| self.evicted.get(id).cloned()).collect(),
            same_caller: self.same_caller.clone(),
            incoming: match command {
                Command::ActivatePolicy(activated) => Some(Incoming::Policy(self.policy_at(&activated.hash))),
                Command::ActivateAgencyTree(activated) => Some(Incoming::AgencyTree(self.tree_at(&activated.hash))),
                _ => None,
            },
        }
    }

    fn policy_at(&self, hash: &BlobHash) -> Arc<Policy> {
        Arc::clone(self.policies.get(hash).unwrap_or(&self.policy))
    }

    fn tree_at(&self, hash: &BlobHash) -> Arc<AgencyTree> {
        Arc::clone(self.trees.get(hash).unwrap_or(&self.agencies))
    }

    /// Authorizes and decides `command` now, commits what was decided, and checks everything.
    ///
    /// # Errors
    /// The refusal; nothing has changed then.
    pub fn run(&mut self, who: &Principal, command: Command) -> Result<Step, Rejection> {
        let situation = self.gather(&command);
        self.run_in(who, command, &situation)
    }

    /// The same with other candidates.
    ///
    /// # Errors
    /// The refusal; nothing has changed then.
    pub fn run_with(&mut self, who: &Principal, command: Command, candidates: Vec<Candidate>) -> Result<Step, Rejection> {
        let situation = Situation { candidates, ..self.gather(&command) };
        self.run_in(who, command, &situation)
    }

    fn run_in(&mut self, who: &Principal, command: Command, situation: &Situation) -> Result<Step, Rejection> {
        let name = command.name();
        let authorized = authorize(who, command, &self.world, situation)?;
        let first = decide(&self.world, &authorized, situation, self.now);
        let again = decide(&self.world, &authorized, situation, self.now);
        self.violations.extend(checks::redecided(&first, &again));
        let mut decision = first?;
        if let Some(edit) = &mut self.edit {
            edit(&mut decision.events);
            checks::renumber(&self.world, &mut decision.events);
            (decision.world, decision.changed) = checks::fold(&self.world, &decision.events);
        }
        self.accepted.insert(name);
        self.next_id += u128::try_from(decision.ids_used).unwrap();
        Ok(self.commit(decision))
    }

    fn commit(&mut self, decision: Decision) -> Step {
        self.steps += 1;
        let before = std::mem::replace(&mut self.world, decision.world);
        for recorded in &decision.events {
            match &recorded.event {
                Event::PolicyActivated { hash } => self.policy = self.policy_at(hash),
                Event::AgencyTreeActivated { hash } => self.agencies = self.tree_at(hash),
                _ => {}
            }
        }
        for gone in before.incidents().filter(|incident| self.world.incident(&incident.incident_id).is_none()) {
            self.evicted.insert(gone.incident_id, Arc::clone(gone));
        }
        for image in &decision.changed {
            self.deadlines.retain(|row| !checks::is_row_of(row, image));
            self.deadlines.extend(crate::deadlines::deadlines_of(image));
        }
        let moved = self.books.write(&decision.events, &self.vault, &mut self.violations);
        self.violations.extend(checks::moves_in_tables(&moved));
        self.moves.extend(moved);
        if self.caught_up {
            let found = crate::invariants::check_changed(&before, &self.world, &self.agencies, &decision.changed, self.now);
            self.violations.extend(found);
        }
        if self.steps.is_multiple_of(self.full_check_every) {
            self.check_all();
        }
        Step { events: decision.events, reply: decision.reply, changed: decision.changed }
    }

    /// Checks everything there is to check, into `violations`.
    pub fn check_all(&mut self) {
        if self.caught_up {
            self.violations.extend(crate::invariants::check_world(&self.world, &self.agencies, self.now));
        }
        self.violations.extend(self.books.check(&self.world));
        let gone = self.evicted.iter().filter(|(id, _)| self.world.incident(id).is_none()).map(|(_, incident)| incident);
        let incidents = self.world.incidents().chain(gone).map(|incident| &**incident);
        self.violations.extend(crate::invariants::check_calls(self.books.log.iter().filter_map(crate::invariants::call_of), incidents));
        self.violations.extend(checks::rows_follow_from_state(&self.world, &self.deadlines));
    }

    /// Fails the test when something was found wrong.
    ///
    /// # Panics
    /// With everything that was found.
    pub fn assert_sound(&self) {
        let found: Vec<_> = self.violations.iter().map(ToString::to_string).collect();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }

    /// The deadlines that run, the next first.
    pub fn deadlines(&self) -> impl Iterator<Item = &Deadline> {
        self.deadlines.iter()
    }

    /// Everything recorded so far.
    #[must_use]
    pub fn log(&self) -> &[Recorded] {
        &self.books.log
    }

    /// Fires one deadline now.
    ///
    /// # Errors
    /// The refusal, when it is not due or does not run any more.
    pub fn fire(&mut self, deadline: Deadline) -> Result<Step, Rejection> {
        let step = self.run(&county::server(), Command::FireDeadline(FireDeadline { deadline: deadline.clone() }))?;
        self.violations.extend(checks::has_stopped(&self.deadlines, &deadline));
        Ok(step)
    }

    /// Moves the clock to `until` and fires what becomes due on the way, each at its time. A deadline that runs and is refused is
    /// a violation.
    pub fn fire_due(&mut self, until: Timestamp) -> Vec<Step> {
        let mut steps = Vec::new();
        while let Some(next) = self.deadlines.first().cloned().filter(|next| next.due_at <= until) {
            self.now = self.now.max(next.due_at);
            match self.fire(next.clone()) {
                Ok(step) => steps.push(step),
                Err(refused) => {
                    let detail = format!("{next:?} runs and was refused: {refused}");
                    self.violations.push(Violation { id: STATES, detail });
                }
            }
            if !self.violations.is_empty() {
                break;
            }
        }
        self.now = self.now.max(until);
        self.check_all();
        steps
    }

    /// Lets `duration_ms` pass, with every deadline fired at its time.
    pub fn pass(&mut self, duration_ms: u64) -> Vec<Step> {
        self.fire_due(self.now.plus_ms(duration_ms))
    }

    /// Registers a unit, puts it somewhere and signs it on.
    ///
    /// # Panics
    /// When that is refused.
    pub fn unit(&mut self, profile: UnitProfile, lat: f64, lon: f64) -> UnitId {
        let unit_id = profile.unit_id.clone();
        self.fixes.insert(unit_id.clone(), Position::from_degrees(lat, lon).unwrap());
        self.run(&county::server(), Command::RegisterUnits(RegisterUnits { profiles: vec![profile] })).unwrap();
        let sign_on = SignOn { unit_id: unit_id.clone(), crew: None, occurred_at: None };
        self.run(&county::unit_principal(&unit_id), Command::SignOn(sign_on)).unwrap();
        unit_id
    }

    /// Loses the last recorded event of this name after its command was acknowledged, as a store that lies would.
    pub fn lose_last(&mut self, event: &str) {
        self.books.lose_last(event);
    }

    /// Changes a stored byte of the event at `place` in the log, as somebody with access to the file would.
    pub fn tamper(&mut self, place: usize) {
        self.books.tamper(place);
    }

    /// What was acknowledged to reporters so far.
    #[must_use]
    pub fn acknowledged(&self) -> &[IncidentEntry] {
        &self.books.acknowledged
    }
}
