//! Which units' fixes changed, tick by tick: for the map, which sends only what changed since it last sent.

use super::index::Handle;
use domain::ids::UnitId;
use std::collections::VecDeque;
use std::sync::Arc;

/// Closed ticks that are remembered. A reader that is further behind gets everything once.
pub const MAX_CLOSED_TICKS: usize = 64;
/// Changes that are remembered over all closed ticks: 16 MiB of handles.
pub const MAX_CLOSED_CHANGES: usize = 4 << 20;
/// Units that may leave in one tick before readers are sent everything instead.
pub const MAX_GONE_PER_TICK: usize = 1 << 16;

/// A moment between changes. Readers keep the last they have seen; `Tick::default()` has seen nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Tick(pub u64);

/// What changed in one closed tick.
#[derive(Clone)]
pub(super) struct ClosedTick {
    pub(super) changed: Arc<Vec<Handle>>,
    pub(super) gone: Arc<[UnitId]>,
}

/// What a reader has to look at.
pub(super) enum Since {
    /// These ticks' changes.
    Ticks(Vec<ClosedTick>),
    /// Everything: the reader is too far behind, or from another run.
    Everything,
}

pub(super) struct ChangeLog {
    /// The tick that changes are noted in.
    open: Tick,
    changed: Vec<Handle>,
    gone: Vec<UnitId>,
    /// The ticks before the open one, without gaps, newest last.
    closed: VecDeque<ClosedTick>,
    remembered: usize,
}

impl ChangeLog {
    pub(super) fn new() -> Self {
        Self { open: Tick(1), changed: Vec::new(), gone: Vec::new(), closed: VecDeque::new(), remembered: 0 }
    }

    /// Notes that a unit's fix changed, once a tick: `noted` is the unit's own memory of the last tick it was noted in.
    #[inline]
    pub(super) fn note(&mut self, unit: Handle, noted: &mut Tick) {
        if *noted != self.open {
            *noted = self.open;
            self.changed.push(unit);
        }
    }

    /// Notes that a unit has no fix any more.
    pub(super) fn note_gone(&mut self, unit: UnitId) {
        if self.gone.len() == MAX_GONE_PER_TICK {
            // Readers of anything before this moment are behind now: they are sent everything and so miss nobody.
            self.close();
            self.closed.clear();
            self.remembered = 0;
        }
        self.gone.push(unit);
    }

    /// Closes the open tick and returns it. A tick without changes is not closed: the last one is returned again.
    pub(super) fn close(&mut self) -> Tick {
        if self.changed.is_empty() && self.gone.is_empty() {
            return self.last_closed();
        }
        // The list is handed over, not copied: writers wait for this.
        let next = Vec::with_capacity(self.changed.len());
        let closed =
            ClosedTick { changed: Arc::new(std::mem::replace(&mut self.changed, next)), gone: Arc::from(std::mem::take(&mut self.gone)) };
        self.remembered += closed.changed.len() + closed.gone.len();
        self.closed.push_back(closed);
        while self.closed.len() > MAX_CLOSED_TICKS || (self.remembered > MAX_CLOSED_CHANGES && self.closed.len() > 1) {
            if let Some(dropped) = self.closed.pop_front() {
                self.remembered -= dropped.changed.len() + dropped.gone.len();
            }
        }
        let last = self.open;
        self.open = Tick(last.0 + 1);
        last
    }

    pub(super) fn last_closed(&self) -> Tick {
        Tick(self.open.0 - 1)
    }

    /// What changed after `since` in closed ticks.
    pub(super) fn since(&self, since: Tick) -> Since {
        let Some(behind) = self.last_closed().0.checked_sub(since.0).and_then(|behind| usize::try_from(behind).ok()) else {
            return Since::Everything;
        };
        match self.closed.len().checked_sub(behind) {
            Some(skip) => Since::Ticks(self.closed.iter().skip(skip).cloned().collect()),
            None => Since::Everything,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handles(log: &ChangeLog, since: Tick) -> Option<Vec<Vec<Handle>>> {
        match log.since(since) {
            Since::Ticks(ticks) => Some(ticks.iter().map(|tick| tick.changed.to_vec()).collect()),
            Since::Everything => None,
        }
    }

    #[test]
    fn a_unit_is_noted_once_a_tick() {
        let (mut log, mut noted) = (ChangeLog::new(), [Tick::default(); 2]);
        for unit in [0, 1, 0, 0] {
            log.note(unit, &mut noted[unit as usize]);
        }
        assert_eq!(log.close(), Tick(1));
        assert_eq!(log.close(), Tick(1), "an empty tick is not closed");
        log.note(1, &mut noted[1]);
        assert_eq!(log.close(), Tick(2));
        assert_eq!(handles(&log, Tick(0)), Some(vec![vec![0, 1], vec![1]]));
        assert_eq!(handles(&log, Tick(1)), Some(vec![vec![1]]));
        assert_eq!(handles(&log, Tick(2)), Some(vec![]));
        assert_eq!(handles(&log, Tick(3)), None, "a tick of another run");
    }

    #[test]
    fn a_reader_that_is_too_far_behind_gets_everything() {
        let (mut log, mut noted) = (ChangeLog::new(), Tick::default());
        for _ in 0..=MAX_CLOSED_TICKS {
            log.note(7, &mut noted);
            log.close();
        }
        assert_eq!(handles(&log, Tick(0)), None);
        assert_eq!(handles(&log, Tick(1)).map(|ticks| ticks.len()), Some(MAX_CLOSED_TICKS));
    }

    #[test]
    fn a_flood_of_leaving_units_stays_bounded_and_is_noticed() {
        let mut log = ChangeLog::new();
        let unit = UnitId::new("610824-a1").unwrap();
        for _ in 0..=MAX_GONE_PER_TICK {
            log.note_gone(unit.clone());
        }
        assert_eq!(log.gone.len(), 1);
        assert_eq!(handles(&log, Tick(0)), None);
        let closed = log.close();
        assert_eq!(handles(&log, closed), Some(vec![]));
    }
}
