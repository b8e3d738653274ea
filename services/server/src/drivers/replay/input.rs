//! Reads a call file twice: first all of it, to check it and to lay out a county over it, then row by row to send it.

use crate::drivers::report::{Counts, count};
use crate::drivers::site::Site;
use crate::exit::Failure;
use domain::ids::LogId;
use domain::place::Position;
use domain::policy::{DEFAULT_TEXT, MAX_POLICY_BYTES, PolicyError, parse};
use domain::time::Timestamp;
use rand::RngExt;
use sim::calls::{CallFileError, CallReader, FileHash, MAPPING_MAX_BYTES, Mapping, RecordedCall};
use sim::layout::{Layout, LayoutError, LayoutParams, active_days, layout_over_calls};
use sim::random::{SimRng, seeded};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A row whose time lies before the row above.
const TIME_GOES_BACK: &str = "time_goes_back";
/// A row whose call number stood further up.
const REPEATED_NUMBER: &str = "repeated_number";
/// The log of a county that was laid out over calls.
const LAID_OUT_LOG: &str = "replay";
/// Seed of the units' starting places: the same file always gives the same county.
const LAYOUT_SEED: u64 = 1;
/// Positions that a county is laid out over at most.
const SAMPLE_MAX: usize = 50_000;
/// Days told apart at most: times that go wild must not take memory.
const DAYS_MAX: usize = 100_000;
/// Call numbers told apart at most; among more of them only repeats of these are seen.
const NUMBERS_MAX: usize = 1 << 20;
const DAY_MS: i64 = 86_400_000;

/// A call file that was read through once.
pub(super) struct CallFile {
    path: PathBuf,
    mapping: Arc<Mapping>,
    hash: FileHash,
    limit: u64,
    /// Rows that will be sent.
    pub(super) rows: u64,
    /// What is wrong with rows, by kind.
    pub(super) flaws: Counts,
    /// When the first call came in; none when no row has a time.
    pub(super) first: Option<Timestamp>,
    sample: Sample,
    days: u32,
}

/// Positions to lay out a county over: all of them, or from many a sample in which each is as likely.
struct Sample {
    seen: u64,
    kept: Vec<Position>,
    rng: SimRng,
}

impl Sample {
    fn add(&mut self, position: Position) {
        self.seen += 1;
        if self.kept.len() < SAMPLE_MAX {
            return self.kept.push(position);
        }
        // Vitter's algorithm R: the nth is kept with probability SAMPLE_MAX / n, in the place of any other.
        let place = usize::try_from(self.rng.random_range(0..self.seen)).unwrap_or(usize::MAX);
        if let Some(kept) = self.kept.get_mut(place) {
            *kept = position;
        }
    }

    /// So many days of the sample have as many calls as one of the file.
    fn days(&self, days: u32) -> f64 {
        if self.kept.is_empty() {
            return f64::from(days);
        }
        f64::from(days) * self.kept.len() as f64 / self.seen.max(1) as f64
    }
}

impl CallFile {
    /// Reads mapping and file through. Blocks: call it where blocking is allowed.
    ///
    /// # Errors
    /// [`Failure::BadInput`] with file, line, field and what was expected.
    pub(super) fn open(calls: &Path, map: &Path, limit: Option<u64>) -> Result<Self, Failure> {
        let mapping = Arc::new(Mapping::parse(&map.display().to_string(), &mapping_text(map)?).map_err(Failure::input)?);
        let hash = FileHash::of(&calls.display().to_string(), open(calls)?).map_err(Failure::input)?;
        let mut file = Self {
            path: calls.to_owned(),
            mapping,
            hash,
            limit: limit.unwrap_or(u64::MAX),
            rows: 0,
            flaws: Counts::new(),
            first: None,
            sample: Sample { seen: 0, kept: Vec::new(), rng: seeded(LAYOUT_SEED, 1) },
            days: 1,
        };
        let mut days: BTreeSet<i64> = BTreeSet::new();
        let mut numbers: BTreeSet<u64> = BTreeSet::new();
        let mut before = None;
        for call in file.read()? {
            let call = call.map_err(Failure::input)?;
            file.rows += 1;
            call.flaws.iter().for_each(|flaw| count(&mut file.flaws, flaw.key()));
            if let Some(time) = call.time {
                if before.is_some_and(|before| time < before) {
                    count(&mut file.flaws, TIME_GOES_BACK);
                }
                before = Some(time);
                file.first = Some(file.first.map_or(time, |first| first.min(time)));
                if days.len() < DAYS_MAX {
                    days.insert(time.0.div_euclid(DAY_MS));
                }
            }
            if let Some(number) = call.number.as_deref().map(hash_of) {
                if numbers.contains(&number) {
                    count(&mut file.flaws, REPEATED_NUMBER);
                } else if numbers.len() < NUMBERS_MAX {
                    numbers.insert(number);
                }
            }
            if let Some(position) = call.position.and_then(|at| places::to_wgs84(at.lat, at.lon, call.datum).ok()) {
                file.sample.add(position);
            }
        }
        if file.rows == 0 {
            return Err(Failure::input(format!("{}, line 2: there is no call: expected at least one row", calls.display())));
        }
        file.days = active_days(days.into_iter().map(|day| Timestamp(day * DAY_MS))).max(1);
        Ok(file)
    }

