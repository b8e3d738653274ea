//! Snapshots and resumption: how a viewer gets from what it has to what is.

use crate::class::ViewClass;
use crate::convert;
use domain::ids::Seq;
use domain::time::Timestamp;
use domain::world::{KEEP_CLOSED_MS, PostImage};
use runtime::LogView;
use store::Store;
use wire::v1alpha1::watch_response::Frame;
use wire::v1alpha1::{Delta, Resource, ResumePoint, Snapshot, WatchResponse};

/// Resources in one part of a snapshot.
pub(crate) const RESOURCES_PER_PART: usize = 500;
/// Resources in one delta that makes good what a viewer missed; with more it starts from a snapshot.
const CHANGES_MAX: usize = 5_000;
/// A viewer that was away longer than this starts from a snapshot, in milliseconds: what was closed meanwhile may have left the
/// World. A minute less than closed incidents stay.
const RESUME_WITHIN_MS: u64 = KEEP_CLOSED_MS - 60_000;

/// How a viewer that stands somewhere goes on.
pub(crate) enum Resume {
    /// With one delta of everything that changed since; none when it has missed nothing.
    Delta(Option<WatchResponse>),
    /// With a snapshot, for this reason.
    Snapshot(&'static str),
}

/// Works out how to go on from `point`: the chain's hash there must be the viewer's, and it must not have been away too long.
/// The delta holds the latest post-image of whatever changed since, which is all that the deltas in between would add up to.
pub(crate) async fn resume(store: &dyn Store, view: &LogView, class: &ViewClass, point: &ResumePoint, now: Timestamp) -> Resume {
    let seq = Seq(point.seq);
    if seq > view.head.seq {
        return Resume::Snapshot("history_differs");
    }
    if seq == view.head.seq {
        return if point.hash == hex::encode(view.head.hash) { Resume::Delta(None) } else { Resume::Snapshot("history_differs") };
    }
    let before = Seq(point.seq.saturating_sub(1));
    let row = match store.read(view.world.log_id(), before, 1).await {
        Ok(rows) => rows.into_iter().find(|row| row.seq == seq),
        Err(_) => None,
    };
    let Some(row) = row.filter(|row| hex::encode(row.hash) == point.hash) else { return Resume::Snapshot("history_differs") };
    let recorded_at = wire::event::decode(&row.bytes, row.seq).map(|decoded| decoded.recorded.meta.recorded_at);
    if recorded_at.map_or(u64::MAX, |at| now.since_ms(at)) > RESUME_WITHIN_MS {
        return Resume::Snapshot("away_too_long");
    }
    match changes_since(view, class, seq) {
        Some(delta) => Resume::Delta(Some(delta)),
        None => Resume::Snapshot("away_too_long"),
    }
}

/// One delta of everything this class may see that changed after `seq`; none when that is so much that a snapshot is cheaper.
pub(crate) fn changes_since(view: &LogView, class: &ViewClass, seq: Seq) -> Option<WatchResponse> {
    let changed: Vec<PostImage> = view.world.post_images().filter(|image| image.revision() > seq).take(CHANGES_MAX + 1).collect();
    if changed.len() > CHANGES_MAX {
        return None;
    }
    Some(convert::frame(Frame::Delta(Delta {
        log_id: view.world.log_id().to_string(),
        prev_seq: seq.0,
        seq: view.head.seq.0,
        hash: hex::encode(view.head.hash),
        changed: resources(&changed, class, view),
        trace_parent: String::new(),
        recorded_at: None,
    })))
}

fn resources(images: &[PostImage], class: &ViewClass, view: &LogView) -> Vec<Resource> {
    let tree = view.context.agencies();
    let seen = images.iter().filter(|image| class.sees(image, tree, &view.world));
    seen.map(|image| convert::resource(image, class, &view.world, &view.words, Some(&view.fleet))).collect()
}

/// The parts of a snapshot of everything this class may see, all pinned at the view's head. At least one part.
pub(crate) fn parts<'a>(view: &'a LogView, class: &'a ViewClass) -> impl Iterator<Item = WatchResponse> + 'a {
    let tree = view.context.agencies();
    let images: Vec<PostImage> = view.world.post_images().filter(|image| class.sees(image, tree, &view.world)).collect();
    let count = images.len().div_ceil(RESOURCES_PER_PART).max(1);
    (0..count).map(move |part| {
        let from = part * RESOURCES_PER_PART;
        let chunk = images.get(from..images.len().min(from + RESOURCES_PER_PART)).unwrap_or_default();
        convert::frame(Frame::Snapshot(Snapshot {
            log_id: view.world.log_id().to_string(),
            seq: view.head.seq.0,
            hash: hex::encode(view.head.hash),
            first: part == 0,
            last: part + 1 == count,
            resources: resources(chunk, class, view),
        }))
    })
}
