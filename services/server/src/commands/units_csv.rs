//! `units.csv`: what is registered of each unit, with every error by file, line and field.

use csv::StringRecord;
use domain::agency::AgencyTree;
use domain::classification::Team;
use domain::ids::{AgencyId, UnitId};
use domain::unit::{CALL_SIGN_MAX_LEN, UnitKind, UnitProfile};
use std::collections::BTreeMap;

/// The file's name in an organisation's directory.
pub const UNITS_FILE: &str = "units.csv";
/// Most bytes it may have.
pub const MAX_UNITS_BYTES: u64 = 16 << 20;
/// Errors that are shown, at most.
const MAX_ERRORS: usize = 100;
/// Its columns. `capabilities` are separated by `|`.
pub const COLUMNS: [&str; 8] = ["unit_id", "call_sign", "kind", "home", "team", "sworn", "auxiliary", "capabilities"];

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {field}: {what}")]
pub struct UnitError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// The column.
    pub field: &'static str,
    /// What is wrong and what was expected.
    pub what: String,
}

/// Where a unit or call sign was first.
struct First {
    line: u64,
    home: AgencyId,
}

struct Row<'a> {
    file: &'a str,
    line: u64,
    record: &'a StringRecord,
    columns: &'a BTreeMap<&'static str, usize>,
    errors: Vec<UnitError>,
}

impl Row<'_> {
    fn text(&self, field: &'static str) -> &str {
        self.columns.get(field).and_then(|index| self.record.get(*index)).unwrap_or_default().trim()
    }

    /// Says that a unit is in the file twice; with which homes, when they differ.
    fn twice(&mut self, field: &'static str, name: &str, first: &First, home: &AgencyId) {
        let homes = if &first.home == home { String::new() } else { format!(" with home {}, here with {home}", first.home) };
        let expected = if field == "unit_id" { "one line, and so one home, for each unit" } else { "one for each unit" };
        self.wrong(field, format!("{name} is in line {} already{homes}: expected {expected}", first.line));
    }

    fn wrong(&mut self, field: &'static str, what: String) {
        self.errors.push(UnitError { file: self.file.to_owned(), line: self.line, field, what });
    }

    fn parse<T, E: std::fmt::Display>(&mut self, field: &'static str, parse: impl FnOnce(&str) -> Result<T, E>) -> Option<T> {
        match parse(self.text(field)) {
            Ok(value) => Some(value),
            Err(error) => {
                self.wrong(field, error.to_string());
                None
            }
        }
    }
}

fn one_of<T: Copy>(given: &str, all: &[T], key: fn(T) -> &'static str) -> Result<T, String> {
    let found = all.iter().copied().find(|value| key(*value) == given);
    found.ok_or_else(|| format!("{given:?}: expected one of {}", all.iter().map(|value| key(*value)).collect::<Vec<_>>().join(", ")))
}

const KINDS: [UnitKind; 7] =
    [UnitKind::Foot, UnitKind::Car, UnitKind::Motorcycle, UnitKind::Drone, UnitKind::GridWorker, UnitKind::Guards, UnitKind::Volunteers];

fn call_sign(given: &str) -> Result<String, String> {
    let length = given.chars().count();
    let printable = !given.chars().any(|c| c.is_whitespace() || c.is_control());
    let fits = (1..=CALL_SIGN_MAX_LEN).contains(&length) && printable;
    fits.then(|| given.to_owned()).ok_or_else(|| format!("{given:?}: expected 1 to {CALL_SIGN_MAX_LEN} characters without spaces"))
}

fn people(given: &str) -> Result<u8, String> {
    if given.is_empty() {
        return Ok(0);
    }
    given.parse().map_err(|_| format!("{given:?}: expected a number from 0 to 255"))
}

fn home(given: &str, tree: Option<&AgencyTree>) -> Result<AgencyId, String> {
    let id = AgencyId::new(given).map_err(|error| error.to_string())?;
    if tree.is_none_or(|tree| tree.get(&id).is_some()) {
        Ok(id)
    } else {
        Err(format!("{given:?}: expected an agency of this organisation"))
    }
}

