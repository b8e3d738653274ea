//! Invented callers: events as a seeded process over weeks and holidays, each with its calls, what is told and what is really the case.

mod arrival;
mod behaviour;
mod calendar;
mod call;
mod event;
mod model;
mod places;
mod stories;
mod telling;

pub use behaviour::{Behaviour, MORE_CALLERS_MAX};
pub use calendar::{Calendar, DayKind, day_number};
pub use call::{InventedCall, Manner, Occasion, Truth};
pub use model::{ByCategory, CallerModel, HolidayFactor, MODEL_MAX_BYTES, ModelError, Noise, Parameter, SHAPES_MAX, Shape, TurnsOut};
pub use stories::{STORIES, Story};

use crate::layout::Layout;
use crate::random::{SimRng, chance, exponential, seeded};
use arrival::{Arrival, HOUR_MS, Stratum};
use domain::ids::{CategoryKey, InvalidCode, TypeKey};
use domain::place::Position;
use domain::time::Timestamp;
use event::Event;
use places::Ground;
use rand::RngExt;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

/// Most calls that are to come later at any time: further callers, call-backs, repeats, a burst's events. Beyond it they don't come.
pub const PENDING_MAX: usize = 8_192;
/// Most events of one burst.
pub const BURST_EVENTS_MAX: usize = 400;
/// A call that nobody asked for this long after its time has come and gone, milliseconds of the clock.
const GONE_AFTER_MS: u64 = 60_000;
/// How far ahead a burst or a repeat may lie at most, milliseconds: a year.
const AHEAD_MAX_MS: f64 = 3.2e10;
const MINUTE_MS: f64 = 60_000.0;
const SECOND_MS: f64 = 1_000.0;
const DAY_MS: f64 = 86_400_000.0;
/// What happens in a burst, by category: a storm. Assumption.
const BURST_CATEGORIES: [&str; 5] = ["traffic", "disaster", "non_police", "fire_rescue", "help"];

/// Why no callers could be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallersError {
    /// A story's key is none.
    #[error(transparent)]
    Code(#[from] InvalidCode),
    /// The model's files are wrong.
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// How many callers there are, and which model they follow.
#[derive(Clone, PartialEq, Debug)]
pub struct CallerProfile {
    /// Calls an hour, averaged over ordinary weeks, further callers and repeats included. The default is an assumption: busy enough to
    /// watch.
    pub rate_per_hour: f64,
    /// How many times faster than the clock: the rate is multiplied by it, and the week passes faster. 1 on a virtual clock.
    pub speed: f64,
    /// The local time's offset to UTC, hours: for the hour of the week and the date.
    pub utc_offset_hours: i32,
    /// What they do; none is the model that ships.
    pub model: Option<Arc<CallerModel>>,
}

impl Default for CallerProfile {
    fn default() -> Self {
        Self { rate_per_hour: 60.0, speed: 1.0, utc_offset_hours: 8, model: None }
    }
}

/// A story with its checked keys.
struct Prepared {
    category: CategoryKey,
    call_type: TypeKey,
    story: &'static Story,
}

/// What comes later.
#[derive(Clone, Debug)]
enum Later {
    /// A further call on an event.
    Call { event: Arc<Event>, occasion: Occasion },
    /// An event of a burst about a place.
    Event { story: usize, middle: Option<Position> },
}

/// Something that comes at a simulated time; of two at the same time, the one that was planned first.
struct Pending {
    at_ms: i64,
    order: u64,
    what: Later,
}

impl PartialEq for Pending {
    fn eq(&self, other: &Self) -> bool {
        (self.at_ms, self.order) == (other.at_ms, other.order)
    }
}

impl Eq for Pending {}

impl PartialOrd for Pending {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Pending {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at_ms, self.order).cmp(&(other.at_ms, other.order))
    }
}

