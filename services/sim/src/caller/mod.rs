//! Invented callers: calls as a seeded Poisson process over a day, with a place, a category and what the caller says.

mod stories;

use crate::geometry::{Side, offset, side_of_ring};
use crate::layout::Layout;
use crate::random::{SimRng, chance, exponential, normal, pick, seeded};
use domain::agency::AgencyLevel;
use domain::ids::{CategoryKey, InvalidCode, TypeKey};
use domain::place::Position;
use domain::time::Timestamp;
use rand::RngExt;
pub use stories::{STORIES, Story};

/// Share of a day's calls in each hour of the local day, in thousandths. Assumption: quietest before dawn, busiest in the evening, as
/// published call statistics of towns commonly show.
pub const HOUR_SHARES: [u32; 24] = [30, 22, 17, 14, 12, 13, 20, 31, 41, 46, 48, 48, 47, 46, 47, 49, 52, 56, 60, 63, 65, 63, 58, 52];
/// Share of calls without a position: the caller doesn't know, and nothing locates the phone. Assumption.
const NO_POSITION_PROBABILITY: f64 = 0.02;
/// Share of positions that lie about a seat; the rest is spread evenly. Assumption.
const ABOUT_SEATS_PROBABILITY: f64 = 0.75;
/// Standard deviation of the distance to a seat, metres. Assumption.
const ABOUT_SEATS_M: f64 = 1_400.0;
/// Tries to hit the area before a seat itself is taken.
const TRIES_MAX: usize = 64;
const HOUR_MS: i64 = 3_600_000;

/// One invented call. Nobody in it exists.
#[derive(Clone, PartialEq, Debug)]
pub struct InventedCall {
    /// When it comes in.
    pub at: Timestamp,
    /// Where; none when the caller can't say.
    pub position: Option<Position>,
    /// Category, first level.
    pub category: CategoryKey,
    /// Type, second level.
    pub call_type: TypeKey,
    /// What the caller says, in Chinese.
    pub narrative_zh: String,
    /// The same in English.
    pub narrative_en: String,
}

/// How callers call.
#[derive(Clone, PartialEq, Debug)]
pub struct CallerProfile {
    /// Calls an hour, averaged over a day. The demo's default is an assumption: busy enough to watch.
    pub rate_per_hour: f64,
    /// How many times faster than the clock: the rate is multiplied by it, and the day passes faster. 1 on a virtual clock.
    pub speed: f64,
    /// The local time's offset to UTC, hours: for the hour of the day.
    pub utc_offset_hours: i32,
}

impl Default for CallerProfile {
    fn default() -> Self {
        Self { rate_per_hour: 60.0, speed: 1.0, utc_offset_hours: 8 }
    }
}

struct Prepared {
    category: CategoryKey,
    call_type: TypeKey,
    story: &'static Story,
}

/// The callers of a county.
pub struct Callers {
    profile: CallerProfile,
    rng: SimRng,
    epoch: Timestamp,
    /// Boundaries a place must lie in.
    rings: Vec<Vec<Position>>,
    /// Seats with the names of their places.
    seats: Vec<(Position, String, String)>,
    stories: Vec<Prepared>,
    weight_total: u64,
}

impl Callers {
    /// Callers in a layout's stations. `epoch` is where the simulated day and the clock agree.
    ///
    /// # Errors
    /// [`InvalidCode`], which the built-in stories never cause.
    pub fn new(layout: &Layout, profile: CallerProfile, seed: u64, epoch: Timestamp) -> Result<Self, InvalidCode> {
        let both = || layout.nodes.iter().zip(&layout.boundaries);
        let rings = both().filter(|(node, _)| node.level == AgencyLevel::Station).map(|(_, b)| b.ring.clone()).collect();
        let places = both().filter(|(node, _)| node.level == AgencyLevel::Beat);
        let name = |name: &str, ending: &str| name.trim_end_matches(ending).to_owned();
        let seats =
            places.filter_map(|(node, _)| Some((node.seat?, name(&node.name_zh, "警务区"), name(&node.name_en, " Beat")))).collect();
        let stories = STORIES
            .iter()
            .map(|story| Ok(Prepared { category: CategoryKey::new(story.category)?, call_type: TypeKey::new(story.call_type)?, story }))
            .collect::<Result<Vec<_>, InvalidCode>>()?;
        let weight_total = stories.iter().map(|prepared| u64::from(prepared.story.weight)).sum();
        Ok(Self { profile, rng: seeded(seed, 1 << 32), epoch, rings, seats, stories, weight_total })
    }

