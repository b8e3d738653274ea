//! The fleet that everyone shares: a lock that is held for a few dozen microseconds at a time.
//!
//! *Why one lock and short slices.* Everything a fix touches (its unit, its leaf, sometimes two more nodes) is in one structure
//! whose parts must agree, and moving a unit takes well under a microsecond; so one reader-writer lock costs less than keeping
//! shards in agreement would, and searches cross no border. Writers work in slices of [`WRITE_SLICE`] fixes: a mutex lets only
//! one of them compete for the lock, and each slice ends by handing the lock to waiting readers. A reader therefore waits for
//! at most one slice, however many streams write. What needs no lock (checking, correcting, trigonometry) is done before it.

use super::acceptance::prepare;
use super::changes::{Since, Tick};
use super::fix::{Fix, FixBatch};
use super::index::{Handle, SearchWork, Target, Tree};
use super::state::State;
use super::verdict::{BatchReceipt, BatchTooLarge, Verdict};
use super::{Changes, FleetFull, Hint, Hit, MAX_BATCH, MAX_NEAREST, NearestQuery, metrics};
use domain::ids::UnitId;
use domain::place::Position;
use domain::time::Timestamp;
use parking_lot::{Mutex, RwLock, RwLockReadGuard, RwLockWriteGuard};
use roads::UnitVector;
use roads::sphere::{chord_to_m, m_to_chord};

/// Fixes applied under one hold of the lock: about 30 µs.
pub(super) const WRITE_SLICE: usize = 64;
/// Looks at the lock before a reader's thread sleeps: about as long as a slice takes.
const READ_SPINS: usize = 500;
/// Units looked at under one hold of the lock when many are read.
pub(super) const READ_SLICE: usize = 1024;

/// The latest fix of every unit and the index of their places; cheap to share, safe to use from any thread.
///
/// None of its calls blocks for longer than a slice, so they may be made from async code.
pub struct Fleet {
    /// Whose turn it is to write.
    turn: Mutex<()>,
    state: RwLock<State>,
}

impl Default for Fleet {
    fn default() -> Self {
        Self::new()
    }
}

impl Fleet {
    /// An empty fleet.
    #[must_use]
    pub fn new() -> Self {
        Self::with_index(Tree::default())
    }

    /// An empty fleet whose index has other levels than the default: for measurements.
    #[must_use]
    pub fn with_index(index: Tree) -> Self {
        Self { turn: Mutex::new(()), state: RwLock::new(State::new(index)) }
    }

