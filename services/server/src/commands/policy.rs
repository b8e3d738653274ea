//! `oneroom policy check` and `policy explain`: is it valid, and what would it do and why.

use super::org::lines;
use crate::exit::{Failure, print_line};
use domain::classification::Classification;
use domain::ids::{CategoryKey, TypeKey};
use domain::place::{Datum, Place, Position};
use domain::policy::{DEFAULT_TEXT, DispatchMode, MAX_POLICY_BYTES, Policy, parse};
use places::Places;
use serde_json::json;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The policy.
#[derive(clap::Subcommand, Debug)]
pub enum PolicyCommand {
    /// Says everything that is wrong with a policy file.
    Check {
        /// The file.
        file: PathBuf,
    },
    /// Says what would be done with a call, and why.
    Explain {
        /// `category` or `category/type`, keys of the policy.
        classification: String,
        /// Where: `latitude,longitude` in degrees, WGS-84.
        #[arg(allow_hyphen_values = true, requires = "org", value_name = "LAT,LON")]
        position: Option<String>,
        /// The policy; the shipped one when left out.
        #[arg(long, value_name = "FILE")]
        policy: Option<PathBuf>,
        /// The organisation's directory, for the station at a position.
        #[arg(long, value_name = "DIR")]
        org: Option<PathBuf>,
        /// One JSON object.
        #[arg(long)]
        json: bool,
    },
}

/// Runs a `policy` command.
///
/// # Errors
/// [`Failure::DoesNotHold`] when a checked policy is not valid; [`Failure::BadInput`] otherwise.
pub fn run(command: PolicyCommand) -> Result<(), Failure> {
    match command {
        PolicyCommand::Check { file } => {
            let text = read_text(&file)?;
            let policy = parse(&file.display().to_string(), &text).map_err(|errors| Failure::DoesNotHold(lines(&errors)))?;
            let types: usize = policy.categories.iter().map(|category| category.types.len()).sum();
            print_line(format_args!("{}: valid: {}, {} categories, {types} types", file.display(), policy.name, policy.categories.len()));
            Ok(())
        }
        PolicyCommand::Explain { classification, position, policy, org, json } => {
            let policy = load(policy.as_deref())?;
            let what = parse_classification(&classification)?;
            let place = match (position, org) {
                (Some(position), Some(org)) => Some(locate(&position, &org)?),
                _ => None,
            };
            explain(&policy, &what, place, json)
        }
    }
}

/// Reads a policy file as text.
///
/// # Errors
/// [`Failure::BadInput`] when it can't be read, is too large or not UTF-8.
pub fn read_text(file: &Path) -> Result<String, Failure> {
    let at = |error: std::io::Error| Failure::BadInput(format!("{}: {error}", file.display()));
    let mut content = Vec::new();
    let limit = MAX_POLICY_BYTES as u64;
    std::fs::File::open(file).map_err(at)?.take(limit + 1).read_to_end(&mut content).map_err(at)?;
    if content.len() as u64 > limit {
        return Err(Failure::BadInput(format!("{}: expected at most {limit} bytes", file.display())));
    }
    String::from_utf8(content).map_err(|error| Failure::BadInput(format!("{}: {error}: expected UTF-8", file.display())))
}

fn load(file: Option<&Path>) -> Result<Policy, Failure> {
    let (name, text) = match file {
        Some(file) => (file.display().to_string(), read_text(file)?),
        None => ("the shipped policy".to_owned(), DEFAULT_TEXT.to_owned()),
    };
    parse(&name, &text).map_err(|errors| Failure::BadInput(lines(&errors)))
}

fn parse_classification(text: &str) -> Result<Classification, Failure> {
    let (category, kind) = text.split_once('/').map_or((text, None), |(category, kind)| (category, Some(kind)));
    let category = CategoryKey::new(category).map_err(Failure::input)?;
    let kind = kind.map(TypeKey::new).transpose().map_err(Failure::input)?;
    Ok(Classification { category, kind })
}

fn parse_position(text: &str) -> Option<Position> {
    let (latitude, longitude) = text.split_once(',')?;
    let (latitude, longitude): (f64, f64) = (latitude.trim().parse().ok()?, longitude.trim().parse().ok()?);
    places::to_wgs84(latitude, longitude, Datum::Wgs84).ok()
}

