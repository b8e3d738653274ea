//! Call files: what is delivered, what is flagged, what is refused and where.

use super::*;
use crate::shipped_policy::{knows, shipped as shipped_policy};
use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{Cursor, Write};
use std::path::PathBuf;
use std::sync::Arc;

const MAPPING: &str = r#"
time_format = "%Y-%m-%d %H:%M:%S"
time_zone = "UTC"
default = "help/other"
[columns]
time = "at"
lat = "lat"
lon = "lon"
category = "kind"
outcome = "end"
address = "where"
[categories]
"NOISE" = "non_police/noise"
"#;
const HEADER: &str = "kind,at,lat,lon,where,end\n";

fn mapping() -> Arc<Mapping> {
    Arc::new(Mapping::parse("m.toml", MAPPING).unwrap())
}

fn read(bytes: &[u8]) -> Result<Vec<RecordedCall>, CallFileError> {
    let hash = FileHash::of("c.csv", bytes)?;
    CallReader::new("c.csv", Cursor::new(bytes.to_vec()), mapping(), hash)?.collect()
}

fn rows(rows: &str) -> Result<Vec<RecordedCall>, CallFileError> {
    read(format!("{HEADER}{rows}").as_bytes())
}

fn one(row: &str) -> RecordedCall {
    rows(row).unwrap().remove(0)
}

#[test]
fn a_clean_row_is_delivered_as_it_is() {
    let call = one("NOISE,2018-05-01 00:10:28,43.1,-87.9,\"12 Any St,\nrear\",Advised\n");
    assert_eq!((call.row, call.line), (1, 2));
    assert_eq!(call.time, Some(Timestamp(1_525_133_428_000)));
    assert_eq!(call.position, Some(RawPosition { lat: 43.1, lon: -87.9 }));
    assert_eq!((call.category.as_str(), call.call_type.as_str()), ("non_police", "noise"));
    assert_eq!(call.address.as_deref(), Some("12 Any St,\nrear"));
    assert_eq!((call.outcome.as_deref(), call.location.as_deref()), (Some("Advised"), None));
    assert_eq!((&call.number, &call.flaws), (&None, &vec![]));
}

#[test]
fn what_a_call_turned_out_to_be_is_read_where_the_mapping_knows_it() {
    let text =
        MAPPING.replace("outcome = \"end\"", "outcome = \"end\"\ncleared = \"end\"") + "[cleared]\n\"FIGHT\" = \"public_order/fight\"\n";
    let mapping = Arc::new(Mapping::parse("m.toml", &text).unwrap());
    let bytes =
        format!("{HEADER}NOISE,2018-05-01 00:10:28,1,1,,FIGHT \nNOISE,2018-05-01 00:10:28,1,1,,NOISE\nNOISE,2018-05-01 00:10:28,1,1,,\n");
    let hash = FileHash::of("c.csv", bytes.as_bytes()).unwrap();
    let calls: Vec<_> = CallReader::new("c.csv", Cursor::new(bytes.into_bytes()), mapping, hash).unwrap().map(Result::unwrap).collect();
    let cleared = |call: &RecordedCall| call.cleared.as_ref().map(|(category, kind)| format!("{category}/{kind}"));
    assert_eq!(cleared(&calls[0]).as_deref(), Some("public_order/fight"));
    assert_eq!((cleared(&calls[1]), calls[1].outcome.as_deref()), (None, Some("NOISE")), "[categories] says nothing of what calls become");
    assert_eq!(cleared(&calls[2]), None);
    let numbered = Mapping::parse("m.toml", &text.replace("address = \"where\"", "number = \"where\"")).unwrap();
    let bytes = format!("{HEADER}NOISE,2018-05-01 00:10:28,1,1, 7-A ,\nNOISE,2018-05-01 00:10:28,1,1,,\n").into_bytes();
    let hash = FileHash::of("c.csv", bytes.as_slice()).unwrap();
    let numbers = CallReader::new("c.csv", Cursor::new(bytes), Arc::new(numbered), hash).unwrap().map(|call| call.unwrap().number);
    assert_eq!(numbers.collect::<Vec<_>>(), [Some("7-A".to_owned()), None], "as written, blanks aside; an empty one is none");
    let wrong = Mapping::parse("m.toml", &text.replace("public_order/fight", "fight")).unwrap_err();
    assert_eq!(wrong.field, "FIGHT");
    assert_eq!(one("NOISE,2018-05-01 00:10:28,1,1,,FIGHT").cleared, None, "without a column nothing is known");
}

