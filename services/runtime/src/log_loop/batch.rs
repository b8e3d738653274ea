//! One batch: decide on a copy of the World, append, then publish and answer; again after a conflict.

use super::{LogLoop, Outcome, Pending};
use crate::codec;
use crate::context::{Context, ContextError};
use crate::error::RuntimeError;
use crate::gather::{FromRecord, gather};
use domain::command::Command;
use domain::decide::{Decision, decide};
use domain::ids::{PrincipalId, RequestId};
use domain::principal::authorize;
use domain::rejection::Rejection;
use domain::situation::{MAX_SAME_CALLER, Situation};
use domain::time::Timestamp;
use domain::world::World;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use store::{AppendOutcome, Commit, EncodedEvent, Head, StoreError, link};

/// Rounds in which nothing was answered, one after the other, before a batch is given up.
const MAX_ROUNDS_LOST: usize = 16;

/// A command with its decision, waiting to be durable.
pub(super) struct Decided {
    pub(super) pending: Pending,
    pub(super) decision: Decision,
    pub(super) commit: Commit,
    pub(super) prev: Head,
    pub(super) head: Head,
}

impl LogLoop {
    /// Decides and appends `batch`; every command in it is answered when this returns.
    pub(super) async fn process(&mut self, batch: Vec<Pending>) {
        let mut waiting: VecDeque<Pending> = batch.into();
        let mut rounds_lost = 0;
        while !waiting.is_empty() {
            let before = waiting.len();
            if let Some(reason) = self.read_only.clone() {
                let error = RuntimeError::ReadOnly { log_id: self.log_id.clone(), reason };
                waiting.drain(..).for_each(|mut pending| pending.answer(Err(error.clone())));
                return;
            }
            if rounds_lost >= MAX_ROUNDS_LOST {
                let error = RuntimeError::Unavailable(format!("{MAX_ROUNDS_LOST} tries lost against other writers"));
                waiting.drain(..).for_each(|mut pending| pending.answer(Err(error.clone())));
                return;
            }
            let (decided, later) = self.decide_batch(waiting).await;
            waiting = later;
            if !decided.is_empty() {
                // What goes round again keeps its place before what came later.
                for pending in self.append(decided).await.into_iter().rev() {
                    waiting.push_front(pending);
                }
            }
            rounds_lost = if waiting.len() < before { 0 } else { rounds_lost + 1 };
        }
    }

    /// Decides as many as one append can take. What must wait for that append comes back as the second.
    async fn decide_batch(&mut self, mut waiting: VecDeque<Pending>) -> (Vec<Decided>, VecDeque<Pending>) {
        let now = self.clock.now().max(self.world.last_recorded_at());
        let (mut world, mut head) = (self.world.clone(), self.head);
        let mut decided = Vec::with_capacity(waiting.len());
        let mut later = VecDeque::new();
        let mut keys: BTreeSet<(PrincipalId, RequestId)> = BTreeSet::new();
        while let Some(mut pending) = waiting.pop_front() {
            // The same request twice in one batch: the second waits and is answered from the record.
            let twice = pending.request.as_ref().is_some_and(|key| !keys.insert((key.principal_id.clone(), key.request_id)));
            if twice {
                pending.came_twice = true;
                later.push_back(pending);
                continue;
            }
            if pending.came_twice
                && let Some(answer) = self.answer_from_record(&pending).await
            {
                pending.answer(answer);
                continue;
            }
            let from_record = match self.read_for(&pending, &world).await {
                Ok(from_record) => from_record,
                Err(error) => {
                    pending.answer(Err(error));
                    continue;
                }
            };
            let situation = gather(&pending.command, &world, &self.context, &self.fleet, (self.clock.as_ref(), now), from_record);
            let result = pending.span.in_scope(|| {
                authorize(&pending.principal, pending.command.clone(), &world, &situation)
                    .and_then(|authorized| decide(&world, &authorized, &situation, now))
            });
            match result {
                Ok(decision) if decision.events.is_empty() => {
                    let outcome = Outcome { log_id: self.log_id.clone(), seq: head.seq, reply: decision.reply };
                    pending.answer(Ok(outcome));
                }
                Ok(decision) => {
                    world = decision.world.clone();
                    let switches =
                        world.policy() != Some(self.context.policy_hash) || world.agency_tree() != Some(self.context.agency_hash);
                    let next = self.seal(pending, decision, &situation, head, now);
                    head = next.head;
                    decided.push(next);
                    if switches {
                        // What follows is decided by the new rules, which are loaded once this is durable.
                        later.extend(waiting);
                        break;
                    }
                }
                Err(rejection) => self.refuse(pending, rejection).await,
            }
        }
        (decided, later)
    }

    /// Reads what a command needs of the record: closed incidents that it speaks of and the World has let go, what the same caller
    /// reported before, the contents that it makes active.
    async fn read_for(&self, pending: &Pending, world: &World) -> Result<FromRecord, RuntimeError> {
        let unavailable = |error: StoreError| RuntimeError::Unavailable(error.to_string());
        let mut found = FromRecord::default();
        for id in pending.command.speaks_of().incidents(world) {
            if world.incident(&id).is_none() {
                let stored = self.store.incident(&self.log_id, id).await.map_err(unavailable)?;
                found.rehydrated.extend(stored.map(|(incident, _)| Arc::new(incident)));
            }
        }
        let opens = matches!(pending.command, Command::ReportIncident(_) | Command::AddCall(_));
        let phone = pending.private.first().map(|entry| entry.content.caller_phone.as_str()).filter(|phone| opens && !phone.is_empty());
        if let Some(phone) = phone {
            found.same_caller = self.store.incidents_of_caller(&self.log_id, phone, MAX_SAME_CALLER).await.map_err(unavailable)?;
        }
        found.incoming = Context::incoming(self.store.as_ref(), &pending.command).await.map_err(|error| match error {
            ContextError::Store(error) => unavailable(error),
            other => RuntimeError::Unavailable(other.to_string()),
        })?;
        Ok(found)
    }

