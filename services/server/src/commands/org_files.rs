//! The files of an organisation: read as a whole, with every error of every file, and held against the policy.

use super::units_csv::{self, MAX_UNITS_BYTES, UNITS_FILE};
use crate::exit::Failure;
use domain::policy::{self, DEFAULT_TEXT, Policy, PolicyError};
use domain::staffing;
use domain::unit::UnitProfile;
use places::Import;
use serde::Serialize;
use std::fmt;
use std::io::Read;
use std::path::Path;

/// What an import brings, checked as a whole.
pub struct Organisation {
    /// Tree and boundaries.
    pub import: Import,
    /// Units.
    pub units: Vec<UnitProfile>,
    /// The policy's text, if one is to become active.
    pub policy: Option<String>,
}

/// Something found in the files, with its place as far as there is one.
#[derive(Serialize, Clone, PartialEq, Eq, Debug, Default)]
pub struct Finding {
    /// The file, relative to the directory, or the policy as it was named.
    pub file: String,
    /// The line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The feature's index in its file, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feature: Option<usize>,
    /// The field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What is wrong and what was expected.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(feature) = self.feature {
            write!(f, ": feature {feature}")?;
        }
        if let Some(field) = &self.field {
            write!(f, ": {field}")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl Finding {
    /// Something found at a place of an import.
    pub(super) fn at(at: &places::error::Location, message: String) -> Self {
        Self { file: at.file.clone(), line: at.line, feature: at.feature, field: at.field.clone(), message }
    }

    /// An error of a policy.
    pub(super) fn of_policy(error: &PolicyError) -> Self {
        let PolicyError { file, line, field, message } = error.clone();
        Self { file, line: Some(line), feature: None, field: Some(field), message }
    }

    fn whole(file: &str, message: String) -> Self {
        Self { file: file.to_owned(), message, ..Self::default() }
    }
}

/// Findings as lines.
pub(super) fn lines(findings: &[Finding]) -> String {
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Reads a directory; changes nothing.
///
/// # Errors
/// [`Failure::BadInput`] with every error, one a line.
pub fn read(dir: &Path, policy_file: Option<&Path>) -> Result<Organisation, Failure> {
    read_all(dir, policy_file).map_err(|findings| Failure::BadInput(lines(&findings)))
}

/// Reads a directory; changes nothing.
///
/// # Errors
/// Every error of every file.
pub fn read_all(dir: &Path, policy_file: Option<&Path>) -> Result<Organisation, Vec<Finding>> {
    let mut errors = Vec::new();
    let policy = policy_file.map(|file| read_policy(file, &mut errors));
    let import = match places::import_dir(dir) {
        Ok(import) => Some(import),
        Err(found) => {
            errors.extend(found.errors.iter().map(|error| Finding::at(&error.at, error.problem.to_string())));
            if found.further > 0 {
                errors.push(Finding::whole(&dir.display().to_string(), format!("and {} more", found.further)));
            }
            None
        }
    };
    let units = read_units(dir, import.as_ref(), &mut errors);
    match import {
        Some(import) if errors.is_empty() => Ok(Organisation { import, units, policy }),
        _ => Err(errors),
    }
}

fn read_policy(file: &Path, errors: &mut Vec<Finding>) -> String {
    let name = file.display().to_string();
    match super::policy::read_text(file) {
        Ok(text) => {
            if let Err(found) = policy::parse(&name, &text) {
                errors.extend(found.iter().map(Finding::of_policy));
            }
            text
        }
        Err(failure) => {
            // The failure names the file already.
            let message = failure.to_string();
            errors.push(Finding::whole(&name, message.strip_prefix(&format!("{name}: ")).unwrap_or(&message).to_owned()));
            String::new()
        }
    }
}

fn read_units(dir: &Path, import: Option<&Import>, errors: &mut Vec<Finding>) -> Vec<UnitProfile> {
    let path = dir.join(UNITS_FILE);
    if !path.is_file() {
        return Vec::new();
    }
    let content = match read_bounded(&path, MAX_UNITS_BYTES) {
        Ok(content) => content,
        Err(message) => {
            errors.push(Finding::whole(UNITS_FILE, message));
            return Vec::new();
        }
    };
    units_csv::parse(UNITS_FILE, &content, import.map(|import| &*import.tree)).unwrap_or_else(|found| {
        errors.extend(found.into_iter().map(|error| Finding {
            file: error.file,
            line: usize::try_from(error.line).ok(),
            feature: None,
            field: Some(error.field.to_owned()),
            message: error.what,
        }));
        Vec::new()
    })
}

fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, String> {
    let mut content = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut content));
    read.map_err(|error| error.to_string())?;
    if content.len() as u64 > limit {
        return Err(format!("expected at most {limit} bytes"));
    }
    Ok(content)
}

/// Where an organisation and a policy do not fit: stations and beats that are not staffed as their template asks, place classes that
/// the policy does not have, rows of the policy that no registered unit could follow. `policy_name` is what the policy is called in
/// findings. Rows are told only where units are registered by file: who has none yet has nobody for any row.
///
/// # Errors
/// [`Failure::BadInput`] when the policy's text is not valid.
pub fn against_policy(organisation: &Organisation, policy_name: &str) -> Result<Vec<Finding>, Failure> {
    let text = organisation.policy.as_deref().unwrap_or(DEFAULT_TEXT);
    let errors = |found: Vec<PolicyError>| Failure::BadInput(lines(&found.iter().map(Finding::of_policy).collect::<Vec<_>>()));
    let policy = policy::parse(policy_name, text).map_err(errors)?;
    let (import, units) = (&organisation.import, &organisation.units);
    let said = |agency, field: &str, message: String| {
        let at = import.declared.get(agency).map(|declared| declared.field(field).clone()).unwrap_or_default();
        Finding::at(&at, message)
    };
    let classes = policy::unknown_place_classes(&policy, &import.tree);
    let mut findings: Vec<Finding> = classes
        .iter()
        .map(|(agency, class)| {
            let known = policy.place_classes.iter().map(|rule| rule.key.as_str()).collect::<Vec<_>>().join(", ");
            said(agency, "place_class", format!("{:?} is no place class of {policy_name}: expected one of {known}", class.as_str()))
        })
        .collect();
    findings.extend(staffing::check(&import.tree, units, &policy).iter().map(|found| said(&found.agency, "staffing", found.to_string())));
    if !units.is_empty() {
        findings.extend(for_nobody(&policy, policy_name, text, organisation));
    }
    Ok(findings)
}

/// The rows of a policy that no registered unit could follow.
pub(super) fn for_nobody(policy: &Policy, policy_name: &str, text: &str, organisation: &Organisation) -> Vec<Finding> {
    let rows = policy::for_nobody(policy, &organisation.import.tree, &organisation.units);
    rows.into_iter()
        .map(|row| Finding {
            file: policy_name.to_owned(),
            line: Some(policy::row_line(text, &row.list, row.index, &row.field)),
            feature: None,
            field: Some(format!("{} {}.{}", row.list, row.key, row.field)),
            message: row.message,
        })
        .collect()
}