/// The station whose room takes what happens there, and the place.
fn locate(position: &str, org: &Path) -> Result<(Place, Places), Failure> {
    let parsed = parse_position(position);
    let parsed =
        parsed.ok_or_else(|| Failure::BadInput(format!("{position:?}: expected latitude,longitude in degrees, as 37.598,108.793")))?;
    let import = places::import_dir(org).map_err(|errors| Failure::BadInput(errors.to_string()))?;
    let places = Places::new(import.tree, import.boundaries).map_err(Failure::input)?;
    Ok((places.locate(parsed, Datum::Wgs84), places))
}

fn explain(policy: &Policy, what: &Classification, place: Option<(Place, Places)>, as_json: bool) -> Result<(), Failure> {
    let Some(decided) = policy.decide(what) else {
        let known = policy.categories.iter().map(|category| category.key.as_str()).collect::<Vec<_>>().join(", ");
        return Err(Failure::BadInput(format!("{}: not in the policy: expected one of {known}", what.category)));
    };
    let rule = policy.priority(decided.priority);
    let mode = match rule.map(|rule| rule.mode) {
        _ if !decided.dispatch => "none",
        Some(DispatchMode::Automatic) => "automatic",
        _ => "manual",
    };
    let dispatch_ms = rule.map(|rule| rule.dispatch_ms);
    let station = place.as_ref().and_then(|(place, places)| match place {
        Place::Located { agency, .. } => places.tree().room_of(agency).map(|node| (agency.to_string(), node)),
        _ => places.tree().root().map(|node| (node.agency_id.to_string(), node)),
    });
    let inside = place.as_ref().map(|(place, _)| matches!(place, Place::Located { .. }));
    let cell = place.as_ref().and_then(|(place, _)| place.position()).map(|position| places::h3_cell(position).to_string());
    let reasons: Vec<String> = decided.reasons.iter().map(ToString::to_string).collect();
    if as_json {
        print_line(json!({
            "classification": decided.classification.to_string(),
            "owner": decided.owner.key(),
            "priority": decided.priority.level(),
            "dispatch": mode,
            "dispatch_ms": dispatch_ms,
            "nuisance": decided.nuisance,
            "reasons": reasons,
            "agency": station.as_ref().map(|(agency, _)| agency),
            "station": station.as_ref().map(|(_, node)| node.agency_id.as_str()),
            "inside_boundary": inside,
            "h3_cell": cell,
        }));
        return Ok(());
    }
    print_line(format_args!("classification  {}", decided.classification));
    print_line(format_args!("owner           {}", decided.owner.key()));
    print_line(format_args!("priority        {}", decided.priority.level()));
    print_line(format_args!("dispatch        {mode}{}", dispatch_ms.map_or_else(String::new, |ms| format!(", within {ms} ms"))));
    if let Some((agency, node)) = station {
        let outside = if inside == Some(false) { ", outside every boundary" } else { "" };
        print_line(format_args!("station         {} {} (agency {agency}{outside})", node.agency_id, node.name_zh));
    }
    if let Some(cell) = cell {
        print_line(format_args!("h3_cell         {cell}"));
    }
    for reason in reasons {
        print_line(format_args!("because         {reason}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_latitude_first() {
        let position = parse_position("37.5, 108.75").unwrap();
        assert_eq!(position, places::to_wgs84(37.5, 108.75, Datum::Wgs84).unwrap());
        for wrong in ["", "37.5", "108.75,37.5", "37.5;108.75", "nan,1", "37.5,108.75,2"] {
            assert!(parse_position(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn an_unknown_category_is_bad_input_and_names_the_known_ones() {
        let policy = load(None).unwrap();
        let error = explain(&policy, &parse_classification("weather").unwrap(), None, false).unwrap_err();
        assert_eq!(error.code(), 2);
        assert!(error.to_string().contains("dispute"), "{error}");
    }

    #[test]
    fn an_invalid_policy_does_not_hold() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("p.toml");
        std::fs::write(&file, "name = 1\n").unwrap();
        assert_eq!(run(PolicyCommand::Check { file: file.clone() }).unwrap_err().code(), 1);
        std::fs::write(&file, DEFAULT_TEXT).unwrap();
        assert!(run(PolicyCommand::Check { file }).is_ok());
        assert_eq!(run(PolicyCommand::Check { file: dir.path().join("none.toml") }).unwrap_err().code(), 2);
    }
}
