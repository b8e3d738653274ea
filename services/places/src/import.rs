//! `org import`: a directory with `org.toml` and GeoJSON boundaries becomes a checked tree and boundaries, or a list of all
//! errors. Nothing is half-applied: the result is a value.
//!
//! The directory holds `org.toml` (its fields are at [`import_dir`]) and either `boundaries.geojson` or `boundaries/*.geojson`
//! (`*.json` too). Other files in it are not this import's business.

use crate::boundary::{Boundaries, POSITIONS_MAX};
use crate::error::{ImportErrors, ImportNote, Location, Problem, Report};
use crate::geojson::RawShape;
use crate::properties::{Declared, Located};
use crate::repair::RawPolygon;
use crate::{borders, geojson, manifest, overlap, repair, tree};
use domain::agency::{AgencyLevel, AgencyTree, InvalidTree};
use domain::ids::AgencyId;
use domain::place::Datum;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// Most bytes one boundary file may have.
pub const FILE_BYTES_MAX: usize = 64 << 20;
/// Most boundary files of one import.
pub const FILES_MAX: usize = 2_000;
/// Most bytes of all boundary files together.
pub const TOTAL_BYTES_MAX: usize = 256 << 20;
/// Most nodes of one tree.
pub const NODES_MAX: usize = 10_000;

/// The files of an import, in memory.
#[derive(Debug, Clone, Default)]
pub struct OrgFiles {
    /// Content of `org.toml`.
    pub manifest: Vec<u8>,
    /// Boundary files: path relative to the directory, and content.
    pub boundaries: Vec<(String, Vec<u8>)>,
}

/// A tree and boundaries that fit together.
#[derive(Debug, Clone)]
pub struct Import {
    /// The agency tree.
    pub tree: Arc<AgencyTree>,
    /// Boundaries of its nodes, WGS-84.
    pub boundaries: Boundaries,
    /// Where each node was declared, for errors about what a node says.
    pub declared: BTreeMap<AgencyId, Declared>,
    /// What was repaired or is worth knowing.
    pub notes: Vec<ImportNote>,
}

/// Imports a directory.
///
/// `org.toml`:
///
/// ```toml
/// log_id = "610824"
/// time_zone = "Asia/Shanghai"
/// datum = "gcj02"                # of seats and boundaries: wgs84 (default), gcj02, bd09
///
/// [[agency]]                     # nodes without a boundary
/// agency_id = "610800"
/// level = "city"                 # city, county, station, beat, post; `parent` is left out for the root
/// name_zh = "榆林市"
/// name_en = "Yulin"
/// seat = [109.73, 38.28]         # optional, [longitude, latitude]; a post must have one
/// organisation = "two_teams"     # optional, stations only: two_teams (default) or by_post
/// place_class = "urban"          # optional, a key of the policy
/// staffing = "urban_station"     # optional, stations and beats only: a key of the policy
///
/// [properties]                   # optional: what the features' properties are called; a dot goes into an object
/// agency_id = "adcode"
/// parent = "parent.adcode"
/// name_zh = "name"
/// name_en = "name"
/// seat = "center"                # organisation, place_class and staffing can be renamed too
/// agency_id_prefix = ""          # put before every agency_id that is read from a feature
/// lowercase_codes = false
/// levels = { district = "county" }
/// constant = { parent = "610800", level = "county" }   # for properties that features lack; organisation, place_class, staffing too
/// ```
///
/// A feature of level `post` is a Point, which is its seat; all others are a Polygon or a `MultiPolygon`. Every node's neighbours
/// are worked out from the boundaries ([`crate::borders`]).
///
/// # Errors
/// [`ImportErrors`] with every error that was found, by file, line, feature and field.
pub fn import_dir(dir: &Path) -> Result<Import, ImportErrors> {
    let mut report = Report::default();
    let manifest = read_file(dir, manifest::FILE, manifest::BYTES_MAX, &mut report);
    let boundaries = read_boundaries(dir, &mut report);
    import_parts(manifest.as_deref(), &boundaries, report)
}

/// Imports files that are already in memory; see [`import_dir`].
///
/// # Errors
/// [`ImportErrors`] with every error that was found.
pub fn import_files(files: &OrgFiles) -> Result<Import, ImportErrors> {
    import_parts(Some(&files.manifest), &files.boundaries, Report::default())
}

