//! Runs a scenario line by line and says `file:line` of what is wrong.

use super::words::{Outcome, Words};
use super::{act, check, given};
use domain::deadlines::Deadline;
use domain::event::{Event, Recorded};
use domain::ids::{AssignmentId, IncidentId, UnitId};
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
    /// Every deadline that ever ran, in the order they were seen.
    pub(super) seen: Vec<Deadline>,
    covered: Covered,
}

/// Runs the scenario in `path`.
///
/// # Errors
/// `file:line: what is wrong`, for the first line that is.
pub fn run_file(path: &Path) -> Result<Covered, String> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let text = std::fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
    let mut runner = Runner { bench: Bench::new(STATIONS), last: Last::Nothing, seen: Vec::new(), covered: Covered::default() };
    runner.bench.vault = ["王小明", "13800138000", "two men with knives took his bag"].map(str::to_owned).into();
    let mut last_line = 0;
    for (number, line) in (1..).zip(text.lines()) {
        let at_line = |error: String| format!("tests/scenarios/{name}:{number}: {}\n    {error}", line.trim());
        runner.line(line).map_err(at_line)?;
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
        for recorded in self.bench.log() {
            let codes: Vec<_> = match &recorded.event {
                Event::IncidentReported(reported) => reported.owner_reasons.iter().collect(),
                Event::IncidentReclassified { owner_reasons, .. } => owner_reasons.iter().collect(),
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

    /// The last order of a unit, for `incident` when one is given.
    pub(super) fn order(&self, unit_id: &UnitId, incident: Option<IncidentId>) -> Option<AssignmentId> {
        self.bench.log().iter().rev().find_map(|recorded| match &recorded.event {
            Event::AssignmentOffered(offered)
                if &offered.unit_id == unit_id && incident.is_none_or(|incident| incident == offered.incident_id) =>
            {
                Some(offered.assignment_id)
            }
            _ => None,
        })
    }
}
