//! RegisterUnits: units are known from here on, or their registration changed. Unchanged ones cost nothing.

use crate::decide::Draft;
use crate::event::Event;
use crate::rejection::Rejection;
use crate::unit::{CALL_SIGN_MAX_LEN, Duty, UnitProfile};

/// Most units in one command.
pub const MAX_UNITS_PER_COMMAND: usize = 1_000;

/// Units are known from here on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegisterUnits {
    /// What is registered of each, at most [`MAX_UNITS_PER_COMMAND`].
    pub profiles: Vec<UnitProfile>,
}

pub(crate) fn register_units(draft: &mut Draft<'_>, command: &RegisterUnits) -> Result<(), Rejection> {
    if command.profiles.len() > MAX_UNITS_PER_COMMAND {
        let expected = format!("at most {MAX_UNITS_PER_COMMAND} units");
        return Err(Rejection::Invalid { field: "profiles", given: command.profiles.len().to_string(), expected });
    }
    for profile in &command.profiles {
        check(draft, profile)?;
        let known = draft.world.unit(&profile.unit_id).cloned();
        let mut profile = profile.clone();
        // Who is on board of a unit on duty was said when it signed on; the register does not know better.
        if let Some(unit) = known.as_ref().filter(|unit| unit.duty != Duty::Off) {
            (profile.sworn, profile.auxiliary) = (unit.profile.sworn, unit.profile.auxiliary);
        }
        if known.is_none_or(|unit| unit.profile != profile) {
            draft.emit(Event::UnitRegistered { profile });
        }
    }
    Ok(())
}

fn check(draft: &Draft<'_>, profile: &UnitProfile) -> Result<(), Rejection> {
    let invalid = |field, given: &str, expected: String| Err(Rejection::Invalid { field, given: given.to_owned(), expected });
    let sign = profile.call_sign.as_str();
    if sign.is_empty() || sign.chars().count() > CALL_SIGN_MAX_LEN || sign.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return invalid("call_sign", sign, format!("1 to {CALL_SIGN_MAX_LEN} characters without spaces"));
    }
    if draft.situation.agencies.get(&profile.home).is_none() {
        return invalid("home", profile.home.as_str(), "an agency of this log".to_owned());
    }
    if let Some(other) = draft.world.unit_by_call_sign(sign)
        && other.profile.unit_id != profile.unit_id
    {
        return invalid("call_sign", sign, format!("one that {} does not have", other.profile.unit_id));
    }
    Ok(())
}