    fn seal(&self, pending: Pending, decision: Decision, situation: &Situation, prev: Head, now: Timestamp) -> Decided {
        let mut hash = prev.hash;
        let mut events = Vec::with_capacity(decision.events.len());
        for (index, recorded) in decision.events.iter().enumerate() {
            let record = (index == 0).then(|| codec::record_of(&pending, situation, &self.context, &decision, now));
            let bytes = wire::event::encode(recorded, record.as_ref());
            hash = link(&hash, &self.log_id, recorded.meta.seq, &bytes);
            let incident_id = codec::incident_of_event(&recorded.event, &decision.world, &self.world);
            events.push(EncodedEvent { bytes, name: recorded.event.name(), incident_id });
        }
        let head = Head { seq: decision.world.head(), hash };
        let commit = Commit {
            request: pending.request.clone(),
            reply: codec::encode_reply(&decision.reply, &self.log_id, head.seq),
            events,
            changed: decision.changed.clone(),
            private: pending.private.clone(),
            recorded_at: now,
        };
        Decided { pending, decision, commit, prev, head }
    }

    /// Answers a refusal, unless the same request was accepted before: then it gets the same answer again.
    pub(super) async fn refuse(&mut self, mut pending: Pending, rejection: Rejection) {
        if let (Command::FireDeadline(command), Rejection::DeadlineGone) = (&pending.command, &rejection) {
            self.deadlines.forget(&command.deadline);
        }
        if let Some(result) = self.answer_from_record(&pending).await {
            return pending.answer(result);
        }
        metrics::counter!("oneroom_commands_refused_total", "command" => pending.command.name()).increment(1);
        pending.answer(Err(rejection.into()));
    }

    /// The answer of a request that was accepted before.
    pub(super) async fn answer_from_record(&self, pending: &Pending) -> Option<Result<Outcome, RuntimeError>> {
        let key = pending.request.as_ref()?;
        match self.store.find_request(&key.principal_id, key.request_id).await {
            Ok(Some(stored)) if stored.digest == key.digest => Some(
                codec::decode_reply(&stored.reply)
                    .map(|reply| Outcome { log_id: stored.log_id, seq: stored.seq, reply })
                    .map_err(|error| RuntimeError::Unavailable(error.to_string())),
            ),
            Ok(Some(_)) => Some(Err(RuntimeError::RequestIdReused)),
            Ok(None) => None,
            Err(error) => Some(Err(RuntimeError::Unavailable(error.to_string()))),
        }
    }

    /// Appends; gives back what must be decided again.
    async fn append(&mut self, decided: Vec<Decided>) -> Vec<Pending> {
        let commits = decided.iter().map(|d| d.commit.clone()).collect();
        let started = std::time::Instant::now();
        let outcome = self.store.append(&self.log_id, self.head, commits).await;
        metrics::histogram!("oneroom_append_seconds").record(started.elapsed().as_secs_f64());
        metrics::histogram!("oneroom_append_commits").record(decided.len() as f64);
        match outcome {
            AppendOutcome::Appended(head) => {
                self.trouble.lock().clear();
                self.publish(decided, head).await;
                Vec::new()
            }
            AppendOutcome::Conflict(_) => {
                metrics::counter!("oneroom_append_conflicts_total").increment(1);
                self.follow().await;
                decided.into_iter().map(|d| d.pending).collect()
            }
            AppendOutcome::Violated { name, index } => self.take_out(decided, name, index).await,
            AppendOutcome::Unavailable(why) => {
                tracing::error!(log = %self.log_id, %why, "the record can not be written");
                self.trouble.lock().clone_from(&why);
                metrics::counter!("oneroom_append_unavailable_total").increment(1);
                for mut d in decided {
                    d.pending.answer(Err(RuntimeError::Unavailable(why.clone())));
                }
                Vec::new()
            }
            AppendOutcome::Unknown(why) => self.find_out(decided, &why).await,
        }
    }

    /// One commit violates a constraint: it alone is answered, the others go round again. Where it is a request that was taken
    /// before, the others often are too, as when a sender that was cut off sends all again: each of those is answered with it.
    async fn take_out(&mut self, decided: Vec<Decided>, name: &'static str, index: usize) -> Vec<Pending> {
        let taken_before = name == "request_id";
        let mut again = Vec::with_capacity(decided.len());
        for (at, mut d) in decided.into_iter().enumerate() {
            let known = if taken_before { self.answer_from_record(&d.pending).await } else { None };
            match known {
                Some(answer) => d.pending.answer(answer),
                None if at == index => d.pending.answer(Err(RuntimeError::Unavailable(format!("the record refused the commit: {name}")))),
                None => again.push(d.pending),
            }
        }
        again
    }

    /// The connection died at COMMIT: the request ids tell what became of each.
    async fn find_out(&mut self, decided: Vec<Decided>, why: &str) -> Vec<Pending> {
        why.clone_into(&mut self.trouble.lock());
        self.follow().await;
        for mut d in decided {
            let answer = self.answer_from_record(&d.pending).await.unwrap_or_else(|| Err(RuntimeError::Unknown(why.to_owned())));
            d.pending.answer(answer);
        }
        Vec::new()
    }
}
