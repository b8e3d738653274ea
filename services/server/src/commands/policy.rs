//! `oneroom policy check` and `policy explain`: is it valid, and what would it do and why.

use super::explain::{Explanation, Somewhere, printed};
use super::explain_calls::{self, CallsFlags};
use super::org_files::{self, Finding};
use crate::exit::{Failure, print_line};
use crate::words::{Language, Words};
use domain::classification::Classification;
use domain::ids::{CategoryKey, TypeKey};
use domain::place::{Datum, Position};
use domain::policy::{DEFAULT_TEXT, MAX_POLICY_BYTES, Policy, parse};
use places::Places;
use serde_json::json;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The policy.
#[derive(clap::Subcommand, Debug)]
pub enum PolicyCommand {
    /// Says everything that is wrong with a policy file.
    Check {
        /// The file.
        file: PathBuf,
        /// An organisation's directory: names the rows that none of its registered units could follow.
        #[arg(long, value_name = "DIR")]
        org: Option<PathBuf>,
        /// One JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Says what would be done with a call, and why.
    Explain {
        /// `category` or `category/type`, keys of the policy.
        classification: String,
        /// Where: `latitude,longitude` in degrees, WGS-84.
        #[arg(allow_hyphen_values = true, requires = "org", value_name = "LAT,LON")]
        position: Option<String>,
        /// The organisation's directory, for the station and beat at a position.
        #[arg(long, value_name = "DIR")]
        org: Option<PathBuf>,
        /// How it is said.
        #[command(flatten)]
        how: HowFlags,
    },
    /// Says what is done with recorded calls: as they were taken, and as what they turned out to be.
    ExplainCalls {
        /// Which calls.
        #[command(flatten)]
        calls: CallsFlags,
        /// How it is said.
        #[command(flatten)]
        how: HowFlags,
    },
}

/// By which policy, and how it is said.
#[derive(clap::Args, Debug)]
pub struct HowFlags {
    /// The policy; the shipped one when left out.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Language of the words.
    #[arg(long, value_enum, default_value_t)]
    lang: Language,
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

/// Runs a `policy` command.
///
/// # Errors
/// [`Failure::DoesNotHold`] when a checked policy is not valid or has rows for nobody; [`Failure::BadInput`] otherwise.
pub fn run(command: PolicyCommand) -> Result<(), Failure> {
    match command {
        PolicyCommand::Check { file, org, json } => check(&file, org.as_deref(), json),
        PolicyCommand::Explain { classification, position, org, how } => {
            let policy = load(how.policy.as_deref())?;
            let what = parse_classification(&classification)?;
            let place = match (position, org) {
                (Some(position), Some(org)) => Some(locate(&position, &org)?),
                _ => None,
            };
            explain(&policy, &what, place.as_ref(), &how)
        }
        PolicyCommand::ExplainCalls { calls, how } => {
            let policy = load(how.policy.as_deref())?;
            explain_calls::run(&calls, Words { language: how.lang, policy: &policy, agencies: None }, how.json)
        }
    }
}

fn check(file: &Path, org: Option<&Path>, as_json: bool) -> Result<(), Failure> {
    let (name, text) = (file.display().to_string(), read_text(file)?);
    let parsed = parse(&name, &text);
    let mut errors: Vec<Finding> = parsed.as_ref().err().map_or(&[][..], Vec::as_slice).iter().map(Finding::of_policy).collect();
    if let (Ok(policy), Some(dir)) = (&parsed, org) {
        errors.extend(org_files::for_nobody(policy, &name, &text, &org_files::read(dir, None)?));
    }
    let (title, categories, types) = parsed.map_or((String::new(), 0, 0), |policy| {
        let types = policy.categories.iter().map(|category| category.types.len()).sum();
        (policy.name, policy.categories.len(), types)
    });
    if as_json {
        print_line(json!({ "ok": errors.is_empty(), "name": title, "categories": categories, "types": types, "errors": errors }));
    }
    if !errors.is_empty() {
        return Err(Failure::DoesNotHold(org_files::lines(&errors)));
    }
    if !as_json {
        print_line(format_args!("{name}: valid: {title}, {categories} categories, {types} types"));
    }
    Ok(())
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
    let lines = |errors: Vec<_>| org_files::lines(&errors.iter().map(Finding::of_policy).collect::<Vec<_>>());
    parse(&name, &text).map_err(|errors| Failure::BadInput(lines(errors)))
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

/// The place, and what the organisation knows of it.
fn locate(position: &str, org: &Path) -> Result<Somewhere, Failure> {
    let parsed = parse_position(position);
    let parsed =
        parsed.ok_or_else(|| Failure::BadInput(format!("{position:?}: expected latitude,longitude in degrees, as 37.598,108.793")))?;
    let import = places::import_dir(org).map_err(|errors| Failure::BadInput(errors.to_string()))?;
    let places = Places::new(import.tree, import.boundaries).map_err(Failure::input)?;
    Ok(Somewhere { place: places.locate(parsed, Datum::Wgs84), places })
}

fn explain(policy: &Policy, what: &Classification, somewhere: Option<&Somewhere>, how: &HowFlags) -> Result<(), Failure> {
    let agencies = somewhere.map(|somewhere| Arc::clone(somewhere.places.tree()));
    let words = Words { language: how.lang, policy, agencies: agencies.as_deref() };
    let Some(explanation) = Explanation::of(what, words, somewhere) else {
        let known = policy.categories.iter().map(|category| category.key.as_str()).collect::<Vec<_>>().join(", ");
        return Err(Failure::BadInput(format!("{}: not in the policy: expected one of {known}", what.category)));
    };
    if how.json {
        print_line(explanation.json())
    } else {
        print_line(printed(&explanation.lines(), &words))
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
        let error =
            explain(&policy, &parse_classification("weather").unwrap(), None, &HowFlags { policy: None, lang: Language::En, json: false })
                .unwrap_err();
        assert_eq!(error.code(), 2);
        assert!(error.to_string().contains("dispute"), "{error}");
    }

    fn check_of(file: PathBuf) -> PolicyCommand {
        PolicyCommand::Check { file, org: None, json: false }
    }

    #[test]
    fn an_invalid_policy_does_not_hold() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("p.toml");
        std::fs::write(&file, "name = 1\n").unwrap();
        assert_eq!(run(check_of(file.clone())).unwrap_err().code(), 1);
        std::fs::write(&file, DEFAULT_TEXT).unwrap();
        assert!(run(check_of(file)).is_ok());
        assert_eq!(run(check_of(dir.path().join("none.toml"))).unwrap_err().code(), 2);
    }
}
