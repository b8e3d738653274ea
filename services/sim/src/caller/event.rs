//! An event and its calls: what really happened, where, and how this caller tells it.

use super::call::{InventedCall, Manner, Occasion, Truth};
use super::telling::{AGAIN, Both, CUT_OFF, HUNG_UP, SILENCE, by_another, passed_on_by};
use super::{Callers, Prepared, stories};
use crate::random::{chance, pick, pick_weighted, seeded};
use domain::classification::CallSource;
use domain::ids::{CategoryKey, InvalidCode, TypeKey};
use domain::place::Position;
use domain::time::Timestamp;
use rand::RngExt;
use std::sync::Arc;

/// Stream of the seed for nuisance callers' numbers.
const NUISANCE_STREAM: u64 = 1 << 35;
/// Telephone numbers drawn from: eight digits.
const NUMBERS: u32 = 100_000_000;

/// Something that happens, with what its first caller tells.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) truth: Truth,
    /// Index of the story that is told.
    story: usize,
    spot: Both,
    /// The small number in the story.
    number: u32,
    phone: String,
    source: CallSource,
    /// What passes it on says first.
    passed_on: Both,
    /// The category that is told.
    pub(super) category: CategoryKey,
}

impl Callers {
    /// Draws an event of a story at a place. `as_told`: it is what it is told as.
    pub(super) fn event(&mut self, story: usize, place: Option<Position>, as_told: bool) -> Event {
        self.events += 1;
        let story = story.min(self.stories.len().saturating_sub(1));
        let (category, call_type) = self.keys(story);
        let nuisance = category.as_str() == "nuisance";
        let model = Arc::clone(&self.model);
        let behaviour = &model.behaviour;
        let hoax = !as_told && chance(&mut self.rng, behaviour.hoax.value);
        let real = if nuisance || as_told {
            (category.clone(), call_type.clone())
        } else if hoax {
            Self::false_alarm().unwrap_or_else(|_| (category.clone(), call_type.clone()))
        } else {
            self.turned_out(&category, &call_type)
        };
        let passed_on = !as_told && chance(&mut self.rng, behaviour.transferred.of(&category));
        let (source, passed_on) = if passed_on { passed_on_by(category.as_str()) } else { (CallSource::Emergency110, ("", "")) };
        let phone = if nuisance { self.nuisance_phone(behaviour.nuisance_phones.value) } else { self.phone() };
        Event {
            truth: Truth { event: self.events, category: real.0, call_type: real.1, position: place, no_incident: nuisance || hoax },
            story,
            spot: pick(&mut self.rng, stories::SPOTS).copied().unwrap_or(("路口", "the crossing")),
            number: self.rng.random_range(2..9),
            phone,
            source,
            passed_on,
            category,
        }
    }

    /// The same matter once more, days later: an event of its own with the same caller and place.
    pub(super) fn again(&mut self, event: &Event) -> Arc<Event> {
        self.events += 1;
        let mut again = event.clone();
        again.truth.event = self.events;
        (again.source, again.passed_on) = (CallSource::Emergency110, ("", ""));
        Arc::new(again)
    }

    /// How the first caller of an event calls.
    pub(super) fn manner(&mut self) -> Manner {
        let (silent, abandoned) = (self.model.behaviour.silent.value, self.model.behaviour.abandoned.value);
        let draw: f64 = self.rng.random();
        match draw {
            draw if draw < silent => Manner::Silent,
            draw if draw < silent + abandoned => Manner::Abandoned,
            _ => Manner::Told,
        }
    }

    /// A call about an event.
    pub(super) fn call(&mut self, event: &Event, at: Timestamp, occasion: Occasion, manner: Manner) -> InventedCall {
        let model = Arc::clone(&self.model);
        let behaviour = &model.behaviour;
        let by_another_caller = occasion == Occasion::SameEvent;
        let otherwise = by_another_caller && chance(&mut self.rng, behaviour.told_otherwise.value);
        let story = if otherwise { self.sibling(event.story) } else { event.story };
        let draw: f64 = self.rng.random();
        let (knows_place, knows_position) =
            (draw >= behaviour.no_position.value, draw >= behaviour.no_position.value + behaviour.landmark_only.value);
        let error_m = behaviour.position_error_m.value;
        let position = event.truth.position.map(|place| self.ground.about(place, error_m, &mut self.rng)).filter(|_| knows_position);
        let named = event.truth.position.filter(|_| knows_place).and_then(|position| self.ground.name(position));
        let place = named.unwrap_or(("不清楚的地方", "an unknown place"));
        let fill = |text: Both| {
            let number = event.number.to_string();
            let filled =
                |text: &str, place: &str, spot: &str| text.replace("{place}", place).replace("{spot}", spot).replace("{n}", &number);
            (filled(text.0, place.0, event.spot.0), filled(text.1, place.1, event.spot.1))
        };
        let told = self.stories.get(story).map_or(("", ""), |prepared| (prepared.story.zh, prepared.story.en));
        let (before, said) = match (manner, occasion) {
            (Manner::Silent, _) => (("", ""), SILENCE),
            (Manner::Abandoned, _) => (("", ""), HUNG_UP),
            (Manner::Told, Occasion::First) => (event.passed_on, told),
            (Manner::Told, Occasion::CallBack) => (CUT_OFF, told),
            (Manner::Told, Occasion::Repeat) => (AGAIN, told),
            (Manner::Told, Occasion::SameEvent) => {
                let others = by_another(event.category.as_str());
                (("", ""), pick(&mut self.rng, others).copied().unwrap_or(told))
            }
        };
        let said = fill(said);
        let (category, call_type) = if manner == Manner::Told { self.keys(story) } else { self.unknown(story) };
        InventedCall {
            at,
            position,
            category,
            call_type,
            narrative_zh: format!("{}{}", before.0, said.0),
            narrative_en: format!("{}{}", before.1, said.1),
            caller_phone: if by_another_caller { self.phone() } else { event.phone.clone() },
            source: if by_another_caller { CallSource::Emergency110 } else { event.source },
            occasion,
            manner,
            truth: event.truth.clone(),
        }
    }

