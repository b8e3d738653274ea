//! Commits and resources as frames of the stream.

use crate::class::ViewClass;
use domain::agency::AgencyTree;
use domain::time::Timestamp;
use domain::world::{PostImage, World};
use runtime::clock::Clock;
use runtime::fleet::Fleet;
use runtime::{Committed, WordsByIncident};
use wire::api::{Fix, PrivateText, post_image_to_api, time_to_api};
use wire::v1alpha1::watch_response::Frame;
use wire::v1alpha1::{Advance, Delta, Resource, WatchResponse};

pub(crate) fn frame(frame: Frame) -> WatchResponse {
    WatchResponse { frame: Some(frame) }
}

pub(crate) fn timestamp(at: Timestamp) -> pbjson_types::Timestamp {
    time_to_api(at)
}

/// How fast the clock runs, where that is not the wall's pace.
pub(crate) fn clock_pace(clock: &dyn Clock) -> Option<f64> {
    let pace = clock.pace();
    // Exactly 1 is the wall's own pace, not the result of a sum.
    #[allow(clippy::float_cmp)]
    (pace != 1.0).then_some(pace)
}

/// A commit as one class sees it: what changed, or only that something did.
pub(crate) fn delta_or_advance(committed: &Committed, class: &ViewClass, tree: &AgencyTree) -> WatchResponse {
    let seen = committed.changed.iter().filter(|image| class.sees(image, tree, &committed.world));
    let changed: Vec<Resource> = seen.map(|image| resource(image, class, &committed.world, &committed.words, None)).collect();
    let log_id = committed.log_id.to_string();
    let hash = hex::encode(committed.head.hash);
    if changed.is_empty() {
        let (prev_seq, through_seq) = (committed.prev_seq.0, committed.head.seq.0);
        return frame(Frame::Advance(Advance { log_id, prev_seq, through_seq, hash }));
    }
    frame(Frame::Delta(Delta {
        log_id,
        prev_seq: committed.prev_seq.0,
        seq: committed.head.seq.0,
        hash,
        changed,
        trace_parent: committed.trace_parent.clone(),
        recorded_at: Some(timestamp(committed.recorded_at)),
    }))
}

/// A resource as it is now, with the words this class may read and, in a snapshot, where the unit is.
pub(crate) fn resource(image: &PostImage, class: &ViewClass, world: &World, words: &WordsByIncident, fleet: Option<&Fleet>) -> Resource {
    let words = match image {
        PostImage::Incident(incident) => words.get(&incident.incident_id),
        // A unit reads where to go while it is bound to go there, and not after.
        PostImage::Assignment(assignment) if matches!(class, ViewClass::Room(_)) || !assignment.state.is_ended() => {
            words.get(&assignment.incident_id)
        }
        _ => None,
    };
    let text = words.map(|words| PrivateText { address: &words.address, narrative: &words.narrative });
    let fix = match image {
        PostImage::Unit(unit) => fleet.and_then(|fleet| fleet.latest(&unit.profile.unit_id)),
        _ => None,
    };
    let fix = fix.map(|fix| Fix { position: fix.position, at: fix.fix_time });
    post_image_to_api(image, world.log_id(), world, text, fix)
}