/// `manifest` is none when it could not be read, which the report already says.
fn import_parts(manifest: Option<&[u8]>, files: &[(String, Vec<u8>)], mut report: Report) -> Result<Import, ImportErrors> {
    let manifest = manifest.and_then(|content| manifest::read(content, &mut report));
    let fallback = crate::properties::PropertyMap::default();
    let (datum, properties) = manifest.as_ref().map_or((Default::default(), &fallback), |m| (m.datum, &m.properties));
    let mut nodes: Vec<Located> = Vec::new();
    let mut boundaries: BTreeMap<AgencyId, crate::Boundary> = BTreeMap::new();
    let mut positions = 0usize;
    for (file, content) in files {
        let whole = Location { file: file.clone(), ..Location::default() };
        if content.len() > FILE_BYTES_MAX {
            report.error(whole, Problem::TooLarge { what: "size in bytes", found: content.len(), limit: FILE_BYTES_MAX });
            continue;
        }
        for feature in geojson::read(file, content, &mut report) {
            let mut node = manifest.as_ref().and_then(|_| properties.node(&feature.properties, &feature.at, datum, &mut report));
            let is_post = node.as_ref().map(|located| located.node.level == AgencyLevel::Post);
            match feature.shape {
                Some(RawShape::Area { polygons, multi }) => {
                    positions += polygons.iter().flatten().map(Vec::len).sum::<usize>();
                    if positions > POSITIONS_MAX {
                        let what = "number of positions in all files";
                        report.error(feature.at, Problem::TooLarge { what, found: positions, limit: POSITIONS_MAX });
                        return Err(report.into_errors());
                    }
                    if is_post == Some(true) {
                        let problem = Problem::Unexpected {
                            found: "an area".to_owned(),
                            expected: "a Point: a post has no ground of its own".to_owned(),
                        };
                        report.error(Location { field: Some("geometry.type".to_owned()), ..feature.at.clone() }, problem);
                    } else if let Some(boundary) = boundary(&polygons, multi, datum, &feature.at, &mut report)
                        && let Some(located) = &node
                    {
                        boundaries.entry(located.node.agency_id.clone()).or_insert(boundary);
                    }
                }
                Some(RawShape::Point(at, line)) => {
                    let geometry = |field: &str| Location { line: Some(line), field: Some(field.to_owned()), ..feature.at.clone() };
                    if is_post == Some(false) {
                        let expected = "Polygon or MultiPolygon, or Point for a post".to_owned();
                        report.error(geometry("geometry.type"), Problem::Unexpected { found: "\"Point\"".to_owned(), expected });
                    }
                    match crate::datum::to_wgs84(at.lat, at.lon, datum) {
                        Ok(seat) => node.iter_mut().for_each(|located| located.node.seat = Some(seat)),
                        Err(e) => report.error(geometry("geometry.coordinates"), e),
                    }
                }
                None => {}
            }
            nodes.extend(node);
        }
    }
    let Some(manifest) = manifest else { return Err(report.into_errors()) };
    let whole = Location { file: manifest::FILE.to_owned(), ..Location::default() };
    nodes.extend(manifest.agencies);
    tree::check(&nodes, &whole, &mut report);
    if !report.is_clean() {
        return Err(report.into_errors());
    }
    let declared: BTreeMap<AgencyId, Declared> = nodes.iter().map(|n| (n.node.agency_id.clone(), n.declared.clone())).collect();
    let invalid = |e: InvalidTree| Problem::Unexpected { found: e.to_string(), expected: "a tree with one root".to_owned() };
    let built = AgencyTree::new(manifest.log_id, manifest.time_zone, nodes.into_iter().map(|n| n.node).collect()).and_then(|tree| {
        let slivers = ground(&tree, &boundaries, &declared, &mut report);
        borders::filled(&tree, borders::neighbours_with(&tree, &boundaries, &slivers))
    });
    match built {
        Ok(tree) => Ok(Import { tree: Arc::new(tree), boundaries, declared, notes: report.finish()? }),
        Err(e) => {
            report.error(whole, invalid(e));
            Err(report.into_errors())
        }
    }
}

/// A feature's boundary; none when it can't be one, with every reason in the report.
fn boundary(polygons: &[RawPolygon], multi: bool, datum: Datum, at: &Location, report: &mut Report) -> Option<crate::Boundary> {
    match repair::repair(polygons, multi, datum) {
        Ok(repaired) => {
            for text in repaired.notes {
                report.note(at.clone(), text);
            }
            Some(repaired.boundary)
        }
        Err(refusals) => {
            for (path, problem) in refusals {
                report.error(Location { field: Some(format!("geometry.coordinates{path}")), ..at.clone() }, problem);
            }
            None
        }
    }
}