    /// A story at a simulated time: its category by the rates of the hour, its type by weight. Only stories that `may` say yes to,
    /// where there is one.
    pub(super) fn draw_story(&mut self, at_ms: i64, may: impl Fn(&Prepared) -> bool) -> usize {
        let rates = self.arrival.rates_at(at_ms).of_stratum.clone();
        let allowed = |stories: &[(usize, u32)]| stories.iter().any(|(index, _)| self.stories.get(*index).is_some_and(&may));
        let rates: Vec<f64> =
            rates.iter().zip(&self.by_stratum).map(|(rate, stories)| if allowed(stories) { *rate } else { 0.0 }).collect();
        let mut left = self.rng.random::<f64>() * rates.iter().sum::<f64>();
        let mut chosen = 0;
        for (index, rate) in rates.iter().enumerate().filter(|(_, rate)| **rate > 0.0) {
            chosen = index;
            if left < *rate {
                break;
            }
            left -= rate;
        }
        self.by_stratum.get(chosen).and_then(|stories| pick_weighted(&mut self.rng, stories)).copied().unwrap_or(0)
    }

    /// Makes nothing of an event of which nothing is heard, mostly: a phone in a pocket.
    pub(super) fn perhaps_nothing(&mut self, event: &mut Event) {
        if !chance(&mut self.rng, self.model.behaviour.silent_is_real.value) {
            if let Ok((category, call_type)) = Self::false_alarm() {
                (event.truth.category, event.truth.call_type) = (category, call_type);
            }
            event.truth.no_incident = true;
        }
    }

    fn keys(&self, story: usize) -> (CategoryKey, TypeKey) {
        let prepared = self.stories.get(story).unwrap_or(&self.stories[0]);
        (prepared.category.clone(), prepared.call_type.clone())
    }

    /// What a desk takes a call as of which it has heard nothing: other help, until somebody has called back.
    fn unknown(&self, story: usize) -> (CategoryKey, TypeKey) {
        let keys = || Ok::<_, InvalidCode>((CategoryKey::new("help")?, TypeKey::new("other")?));
        keys().unwrap_or_else(|_| self.keys(story))
    }

    fn false_alarm() -> Result<(CategoryKey, TypeKey), InvalidCode> {
        Ok((CategoryKey::new("nuisance")?, TypeKey::new("false_alarm")?))
    }

    /// What a call taken as a category and type turns out to be.
    fn turned_out(&mut self, category: &CategoryKey, call_type: &TypeKey) -> (CategoryKey, TypeKey) {
        let mut left: f64 = self.rng.random();
        if let Some(turns_out) = self.model.turns_out(category, call_type) {
            for (what, share) in &turns_out.becomes {
                if left < *share {
                    return what.clone();
                }
                left -= share;
            }
        }
        (category.clone(), call_type.clone())
    }

    /// Another story of the same category, or the same where there is no other.
    fn sibling(&mut self, story: usize) -> usize {
        let category = self.stories.get(story).map_or("", |prepared| prepared.story.category);
        let others: Vec<(usize, u32)> = self
            .stories
            .iter()
            .enumerate()
            .filter(|(index, prepared)| *index != story && prepared.story.category == category)
            .map(|(index, prepared)| (index, prepared.story.weight))
            .collect();
        pick_weighted(&mut self.rng, &others).copied().unwrap_or(story)
    }

    fn phone(&mut self) -> String {
        format!("000{:08}", self.rng.random_range(0..NUMBERS))
    }

    /// One of the few phones that nuisance comes from: the same ones for a seed.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked to be at most a million
    fn nuisance_phone(&mut self, phones: f64) -> String {
        let which = self.rng.random_range(0..(phones as u64).max(1));
        let mut rng = seeded(self.seed, NUISANCE_STREAM ^ which);
        format!("000{:08}", rng.random_range(0..NUMBERS))
    }
}
