//! The room that the tests work in: gives commands, keeps every commit, and confirms the whole record at the end.

use bus::LocalBus;
use domain::classification::{CallSource, Classification, Team};
use domain::command::{AssignUnits, Clear, Command, RegisterUnits, ReportIncident, SignOn, Tap, UnitOrder, WhenEngaged};
use domain::ids::{AgencyId, AssignmentId, CategoryKey, IncidentId, LogId, PrincipalId, ReasonKey, TypeKey, UnitId};
use domain::incident::Incident;
use domain::invariants::{check_changed, check_world};
use domain::place::{Datum, Place, Position};
use domain::principal::{Principal, Role};
use domain::rejection::Rejection;
use domain::unit::{UnitKind, UnitProfile};
use domain::world::World;
use runtime::clock::{Clock, VirtualClock};
use runtime::redecide::redecide;
use runtime::testing::{Bench, IN_WEST, LOG, operator, unit};
use runtime::{Committed, LogView, Outcome, Request, Runtime, RuntimeError};
use std::sync::Arc;
use std::time::Duration;
use store::{PrivateContent, SqliteOptions, SqliteStore, Store};
use tokio::sync::broadcast;

/// The community car of the western station.
pub(crate) const A11: &str = "610824-a11";
/// The community car of the eastern station.
pub(crate) const B21: &str = "610824-b21";
/// The community officer of the western beat.
pub(crate) const OFFICER: &str = "610824-f01";

/// One log, and everything that was committed to it.
pub(crate) struct Room {
    pub(crate) bench: Bench,
    first: World,
    commits: broadcast::Receiver<Arc<Committed>>,
}

pub(crate) fn log() -> LogId {
    LogId::new(LOG).unwrap()
}

pub(crate) fn key(key: &str) -> ReasonKey {
    ReasonKey::new(key).unwrap()
}

pub(crate) fn of(category: &str, kind: &str) -> Classification {
    Classification { category: CategoryKey::new(category).unwrap(), kind: Some(TypeKey::new(kind).unwrap()) }
}

pub(crate) fn west() -> Place {
    let position = Position::from_e7(IN_WEST.0, IN_WEST.1).unwrap();
    let agency = AgencyId::new("610824-01-01").unwrap();
    Place::Located { position, datum: Datum::Wgs84, h3_cell: places::h3_cell(position), agency }
}

pub(crate) fn call(category: &str, kind: &str) -> ReportIncident {
    ReportIncident {
        source: CallSource::Emergency110,
        classification: of(category, kind),
        place: west(),
        private: None,
        occurred_at: None,
        answered_at: None,
        priority: None,
        desk: None,
    }
}

pub(crate) fn server() -> Principal {
    Principal { principal_id: PrincipalId::new("system").unwrap(), role: Role::System }
}

impl Room {
    /// The county, and an officer at home in the western beat.
    pub(crate) async fn open() -> Self {
        let bench = Bench::county().await;
        let officer = UnitProfile {
            unit_id: UnitId::new(OFFICER).unwrap(),
            call_sign: "F01".into(),
            kind: UnitKind::Foot,
            team: Team::Community,
            home: AgencyId::new("610824-01-01").unwrap(),
            sworn: 1,
            auxiliary: 0,
            capabilities: Default::default(),
        };
        bench.as_server(LOG, Command::RegisterUnits(RegisterUnits { profiles: vec![officer] })).await;
        let (view, commits) = bench.edge.runtime.follow(&log()).unwrap();
        Self { bench, first: view.world.clone(), commits }
    }

    pub(crate) async fn officer_on_duty(&self) {
        let unit_id = UnitId::new(OFFICER).unwrap();
        self.server(Command::SignOn(SignOn { unit_id, crew: None, occurred_at: None })).await;
    }

    pub(crate) fn view(&self) -> Arc<LogView> {
        self.bench.edge.runtime.view(&log()).unwrap()
    }

    pub(crate) fn incident(&self, id: IncidentId) -> Arc<Incident> {
        Arc::clone(self.view().world.incident(&id).unwrap())
    }

    pub(crate) fn standing_alarms(&self) -> usize {
        let view = self.view();
        view.world.incidents().map(|incident| view.world.standing_alarms(incident.incident_id).count()).sum()
    }

    /// The active order of a unit.
    pub(crate) fn order_of(&self, unit_id: &str) -> AssignmentId {
        let view = self.view();
        view.world.unit(&UnitId::new(unit_id).unwrap()).unwrap().engaged_in().unwrap_or_else(|| panic!("{unit_id} is on nothing"))
    }

    /// The incident that a unit is on.
    pub(crate) fn incident_of(&self, unit_id: &str) -> IncidentId {
        self.view().world.assignment(&self.order_of(unit_id)).unwrap().incident_id
    }

    async fn give(&self, principal: Principal, command: Command, said: PrivateContent) -> Result<Outcome, RuntimeError> {
        let sealed = runtime::vault::seal(said, self.bench.clock.now()).unwrap();
        let (private, link) = sealed.map_or((Vec::new(), None), |(entry, link)| (vec![entry], Some(link)));
        let command = match command {
            Command::ReportIncident(report) => Command::ReportIncident(ReportIncident { private: link, ..report }),
            Command::AddCall(added) => Command::AddCall(domain::command::AddCall { private: link, ..added }),
            other => other,
        };
        let request = Request { principal, command, request: None, private, trace_parent: String::new() };
        self.bench.edge.runtime.execute(&log(), request).await
    }

