//! ActivateFeature: new kinds of event may be written from here on.

use crate::decide::Draft;
use crate::event::{Event, ROOM_RULES};
use crate::rejection::Rejection;

/// New kinds of event may be written from here on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ActivateFeature {
    /// The feature's name.
    pub feature: String,
}

pub(crate) fn activate_feature(draft: &mut Draft<'_>, command: &ActivateFeature) -> Result<(), Rejection> {
    let feature = &command.feature;
    if feature != ROOM_RULES {
        return Err(Rejection::Invalid { field: "feature", given: feature.chars().take(64).collect(), expected: ROOM_RULES.to_owned() });
    }
    if !draft.world.has_feature(feature) {
        draft.emit(Event::FeatureActivated { feature: feature.clone() });
    }
    Ok(())
}