#[test]
fn a_dirty_row_is_delivered_with_what_is_wrong() {
    let bad = |field: &str, given: &str| Flaw::BadCoordinates { field: field.to_owned(), given: given.to_owned() };
    let cases = [
        ("NOISE,2018-05-01 00:10:28,,,,", vec![Flaw::NoPosition], false),
        ("NOISE,2018-05-01 00:10:28,43.1,,,", vec![bad("lon", "")], false),
        ("NOISE,2018-05-01 00:10:28,north,-87.9,,", vec![bad("lat", "north")], false),
        ("NOISE,2018-05-01 00:10:28,91,-187.9,,", vec![bad("lat", "91"), bad("lon", "-187.9")], true),
        ("NOISE,2018-05-01 00:10:28,NaN,1,,", vec![bad("lat", "NaN")], true),
        ("NOISE,2018-13-01 00:10:28,1,1,,", vec![Flaw::BadTime { given: "2018-13-01 00:10:28".to_owned() }], true),
        ("ODD,2018-05-01 00:10:28,1,1,,", vec![Flaw::UnknownCategory], true),
    ];
    for (row, flaws, has_position) in cases {
        let call = one(row);
        assert_eq!(call.flaws, flaws, "{row}");
        assert_eq!(call.position.is_some(), has_position, "{row}");
        assert_eq!(call.time.is_none(), flaws.iter().any(|flaw| flaw.key() == "bad_time"), "{row}");
    }
    let odd = one("ODD,2018-05-01 00:10:28,1,1,,");
    assert_eq!((odd.raw_category.as_str(), odd.category.as_str(), odd.call_type.as_str()), ("ODD", "help", "other"));
}

#[test]
fn a_file_that_is_no_table_is_refused_by_line_and_field() {
    let cases: [(&[u8], &str); 6] = [
        (b"kind,at,lat,lon,where,end\nNOISE,2018-05-01 00:10:28,1,1,,\nNOISE,1\n", "c.csv, line 3, row: it has 2 fields: expected 6"),
        (b"kind,at,lat,lon,where,end\nNOISE,x,1,1,\xff\xfe,\n", "c.csv, line 2, field 5: it is not UTF-8: expected UTF-8 text"),
        (b"kind,at,lat,where,end\n", "c.csv, line 1, lon: no such column: expected the mapping to name one of: kind, at, lat, where, end"),
        (b"kind,at,lat,lon,lat,where,end\n", "c.csv, line 1, lat: it stands in the header twice"),
        (b"", "c.csv, line 1, time: no such column"),
        (b"\x1f\x8b\x08\x00 not gzip at all", "c.csv, after line"),
    ];
    for (bytes, expected) in cases {
        let error = read(bytes).unwrap_err().to_string();
        let expected = expected.replace("line 1, time", "line 1, at");
        assert!(error.starts_with(&expected), "{error}");
    }
}

#[test]
fn after_an_error_there_is_nothing_more() {
    let bytes = format!("{HEADER}NOISE,1\nNOISE,2018-05-01 00:10:28,1,1,,\n").into_bytes();
    let hash = FileHash::of("c.csv", bytes.as_slice()).unwrap();
    let mut reader = CallReader::new("c.csv", Cursor::new(bytes), mapping(), hash).unwrap();
    assert!(reader.next().unwrap().is_err());
    assert!(reader.next().is_none());
}

/// An endless quoted field, as an unclosed quote in a file of any size would be; it counts what was taken from it.
struct Endless(Arc<std::sync::atomic::AtomicU64>);