/// The callers of a county.
pub struct Callers {
    model: Arc<CallerModel>,
    speed: f64,
    calls_per_hour: f64,
    seed: u64,
    rng: SimRng,
    epoch: Timestamp,
    ground: Ground,
    stories: Vec<Prepared>,
    /// Indexes of the stories of each stratum, with their weights.
    by_stratum: Vec<Vec<(usize, u32)>>,
    arrival: Arrival,
    /// The next event and the next burst, simulated times.
    next_event_ms: Option<i64>,
    next_burst_ms: Option<i64>,
    pending: BinaryHeap<Reverse<Pending>>,
    order: u64,
    events: u64,
}

impl Callers {
    /// Callers in a layout's stations. `epoch` is where the simulated time and the clock agree.
    ///
    /// # Errors
    /// [`CallersError`], which the built-in stories and model never cause.
    pub fn new(layout: &Layout, profile: CallerProfile, seed: u64, epoch: Timestamp) -> Result<Self, CallersError> {
        let model = match profile.model {
            Some(model) => model,
            None => Arc::new(CallerModel::shipped()?),
        };
        let stories = STORIES
            .iter()
            .map(|story| Ok(Prepared { category: CategoryKey::new(story.category)?, call_type: TypeKey::new(story.call_type)?, story }))
            .collect::<Result<Vec<_>, InvalidCode>>()?;
        let mut categories: BTreeMap<&str, Vec<(usize, u32)>> = BTreeMap::new();
        for (index, prepared) in stories.iter().enumerate() {
            categories.entry(prepared.story.category).or_default().push((index, prepared.story.weight));
        }
        let weight = |stories: &[(usize, u32)]| stories.iter().map(|(_, weight)| f64::from(*weight)).sum::<f64>();
        let all: f64 = categories.values().map(|stories| weight(stories)).sum();
        let of_others = model.shapes.iter().position(|shape| shape.categories.is_empty()).unwrap_or(0);
        let strata: Vec<Stratum> = categories
            .iter()
            .map(|(category, stories)| {
                let own = model.shapes.iter().position(|shape| shape.categories.iter().any(|of| of == category));
                Stratum { shape: own.unwrap_or(of_others), category: (*category).to_owned(), share: weight(stories) / all.max(1.0) }
            })
            .collect();
        let calls_per_event: f64 = stories
            .iter()
            .map(|prepared| f64::from(prepared.story.weight) / all.max(1.0) * model.behaviour.calls_per_event(&prepared.category))
            .sum();
        let calls_per_hour = profile.rate_per_hour.max(0.0);
        let events_per_hour = calls_per_hour * (1.0 - model.noise.burst_share.value) / calls_per_event.max(1.0);
        Ok(Self {
            arrival: Arrival::new(Arc::clone(&model), seed, profile.utc_offset_hours, events_per_hour, strata),
            model,
            speed: profile.speed.max(1e-3),
            calls_per_hour,
            seed,
            rng: seeded(seed, 1 << 32),
            epoch,
            ground: Ground::new(layout),
            stories,
            by_stratum: categories.into_values().collect(),
            next_event_ms: None,
            next_burst_ms: None,
            pending: BinaryHeap::new(),
            order: 0,
            events: 0,
        })
    }

    /// The first call after `now`. Called with the time of the call before, it yields the whole process. A call whose time passed by
    /// less than a minute before `now` comes just after `now`; what is older came and went while nobody listened.
    pub fn next(&mut self, now: Timestamp) -> InventedCall {
        let now_ms = self.simulated(now);
        let heard_from_ms = now_ms - self.gone_after_ms();
        loop {
            let event_ms = match self.next_event_ms.filter(|at| *at >= heard_from_ms) {
                Some(at) => at,
                None => self.arrival.next_after(now_ms, &mut self.rng),
            };
            self.next_event_ms = Some(event_ms);
            let burst_ms = match self.next_burst_ms.filter(|at| *at >= heard_from_ms) {
                Some(at) => at,
                None => self.burst_after(now_ms),
            };
            self.next_burst_ms = Some(burst_ms);
            let pending_ms = self.pending.peek().map_or(i64::MAX, |Reverse(pending)| pending.at_ms);
            if pending_ms <= event_ms.min(burst_ms) {
                let Some(Reverse(pending)) = self.pending.pop() else { continue };
                if pending.at_ms < heard_from_ms {
                    continue;
                }
                return self.later(pending, now);
            }
            if burst_ms < event_ms {
                self.burst(burst_ms);
                self.next_burst_ms = Some(self.burst_after(burst_ms));
                continue;
            }
            self.next_event_ms = Some(self.arrival.next_after(event_ms, &mut self.rng));
            let story = self.draw_story(event_ms, |_| true);
            return self.first_call(event_ms, now, story, None);
        }
    }