    /// The calls of the file, from the first.
    ///
    /// # Errors
    /// [`Failure::BadInput`] when the file can't be opened or has another header now.
    pub(super) fn read(&self) -> Result<impl Iterator<Item = Result<RecordedCall, CallFileError>> + use<>, Failure> {
        let name = self.path.display().to_string();
        let reader = CallReader::new(&name, open(&self.path)?, Arc::clone(&self.mapping), self.hash).map_err(Failure::input)?;
        Ok(reader.take(usize::try_from(self.limit).unwrap_or(usize::MAX)))
    }

    /// The county to replay on: the agency folder's, or one laid out over the calls; with the rules of `policy` where it is given.
    ///
    /// # Errors
    /// [`Failure::BadInput`] for a folder that can't be imported, a policy that is none, or calls that have no position.
    pub(super) fn site(&self, org: Option<&Path>, policy: Option<&Path>) -> Result<Site, Failure> {
        let policy = policy.map(policy_text).transpose()?;
        let mut site = match org {
            None => Site::of_layout(self.layout(LAID_OUT_LOG)?, DEFAULT_TEXT)?,
            Some(dir) => {
                let org = crate::commands::org::read(dir, None)?;
                let laid_out = self.layout(org.import.tree.log_id().as_str())?.units;
                Site::of_org(&org, laid_out)?
            }
        };
        if let Some(policy) = policy {
            site.policy = policy;
        }
        Ok(site)
    }

    fn layout(&self, log_id: &str) -> Result<Layout, Failure> {
        let log_id = LogId::new(log_id).map_err(Failure::input)?;
        let params = LayoutParams::new(log_id, self.mapping.place_time_zone(), LAYOUT_SEED);
        layout_over_calls(&self.sample.kept, self.sample.days(self.days), &params).map_err(|error| match error {
            LayoutError::NoPositions => {
                Failure::input(format!("{}: no call has a position: expected at least one to lay out stations over", self.path.display()))
            }
            other => Failure::input(format!("{}: {other}", self.path.display())),
        })
    }
}

/// FNV-1a, 64 bits: of a million numbers two different ones fall together once in forty million runs.
fn hash_of(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn open(path: &Path) -> Result<File, Failure> {
    File::open(path).map_err(|error| Failure::input(format!("{}: {error}: expected a file that can be read", path.display())))
}

fn mapping_text(path: &Path) -> Result<String, Failure> {
    text_of(path, MAPPING_MAX_BYTES, "a mapping in TOML")
}

/// The text of a policy that is one.
fn policy_text(path: &Path) -> Result<String, Failure> {
    let text = text_of(path, MAX_POLICY_BYTES, "a policy in TOML")?;
    let one_line = |errors: Vec<PolicyError>| Failure::input(errors.first().map_or_else(String::new, ToString::to_string));
    parse(&path.display().to_string(), &text).map_err(one_line)?;
    Ok(text)
}

fn text_of(path: &Path, limit_bytes: usize, expected: &str) -> Result<String, Failure> {
    let mut text = String::new();
    let limit = u64::try_from(limit_bytes).unwrap_or(u64::MAX).saturating_add(1);
    let read = open(path)?.take(limit).read_to_string(&mut text);
    read.map_err(|error| Failure::input(format!("{}: {error}: expected {expected}", path.display())))?;
    Ok(text)
}
