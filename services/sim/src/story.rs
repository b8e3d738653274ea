//! Story events of a demo: a person with a weapon whom a drone sees first, a dispute that turns criminal, a child that three people
//! report. They come at set times, between what everybody else calls about, each time elsewhere.

use crate::caller::{InventedCall, Manner, Occasion, Truth};
use crate::geometry::offset;
use crate::layout::{Layout, UnitPlan};
use crate::random::{SimRng, seeded};
use domain::agency::AgencyLevel;
use domain::classification::CallSource;
use domain::ids::{CategoryKey, InvalidCode, TypeKey};
use domain::place::Position;
use domain::time::Timestamp;
use domain::unit::UnitKind;
use rand::RngExt;
use roads::sphere::great_circle_m;
use std::collections::VecDeque;
use std::f64::consts::TAU;

/// After how long the stories come again, elsewhere, in milliseconds.
pub const ROUND_MS: u64 = 900_000;
/// Events of stories are numbered from here on, apart from all others.
const FIRST_EVENT: u64 = 1 << 48;
/// Places tried for one story.
const BEARINGS: u32 = 24;

/// Which story.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum StoryKey {
    /// Somebody has a knife, close to a drone's dock and far from every car: the drone is there first and watches.
    DroneFirst,
    /// Reported as a quarrel in a family; who gets there finds an assault, and the case team takes over.
    DisputeTurnsCriminal,
    /// A child is missing: several callers, one incident, a plan with many units.
    MissingChild,
}

impl StoryKey {
    /// All of them, in the order they are told.
    pub const ALL: [Self; 3] = [Self::DroneFirst, Self::DisputeTurnsCriminal, Self::MissingChild];

    /// Its name in interfaces.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DroneFirst => "drone_first",
            Self::DisputeTurnsCriminal => "dispute_turns_criminal",
            Self::MissingChild => "missing_child",
        }
    }
}

/// A call of a story.
#[derive(Clone, PartialEq, Debug)]
pub struct StoryCall {
    /// Whose.
    pub story: StoryKey,
    /// The call.
    pub call: InventedCall,
}

struct Line {
    after_ms: u64,
    story: StoryKey,
    /// What it is reported as, and what it is.
    kinds: [(&'static str, &'static str); 2],
    occasion: Occasion,
    caller: u32,
    zh: &'static str,
    en: &'static str,
}

/// One round. The first call comes soon enough to be seen by whoever has just opened the console.
const LINES: [Line; 5] = [
    Line {
        after_ms: 6_000,
        story: StoryKey::DroneFirst,
        kinds: [("criminal", "weapon"), ("criminal", "weapon")],
        occasion: Occasion::First,
        caller: 1,
        zh: "河边停车场有个男的拿着刀,旁边的人都在躲。",
        en: "A man with a knife at the car park by the river; people are hiding.",
    },
    Line {
        after_ms: 18_000,
        story: StoryKey::DisputeTurnsCriminal,
        kinds: [("dispute", "family"), ("criminal", "assault")],
        occasion: Occasion::First,
        caller: 2,
        zh: "楼上两口子又吵起来了,摔东西,孩子在哭。",
        en: "The couple upstairs is quarrelling again, things are thrown, a child cries.",
    },
    Line {
        after_ms: 34_000,
        story: StoryKey::MissingChild,
        kinds: [("help", "missing_child"), ("help", "missing_child")],
        occasion: Occasion::First,
        caller: 3,
        zh: "六岁的女孩在集市走丢了,穿黄色外套,十分钟前还在。",
        en: "A girl of six is lost at the market, yellow coat, she was here ten minutes ago.",
    },
    Line {
        after_ms: 52_000,
        story: StoryKey::MissingChild,
        kinds: [("help", "missing_child"), ("help", "missing_child")],
        occasion: Occasion::SameEvent,
        caller: 4,
        zh: "集市这边有个妈妈在找孩子,小女孩,黄衣服。",
        en: "A mother at the market is looking for her child, a little girl in yellow.",
    },
    Line {
        after_ms: 75_000,
        story: StoryKey::MissingChild,
        kinds: [("help", "missing_child"), ("help", "missing_child")],
        occasion: Occasion::SameEvent,
        caller: 5,
        zh: "我刚才在汽车站看到一个穿黄外套的小孩一个人走。",
        en: "I have just seen a child in a yellow coat walking alone near the bus station.",
    },
];

/// The stories of a county, one call after the other, for ever.
pub struct Script {
    rng: SimRng,
    begin: Timestamp,
    round: u64,
    units: Vec<UnitPlan>,
    seats: Vec<Position>,
    coming: VecDeque<StoryCall>,
}

impl Script {
    /// The stories of a county from `begin` on.
    #[must_use]
    pub fn new(layout: &Layout, seed: u64, begin: Timestamp) -> Self {
        let beats = layout.nodes.iter().filter(|node| node.level == AgencyLevel::Beat);
        let seats = beats.filter_map(|node| node.seat).collect();
        Self { rng: seeded(seed, 7 << 32), begin, round: 0, units: layout.units.clone(), seats, coming: VecDeque::new() }
    }

    /// The next call.
    ///
    /// # Errors
    /// [`InvalidCode`], which the built-in lines never cause.
    pub fn next_call(&mut self) -> Result<StoryCall, InvalidCode> {
        loop {
            if let Some(call) = self.coming.pop_front() {
                return Ok(call);
            }
            self.tell_round()?;
        }
    }

