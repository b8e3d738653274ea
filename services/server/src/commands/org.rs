//! `oneroom org import`: agency tree, boundaries, units and policy become active in a log, all of them or none.

use super::units_csv::{self, MAX_UNITS_BYTES, UNITS_FILE};
use crate::cli::DataFlag;
use crate::exit::{Failure, print_line};
use crate::record::Record;
use bus::LocalBus;
use domain::command::{ActivateAgencyTree, ActivatePolicy, Command, RegisterUnits};
use domain::ids::{BlobHash, LogId, PrincipalId};
use domain::policy;
use domain::principal::{Principal, Role};
use domain::unit::UnitProfile;
use places::{AgencyBlob, Import};
use runtime::clock::{Clock, WallClock};
use runtime::{Request, Runtime};
use std::fmt::Write as _;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Units registered by one command, at most.
const UNITS_AT_ONCE: usize = 500;

/// The organisation.
#[derive(clap::Subcommand, Debug)]
pub enum OrgCommand {
    /// Imports a directory with org.toml, boundaries and units.csv.
    Import {
        /// The directory.
        dir: PathBuf,
        /// Where the record is.
        #[command(flatten)]
        data: DataFlag,
        /// Policy to activate; a new log gets the shipped one, another keeps its own.
        #[arg(long, value_name = "FILE")]
        policy: Option<PathBuf>,
    },
}

/// What an import brings, checked as a whole.
pub struct Organisation {
    /// Tree and boundaries.
    pub import: Import,
    /// Units.
    pub units: Vec<UnitProfile>,
    /// The policy's text, if one is to become active.
    pub policy: Option<String>,
}

/// Runs an `org` command.
///
/// # Errors
/// [`Failure::BadInput`] with every error by file, line and field.
pub async fn run(command: OrgCommand) -> Result<(), Failure> {
    let OrgCommand::Import { dir, data, policy } = command;
    let organisation = read(&dir, policy.as_deref())?;
    for note in &organisation.import.notes {
        print_line(format_args!("note: {note}"));
    }
    let record = Record::open(&data.data).map_err(Failure::input)?;
    let applied = apply(&record, &organisation, Arc::new(WallClock::default())).await;
    record.close().await;
    applied?;
    let tree = &organisation.import.tree;
    let (nodes, boundaries, units) = (tree.nodes().count(), organisation.import.boundaries.len(), organisation.units.len());
    print_line(format_args!("log {}: {nodes} agencies, {boundaries} boundaries, {units} units", tree.log_id()));
    Ok(())
}

/// Reads a directory; changes nothing.
///
/// # Errors
/// [`Failure::BadInput`] with every error, one a line.
pub fn read(dir: &Path, policy_file: Option<&Path>) -> Result<Organisation, Failure> {
    let policy = policy_file.map(super::policy::read_text).transpose()?;
    if let (Some(file), Some(text)) = (policy_file, &policy) {
        policy::parse(&file.display().to_string(), text).map_err(|errors| Failure::BadInput(lines(&errors)))?;
    }
    let import = places::import_dir(dir).map_err(|errors| Failure::BadInput(errors.to_string()))?;
    let path = dir.join(UNITS_FILE);
    let units = if path.is_file() {
        let content = read_bounded(&path, MAX_UNITS_BYTES)?;
        units_csv::parse(UNITS_FILE, &content, &import.tree).map_err(|errors| Failure::BadInput(lines(&errors)))?
    } else {
        Vec::new()
    };
    Ok(Organisation { import, units, policy })
}

fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let at = |error: std::io::Error| Failure::BadInput(format!("{}: {error}", path.display()));
    let mut content = Vec::new();
    std::fs::File::open(path).map_err(at)?.take(limit + 1).read_to_end(&mut content).map_err(at)?;
    if content.len() as u64 > limit {
        return Err(Failure::BadInput(format!("{}: expected at most {limit} bytes", path.display())));
    }
    Ok(content)
}

/// One error a line.
pub(super) fn lines<E: ToString>(errors: &[E]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Makes an organisation active in its log, which may be served by another process meanwhile.
///
/// # Errors
/// [`Failure::BadInput`] when units contradict those that are registered, or the record can't be written.
pub async fn apply(record: &Record, organisation: &Organisation, clock: Arc<dyn Clock>) -> Result<(), Failure> {
    let runtime = Runtime::new(record.store(), Arc::new(LocalBus::default()), clock);
    let applied = apply_in(&runtime, record, organisation).await;
    runtime.drain().await;
    applied
}

async fn apply_in(runtime: &Runtime, record: &Record, organisation: &Organisation) -> Result<(), Failure> {
    let store = record.store();
    let tree = &organisation.import.tree;
    let log_id = tree.log_id();
    let blob = AgencyBlob::new((**tree).clone(), organisation.import.boundaries.clone()).to_bytes().map_err(Failure::input)?;
    let agencies = store.put_blob(blob).await.map_err(Failure::input)?;
    let is_new = store.head(log_id).await.map_err(Failure::input)?.seq.0 == 0;
    let mut policy = None;
    if let Some(text) = organisation.policy.as_deref().or(is_new.then_some(policy::DEFAULT_TEXT)) {
        policy = Some(store.put_blob(text.as_bytes().to_vec()).await.map_err(Failure::input)?);
    }
    if let (true, Some(policy)) = (is_new, policy) {
        check_call_signs(&organisation.units, None)?;
        runtime.set_up(log_id, policy, agencies).await.map_err(Failure::input)?;
        runtime.open(log_id).await.map_err(Failure::input)?;
    } else {
        runtime.open(log_id).await.map_err(Failure::input)?;
        check_call_signs(&organisation.units, runtime.view(log_id).as_deref())?;
        activate(runtime, log_id, policy, agencies).await?;
    }
    for profiles in organisation.units.chunks(UNITS_AT_ONCE) {
        execute(runtime, log_id, Command::RegisterUnits(RegisterUnits { profiles: profiles.to_vec() })).await?;
    }
    Ok(())
}

async fn activate(runtime: &Runtime, log_id: &LogId, policy: Option<BlobHash>, agencies: BlobHash) -> Result<(), Failure> {
    if let Some(hash) = policy {
        execute(runtime, log_id, Command::ActivatePolicy(ActivatePolicy { hash })).await?;
    }
    execute(runtime, log_id, Command::ActivateAgencyTree(ActivateAgencyTree { hash: agencies })).await
}

/// A call sign that another registered unit has would be refused halfway through: it is found before anything is written.
fn check_call_signs(units: &[UnitProfile], view: Option<&runtime::LogView>) -> Result<(), Failure> {
    let Some(view) = view else { return Ok(()) };
    let mut errors = String::new();
    for unit in units {
        let holder = view.world.unit_by_call_sign(&unit.call_sign).filter(|holder| holder.profile.unit_id != unit.unit_id);
        if let Some(holder) = holder {
            let _ = writeln!(errors, "{UNITS_FILE}: {}: call sign {} belongs to {}", unit.unit_id, unit.call_sign, holder.profile.unit_id);
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Failure::BadInput(errors.trim_end().to_owned())) }
}

async fn execute(runtime: &Runtime, log_id: &LogId, command: Command) -> Result<(), Failure> {
    let principal_id = PrincipalId::new("system").map_err(Failure::input)?;
    let principal = Principal { principal_id, role: Role::System };
    let request = Request { principal, command, request: None, private: Vec::new(), trace_parent: String::new() };
    runtime.execute(log_id, request).await.map(|_| ()).map_err(Failure::input)
}
