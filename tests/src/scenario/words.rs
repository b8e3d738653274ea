//! The words of one line, taken from left to right.

use domain::testing::{BASE, DAY_MS};
use domain::time::Timestamp;

/// What is wrong with a line, or what it found wrong.
pub(super) type Outcome<T = ()> = Result<T, String>;

/// The words of one line.
pub(super) struct Words {
    words: Vec<String>,
    at: usize,
}

impl Words {
    /// Cuts a line into words. Quotes keep a word together; a comma or colon at a word's end is dropped from it, the comma kept.
    pub(super) fn of(line: &str) -> Self {
        let mut words = Vec::new();
        let mut rest = line.trim();
        while !rest.is_empty() {
            if let Some(quoted) = rest.strip_prefix('"') {
                let (word, after) = quoted.rsplit_once('"').unwrap_or((quoted, ""));
                words.push(word.replace("\\\"", "\""));
                rest = after.trim_start();
                continue;
            }
            let (word, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            if word.starts_with('#') {
                break;
            }
            let bare = word.trim_end_matches([',', ':']);
            words.push(bare.to_owned());
            if word.ends_with(',') {
                words.push(",".to_owned());
            }
            rest = after.trim_start();
        }
        Self { words, at: 0 }
    }

    /// The next word, not taken.
    pub(super) fn peek(&self) -> Option<&str> {
        self.words.get(self.at).map(String::as_str)
    }

    /// The next word; an error that names `what` when there is none.
    pub(super) fn next(&mut self, what: &str) -> Outcome<String> {
        let word = self.words.get(self.at).cloned().ok_or_else(|| format!("the line ends, expected {what}"))?;
        self.at += 1;
        Ok(word)
    }

    /// Takes `phrase` when it is next.
    pub(super) fn take(&mut self, phrase: &str) -> bool {
        let wanted: Vec<_> = phrase.split(' ').collect();
        let is_next = self.words.get(self.at..self.at + wanted.len()).is_some_and(|words| words == wanted);
        if is_next {
            self.at += wanted.len();
        }
        is_next
    }

    /// Everything that is left, word by word.
    pub(super) fn rest(&mut self) -> Vec<String> {
        let rest = self.words.get(self.at..).unwrap_or_default().to_vec();
        self.at = self.words.len();
        rest
    }

    /// Whether `phrase` was just taken.
    pub(super) fn was(&self, phrase: &str) -> bool {
        self.words.get(..self.at).is_some_and(|taken| taken.join(" ").ends_with(phrase))
    }

    /// Takes `phrase`; an error when it is not next.
    pub(super) fn expect(&mut self, phrase: &str) -> Outcome {
        if self.take(phrase) { Ok(()) } else { Err(format!("{}, expected {phrase:?}", self.here())) }
    }

    /// Where the line is, for an error.
    pub(super) fn here(&self) -> String {
        self.peek().map_or_else(|| "the line ends".to_owned(), |word| format!("found {word:?}"))
    }

    /// Nothing may be left.
    pub(super) fn done(&self) -> Outcome {
        if self.peek().is_none() { Ok(()) } else { Err(format!("{}, expected nothing more", self.here())) }
    }

    /// The next word as a value.
    pub(super) fn value<T: std::str::FromStr>(&mut self, what: &str) -> Outcome<T> {
        let word = self.next(what)?;
        word.parse().map_err(|_| format!("{word:?} is not {what}"))
    }

    /// A time of day, `09:00:05` or `09:00:05.250`, on `day 2` when that is said.
    pub(super) fn time(&mut self) -> Outcome<Timestamp> {
        let day = if self.take("day") { self.value::<u64>("a day")? } else { 1 };
        let word = self.next("a time")?;
        let wrong = || format!("{word:?} is not a time, expected 09:00:05");
        let (hour_minute, seconds) = word.rsplit_once(':').ok_or_else(wrong)?;
        let (hour, minute) = hour_minute.split_once(':').ok_or_else(wrong)?;
        let (second, milli) = seconds.split_once('.').unwrap_or((seconds, "0"));
        let part = |text: &str| text.parse::<u64>().map_err(|_| wrong());
        let of_day = (part(hour)? * 3600 + part(minute)? * 60 + part(second)?) * 1000 + part(milli)?;
        Ok(BASE.plus_ms((day - 1) * DAY_MS + of_day))
    }

    /// A position, `37.601,108.801`.
    pub(super) fn position(&mut self) -> Outcome<(f64, f64)> {
        let word = self.next("a position")?;
        let wrong = || format!("{word:?} is not a position, expected 37.601,108.801");
        let (lat, lon) = word.split_once(',').ok_or_else(wrong)?;
        Ok((lat.parse().map_err(|_| wrong())?, lon.parse().map_err(|_| wrong())?))
    }
}

/// A key of the core read from text by its serde name, as in policy files.
macro_rules! keyed {
    ($name:ident, $type:ty, [$($value:expr),* $(,)?], $key:expr) => {
        /// The value with this key.
        pub(super) fn $name(word: &str) -> Outcome<$type> {
            let key: fn(&$type) -> String = $key;
            let all = [$($value),*];
            let found = all.iter().find(|value| key(value) == word).copied();
            found.ok_or_else(|| format!("{word:?}: expected one of {}", all.iter().map(key).collect::<Vec<_>>().join(", ")))
        }
    };
}

/// `NotDispatched` as `not_dispatched`.
pub(super) fn snake(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(c.to_ascii_lowercase());
    }
    text
}

use domain::alarm::AlarmKind as Alarm;
use domain::assignment::AssignmentRole as Role;
use domain::classification::{CallSource, Team, TransferTarget};
use domain::unit::UnitKind as Kind;

keyed!(team, Team, [Team::Community, Team::Case, Team::Room, Team::Traffic, Team::Patrol], |t| t.key().to_owned());
keyed!(unit_kind, Kind, [Kind::Foot, Kind::Car, Kind::Motorcycle, Kind::Drone, Kind::GridWorker, Kind::Guards, Kind::Volunteers], |k| k
    .key()
    .to_owned());
keyed!(role, Role, [Role::Primary, Role::Backup, Role::Overwatch, Role::BeatAttendance], |r| snake(&format!("{r:?}")));
keyed!(
    alarm_kind,
    Alarm,
    [
        Alarm::Undelivered,
        Alarm::Unacknowledged,
        Alarm::NotDispatched,
        Alarm::NoUnit,
        Alarm::Declined,
        Alarm::NotSigned,
        Alarm::HoldExpired,
        Alarm::TransferRefused,
        Alarm::TransferUnanswered,
        Alarm::NotArrived,
        Alarm::SafetyCheckMissed,
        Alarm::LostContact,
        Alarm::Emergency,
        Alarm::FeedbackOverdue,
        Alarm::HandOverUnsigned,
        Alarm::SupportUnanswered,
        Alarm::SupportRefused,
        Alarm::PlanIncomplete,
    ],
    |k| snake(&format!("{k:?}"))
);
keyed!(
    source,
    CallSource,
    [
        CallSource::Emergency110,
        CallSource::Traffic122,
        CallSource::WalkIn,
        CallSource::Officer,
        CallSource::Visit,
        CallSource::ChatGroup,
        CallSource::Web,
        CallSource::Sensor,
        CallSource::SelfService,
    ],
    |s| snake(&format!("{s:?}"))
);
keyed!(
    other_side,
    TransferTarget,
    [TransferTarget::Fire119, TransferTarget::Medical120, TransferTarget::CitizensLine12345, TransferTarget::OtherJurisdiction],
    |t| t.key().to_owned()
);