    fn tell_round(&mut self) -> Result<(), InvalidCode> {
        let begin = self.begin.plus_ms(self.round * ROUND_MS);
        let places = StoryKey::ALL.map(|story| self.place(story));
        for line in &LINES {
            let place = StoryKey::ALL.iter().position(|story| *story == line.story).and_then(|index| places[index]);
            let [reported, real] = line.kinds;
            let event = FIRST_EVENT + self.round * StoryKey::ALL.len() as u64 + line.story as u64;
            let mut jitter_m = || self.rng.random_range(-25.0..25.0);
            let position = place.map(|place| offset(place, jitter_m(), jitter_m()));
            let call = InventedCall {
                at: begin.plus_ms(line.after_ms),
                position,
                category: CategoryKey::new(reported.0)?,
                call_type: TypeKey::new(reported.1)?,
                narrative_zh: line.zh.to_owned(),
                narrative_en: line.en.to_owned(),
                caller_phone: format!("0009{:06}{}", self.round % 1_000_000, line.caller),
                source: CallSource::Emergency110,
                occasion: line.occasion,
                manner: Manner::Told,
                truth: Truth {
                    event,
                    category: CategoryKey::new(real.0)?,
                    call_type: TypeKey::new(real.1)?,
                    position: place,
                    no_incident: false,
                },
            };
            self.coming.push_back(StoryCall { story: line.story, call });
        }
        self.round += 1;
        Ok(())
    }

    /// Where a story happens: about a unit that shall be there first, or at a beat's seat.
    fn place(&mut self, story: StoryKey) -> Option<Position> {
        let anyone = |wanted: &dyn Fn(&UnitPlan) -> bool| -> Vec<Position> {
            self.units.iter().filter(|unit| wanted(unit)).map(|unit| unit.start).collect()
        };
        let (anchors, distance_m) = match story {
            StoryKey::DroneFirst => (anyone(&|unit| unit.kind == UnitKind::Drone), 900.0),
            StoryKey::DisputeTurnsCriminal => {
                let near = |unit: &UnitPlan| unit.sworn > 0 && matches!(unit.kind, UnitKind::Foot | UnitKind::Motorcycle);
                (anyone(&near), 180.0)
            }
            StoryKey::MissingChild => (self.seats.clone(), 300.0),
        };
        let anchor = if anchors.is_empty() { *self.seats.first()? } else { anchors[self.rng.random_range(0..anchors.len())] };
        let turn = self.rng.random_range(0.0..TAU);
        let cars: Vec<Position> = anyone(&|unit| matches!(unit.kind, UnitKind::Car | UnitKind::Motorcycle));
        let round_about = (0..BEARINGS).map(|step| {
            let (sin, cos) = (turn + TAU * f64::from(step) / f64::from(BEARINGS)).sin_cos();
            offset(anchor, distance_m * sin, distance_m * cos)
        });
        let nearest_car_m = |at: &Position| cars.iter().map(|car| great_circle_m(*car, *at)).fold(f64::INFINITY, f64::min);
        match story {
            StoryKey::DroneFirst => round_about.max_by(|a, b| nearest_car_m(a).total_cmp(&nearest_car_m(b))),
            StoryKey::DisputeTurnsCriminal | StoryKey::MissingChild => round_about.take(1).next(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::county::invented_county;

    #[test]
    fn a_minute_has_all_three_stories_and_three_callers_tell_of_the_same_child() {
        let layout = invented_county(1).unwrap();
        let mut script = Script::new(&layout, 1, Timestamp(0));
        let round: Vec<StoryCall> = (0..LINES.len()).map(|_| script.next_call().unwrap()).collect();
        assert!(round.iter().all(|told| told.call.at < Timestamp(80_000) && told.call.position.is_some()));
        let minute: Vec<StoryKey> = round.iter().filter(|told| told.call.at < Timestamp(60_000)).map(|told| told.story).collect();
        assert!(StoryKey::ALL.iter().all(|story| minute.contains(story)));
        let child: Vec<_> = round.iter().filter(|told| told.story == StoryKey::MissingChild).collect();
        assert!(child.iter().all(|told| told.call.truth.event == child[0].call.truth.event));
        let phones: std::collections::BTreeSet<_> = child.iter().map(|told| &told.call.caller_phone).collect();
        assert_eq!(phones.len(), 3, "three people");
        let quarrel = round.iter().find(|told| told.story == StoryKey::DisputeTurnsCriminal).unwrap();
        assert_eq!((quarrel.call.category.as_str(), quarrel.call.truth.category.as_str()), ("dispute", "criminal"));
        assert_ne!(script.next_call().unwrap().call.position, round[0].call.position, "the next round is elsewhere");
    }

    #[test]
    fn a_drone_is_nearer_in_time_than_any_car() {
        for seed in 0..20 {
            let layout = invented_county(seed).unwrap();
            let place = Script::new(&layout, seed, Timestamp(0)).next_call().unwrap().call.position.unwrap();
            let soonest_s = |kind: UnitKind, detour: f64| {
                let of_kind = layout.units.iter().filter(|unit| unit.kind == kind);
                of_kind.map(|unit| great_circle_m(unit.start, place) * detour / unit.speed_m_per_s).fold(f64::INFINITY, f64::min)
            };
            assert!(soonest_s(UnitKind::Drone, 1.0) < 75.0, "seed {seed}");
        }
    }
}
