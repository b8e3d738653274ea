//! Why the rules take an order back: the reasons an operator has besides are the policy's.

use crate::ids::ReasonKey;

/// The reasons the rules themselves give.
pub(crate) struct Recall;

impl Recall {
    /// Its unit goes to something more urgent.
    pub(crate) const DIVERTED: ReasonKey = ReasonKey::literal("diverted");
    /// It waited for a unit that can not take it any more.
    pub(crate) const REPLACED: ReasonKey = ReasonKey::literal("replaced");
    /// The operator took the order back at once.
    pub(crate) const UNDONE: ReasonKey = ReasonKey::literal("undone");
    /// Nothing is to be done any more.
    pub(crate) const CLOSED: ReasonKey = ReasonKey::literal("closed");
    /// Another unit is primary.
    pub(crate) const SUPERSEDED: ReasonKey = ReasonKey::literal("superseded");

    /// The incident was called off.
    pub(crate) const CANCELLED: ReasonKey = ReasonKey::literal("cancelled");

    /// Those after which the rules may send the same unit again.
    pub(crate) const ALL_BY_RULE: [ReasonKey; 5] = [Self::DIVERTED, Self::REPLACED, Self::CLOSED, Self::SUPERSEDED, Self::CANCELLED];
}
