//! After a commit is durable: the view, deadlines, fleet and followers learn of it, then its caller.

use super::batch::Decided;
use super::{LogLoop, Outcome};
use crate::committed::{Committed, LogView, Words, WordsByIncident};
use crate::context::Context;
use bus::Announcement;
use domain::ids::PrivateRef;
use domain::invariants::check_changed;
use domain::time::Timestamp;
use domain::unit::{Duty, Unit};
use domain::world::{PostImage, World};
use std::sync::Arc;
use store::{Head, PrivateEntry};

impl LogLoop {
    /// Publishes durable commits in order, then answers their callers.
    pub(super) async fn publish(&mut self, decided: Vec<Decided>, head: Head) {
        let Some(last) = decided.last() else { return };
        debug_assert_eq!(last.head, head, "the record and the loop must agree on the chain");
        let mut before = self.world.clone();
        for d in &decided {
            self.watch_invariants(&before, &d.decision.world, &d.decision.changed, d.commit.recorded_at);
            before = d.decision.world.clone();
        }
        self.world = last.decision.world.clone();
        self.head = head;
        self.reload_context().await;
        let mut words = Vec::with_capacity(decided.len());
        for d in &decided {
            words.push(self.learn_words(&d.decision.changed, &d.pending.private).await);
            self.learn(&d.decision.changed);
        }
        self.show();
        for (mut d, words) in decided.into_iter().zip(words) {
            let committed = Committed {
                log_id: self.log_id.clone(),
                prev_seq: d.prev.seq,
                head: d.head,
                recorded_at: d.commit.recorded_at,
                changed: d.decision.changed,
                world: d.decision.world,
                words,
                trace_parent: std::mem::take(&mut d.pending.trace_parent),
            };
            // No follower is not an error.
            let _ = self.published.send(Arc::new(committed));
            metrics::counter!("oneroom_commands_accepted_total", "command" => d.pending.command.name()).increment(1);
            let outcome = Outcome { log_id: self.log_id.clone(), seq: d.head.seq, reply: d.decision.reply };
            d.pending.answer(Ok(outcome));
        }
        self.bus.announce(Announcement { log_id: self.log_id.clone(), seq: self.head.seq, node: self.node });
    }

    /// Evaluates the numbered invariants on what a commit changed. What tests prove can still be broken by what they did not think
    /// of: then a metric and a log line say so, and the room goes on working.
    fn watch_invariants(&self, before: &World, after: &World, changed: &[PostImage], now: Timestamp) {
        for violation in check_changed(before, after, self.context.agencies(), changed, now) {
            metrics::counter!("oneroom_invariant_violations_total", "invariant" => violation.id).increment(1);
            tracing::error!(log = %self.log_id, seq = after.head().0, invariant = violation.id, detail = %violation.detail, "an invariant does not hold");
        }
    }

    /// Makes the newest World visible to readers.
    pub(super) fn show(&self) {
        self.view.store(Arc::new(LogView {
            world: self.world.clone(),
            head: self.head,
            context: Arc::clone(&self.context),
            fleet: Arc::clone(&self.fleet),
            words: self.words.clone(),
        }));
    }

    /// Deadlines and fleet follow the changed resources.
    pub(super) fn learn(&mut self, changed: &[PostImage]) {
        for image in changed {
            self.deadlines.update(image);
            if let PostImage::Unit(unit) = image {
                follow_duty(&self.fleet, &self.context, unit);
            }
        }
    }

    /// What a commit changes of the words in memory, by whomever it was decided. An incident that ends loses them. One that is open
    /// gets those the commit brought, or else, if it has none yet, as when another node took it or it was opened again after memory
    /// had let it go, those that lie in the vault. Gives the words of all incidents that the changed resources belong to.
    pub(super) async fn learn_words(&mut self, changed: &[PostImage], brought: &[PrivateEntry]) -> WordsByIncident {
        for image in changed {
            let PostImage::Incident(incident) = image else { continue };
            let id = incident.incident_id;
            if incident.state.is_closed() {
                self.words.remove(&id);
                continue;
            }
            let Some(link) = incident.private() else { continue };
            let words = match brought.iter().find(|entry| entry.private_ref == link.private_ref) {
                Some(entry) => Some(Words { address: entry.content.address.clone(), narrative: entry.content.narrative.clone() }),
                None if self.words.contains_key(&id) => None,
                None => self.words_from_vault(link.private_ref).await,
            };
            if let Some(words) = words {
                self.words.insert(id, Arc::new(words));
            }
        }
        self.words_of(changed)
    }

    /// None where the vault can't be read now: without them viewers see the incident all the same. What was erased is remembered as
    /// empty, so that it is not looked for at each change.
    async fn words_from_vault(&self, private_ref: PrivateRef) -> Option<Words> {
        match self.store.get_private(private_ref).await {
            Ok(Some(content)) => Some(Words { address: content.address, narrative: content.narrative }),
            Ok(None) => Some(Words::default()),
            Err(error) => {
                tracing::warn!(log = %self.log_id, %error, "the words of an incident can not be read");
                None
            }
        }
    }

    /// Words of the incidents that the changed resources belong to.
    fn words_of(&self, changed: &[PostImage]) -> WordsByIncident {
        let ids = changed.iter().filter_map(|image| match image {
            PostImage::Incident(incident) => Some(incident.incident_id),
            PostImage::Assignment(assignment) => Some(assignment.incident_id),
            _ => None,
        });
        ids.filter_map(|id| Some((id, Arc::clone(self.words.get(&id)?)))).collect()
    }

    /// After an activation the log decides by the new contents from the next batch on.
    pub(super) async fn reload_context(&mut self) {
        let (Some(policy), Some(agencies)) = (self.world.policy(), self.world.agency_tree()) else { return };
        if policy == self.context.policy_hash && agencies == self.context.agency_hash {
            return;
        }
        match Context::load(self.store.as_ref(), policy, agencies).await {
            Ok(context) => {
                self.context = Arc::new(context);
                for unit in self.world.units() {
                    follow_duty(&self.fleet, &self.context, unit);
                }
            }
            Err(error) => {
                tracing::error!(log = %self.log_id, %error, "the activated contents can not be used: this node only reads the log");
                self.read_only = Some(error.to_string());
            }
        }
    }
}

/// The fleet follows who is on duty: an officer who signed off is not tracked.
pub(super) fn follow_duty(fleet: &crate::fleet::Fleet, context: &Context, unit: &Unit) {
    let id = &unit.profile.unit_id;
    if unit.duty == Duty::Off {
        fleet.unregister(id);
        return;
    }
    if let Err(error) = fleet.register(id.clone(), context.seat_of(&unit.profile.home)) {
        metrics::counter!("oneroom_fleet_full_total").increment(1);
        tracing::error!(unit = %id, %error, "a unit on duty is not on the map");
    }
    fleet.set_assignable(id, unit.is_assignable());
}