    /// Waits for a reader's turn. A slice of writing ends sooner than the kernel wakes a thread, so it looks again for about that
    /// long before it lets the thread sleep.
    fn read(&self) -> RwLockReadGuard<'_, State> {
        for _ in 0..READ_SPINS {
            if let Some(state) = self.state.try_read() {
                return state;
            }
            std::hint::spin_loop();
        }
        self.state.read()
    }

    fn write<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let _turn = self.turn.lock();
        let mut state = self.state.write();
        let result = change(&mut state);
        RwLockWriteGuard::unlock_fair(state);
        result
    }

    /// Registers a unit, not assignable yet; without a fresh fix it is placed at `station`. Registering it again changes only
    /// its station.
    ///
    /// # Errors
    /// [`FleetFull`] when [`MAX_UNITS`](super::MAX_UNITS) are registered.
    pub fn register(&self, unit: UnitId, station: Option<Position>) -> Result<(), FleetFull> {
        let units = self.write(|state| state.register(unit, station).map(|()| state.len()))?;
        metrics::set_units(units);
        Ok(())
    }

    /// Unregisters a unit and forgets its fix. Returns whether it was registered.
    pub fn unregister(&self, unit: &UnitId) -> bool {
        let (known, units) = self.write(|state| (state.unregister(unit), state.len()));
        metrics::set_units(units);
        known
    }

    /// Says whether a unit may be assigned: on duty and available. Returns whether it is registered.
    pub fn set_assignable(&self, unit: &UnitId, assignable: bool) -> bool {
        self.write(|state| state.set_assignable(unit, assignable))
    }

    /// Forgets a unit's fix, for example because another device reports for it now, whose numbers may start lower. Returns
    /// whether it is registered.
    pub fn forget_fix(&self, unit: &UnitId) -> bool {
        self.write(|state| state.forget_fix(unit))
    }

    /// Judges every fix of a batch in order and moves the units whose fixes are accepted. `received` is when the batch reached
    /// the server.
    ///
    /// # Errors
    /// [`BatchTooLarge`] when it has more than [`MAX_BATCH`] fixes; then none is looked at.
    pub fn apply_batch(&self, batch: &FixBatch<'_>, received: Timestamp) -> Result<BatchReceipt, BatchTooLarge> {
        self.apply_batch_hinted(batch, &mut Vec::new(), received)
    }

    /// [`Fleet::apply_batch`] by a sender that keeps a hint for each of its units: `hints` are those of the batch's fixes in the same
    /// order, filled up where some are missing; afterwards they say where each unit is.
    ///
    /// # Errors
    /// As [`Fleet::apply_batch`].
    pub fn apply_batch_hinted(
        &self,
        batch: &FixBatch<'_>,
        hints: &mut Vec<Hint>,
        received: Timestamp,
    ) -> Result<BatchReceipt, BatchTooLarge> {
        if batch.fixes.len() > MAX_BATCH {
            metrics::count_refused_batch();
            return Err(BatchTooLarge { given: batch.fixes.len(), limit: MAX_BATCH });
        }
        let mut receipt = BatchReceipt {
            verdicts: Vec::with_capacity(batch.fixes.len()),
            clock_correction_ms: batch.clock_correction_ms(received),
            ..BatchReceipt::default()
        };
        let mut prepared: Vec<Result<(Fix, UnitVector), Verdict>> = Vec::with_capacity(WRITE_SLICE.min(batch.fixes.len()));
        hints.resize(batch.fixes.len(), Hint::default());
        for (slice, hints) in batch.fixes.chunks(WRITE_SLICE).zip(hints.chunks_mut(WRITE_SLICE)) {
            prepared.clear();
            prepared.extend(slice.iter().map(|reported| prepare(reported, batch, received).map(|fix| (fix, UnitVector::of(fix.position)))));
            self.write(|state| {
                for ((reported, prepared), hint) in slice.iter().zip(&prepared).zip(hints) {
                    let verdict = match *prepared {
                        Ok((fix, vector)) => state.apply(&reported.unit, hint, fix, vector, &mut receipt.released),
                        Err(_) if state.find(&reported.unit).is_none() => Verdict::UnknownUnit,
                        Err(verdict) => verdict,
                    };
                    receipt.verdicts.push(verdict);
                }
            });
        }
        for verdict in &receipt.verdicts {
            receipt.counts.add(*verdict);
        }
        metrics::count_fixes(&receipt.counts);
        metrics::count_released(receipt.released.len());
        Ok(receipt)
    }

    /// A unit's latest fix, however old; `None` when it has none or is not registered.
    #[must_use]
    pub fn latest(&self, unit: &UnitId) -> Option<Fix> {
        self.read().find(unit).and_then(|slot| slot.latest().copied())
    }

    /// The nearest units that `filter` accepts, by distance, then by id. `filter` is asked only about units that would be among
    /// them, gets their latest fix if they have one, runs under the lock, and must not call the fleet.
    pub fn nearest(&self, query: &NearestQuery, filter: impl FnMut(&UnitId, Option<&Fix>) -> bool) -> Vec<Hit> {
        self.nearest_measured(query, filter).0
    }

    /// [`Fleet::nearest`] with what the search looked at.
    pub fn nearest_measured(&self, query: &NearestQuery, filter: impl FnMut(&UnitId, Option<&Fix>) -> bool) -> (Vec<Hit>, SearchWork) {
        let target = Target {
            from: UnitVector::of(query.position),
            k: query.k.min(MAX_NEAREST),
            among: query.among,
            within_chord: query.within_m.map_or(2.0, m_to_chord),
        };
        let state = self.read();
        let (found, work) = state.nearest(&target, filter);
        let hits = found
            .filter_map(|(slot, found)| {
                let distance_m = chord_to_m(found.chord_squared.sqrt());
                Some(Hit { unit: slot.unit.clone(), distance_m, placed: slot.placed?, fix: slot.latest().copied() })
            })
            .collect();
        (hits, work)
    }

    /// Places units whose fix is older than `stale_after_ms` at their stations; units without a station stay at their fix.
    /// Their next accepted fix brings them back. To be called every few seconds. Returns how many were moved.
    pub fn relegate_stale(&self, now: Timestamp, stale_after_ms: u64) -> usize {
        let mut relegated = 0;
        let handles = self.read().handle_count();
        let mut stale: Vec<Handle> = Vec::new();
        for first in (0..handles).step_by(READ_SLICE) {
            let slice = first..handles.min(first.saturating_add(READ_SLICE as Handle));
            {
                let state = self.read();
                stale.extend(slice.filter(|&handle| state.should_relegate(handle, now, stale_after_ms)));
            }
            for part in stale.chunks(WRITE_SLICE) {
                self.write(|state| {
                    for &handle in part {
                        // Its fix may have become fresh since it was seen.
                        if state.should_relegate(handle, now, stale_after_ms) {
                            state.relegate(handle);
                            relegated += 1;
                        }
                    }
                });
            }
            stale.clear();
        }
        metrics::count_relegated(relegated);
        relegated
    }

    /// Closes the open tick: what changed until now can be read by [`Fleet::changed_since`]. Without changes the last closed
    /// tick is returned again.
    pub fn close_tick(&self) -> Tick {
        self.write(|state| state.changes.close())
    }

    /// The units whose fixes changed after `since`, in closed ticks, with the fix that is their latest now: what changed twice
    /// is there once. A reader that is more than [`MAX_CLOSED_TICKS`](super::MAX_CLOSED_TICKS) behind gets everything.
    #[must_use]
    pub fn changed_since(&self, since: Tick) -> Changes {
        let (through, since, handles) = {
            let state = self.read();
            (state.changes.last_closed(), state.changes.since(since), state.handle_count())
        };
        let mut changes = Changes { through, ..Changes::default() };
        match since {
            Since::Everything => {
                changes.everything = true;
                let all: Vec<Handle> = (0..handles).collect();
                self.read_fixes(&all, &mut changes.fixes);
            }
            Since::Ticks(ticks) => {
                changes.gone = ticks.iter().flat_map(|tick| tick.gone.iter().cloned()).collect();
                if let [tick] = &ticks[..] {
                    self.read_fixes(&tick.changed, &mut changes.fixes);
                } else {
                    let mut handles: Vec<Handle> = ticks.iter().flat_map(|tick| tick.changed.iter().copied()).collect();
                    handles.sort_unstable();
                    handles.dedup();
                    self.read_fixes(&handles, &mut changes.fixes);
                }
            }
        }
        changes
    }

    fn read_fixes(&self, handles: &[Handle], fixes: &mut Vec<(UnitId, Fix)>) {
        fixes.reserve(handles.len());
        for slice in handles.chunks(READ_SLICE) {
            let state = self.read();
            let slots = slice.iter().filter_map(|&handle| state.registered(handle));
            fixes.extend(slots.filter_map(|slot| Some((slot.unit.clone(), *slot.latest()?))));
        }
    }

    /// How many units are registered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.read().len()
    }

    /// Whether no unit is registered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