impl std::io::Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        buffer.fill(b'x');
        self.0.fetch_add(buffer.len() as u64, std::sync::atomic::Ordering::Relaxed);
        Ok(buffer.len())
    }
}

#[test]
fn an_unclosed_quote_is_refused_without_reading_on() {
    use std::io::Read;
    let taken = Arc::new(std::sync::atomic::AtomicU64::new(0));
    let good = "NOISE,2018-05-01 00:10:28,1,1,,\n".repeat(10_000);
    let begin = format!("{HEADER}{good}NOISE,\"");
    let input = Cursor::new(begin.into_bytes()).chain(Endless(taken.clone()));
    let hash = FileHash::of("c.csv", &b""[..]).unwrap();
    let mut reader = CallReader::new("c.csv", input, mapping(), hash).unwrap();
    assert_eq!(reader.by_ref().take(10_000).filter(|call| call.as_ref().is_ok_and(|call| call.flaws.is_empty())).count(), 10_000);
    let error = reader.next().unwrap().unwrap_err().to_string();
    assert!(error.starts_with("c.csv, line 10002, row: the row does not end: expected at most 65536 bytes"), "{error}");
    assert!(taken.load(std::sync::atomic::Ordering::Relaxed) < 3 * ROW_MAX_BYTES);
}

#[test]
fn request_ids_are_unique_and_stable() {
    let text = format!("{HEADER}{}", "NOISE,2018-05-01 00:10:28,1,1,,\n".repeat(5_000));
    let (first, again) = (read(text.as_bytes()).unwrap(), read(text.as_bytes()).unwrap());
    assert_eq!(first, again);
    let other = read((text + "NOISE,2018-05-01 00:10:28,1,1,,\n").as_bytes()).unwrap();
    let ids: HashSet<_> = first.iter().chain(&other).map(|call| call.request_id).collect();
    assert_eq!(ids.len(), 10_001, "same rows, other file or other row: another id");
    assert_eq!(first[0].request_id.0.get_version_num(), 8);
    // Held as a value: a changed derivation would double every call of a replay that is run again over the same record.
    let hash = FileHash::of("abc", &b"abc"[..]).unwrap();
    assert_eq!(hash.request_id(1).to_string(), "d11235a9-70c5-8633-9065-75bb0ab45f53");
}

#[test]
fn gzip_and_plain_are_read_alike() {
    let text = format!("{HEADER}NOISE,2018-05-01 00:10:28,1,1,,\n");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    let strip = |calls: Vec<RecordedCall>| calls.into_iter().map(|call| (call.row, call.time, call.raw_category)).collect::<Vec<_>>();
    assert_eq!(strip(read(&gzip.finish().unwrap()).unwrap()), strip(read(text.as_bytes()).unwrap()));
    let with_mark = read(format!("\u{feff}{text}").as_bytes()).unwrap();
    assert_eq!(with_mark.len(), 1, "a byte order mark is no part of the first name");
}

fn loadtest(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../loadtest").join(path)
}

fn shipped_mapping(name: &str) -> Arc<Mapping> {
    let text = std::fs::read_to_string(loadtest(&format!("mappings/{name}.toml"))).unwrap();
    Arc::new(Mapping::parse(name, &text).unwrap())
}

fn open(path: &std::path::Path, mapping: Arc<Mapping>) -> CallReader {
    let name = path.display().to_string();
    let hash = FileHash::of(&name, File::open(path).unwrap()).unwrap();
    CallReader::new(&name, File::open(path).unwrap(), mapping, hash).unwrap()
}

#[test]
fn shipped_mappings_use_the_shipped_policy() {
    let policy = shipped_policy();
    for name in ["milwaukee_2018_05", "san_antonio_2022_2024", "seattle_2015", "montgomery_2015_2016", "invented"] {
        let mapping = shipped_mapping(name);
        for (raw, (category, call_type)) in mapping.categories() {
            assert!(knows(&policy, category.as_str(), call_type.as_str()), "{name}: {raw} = {category}/{call_type}");
        }
    }
}

