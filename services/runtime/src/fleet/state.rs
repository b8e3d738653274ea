//! The fleet under its lock: units by handle, their tracks, the index, and the log of changes.

use super::acceptance::Track;
use super::changes::{ChangeLog, Tick};
use super::fix::Fix;
use super::index::{Found, Handle, SearchWork, Target, Tree};
use super::verdict::Verdict;
use super::{FleetFull, Hint, MAX_UNITS, Placed};
use domain::ids::UnitId;
use domain::place::Position;
use domain::time::Timestamp;
use foldhash::{HashMap, HashMapExt};
use roads::UnitVector;

/// A unit, or a free slot that keeps the last one's id until it is used again.
pub(super) struct UnitSlot {
    pub(super) unit: UnitId,
    registered: bool,
    assignable: bool,
    /// What its place in the index comes from; `None` when it has none.
    pub(super) placed: Option<Placed>,
    noted: Tick,
    station: Option<Position>,
    track: Track,
}

impl UnitSlot {
    pub(super) fn latest(&self) -> Option<&Fix> {
        self.track.latest.as_ref()
    }
}

pub(super) struct State {
    handles: HashMap<UnitId, Handle>,
    units: Vec<UnitSlot>,
    free: Vec<Handle>,
    index: Tree,
    pub(super) changes: ChangeLog,
}

impl State {
    pub(super) fn new(index: Tree) -> Self {
        Self { handles: HashMap::new(), units: Vec::new(), free: Vec::new(), index, changes: ChangeLog::new() }
    }

    /// Registered units.
    pub(super) fn len(&self) -> usize {
        self.handles.len()
    }

    /// Handles that were ever used: every registered unit has one below this.
    pub(super) fn handle_count(&self) -> Handle {
        Handle::try_from(self.units.len()).unwrap_or(Handle::MAX)
    }

    pub(super) fn registered(&self, handle: Handle) -> Option<&UnitSlot> {
        self.units.get(handle as usize).filter(|slot| slot.registered)
    }

    pub(super) fn find(&self, unit: &UnitId) -> Option<&UnitSlot> {
        self.handles.get(unit).and_then(|&handle| self.units.get(handle as usize))
    }

    /// Where a unit is: at the hint if it is there, else by its name; the hint says it next time.
    fn locate(&self, unit: &UnitId, hint: &mut Hint) -> Option<Handle> {
        let there = self.registered(hint.0).is_some_and(|slot| slot.unit == *unit);
        if !there {
            hint.0 = *self.handles.get(unit)?;
        }
        Some(hint.0)
    }

    pub(super) fn register(&mut self, unit: UnitId, station: Option<Position>) -> Result<(), FleetFull> {
        let handle = match self.handles.get(&unit) {
            Some(&handle) => handle,
            None => self.new_slot(unit)?,
        };
        self.units[handle as usize].station = station;
        if self.units[handle as usize].placed != Some(Placed::Fix) {
            self.place_at_station(handle);
        }
        Ok(())
    }

    fn new_slot(&mut self, unit: UnitId) -> Result<Handle, FleetFull> {
        if self.handles.len() >= MAX_UNITS {
            return Err(FleetFull { limit: MAX_UNITS });
        }
        let handle = match self.free.pop() {
            Some(handle) => {
                // `noted` stays: the open tick's list may still name this handle.
                let slot = &mut self.units[handle as usize];
                slot.unit = unit.clone();
                slot.registered = true;
                handle
            }
            None => {
                self.units.push(UnitSlot {
                    unit: unit.clone(),
                    registered: true,
                    assignable: false,
                    placed: None,
                    noted: Tick::default(),
                    station: None,
                    track: Track::default(),
                });
                self.handle_count() - 1
            }
        };
        self.handles.insert(unit, handle);
        Ok(handle)
    }

    pub(super) fn unregister(&mut self, unit: &UnitId) -> bool {
        let Some(handle) = self.handles.remove(unit) else { return false };
        self.index.remove(handle);
        let slot = &mut self.units[handle as usize];
        let had_fix = slot.track.latest.is_some();
        (slot.registered, slot.assignable, slot.placed, slot.station, slot.track) = (false, false, None, None, Track::default());
        self.free.push(handle);
        if had_fix {
            self.changes.note_gone(unit.clone());
        }
        true
    }

    pub(super) fn set_assignable(&mut self, unit: &UnitId, assignable: bool) -> bool {
        let Some(&handle) = self.handles.get(unit) else { return false };
        self.units[handle as usize].assignable = assignable;
        self.index.set_assignable(handle, assignable);
        true
    }

    pub(super) fn forget_fix(&mut self, unit: &UnitId) -> bool {
        let Some(&handle) = self.handles.get(unit) else { return false };
        let track = std::mem::take(&mut self.units[handle as usize].track);
        if track.latest.is_some() {
            self.changes.note_gone(unit.clone());
        }
        self.place_at_station(handle);
        true
    }

    /// Places a unit at its station, or nowhere when it has none.
    fn place_at_station(&mut self, handle: Handle) {
        let slot = &mut self.units[handle as usize];
        if let Some(station) = slot.station {
            slot.placed = Some(Placed::Station);
            self.index.place(handle, station, UnitVector::of(station), slot.assignable);
        } else {
            slot.placed = None;
            self.index.remove(handle);
        }
    }

    /// Judges a fix and, when it is accepted, moves its unit. A released fix is added to `released`.
    pub(super) fn apply(
        &mut self,
        unit: &UnitId,
        hint: &mut Hint,
        fix: Fix,
        vector: UnitVector,
        released: &mut Vec<(UnitId, Fix)>,
    ) -> Verdict {
        let Some(handle) = self.locate(unit, hint) else { return Verdict::UnknownUnit };
        let slot = &mut self.units[handle as usize];
        let judged = slot.track.judge(fix);
        if let Some(fix) = judged.released {
            released.push((unit.clone(), fix));
        }
        if judged.verdict == Verdict::Accepted {
            slot.placed = Some(Placed::Fix);
            self.index.place(handle, fix.position, vector, slot.assignable);
            self.changes.note(handle, &mut slot.noted);
        }
        judged.verdict
    }

    /// Whether a unit stands at a stale fix although it has a station.
    pub(super) fn should_relegate(&self, handle: Handle, now: Timestamp, stale_after_ms: u64) -> bool {
        self.registered(handle).is_some_and(|slot| {
            slot.placed == Some(Placed::Fix) && slot.station.is_some() && slot.latest().is_some_and(|fix| fix.is_stale(now, stale_after_ms))
        })
    }

    pub(super) fn relegate(&mut self, handle: Handle) {
        self.place_at_station(handle);
    }

    /// The nearest units that `filter` accepts; ties in the order of their ids.
    pub(super) fn nearest(
        &self,
        target: &Target,
        mut filter: impl FnMut(&UnitId, Option<&Fix>) -> bool,
    ) -> (impl Iterator<Item = (&UnitSlot, Found)>, SearchWork) {
        let slot = |handle: Handle| &self.units[handle as usize];
        let (found, work) =
            self.index.nearest(target, |a, b| slot(a).unit.cmp(&slot(b).unit), |handle| filter(&slot(handle).unit, slot(handle).latest()));
        (found.into_iter().map(move |found| (slot(found.unit), found)), work)
    }
}
