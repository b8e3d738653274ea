//! Decides every recorded command again and compares: what the record says was decided is what the rules say.

use crate::context::{Context, ContextError};
use domain::apply::apply;
use domain::command::Command;
use domain::decide::decide;
use domain::event::{ROOM_RULES, Recorded};
use domain::ids::{BlobHash, LogId, Seq};
use domain::principal::authorize;
use domain::world::World;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Store, StoreError};
use wire::event::{DecisionRecord, decode};

/// Events read at once.
const PAGE: usize = 1_000;
/// Pairs of policy and agency tree kept while walking a log.
const CONTEXTS_KEPT: usize = 8;

/// Why a log's decisions could not be confirmed.
#[derive(Debug, thiserror::Error)]
pub enum RedecideError {
    /// The record can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The contents of a decision are gone.
    #[error("event {seq}: {source}")]
    Context {
        /// The commit's first event.
        seq: Seq,
        /// Why.
        source: ContextError,
    },
    /// An event can't be read.
    #[error("event {seq} can not be read: {why}")]
    Decode {
        /// Which.
        seq: Seq,
        /// Why.
        why: String,
    },
    /// A commit does not say how it was decided.
    #[error("event {0} starts a commit without the record of its decision")]
    NoDecision(Seq),
    /// The rules decide otherwise.
    #[error("the commit at event {seq} is not what the rules decide: {difference}")]
    Differs {
        /// The commit's first event.
        seq: Seq,
        /// How.
        difference: String,
    },
}

/// What was found of a log's commits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Redecided {
    /// Commits that the rules decide as the record says.
    pub confirmed: u64,
    /// Commits before the rules of the room held: an earlier release decided them, by rules that this one does not have. They are
    /// read and applied, and not decided again.
    pub by_earlier_release: u64,
}

/// Walks a log and decides each of its commits again. What was decided before `FeatureActivated` of [`ROOM_RULES`] was decided by
/// an earlier release: it is counted and passed over, because only the release that decided it has its rules.
///
/// # Errors
/// [`RedecideError`], naming the first commit that does not hold.
pub async fn redecide(store: &dyn Store, log_id: &LogId) -> Result<Redecided, RedecideError> {
    let mut walk = Walk {
        store,
        world: World::new(log_id.clone()),
        contexts: BTreeMap::new(),
        expected: Vec::new(),
        passing_over: false,
        found: Redecided::default(),
    };
    let mut after = Seq::default();
    loop {
        let rows = store.read(log_id, after, PAGE).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let decoded = decode(&row.bytes, row.seq).map_err(|error| RedecideError::Decode { seq: row.seq, why: error.to_string() })?;
            walk.take(decoded.recorded, decoded.decision).await?;
            after = row.seq;
        }
    }
    if let Some(missing) = walk.expected.first() {
        return Err(RedecideError::Differs { seq: missing.meta.seq, difference: format!("the log ends before {}", missing.event.name()) });
    }
    Ok(walk.found)
}

struct Walk<'a> {
    store: &'a dyn Store,
    world: World,
    contexts: BTreeMap<(BlobHash, BlobHash), Arc<Context>>,
    /// What the decision being confirmed still has to show, last first.
    expected: Vec<Recorded>,
    /// Inside a commit of an earlier release, whose other events carry no decision.
    passing_over: bool,
    found: Redecided,
}

impl Walk<'_> {
    async fn take(&mut self, recorded: Recorded, decision: Option<DecisionRecord>) -> Result<(), RedecideError> {
        let seq = recorded.meta.seq;
        if self.passing_over && decision.is_none() {
            apply(&mut self.world, &recorded);
            return Ok(());
        }
        self.passing_over = false;
        if self.expected.is_empty() {
            let decision = decision.ok_or(RedecideError::NoDecision(seq))?;
            if self.is_of_earlier_release(&decision) {
                self.passing_over = true;
                self.found.by_earlier_release += 1;
                apply(&mut self.world, &recorded);
                return Ok(());
            }
            self.expected = self.decide_again(seq, &decision).await?;
            self.expected.reverse();
            self.found.confirmed += 1;
        }
        let expected = self.expected.pop();
        if expected.as_ref() != Some(&recorded) {
            let decided = expected.map_or("nothing", |expected| expected.event.name());
            let difference = format!("recorded {}, decided {decided}", recorded.event.name());
            return Err(RedecideError::Differs { seq, difference });
        }
        apply(&mut self.world, &recorded);
        Ok(())
    }

    /// This release activates the rules of the room before anything else.
    fn is_of_earlier_release(&self, record: &DecisionRecord) -> bool {
        !self.world.has_feature(ROOM_RULES) && !matches!(record.command, Command::ActivateFeature(_))
    }

    async fn decide_again(&mut self, seq: Seq, record: &DecisionRecord) -> Result<Vec<Recorded>, RedecideError> {
        let context = self.context(seq, record).await?;
        let incoming = Context::incoming(self.store, &record.command).await.map_err(|source| RedecideError::Context { seq, source })?;
        let situation = record.to_situation(Arc::clone(&context.policy), Arc::clone(context.agencies()), incoming);
        authorize(&record.principal, record.command.clone(), &self.world, &situation)
            .and_then(|authorized| decide(&self.world, &authorized, &situation, record.decided_at))
            .map(|decision| decision.events)
            .map_err(|rejection| RedecideError::Differs { seq, difference: format!("the rules refuse it: {rejection}") })
    }

    async fn context(&mut self, seq: Seq, record: &DecisionRecord) -> Result<Arc<Context>, RedecideError> {
        match (record.policy, record.agency_tree) {
            (Some(policy), Some(agencies)) => self.load(seq, policy, agencies).await,
            // Before both are active there are only activations, and those don't look at the contents.
            _ => Context::bare(self.world.log_id()).map(Arc::new).map_err(|source| RedecideError::Context { seq, source }),
        }
    }

    async fn load(&mut self, seq: Seq, policy: BlobHash, agencies: BlobHash) -> Result<Arc<Context>, RedecideError> {
        if let Some(context) = self.contexts.get(&(policy, agencies)) {
            return Ok(Arc::clone(context));
        }
        let context = Context::load(self.store, policy, agencies).await.map_err(|source| RedecideError::Context { seq, source })?;
        let context = Arc::new(context);
        if self.contexts.len() >= CONTEXTS_KEPT {
            self.contexts.clear();
        }
        self.contexts.insert((policy, agencies), Arc::clone(&context));
        Ok(context)
    }
}
