//! `oneroom org import`: agency tree, boundaries, units and policy become active in a log, all of them or none.

use super::org_files::{self, Finding};
use super::units_csv::UNITS_FILE;
use crate::cli::DataFlag;
use crate::exit::{Failure, print_line};
use crate::record::Record;
use bus::LocalBus;
use domain::agency::AgencyLevel;
use domain::command::{ActivateAgencyTree, ActivatePolicy, Command, RegisterUnits};
use domain::ids::{BlobHash, LogId, PrincipalId};
use domain::policy;
use domain::principal::{Principal, Role};
use domain::unit::UnitProfile;
use places::AgencyBlob;
use runtime::clock::{Clock, WallClock};
use runtime::{Request, Runtime};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

pub use super::org_files::{Organisation, read};

/// Units registered by one command, at most.
const UNITS_AT_ONCE: usize = 500;

/// The organisation.
#[derive(clap::Subcommand, Debug)]
pub enum OrgCommand {
    /// Imports a directory with org.toml, boundaries and units.csv.
    Import(ImportFlags),
}

/// What to import, and how strictly.
#[derive(clap::Args, Debug)]
pub struct ImportFlags {
    /// The directory.
    dir: PathBuf,
    /// Where the record is.
    #[command(flatten)]
    data: DataFlag,
    /// Policy to activate; a new log gets the shipped one, another keeps its own.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Checks the files, changes nothing and needs no record.
    #[arg(long)]
    check: bool,
    /// Warnings (staffing, rows of the policy for nobody) stop the import.
    #[arg(long)]
    strict: bool,
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

/// What an import found and did, for `--json`.
#[derive(Default)]
struct Outcome {
    applied: bool,
    notes: Vec<Finding>,
    warnings: Vec<Finding>,
    errors: Vec<Finding>,
    summary: serde_json::Value,
}

/// Runs an `org` command.
///
/// # Errors
/// [`Failure::BadInput`] with every error by file, line and field; [`Failure::DoesNotHold`] when `--strict` made a warning one.
pub async fn run(command: OrgCommand) -> Result<(), Failure> {
    let OrgCommand::Import(flags) = command;
    let mut outcome = Outcome::default();
    let result = import(&flags, &mut outcome).await;
    if flags.json {
        let Outcome { applied, notes, warnings, errors, summary } = outcome;
        let mut object = json!({ "ok": result.is_ok(), "applied": applied, "errors": errors, "warnings": warnings, "notes": notes });
        if let (Some(object), serde_json::Value::Object(summary)) = (object.as_object_mut(), summary) {
            object.extend(summary);
        }
        print_line(object);
    }
    result
}

async fn import(flags: &ImportFlags, outcome: &mut Outcome) -> Result<(), Failure> {
    let organisation = match org_files::read_all(&flags.dir, flags.policy.as_deref()) {
        Ok(organisation) => organisation,
        Err(errors) => {
            let failure = Failure::BadInput(org_files::lines(&errors));
            outcome.errors = errors;
            return Err(failure);
        }
    };
    let say = |line: std::fmt::Arguments<'_>| {
        if !flags.json {
            print_line(line);
        }
    };
    outcome.notes = organisation.import.notes.iter().map(|note| Finding::at(&note.at, note.text.clone())).collect();
    outcome.summary = summary(&organisation);
    outcome.notes.iter().for_each(|note| say(format_args!("note: {note}")));
    let policy_name = flags.policy.as_ref().map_or_else(|| "the shipped policy".to_owned(), |file| file.display().to_string());
    let warnings = org_files::against_policy(&organisation, &policy_name)?;
    if flags.strict && !warnings.is_empty() {
        let failure = Failure::DoesNotHold(org_files::lines(&warnings));
        outcome.errors = warnings;
        return Err(failure);
    }
    warnings.iter().for_each(|warning| say(format_args!("warning: {warning}")));
    outcome.warnings = warnings;
    if !flags.check {
        let record = Record::open(&flags.data.data).map_err(Failure::input)?;
        let applied = apply(&record, &organisation, Arc::new(WallClock::default())).await;
        record.close().await;
        if let Err(failure) = &applied {
            outcome.errors = vec![Finding { file: flags.dir.display().to_string(), message: failure.to_string(), ..Finding::default() }];
        }
        applied?;
        outcome.applied = true;
    }
    let tree = &organisation.import.tree;
    let (nodes, boundaries, units) = (tree.nodes().count(), organisation.import.boundaries.len(), organisation.units.len());
    let checked = if flags.check { "checked, nothing applied: " } else { "" };
    say(format_args!("{checked}log {}: {nodes} agencies, {boundaries} boundaries, {units} units", tree.log_id()));
    Ok(())
}

fn summary(organisation: &Organisation) -> serde_json::Value {
    let tree = &organisation.import.tree;
    let mut levels: BTreeMap<&'static str, usize> = BTreeMap::new();
    for node in tree.nodes() {
        let level = match node.level {
            AgencyLevel::City => "city",
            AgencyLevel::County => "county",
            AgencyLevel::Station => "station",
            AgencyLevel::Beat => "beat",
            AgencyLevel::Post => "post",
        };
        *levels.entry(level).or_default() += 1;
    }
    let borders: usize = tree.nodes().map(|node| node.neighbours.len()).sum::<usize>() / 2;
    json!({
        "log_id": tree.log_id().as_str(),
        "agencies": tree.nodes().count(),
        "levels": levels,
        "boundaries": organisation.import.boundaries.len(),
        "borders": borders,
        "units": organisation.units.len(),
    })
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
    // The tree first: it is refused while an incident or a unit belongs to an agency that would be gone, and then nothing else has
    // changed.
    execute(runtime, log_id, Command::ActivateAgencyTree(ActivateAgencyTree { hash: agencies })).await?;
    match policy {
        Some(hash) => execute(runtime, log_id, Command::ActivatePolicy(ActivatePolicy { hash })).await,
        None => Ok(()),
    }
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