    pub(crate) async fn by(&self, principal: Principal, command: Command) -> Outcome {
        let name = command.name();
        self.give(principal, command, PrivateContent::default()).await.unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The county's operator does it.
    pub(crate) async fn room(&self, command: Command) -> Outcome {
        self.by(operator(&[LOG]), command).await
    }

    pub(crate) async fn server(&self, command: Command) -> Outcome {
        self.by(server(), command).await
    }

    /// A refusal.
    pub(crate) async fn refused(&self, principal: Principal, command: Command) -> Rejection {
        match self.give(principal, command, PrivateContent::default()).await {
            Err(RuntimeError::Rejected(rejection)) => rejection,
            other => panic!("expected a refusal, got {other:?}"),
        }
    }

    pub(crate) async fn report(&self, report: ReportIncident) -> IncidentId {
        self.room(Command::ReportIncident(report)).await.reply.reported.unwrap().0
    }

    /// A call from this phone.
    pub(crate) async fn report_by(&self, phone: &str, report: ReportIncident) -> IncidentId {
        let said = PrivateContent { caller_phone: phone.to_owned(), ..PrivateContent::default() };
        let outcome = self.give(operator(&[LOG]), Command::ReportIncident(report), said).await.unwrap();
        outcome.reply.reported.unwrap().0
    }

    /// The county's operator does it, with what was said.
    pub(crate) async fn say(&self, command: Command, said: PrivateContent) -> Outcome {
        self.give(operator(&[LOG]), command, said).await.unwrap()
    }

    pub(crate) async fn assign(&self, incident_id: IncidentId, unit_id: &str, when_engaged: WhenEngaged) -> AssignmentId {
        let orders = vec![UnitOrder { unit_id: UnitId::new(unit_id).unwrap(), role: None, when_engaged }];
        let command = Command::AssignUnits(AssignUnits { incident_id, orders, expected_revision: 0 });
        self.room(command).await.reply.assignments[0]
    }

    pub(crate) async fn tap(&self, unit_id: &str, tap: fn(Tap) -> Command) {
        let assignment_id = self.order_of(unit_id);
        self.by(unit(unit_id), tap(Tap { assignment_id, occurred_at: None })).await;
    }

    pub(crate) async fn on_scene(&self, unit_id: &str) {
        for step in [Command::Acknowledge, Command::MarkEnRoute, Command::MarkOnScene] {
            self.tap(unit_id, step).await;
        }
    }

    pub(crate) async fn clear(&self, unit_id: &str, disposition: Option<&str>) {
        let tap = Tap { assignment_id: self.order_of(unit_id), occurred_at: None };
        let clear = Clear { tap, reason: key("done"), disposition: disposition.map(key), feedback: None };
        self.by(unit(unit_id), Command::Clear(clear)).await;
    }

    /// Lets time pass, second by second, with every deadline fired at its time; what a deadline was to do has been done then.
    pub(crate) async fn pass_until(&self, duration_ms: u64, what: &str, holds: impl Fn(&World) -> bool) {
        let end = self.bench.clock.now().plus_ms(duration_ms);
        while self.bench.clock.now() < end {
            self.bench.pass(end.since_ms(self.bench.clock.now()).min(1_000));
            self.caught_up().await;
        }
        // The record is ahead of what readers see by a moment.
        for _ in 0..400 {
            if holds(&self.view().world) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("did not happen: {what}");
    }

    async fn caught_up(&self) {
        let store = self.bench.edge.runtime.store();
        for _ in 0..4_000 {
            if store.deadlines(&log(), self.bench.clock.now().0, 1).await.unwrap().is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        panic!("deadlines are due and do not fire");
    }

    /// Stops the loop and confirms the record: no commit broke an invariant, every commit is decided alike from the log, and a
    /// node that only read the events holds the same World.
    pub(crate) async fn confirm(mut self) {
        let runtime = &self.bench.edge.runtime;
        let other: Arc<dyn Store> = SqliteStore::open(self.bench.dir(), SqliteOptions::default()).unwrap();
        let second = Runtime::new(other, Arc::new(LocalBus::default()), Arc::<VirtualClock>::clone(&self.bench.clock));
        second.open(&log()).await.unwrap();
        runtime.drain().await;
        let last = runtime.view(&log()).unwrap();
        let followed = second.view_at(&log(), last.head.seq).await.unwrap();
        second.drain().await;
        assert!(followed.world == last.world, "the second node holds another World");

        let mut before = self.first;
        let (mut commits, mut broken) = (0, Vec::new());
        while let Ok(committed) = self.commits.try_recv() {
            let now = committed.recorded_at;
            broken.extend(check_changed(&before, &committed.world, last.context.agencies(), &committed.changed, now));
            before = committed.world.clone();
            commits += 1;
        }
        broken.extend(check_world(&last.world, last.context.agencies(), last.world.last_recorded_at()));
        let broken: Vec<_> = broken.iter().map(ToString::to_string).collect();
        assert!(broken.is_empty(), "{}", broken.join("\n"));
        assert!(before == last.world, "every commit was seen");

        let found = redecide(runtime.store().as_ref(), &log()).await.unwrap();
        assert_eq!(found.by_earlier_release, 0);
        assert!(found.confirmed > commits, "all of them and the set-up: {found:?}, {commits} seen");
    }
}
