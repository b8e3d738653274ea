//! Runs a scenario line by line and says `file:line` of what is wrong.

use super::words::{Outcome, Words};
use super::{act, check, given};
use domain::deadlines::Deadline;
use domain::event::{Event, Recorded};
use domain::ids::{AssignmentId, IncidentId, PremiseNoteId, ShiftId, UnitId, WhistleId};
use domain::rejection::Rejection;
use domain::testing::{Bench, LOG, Moved, Step};
use std::collections::BTreeSet;
use std::path::Path;

/// Stations in a scenario's county.
const STATIONS: usize = 2;

/// What a scenario went through.
#[derive(Default)]
pub struct Covered {
    /// Moves of incidents, assignments and units.
    pub moves: BTreeSet<Moved>,
    /// Commands that were accepted at least once.
    pub commands: BTreeSet<&'static str>,
    /// Kinds of refusal.
    pub refusals: BTreeSet<String>,
    /// Codes of reasons given for an owner or a unit.
    pub reasons: BTreeSet<String>,
    /// Names of events.
    pub events: BTreeSet<&'static str>,
    /// Kinds of alarm.
    pub alarms: BTreeSet<String>,
}

/// What the last thing that was done came to.
pub(super) enum Last {
    Nothing,
    Done(Vec<Recorded>),
    Refused(String),
}

pub(super) struct Runner {
    pub(super) bench: Bench,
    pub(super) last: Last,
    /// Codes of the reasons with which duplicates were suggested.
    pub(super) explained: std::cell::RefCell<BTreeSet<String>>,
    /// Every deadline that ever ran, in the order they were seen.
    pub(super) seen: Vec<Deadline>,
    covered: Covered,
}

/// Runs the scenario in `path`. `ONEROOM_SCENARIO=beat_attendance` tells every event of that one.
///
/// # Errors
/// `file:line: what is wrong`, for the first line that is.
pub fn run_file(path: &Path) -> Result<Covered, String> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let text = std::fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
    let mut runner = Runner {
        bench: Bench::new(STATIONS),
        last: Last::Nothing,
        explained: Default::default(),
        seen: Vec::new(),
        covered: Covered::default(),
    };
    // Everything is checked after each line; in between, what changed.
    runner.bench.full_check_every = 1_000;
    runner.bench.vault = ["王小明", "13800138000", "two men with knives took his bag"].map(str::to_owned).into();
    let mut last_line = 0;
    let told = std::env::var("ONEROOM_SCENARIO").is_ok_and(|wanted| name == format!("{wanted}.scenario"));
    for (number, line) in (1..).zip(text.lines()) {
        let at_line = |error: String| format!("tests/scenarios/{name}:{number}: {}\n    {error}", line.trim());
        let before = runner.bench.log().len();
        let outcome = runner.line(line);
        if told {
            println!("{number}: {line}");
            runner
                .bench
                .log()
                .iter()
                .skip(before)
                .for_each(|recorded| println!("      {:?} {:?}", recorded.meta.recorded_at, recorded.event));
        }
        outcome.map_err(at_line)?;
        runner.look_around().map_err(at_line)?;
        last_line = number;
    }
    runner.finish(last_line).map_err(|error| format!("tests/scenarios/{name}:{last_line}: {error}"))
}

impl Runner {
    fn line(&mut self, line: &str) -> Outcome {
        let mut words = Words::of(line);
        if words.peek().is_none() {
            return Ok(());
        }
        if words.take("then") {
            return check::check(self, &mut words);
        }
        if let Last::Refused(error) = &self.last {
            return Err(format!("the line before was refused and nothing expected it: {error}"));
        }
        if words.take("given") {
            return given::given(self, &mut words);
        }
        if words.take("at") {
            return act::act(self, &mut words);
        }
        Err(format!("{}, expected given, at or then", words.here()))
    }