    /// The first call after `now`. Called with the time of the call before, it yields the whole process: Poisson, with the day's rate
    /// in each hour (by thinning). Comes within a day even at a rate of 0.
    pub fn next(&mut self, now: Timestamp) -> InventedCall {
        let day_ms = 24.0 * HOUR_MS as f64;
        let peak = f64::from(HOUR_SHARES.iter().copied().max().unwrap_or(1));
        let even = f64::from(HOUR_SHARES.iter().sum::<u32>()) / 24.0;
        let speed = self.profile.speed.max(1e-3);
        let peak_per_ms = (self.profile.rate_per_hour * peak / even / HOUR_MS as f64 * speed).max(1.0 / day_ms);
        let mut after_ms = 0.0;
        let at = loop {
            after_ms += exponential(&mut self.rng, 1.0 / peak_per_ms);
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // not negative and cut to a day
            let at = now.plus_ms(after_ms.min(day_ms).ceil() as u64);
            let kept = f64::from(self.hour_share(at)) / peak;
            if after_ms >= day_ms || chance(&mut self.rng, kept) {
                break at;
            }
        };
        self.call(at)
    }

    /// The share of the simulated hour at a clock time.
    #[allow(clippy::cast_possible_truncation)] // milliseconds of a run, far below 2^53
    fn hour_share(&self, at: Timestamp) -> u32 {
        let simulated_ms = self.epoch.0 + ((at.0 - self.epoch.0) as f64 * self.profile.speed) as i64;
        let hour = (simulated_ms.div_euclid(HOUR_MS) + i64::from(self.profile.utc_offset_hours)).rem_euclid(24);
        usize::try_from(hour).ok().and_then(|hour| HOUR_SHARES.get(hour)).copied().unwrap_or(1)
    }

    fn call(&mut self, at: Timestamp) -> InventedCall {
        let mut left = if self.weight_total == 0 { 0 } else { self.rng.random_range(0..self.weight_total) };
        let mut chosen = 0;
        for (index, prepared) in self.stories.iter().enumerate() {
            chosen = index;
            let weight = u64::from(prepared.story.weight);
            if left < weight {
                break;
            }
            left -= weight;
        }
        self.tell(at, chosen)
    }

    /// A call of one story (its index in [`STORIES`], cut to the last) at a time.
    pub fn tell(&mut self, at: Timestamp, story: usize) -> InventedCall {
        let position = self.position();
        let near = position.and_then(|position| {
            let distance = |seat: &Position| roads::sphere::great_circle_m(*seat, position);
            self.seats.iter().min_by(|a, b| distance(&a.0).total_cmp(&distance(&b.0)))
        });
        let (place_zh, place_en) = near.map_or(("不清楚的地方", "an unknown place"), |(_, zh, en)| (zh.as_str(), en.as_str()));
        let spot = pick(&mut self.rng, stories::SPOTS).copied().unwrap_or(("路口", "the crossing"));
        let number = self.rng.random_range(2..9).to_string();
        let fill = |text: &str, place: &str, spot: &str| text.replace("{place}", place).replace("{spot}", spot).replace("{n}", &number);
        let index = story.min(self.stories.len().saturating_sub(1));
        let prepared = &self.stories[index];
        InventedCall {
            at,
            position,
            category: prepared.category.clone(),
            call_type: prepared.call_type.clone(),
            narrative_zh: fill(prepared.story.zh, place_zh, spot.0),
            narrative_en: fill(prepared.story.en, place_en, spot.1),
        }
    }

    /// A place within the boundaries: about a seat, or anywhere.
    fn position(&mut self) -> Option<Position> {
        if chance(&mut self.rng, NO_POSITION_PROBABILITY) {
            return None;
        }
        let seats: Vec<Position> = self.seats.iter().map(|seat| seat.0).collect();
        let about = chance(&mut self.rng, ABOUT_SEATS_PROBABILITY);
        for _ in 0..TRIES_MAX {
            let candidate = if about { self.about_a_seat(&seats) } else { self.anywhere() };
            let Some(candidate) = candidate else { break };
            if self.rings.iter().any(|ring| side_of_ring(ring, candidate) != Side::Outside) {
                return Some(candidate);
            }
        }
        pick(&mut self.rng, &seats).copied()
    }

    fn about_a_seat(&mut self, seats: &[Position]) -> Option<Position> {
        let seat = *pick(&mut self.rng, seats)?;
        let (east, north) = (normal(&mut self.rng), normal(&mut self.rng));
        Some(offset(seat, east * ABOUT_SEATS_M, north * ABOUT_SEATS_M))
    }

    fn anywhere(&mut self) -> Option<Position> {
        let corners = || self.rings.iter().flatten();
        let lats = (corners().map(|p| p.lat_e7()).min()?, corners().map(|p| p.lat_e7()).max()?);
        let lons = (corners().map(|p| p.lon_e7()).min()?, corners().map(|p| p.lon_e7()).max()?);
        Position::from_e7(self.rng.random_range(lats.0..=lats.1), self.rng.random_range(lons.0..=lons.1)).ok()
    }
}

#[cfg(test)]
mod tests;
