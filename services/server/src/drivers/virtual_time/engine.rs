//! The run itself: the next of call, crew, deadline and operator, one after the other on the virtual clock, each command answered before
//! the next is given.

use super::crews::Crews;
use super::desk::Desk;
use super::room::Room;
use crate::drivers::county::cannot;
use crate::exit::Failure;
use domain::command::Command;
use domain::ids::LogId;
use domain::principal::Principal;
use domain::time::Timestamp;
use runtime::clock::{Clock, VirtualClock};
use runtime::edge::Edge;
use runtime::{Committed, Request, Runtime, RuntimeError};
use serde::Serialize;
use std::sync::Arc;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::TryRecvError;
use tonic::Status;
use wire::v1alpha1::intake_service_server::IntakeService;
use wire::v1alpha1::{ReportIncidentRequest, ReportIncidentResponse};

/// Every unit says where it is at least this often while anything happens, in milliseconds: below the age at which the shipped policy
/// takes a fix for stale.
pub const POSITIONS_EVERY_MS: u64 = 30_000;

/// A call of a run.
pub struct VirtualCall {
    /// When it comes in. One that is earlier than the one before comes in at that one's time.
    pub at: Timestamp,
    /// What is reported.
    pub request: ReportIncidentRequest,
}

/// What happened in a run, by kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Activity {
    /// Steps of crews that the core took.
    pub crew_steps: u64,
    /// Steps of crews that it refused: an order that was over, mostly.
    pub crew_steps_refused: u64,
    /// Orders, settlings and closings of operators that it took.
    pub desk_steps: u64,
    /// Those that it refused: the unit had gone elsewhere, mostly.
    pub desk_steps_refused: u64,
    /// Deadlines that fired.
    pub deadlines: u64,
}

/// Everybody in a run and what they act on.
pub(super) struct Engine {
    pub(super) runtime: Arc<Runtime>,
    pub(super) log_id: LogId,
    pub(super) clock: Arc<VirtualClock>,
    pub(super) commits: broadcast::Receiver<Arc<Committed>>,
    pub(super) operator: Principal,
    pub(super) room: Room,
    pub(super) crews: Crews,
    pub(super) desk: Desk,
    pub(super) activity: Activity,
    pub(super) positions_at: Timestamp,
}

impl Engine {
    /// Brings every unit on duty, each where it begins.
    pub(super) async fn sign_on(&mut self) -> Result<(), Failure> {
        let sign_ons: Vec<_> = self.crews.sign_on().collect();
        for (principal, command) in sign_ons {
            self.execute(principal, command).await?.map_err(|why| cannot(format!("a unit was not let on duty: {why}")))?;
        }
        self.report_positions()
    }

    /// Runs all calls, then until nothing is open, `finish_within_ms` after the last call at most. `answered` hears what each call was
    /// answered.
    pub(super) async fn run(
        &mut self,
        mut calls: impl Iterator<Item = Result<VirtualCall, Failure>>,
        finish_within_ms: u64,
        mut answered: impl FnMut(Result<ReportIncidentResponse, Status>),
    ) -> Result<(), Failure> {
        let intake = intake::IntakeAdapter::new(Edge { runtime: Arc::clone(&self.runtime), desk_log: self.log_id.clone() });
        let mut next_call = calls.next().transpose()?;
        let mut end = None;
        loop {
            let now = self.clock.now();
            if next_call.is_none() {
                let end = *end.get_or_insert(now.plus_ms(finish_within_ms));
                if self.room.open() == 0 || now >= end {
                    return Ok(());
                }
            }
            let call_at = next_call.as_ref().map(|call| call.at.max(now));
            let look_at = self.desk.next_look(&self.room);
            let deadline_at = self.runtime.next_deadline(&self.log_id);
            let Some(next) = [call_at, look_at, deadline_at, self.crews.next_due()].into_iter().flatten().min() else { return Ok(()) };
            self.clock.advance_to(next);
            let now = self.clock.now();
            if now.since_ms(self.positions_at) >= POSITIONS_EVERY_MS {
                self.report_positions()?;
            }
            self.crews_act(now).await?;
            if self.runtime.next_deadline(&self.log_id).is_some_and(|at| at <= now) {
                let settled = self.runtime.settle(&self.log_id).await.map_err(cannot)?;
                self.activity.deadlines += settled.fired;
                self.hear_commits()?;
            }
            if look_at.is_some_and(|at| at <= now) {
                self.look(now).await?;
            }
            if call_at.is_some_and(|at| at <= now)
                && let Some(call) = next_call.take()
            {
                let mut request = tonic::Request::new(call.request);
                request.extensions_mut().insert(self.operator.clone());
                answered(intake.report_incident(request).await.map(tonic::Response::into_inner));
                self.hear_commits()?;
                next_call = calls.next().transpose()?;
            }
        }
    }

    async fn crews_act(&mut self, now: Timestamp) -> Result<(), Failure> {
        while let Some(step) = self.crews.next_step(now) {
            match self.execute(step.principal, step.command).await? {
                Ok(()) => self.activity.crew_steps += 1,
                Err(why) => {
                    self.activity.crew_steps_refused += 1;
                    tracing::debug!(%why, "a crew's step was refused");
                    if let Some(assignment_id) = step.assignment_id {
                        self.crews.refused(step.crew, assignment_id, now);
                    }
                }
            }
        }
        Ok(())
    }

    async fn look(&mut self, now: Timestamp) -> Result<(), Failure> {
        let view = self.runtime.view(&self.log_id).ok_or_else(|| cannot("the run's log is not served"))?;
        let look = self.desk.look(&self.room, &view, now);
        for (incident_id, command) in look.commands {
            match self.execute(self.operator.clone(), command).await? {
                Ok(()) => self.activity.desk_steps += 1,
                Err(why) => {
                    self.activity.desk_steps_refused += 1;
                    tracing::debug!(%why, "an operator's step was refused");
                    self.room.put_off(incident_id, now);
                }
            }
        }
        Ok(())
    }

    /// Gives one command and waits for its answer; the room hears what came of it. A refusal by the rules is the inner error.
    async fn execute(&mut self, principal: Principal, command: Command) -> Result<Result<(), String>, Failure> {
        let request = Request { principal, command, request: None, private: Vec::new(), trace_parent: String::new() };
        let outcome = self.runtime.execute(&self.log_id, request).await;
        self.hear_commits()?;
        match outcome {
            Ok(_) => Ok(Ok(())),
            Err(RuntimeError::Rejected(rejection)) => Ok(Err(rejection.to_string())),
            Err(other) => Err(cannot(other)),
        }
    }

    fn hear_commits(&mut self) -> Result<(), Failure> {
        loop {
            match self.commits.try_recv() {
                Ok(committed) => {
                    let changes = self.room.apply(&committed);
                    changes.iter().for_each(|change| self.crews.hear(change, committed.recorded_at));
                }
                Err(TryRecvError::Empty) => return Ok(()),
                Err(error) => return Err(cannot(format!("the run lost sight of its own commits: {error}"))),
            }
        }
    }

    fn report_positions(&mut self) -> Result<(), Failure> {
        let now = self.clock.now();
        let view = self.runtime.view(&self.log_id).ok_or_else(|| cannot("the run's log is not served"))?;
        self.positions_at = now;
        self.crews.report_positions(&view.fleet, now)
    }
}
