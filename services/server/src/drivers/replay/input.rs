//! Reads a call file twice: first all of it, to check it and to lay out a county over it, then row by row to send it.

use crate::drivers::report::{Counts, count};
use crate::drivers::site::Site;
use crate::exit::Failure;
use domain::ids::LogId;
use domain::place::Position;
use domain::policy::DEFAULT_TEXT;
use domain::time::Timestamp;
use sim::calls::{CallFileError, CallReader, FileHash, MAPPING_MAX_BYTES, Mapping, RecordedCall};
use sim::layout::{Layout, LayoutError, LayoutParams, active_days, layout_over_calls};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The log of a county that was laid out over calls.
const LAID_OUT_LOG: &str = "replay";
/// Seed of the units' starting places: the same file always gives the same county.
const LAYOUT_SEED: u64 = 1;

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
    positions: Vec<Position>,
    days: u32,
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
            positions: Vec::new(),
            days: 1,
        };
        let mut times: Vec<Timestamp> = Vec::new();
        for call in file.read()? {
            let call = call.map_err(Failure::input)?;
            file.rows += 1;
            call.flaws.iter().for_each(|flaw| count(&mut file.flaws, flaw.key()));
            times.extend(call.time);
            let position = call.position.and_then(|at| places::to_wgs84(at.lat, at.lon, call.datum).ok());
            file.positions.extend(position);
        }
        if file.rows == 0 {
            return Err(Failure::input(format!("{}, line 2: there is no call: expected at least one row", calls.display())));
        }
        file.days = active_days(times.into_iter()).max(1);
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

    /// The county to replay on: the agency folder's, or one laid out over the calls.
    ///
    /// # Errors
    /// [`Failure::BadInput`] for a folder that can't be imported or calls that have no position.
    pub(super) fn site(&self, org: Option<&Path>) -> Result<Site, Failure> {
        let Some(dir) = org else { return Site::of_layout(self.layout(LAID_OUT_LOG)?, DEFAULT_TEXT) };
        let org = crate::commands::org::read(dir, None)?;
        let laid_out = self.layout(org.import.tree.log_id().as_str())?.units;
        Site::of_org(&org, laid_out)
    }

    fn layout(&self, log_id: &str) -> Result<Layout, Failure> {
        let log_id = LogId::new(log_id).map_err(Failure::input)?;
        let params = LayoutParams::new(log_id, self.mapping.place_time_zone(), LAYOUT_SEED);
        layout_over_calls(&self.positions, f64::from(self.days), &params).map_err(|error| match error {
            LayoutError::NoPositions => {
                Failure::input(format!("{}: no call has a position: expected at least one to lay out stations over", self.path.display()))
            }
            other => Failure::input(format!("{}: {other}", self.path.display())),
        })
    }
}

fn open(path: &Path) -> Result<File, Failure> {
    File::open(path).map_err(|error| Failure::input(format!("{}: {error}: expected a file that can be read", path.display())))
}

fn mapping_text(path: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let limit = u64::try_from(MAPPING_MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let read = open(path)?.take(limit).read_to_string(&mut text);
    read.map_err(|error| Failure::input(format!("{}: {error}: expected a mapping in TOML", path.display())))?;
    Ok(text)
}