    /// A call of one story (its index in [`STORIES`], cut to the last) at a time, told as it is, by one caller. For told events of a
    /// demonstration.
    pub fn tell(&mut self, at: Timestamp, story: usize) -> InventedCall {
        let place = self.ground.somewhere(&mut self.rng);
        let event = self.event(story, place, true);
        self.call(&event, at, Occasion::First, Manner::Told)
    }

    /// Calls that are still to come because of calls that came: at most [`PENDING_MAX`].
    #[must_use]
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Events expected in the simulated hour of a clock time: the rate of the process that [`Callers::next`] draws from, apart from
    /// bursts and from further calls on an event.
    pub fn events_per_hour_at(&mut self, at: Timestamp) -> f64 {
        let at_ms = self.simulated(at);
        self.arrival.rates_at(at_ms).total
    }

    fn later(&mut self, pending: Pending, now: Timestamp) -> InventedCall {
        let at = self.on_the_clock(pending.at_ms, now);
        match pending.what {
            Later::Event { story, middle } => {
                let radius_m = self.model.noise.burst_radius_m.value;
                let place = middle.map(|middle| self.ground.about(middle, radius_m, &mut self.rng));
                self.first_call(pending.at_ms, now, story, place)
            }
            Later::Call { event, occasion } => {
                if occasion == Occasion::Repeat {
                    // Coming again is an event of its own: the desk opens another incident, and it may not be the last.
                    let event = self.again(&event);
                    self.plan_repeat(&event, pending.at_ms);
                    return self.call(&event, at, occasion, Manner::Told);
                }
                self.call(&event, at, occasion, Manner::Told)
            }
        }
    }

    /// The first call of an event, and the plan of all that follow.
    fn first_call(&mut self, at_ms: i64, now: Timestamp, story: usize, place: Option<Position>) -> InventedCall {
        let place = place.or_else(|| self.ground.somewhere(&mut self.rng));
        let mut event = self.event(story, place, false);
        let manner = self.manner();
        if manner == Manner::Silent {
            self.perhaps_nothing(&mut event);
        }
        let event = Arc::new(event);
        let behaviour = &self.model.behaviour;
        let back_mean_ms = behaviour.calls_back_after_s.value * SECOND_MS;
        let calls_back = behaviour.calls_back.value;
        // Nobody else calls about what is not there.
        let more = if event.truth.no_incident { 0.0 } else { behaviour.more_callers.of(&event.category) };
        let more_mean_ms = behaviour.more_callers_after_s.value * SECOND_MS;
        if manner == Manner::Abandoned && chance(&mut self.rng, calls_back) {
            self.plan(at_ms, back_mean_ms, Later::Call { event: Arc::clone(&event), occasion: Occasion::CallBack });
        }
        for _ in 0..self.geometric(more).min(MORE_CALLERS_MAX) {
            self.plan(at_ms, more_mean_ms, Later::Call { event: Arc::clone(&event), occasion: Occasion::SameEvent });
        }
        self.plan_repeat(&event, at_ms);
        let at = self.on_the_clock(at_ms, now);
        self.call(&event, at, Occasion::First, manner)
    }