/// Whether every node has its own ground inside the ground of the node above it. Gives back the overlaps within one level.
fn ground(
    tree: &AgencyTree,
    boundaries: &Boundaries,
    declared: &BTreeMap<AgencyId, Declared>,
    report: &mut Report,
) -> Vec<overlap::Overlap> {
    let at = |id: &AgencyId| Location { field: Some("geometry".to_owned()), ..declared.get(id).map(|d| d.at.clone()).unwrap_or_default() };
    let overlaps = overlap::overlaps(tree, boundaries);
    for found in &overlaps {
        let (first, second, area_m2, width_m) = (&found.first, &found.second, found.area_m2, found.width_m);
        if found.sliver {
            report.note(at(second), format!("agency {first} and agency {second} overlap in slivers, {area_m2:.0} m², up to {width_m:.0} m wide; {first} answers there"));
        } else {
            report.error(at(second), Problem::Overlap { first: first.clone(), second: second.clone(), area_m2, width_m });
        }
    }
    for found in overlap::outside(tree, boundaries) {
        let (agency_id, above, area_m2, width_m) = (found.inner, found.above, found.area_m2, found.width_m);
        if found.sliver {
            report.note(
                at(&agency_id),
                format!("agency {agency_id} reaches out of {above} in slivers, {area_m2:.0} m², up to {width_m:.0} m wide"),
            );
        } else {
            report.error(at(&agency_id), Problem::OutsideParent { agency_id, above, area_m2, percent: found.share * 100.0, width_m });
        }
    }
    let seated = tree.nodes().filter_map(|node| Some((node, node.seat?)));
    for (node, seat) in seated {
        let above = tree.ancestors(&node.agency_id).find_map(|n| Some((&n.agency_id, boundaries.get(&n.agency_id)?)));
        if let Some((above, _)) = above.filter(|(_, boundary)| !boundary.contains(seat)) {
            let place = declared.get(&node.agency_id).map(|d| d.field("seat").clone()).unwrap_or_default();
            report.note(place, format!("the seat of agency {} lies outside the ground of {above}", node.agency_id));
        }
    }
    overlaps
}

fn read_boundaries(dir: &Path, report: &mut Report) -> Vec<(String, Vec<u8>)> {
    let mut total = 0usize;
    let mut names = Vec::new();
    if dir.join("boundaries.geojson").is_file() {
        names.push("boundaries.geojson".to_owned());
    }
    match fs::read_dir(dir.join("boundaries")) {
        Ok(entries) => {
            let found = entries.flatten().filter_map(|e| e.file_name().into_string().ok());
            names.extend(found.filter(|n| n.ends_with(".geojson") || n.ends_with(".json")).map(|n| format!("boundaries/{n}")));
        }
        Err(e) if names.is_empty() => {
            let at = Location { file: "boundaries".to_owned(), ..Location::default() };
            report.error(at, Problem::Unreadable(format!("{e}; expected boundaries.geojson or boundaries/*.geojson")));
        }
        Err(_) => {}
    }
    names.sort();
    if names.len() > FILES_MAX {
        let at = Location { file: "boundaries".to_owned(), ..Location::default() };
        report.error(at, Problem::TooLarge { what: "number of files", found: names.len(), limit: FILES_MAX });
        names.clear();
    }
    let mut boundaries = Vec::new();
    for name in names {
        let Some(content) = read_file(dir, &name, FILE_BYTES_MAX, report) else { continue };
        total += content.len();
        if total > TOTAL_BYTES_MAX {
            let at = Location { file: name, ..Location::default() };
            report.error(at, Problem::TooLarge { what: "size of all files in bytes", found: total, limit: TOTAL_BYTES_MAX });
            break;
        }
        boundaries.push((name, content));
    }
    boundaries
}

/// Reads one file, never more than its limit.
fn read_file(dir: &Path, name: &str, limit: usize, report: &mut Report) -> Option<Vec<u8>> {
    let at = Location { file: name.to_owned(), ..Location::default() };
    let mut content = Vec::new();
    let read = fs::File::open(dir.join(name)).and_then(|f| f.take(limit as u64 + 1).read_to_end(&mut content));
    match read {
        Err(e) => {
            report.error(at, Problem::Unreadable(e.to_string()));
            None
        }
        Ok(bytes) if bytes > limit => {
            report.error(at, Problem::TooLarge { what: "size in bytes, at least", found: bytes, limit });
            None
        }
        Ok(_) => Some(content),
    }
}