/// Reads the file's content. Without a tree (its own files have errors) homes are not looked up.
///
/// # Errors
/// Every error that was found, at most 100.
pub fn parse(file: &str, content: &[u8], tree: Option<&AgencyTree>) -> Result<Vec<UnitProfile>, Vec<UnitError>> {
    let whole = |line, what: String| UnitError { file: file.to_owned(), line, field: "line", what };
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(content);
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => return Err(vec![whole(1, error.to_string())]),
    };
    let columns = columns(file, &header)?;
    let (mut profiles, mut errors): (Vec<UnitProfile>, Vec<UnitError>) = (Vec::new(), Vec::new());
    let (mut ids, mut signs) = (BTreeMap::new(), BTreeMap::new());
    for record in reader.records() {
        if errors.len() >= MAX_ERRORS {
            break;
        }
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                errors.push(whole(error.position().map_or(0, csv::Position::line), error.to_string()));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let mut row = Row { file, line, record: &record, columns: &columns, errors: Vec::new() };
        let profile = profile(&mut row, tree);
        if let Some(profile) = &profile {
            let first = || First { line, home: profile.home.clone() };
            if let Some(first) = ids.insert(profile.unit_id.clone(), first()) {
                row.twice("unit_id", profile.unit_id.as_str(), &first, &profile.home);
            }
            if let Some(first) = signs.insert(profile.call_sign.clone(), first()) {
                row.twice("call_sign", profile.call_sign.as_str(), &first, &profile.home);
            }
        }
        errors.append(&mut row.errors);
        profiles.extend(profile);
    }
    if errors.is_empty() { Ok(profiles) } else { Err(errors) }
}

/// Where each column is. All must be there, and nothing else.
fn columns(file: &str, header: &StringRecord) -> Result<BTreeMap<&'static str, usize>, Vec<UnitError>> {
    let mut errors = Vec::new();
    let mut found = BTreeMap::new();
    let wrong = |field, what| UnitError { file: file.to_owned(), line: 1, field, what };
    let names: Vec<&str> = header.iter().map(|name| name.trim_start_matches('\u{feff}').trim()).collect();
    for column in COLUMNS {
        match names.iter().position(|name| *name == column) {
            Some(index) => {
                found.insert(column, index);
            }
            None => errors.push(wrong(column, format!("the column is missing: expected {}", COLUMNS.join(",")))),
        }
    }
    for name in names.iter().filter(|name| !COLUMNS.contains(name)) {
        errors.push(wrong("line", format!("column {name:?} is not known: expected {}", COLUMNS.join(","))));
    }
    if errors.is_empty() { Ok(found) } else { Err(errors) }
}