#[test]
fn the_invented_file_has_a_day_of_every_category() {
    let calls: Vec<RecordedCall> = open(&loadtest("calls/invented.csv"), shipped_mapping("invented")).map(Result::unwrap).collect();
    assert_eq!(calls.len(), 300);
    let categories: HashSet<_> = calls.iter().map(|call| call.category.as_str()).collect();
    assert_eq!(categories.len(), shipped_policy().categories.len());
    assert!(calls.windows(2).all(|two| two[0].time <= two[1].time), "in the order of time");
    let (first, last) = (calls[0].time.unwrap(), calls[299].time.unwrap());
    assert!((82_800_000..86_400_000).contains(&last.since_ms(first)), "one day");
    let mut flaws: BTreeMap<&str, usize> = BTreeMap::new();
    for flaw in calls.iter().flat_map(|call| &call.flaws) {
        *flaws.entry(flaw.key()).or_default() += 1;
    }
    assert_eq!(flaws, BTreeMap::from([("bad_coordinates", 1), ("no_position", 5), ("unknown_category", 1)]));
}

#[test]
fn the_real_files_are_read_to_their_last_row() {
    let Some(data) = std::env::var_os("ONEROOM_DATA_DIR").map(PathBuf::from) else {
        println!("SKIPPED the_real_files_are_read_to_their_last_row: ONEROOM_DATA_DIR is not set");
        return;
    };
    let files =
        [("milwaukee_2018_05", 33_968_u64), ("san_antonio_2022_2024", 376_394), ("seattle_2015", 91_067), ("montgomery_2015_2016", 99_492)];
    for (name, expected_rows) in files {
        let mapping = shipped_mapping(name);
        let (mut rows, mut by_default) = (0, 0);
        let mut flaws: BTreeMap<&str, u64> = BTreeMap::new();
        let mut ids = HashSet::new();
        let (mut positions, mut times) = (Vec::new(), Vec::new());
        for call in open(&data.join(format!("calls/{name}.csv.gz")), mapping.clone()) {
            let call = call.unwrap();
            rows += 1;
            assert_eq!(call.row, rows);
            by_default += u64::from(
                (&call.category, &call.call_type) == (&mapping.default_category().0, &mapping.default_category().1)
                    && call.flaws.contains(&Flaw::UnknownCategory),
            );
            for flaw in &call.flaws {
                *flaws.entry(flaw.key()).or_default() += 1;
            }
            ids.insert(call.request_id);
            times.extend(call.time);
            positions.extend(call.position.and_then(|p| domain::place::Position::from_degrees(p.lat, p.lon).ok()));
        }
        let extent = crate::layout::robust_extent(&positions).unwrap();
        let outside = positions.iter().filter(|position| !extent.contains(**position)).count();
        println!("{name}: {rows} rows, flaws {flaws:?}, unmapped {by_default}, extent {extent:?}, outside {outside}");
        assert_eq!(rows, expected_rows);
        assert_eq!(ids.len() as u64, rows, "request ids are unique though ids in the file are not");
        assert!(by_default * 100 < rows * 3, "{name}: {by_default} of {rows} rows have no category of their own");
        let days = crate::layout::active_days(times.iter().copied());
        let params = crate::layout::LayoutParams::new(domain::ids::LogId::new("replay").unwrap(), mapping.place_time_zone(), 1);
        let layout = crate::layout::layout_over_calls(&positions, f64::from(days), &params).unwrap();
        let stations = layout.nodes.iter().filter(|node| node.level == domain::agency::AgencyLevel::Station).count();
        println!("{name}: {days} days, {stations} stations, {} units", layout.units.len());
        assert!(layout.tree().is_ok() && stations > 1);
        assert!(outside * 50 < positions.len(), "{name}: {outside} positions outside");
        assert!(extent.north_east().lat() - extent.south_west().lat() < 2.0, "{name}: one city or county");
    }
}
