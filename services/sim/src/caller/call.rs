//! An invented call: what the desk hears, and apart from it what is really the case.

use domain::classification::CallSource;
use domain::ids::{CategoryKey, TypeKey};
use domain::place::Position;
use domain::time::Timestamp;

/// What is really the case: no desk knows it before somebody has looked. Operators and crews of a simulation verify by it.
#[derive(Clone, PartialEq, Debug)]
pub struct Truth {
    /// The event: calls with the same number are about the same thing.
    pub event: u64,
    /// What it really is, first level.
    pub category: CategoryKey,
    /// What it really is, second level.
    pub call_type: TypeKey,
    /// Where it really is; none when the layout has no place.
    pub position: Option<Position>,
    /// Nothing is there: a hoax, a silent phone in a pocket, a nuisance.
    pub no_incident: bool,
}

/// Why this caller calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Occasion {
    /// The first call about an event.
    First,
    /// Somebody else about the same event, minutes later.
    SameEvent,
    /// The same caller, who hung up before.
    CallBack,
    /// The same caller from the same place, days later.
    Repeat,
}

/// What the desk hears.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Manner {
    /// A caller who tells.
    Told,
    /// The call is answered and nobody speaks.
    Silent,
    /// The call ended before it was answered.
    Abandoned,
}

/// One invented call. Nobody in it exists.
#[derive(Clone, PartialEq, Debug)]
pub struct InventedCall {
    /// When it comes in.
    pub at: Timestamp,
    /// Where, as told or located; none when the caller can't say, or names a place in words only.
    pub position: Option<Position>,
    /// What the desk takes it as, first level.
    pub category: CategoryKey,
    /// What the desk takes it as, second level.
    pub call_type: TypeKey,
    /// What the caller says, in Chinese.
    pub narrative_zh: String,
    /// The same in English.
    pub narrative_en: String,
    /// The caller's number: `000` and eight digits. No telephone number begins so: `00` dials abroad and no country code begins with 0
    /// (ITU-T E.164). The same caller keeps it.
    pub caller_phone: String,
    /// The number that was called, or that passed the call on.
    pub source: CallSource,
    /// Why this caller calls.
    pub occasion: Occasion,
    /// What the desk hears.
    pub manner: Manner,
    /// What is really the case.
    pub truth: Truth,
}