fn profile(row: &mut Row<'_>, tree: Option<&AgencyTree>) -> Option<UnitProfile> {
    let unit_id = row.parse("unit_id", UnitId::new);
    let call_sign = row.parse("call_sign", call_sign);
    let kind = row.parse("kind", |given| one_of(given, &KINDS, UnitKind::key));
    let team = row.parse("team", |given| one_of(given, &Team::ALL, Team::key));
    let home = row.parse("home", |given| home(given, tree));
    let sworn = row.parse("sworn", people);
    let auxiliary = row.parse("auxiliary", people);
    let capabilities = row.text("capabilities").split('|').map(str::trim).filter(|key| !key.is_empty()).map(Into::into).collect();
    Some(UnitProfile {
        unit_id: unit_id?,
        call_sign: call_sign?.into(),
        kind: kind?,
        team: team?,
        home: home?,
        sworn: sworn?,
        auxiliary: auxiliary?,
        capabilities,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::agency::{AgencyLevel, AgencyNode, Organisation};
    use domain::ids::LogId;

    fn tree() -> AgencyTree {
        let node = |id: &str, parent: Option<&str>, level| AgencyNode {
            agency_id: AgencyId::new(id).unwrap(),
            parent: parent.map(|parent| AgencyId::new(parent).unwrap()),
            level,
            name_zh: id.to_owned(),
            name_en: id.to_owned(),
            seat: None,
            organisation: Organisation::TwoTeams,
            place_class: None,
            staffing: None,
            neighbours: std::collections::BTreeSet::new(),
        };
        let nodes = vec![node("610824", None, AgencyLevel::County), node("610824-01", Some("610824"), AgencyLevel::Station)];
        AgencyTree::new(LogId::new("610824").unwrap(), "Asia/Shanghai".to_owned(), nodes).unwrap()
    }

    const HEADER: &str = "unit_id,call_sign,kind,home,team,sworn,auxiliary,capabilities\n";

    #[test]
    fn a_unit_is_read_whatever_the_order_of_columns() {
        let text = "\u{feff}call_sign,unit_id,kind,home,team,sworn,auxiliary,capabilities\n靖01,610824-a12,car,610824-01,community,2,,ladder| dog |\n";
        let units = parse("units.csv", text.as_bytes(), Some(&tree())).unwrap();
        assert_eq!(units.len(), 1);
        assert_eq!((units[0].call_sign.as_str(), units[0].sworn, units[0].auxiliary), ("靖01", 2, 0));
        assert_eq!(units[0].capabilities.iter().map(|key| key.as_str()).collect::<Vec<_>>(), ["dog", "ladder"]);
    }

    #[test]
    fn every_mistake_is_told_with_line_and_field() {
        let rows = "610824-a1,A 1,bike,610824-09,room,300,x,\n610824-a2,A2,car,610824-01,case,1,0,\n610824-a2,A2,car,610824-01,case,1,0,\n";
        let errors = parse("units.csv", format!("{HEADER}{rows}").as_bytes(), Some(&tree())).unwrap_err();
        let told: Vec<_> = errors.iter().map(|error| (error.line, error.field)).collect();
        let expected = [(2, "call_sign"), (2, "kind"), (2, "home"), (2, "sworn"), (2, "auxiliary"), (4, "unit_id"), (4, "call_sign")];
        assert_eq!(told, expected);
        assert!(errors[1].to_string().starts_with("units.csv:2: kind: \"bike\": expected one of foot, car"), "{}", errors[1]);
    }

    #[test]
    fn a_unit_in_two_homes_is_told_with_both() {
        let rows = "610824-a1,A1,car,610824-01,case,1,0,\n610824-a1,A2,car,610824,case,1,0,\n610824-a3,A1,car,610824,case,1,0,\n";
        let errors = parse("units.csv", format!("{HEADER}{rows}").as_bytes(), Some(&tree())).unwrap_err();
        let told: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "units.csv:3: unit_id: 610824-a1 is in line 2 already with home 610824-01, here with 610824: expected one line, and so one \
                 home, for each unit",
                "units.csv:4: call_sign: A1 is in line 2 already with home 610824-01, here with 610824: expected one for each unit",
            ]
        );
    }

    #[test]
    fn without_a_tree_everything_but_the_home_is_told() {
        let text = format!("{HEADER}610824-a1,A1,bike,610824-09,case,1,0,\n");
        let errors = parse("units.csv", text.as_bytes(), None).unwrap_err();
        assert_eq!(errors.iter().map(|error| error.field).collect::<Vec<_>>(), ["kind"]);
    }

    #[test]
    fn missing_unknown_and_ragged_columns_are_told() {
        let errors = parse("units.csv", b"unit_id,call_sign,kind,home,team,sworn,auxiliary,colour\n", Some(&tree())).unwrap_err();
        assert_eq!(errors.len(), 2);
        let errors = parse("units.csv", format!("{HEADER}610824-a1,A1\n").as_bytes(), Some(&tree())).unwrap_err();
        assert_eq!(errors[0].line, 2);
    }
}