    fn plan_repeat(&mut self, event: &Arc<Event>, at_ms: i64) {
        let again = self.model.behaviour.repeat.of(&event.category);
        if !event.truth.no_incident && chance(&mut self.rng, again) {
            let mean_ms = self.model.behaviour.repeat_after_days.value * DAY_MS;
            self.plan(at_ms, mean_ms, Later::Call { event: Arc::clone(event), occasion: Occasion::Repeat });
        }
    }

    /// Plans something an exponential time after a simulated time; forgets it when too much is planned.
    #[allow(clippy::cast_possible_truncation)] // cut to a year
    fn plan(&mut self, after_ms: i64, mean_ms: f64, what: Later) {
        let wait_ms = exponential(&mut self.rng, mean_ms).clamp(1.0, AHEAD_MAX_MS) as i64;
        if self.pending.len() < PENDING_MAX {
            self.order += 1;
            self.pending.push(Reverse(Pending { at_ms: after_ms + wait_ms, order: self.order, what }));
        }
    }

    /// The time of the next burst.
    #[allow(clippy::cast_possible_truncation)] // cut to a year
    fn burst_after(&mut self, after_ms: i64) -> i64 {
        if self.model.noise.burst_share.value <= 0.0 {
            return i64::MAX;
        }
        let mean_ms = self.model.noise.burst_every_hours.value * HOUR_MS as f64;
        after_ms + exponential(&mut self.rng, mean_ms).clamp(1.0, AHEAD_MAX_MS) as i64
    }

    /// A burst: many events about one place within the hour. Its size keeps the share of calls in bursts, whatever the rate.
    fn burst(&mut self, at_ms: i64) {
        let noise = &self.model.noise;
        let minutes = noise.burst_minutes.value;
        let kinds = self.stories.iter().filter(|prepared| BURST_CATEGORIES.contains(&prepared.story.category));
        let (mut calls, mut weights) = (0.0, 0.0);
        for prepared in kinds {
            calls += f64::from(prepared.story.weight) * self.model.behaviour.calls_per_event(&prepared.category);
            weights += f64::from(prepared.story.weight);
        }
        let mean = noise.burst_share.value * self.calls_per_hour * noise.burst_every_hours.value * weights / f64::max(calls, 1.0);
        let middle = self.ground.somewhere(&mut self.rng);
        for _ in 0..self.geometric(mean).min(BURST_EVENTS_MAX) {
            let story = self.draw_story(at_ms, |prepared| BURST_CATEGORIES.contains(&prepared.story.category));
            self.plan(at_ms, minutes * MINUTE_MS, Later::Event { story, middle });
        }
    }

    /// A geometric number with this mean: how many more, where each one makes another as likely.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // cut to what is used
    fn geometric(&mut self, mean: f64) -> usize {
        if mean <= 0.0 {
            return 0;
        }
        let another = mean / (1.0 + mean);
        let draw = 1.0 - self.rng.random::<f64>();
        (draw.ln() / another.ln()).clamp(0.0, 1e6) as usize
    }

    fn simulated(&self, at: Timestamp) -> i64 {
        #[allow(clippy::cast_possible_truncation)] // milliseconds of a run, far below 2^53
        let since_ms = ((at.0 - self.epoch.0) as f64 * self.speed) as i64;
        self.epoch.0 + since_ms
    }

    /// The clock time of a simulated one, after `now`.
    fn on_the_clock(&self, at_ms: i64, now: Timestamp) -> Timestamp {
        #[allow(clippy::cast_possible_truncation)] // milliseconds of a run, far below 2^53
        let since_ms = ((at_ms - self.epoch.0) as f64 / self.speed).ceil() as i64;
        Timestamp((self.epoch.0 + since_ms).max(now.0 + 1))
    }

    #[allow(clippy::cast_possible_truncation)] // a minute, times the speed
    fn gone_after_ms(&self) -> i64 {
        (GONE_AFTER_MS as f64 * self.speed) as i64
    }
}

#[cfg(test)]
mod tests;