    /// After each line: nothing may be wrong anywhere.
    fn look_around(&mut self) -> Outcome {
        self.bench.check_all();
        if self.bench.violations.is_empty() {
            return Ok(());
        }
        Err(self.bench.violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n    "))
    }

    fn finish(mut self, lines: usize) -> Result<Covered, String> {
        if let Last::Refused(error) = &self.last {
            return Err(format!("the last line was refused and nothing expected it: {error}"));
        }
        if lines == 0 {
            return Err("the scenario is empty".to_owned());
        }
        self.covered.moves.append(&mut self.bench.moves);
        self.covered.commands.append(&mut self.bench.accepted);
        self.covered.reasons.append(&mut self.explained.take());
        for recorded in self.bench.log() {
            self.covered.events.insert(recorded.event.name());
            if let Event::AlarmRaised { kind, .. } = &recorded.event {
                self.covered.alarms.insert(super::words::snake(&format!("{kind:?}")));
            }
            let codes: Vec<_> = match &recorded.event {
                Event::IncidentReported(reported) => reported.owner_reasons.iter().collect(),
                Event::IncidentReclassified { owner_reasons, .. } => owner_reasons.iter().collect(),
                Event::IncidentOwnerSet(set) | Event::IncidentPrioritySet(set) => set.standing.owner_reasons.iter().collect(),
                Event::IncidentProposed(proposed) => proposed.orders.iter().flat_map(|order| &order.ranking.reasons).collect(),
                Event::AssignmentQueued(queued) => queued.ranking.reasons.iter().collect(),
                Event::AssignmentRoleChanged(changed) => vec![&changed.because],
                Event::AssignmentOffered(offered) => {
                    offered.not_taken.iter().chain([&offered.ranking]).flat_map(|line| &line.reasons).collect()
                }
                _ => Vec::new(),
            };
            self.covered.reasons.extend(codes.iter().map(|reason| reason.code.to_string()));
        }
        Ok(self.covered)
    }

    /// Takes the answer to something that was done. A deadline's answer counts as well.
    pub(super) fn answered(&mut self, answer: Result<Step, Rejection>) {
        self.last = match answer {
            Ok(step) => Last::Done(step.events),
            Err(rejection) => {
                let kind: String = format!("{rejection:?}").chars().take_while(|c| c.is_alphanumeric()).collect();
                self.covered.refusals.insert(kind);
                if let Rejection::NotEligible { reasons, .. } = &rejection {
                    self.covered.reasons.extend(reasons.iter().map(|reason| reason.code.to_string()));
                }
                Last::Refused(rejection.to_string())
            }
        };
        self.remember_deadlines();
    }

    pub(super) fn remember_deadlines(&mut self) {
        let new: Vec<_> = self.bench.deadlines().filter(|deadline| !self.seen.contains(deadline)).cloned().collect();
        self.seen.extend(new);
    }

    /// The nth incident of the scenario.
    pub(super) fn incident(&self, words: &mut Words) -> Outcome<IncidentId> {
        let wanted = words.value::<usize>("the number of an incident")?;
        let mut reported = self.bench.log().iter().filter_map(|recorded| match &recorded.event {
            Event::IncidentReported(reported) => Some(reported.incident_id),
            _ => None,
        });
        let unknown = IncidentId(domain::testing::unknown_id());
        Ok(wanted.checked_sub(1).and_then(|place| reported.nth(place)).unwrap_or(unknown))
    }

    /// The unit with this call sign; an unknown call sign gives an unknown unit.
    pub(super) fn unit(&self, call_sign: &str) -> Outcome<UnitId> {
        if let Some(unit) = self.bench.world.unit_by_call_sign(call_sign) {
            return Ok(unit.profile.unit_id.clone());
        }
        UnitId::new(&format!("{LOG}-{}", call_sign.to_lowercase())).map_err(|error| error.to_string())
    }

    /// The last order of a unit for `incident`; without one, the order that binds it, else its last.
    pub(super) fn order(&self, unit_id: &UnitId, incident: Option<IncidentId>) -> Option<AssignmentId> {
        let world = &self.bench.world;
        let orders = self.bench.log().iter().rev().filter_map(|recorded| match &recorded.event {
            Event::AssignmentOffered(e) if &e.unit_id == unit_id => Some((e.assignment_id, e.incident_id)),
            Event::AssignmentQueued(e) if &e.unit_id == unit_id => Some((e.assignment_id, e.incident_id)),
            _ => None,
        });
        // A merge takes an order along to the other incident.
        let mut orders = orders.map(|(id, first)| (id, world.assignment(&id).map_or(first, |assignment| assignment.incident_id)));
        match incident {
            Some(incident) => orders.find(|(_, of)| *of == incident).map(|(id, _)| id),
            None => world.unit(unit_id).and_then(|unit| unit.engaged_in()).or_else(|| orders.next().map(|(id, _)| id)),
        }
    }

    /// The nth request for support of the scenario.
    pub(super) fn support(&self, words: &mut Words) -> Outcome<WhistleId> {
        let wanted = words.value::<usize>("the number of a request for support")?;
        let mut asked = self.bench.log().iter().filter_map(|recorded| match &recorded.event {
            Event::SupportRequested(whistle) => Some(whistle.whistle_id),
            _ => None,
        });
        Ok(wanted.checked_sub(1).and_then(|place| asked.nth(place)).unwrap_or(WhistleId(domain::testing::unknown_id())))
    }

    /// The nth premise note of the scenario.
    pub(super) fn note(&self, words: &mut Words) -> Outcome<PremiseNoteId> {
        let wanted = words.value::<usize>("the number of a note")?;
        let mut added = self.bench.log().iter().filter_map(|recorded| match &recorded.event {
            Event::PremiseNoteAdded(note) => Some(note.note_id),
            _ => None,
        });
        Ok(wanted.checked_sub(1).and_then(|place| added.nth(place)).unwrap_or(PremiseNoteId(domain::testing::unknown_id())))
    }
}

/// The id of the scenario's shift with this number: whoever plans a shift chooses its id.
pub(super) fn shift(words: &mut Words) -> Outcome<ShiftId> {
    Ok(ShiftId(uuid::Uuid::from_u128(0x5_0000 + words.value::<u128>("the number of a shift")?)))
}
