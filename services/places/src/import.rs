//! `org import`: a directory with `org.toml` and GeoJSON boundaries becomes a checked tree and boundaries, or a list of all
//! errors. Nothing is half-applied: the result is a value.
//!
//! The directory holds `org.toml` (its fields are at [`import_dir`]) and either `boundaries.geojson` or `boundaries/*.geojson`
//! (`*.json` too). Other files in it are not this import's business.

use crate::boundary::{Boundaries, POSITIONS_MAX};
use crate::error::{ImportErrors, ImportNote, Location, Problem, Report};
use crate::properties::Located;
use crate::{geojson, manifest, overlap, repair};
use domain::agency::{AgencyNode, AgencyTree};
use domain::ids::AgencyId;
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
/// level = "city"                 # city, county, station, beat; `parent` is left out for the root
/// name_zh = "榆林市"
/// name_en = "Yulin"
/// seat = [109.73, 38.28]         # optional, [longitude, latitude]
///
/// [properties]                   # optional: what the features' properties are called; a dot goes into an object
/// agency_id = "adcode"
/// parent = "parent.adcode"
/// name_zh = "name"
/// name_en = "name"
/// seat = "center"
/// agency_id_prefix = ""          # put before every agency_id that is read from a feature
/// lowercase_codes = false
/// levels = { district = "county" }
/// constant = { parent = "610800", level = "county" }   # for properties that features lack
/// ```
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
            let node = manifest.as_ref().and_then(|_| properties.node(&feature.properties, &feature.at, datum, &mut report));
            let Some(polygons) = feature.polygons else {
                nodes.extend(node);
                continue;
            };
            positions += polygons.iter().flatten().map(Vec::len).sum::<usize>();
            if positions > POSITIONS_MAX {
                let what = "number of positions in all files";
                report.error(feature.at, Problem::TooLarge { what, found: positions, limit: POSITIONS_MAX });
                return Err(report.into_errors());
            }
            let repaired = repair::repair(&polygons, feature.multi, datum);
            match repaired {
                Ok(repaired) => {
                    for text in repaired.notes {
                        report.note(feature.at.clone(), text);
                    }
                    if let Some(located) = &node {
                        boundaries.entry(located.node.agency_id.clone()).or_insert(repaired.boundary);
                    }
                }
                Err(refusals) => {
                    for (path, problem) in refusals {
                        report.error(Location { field: Some(format!("geometry.coordinates{path}")), ..feature.at.clone() }, problem);
                    }
                }
            }
            nodes.extend(node);
        }
    }
    let Some(manifest) = manifest else { return Err(report.into_errors()) };
    let whole = Location { file: manifest::FILE.to_owned(), ..Location::default() };
    nodes.extend(manifest.agencies);
    check_tree(&nodes, &whole, &mut report);
    if !report.is_clean() {
        return Err(report.into_errors());
    }
    let places: BTreeMap<AgencyId, Location> = nodes.iter().map(|n| (n.node.agency_id.clone(), n.at.clone())).collect();
    let tree = match AgencyTree::new(manifest.log_id, manifest.time_zone, nodes.into_iter().map(|n| n.node).collect()) {
        Ok(tree) => tree,
        Err(e) => {
            let problem = Problem::Unexpected { found: e.to_string(), expected: "a tree with one root".to_owned() };
            report.error(whole, problem);
            return Err(report.into_errors());
        }
    };
    for found in overlap::overlaps(&tree, &boundaries) {
        let at = places.get(&found.second).cloned().unwrap_or_else(|| whole.clone());
        if found.sliver {
            let (area_m2, width_m) = (found.area_m2, found.width_m);
            let (first, second) = (&found.first, &found.second);
            report.note(at, format!("agency {first} and agency {second} overlap in slivers, {area_m2:.0} m², up to {width_m:.0} m wide; {first} answers there"));
        } else {
            let (area_m2, width_m) = (found.area_m2, found.width_m);
            report.error(at, Problem::Overlap { first: found.first, second: found.second, area_m2, width_m });
        }
    }
    let notes = report.finish()?;
    Ok(Import { tree: Arc::new(tree), boundaries, notes })
}

/// All that is wrong with the tree, not only the first thing.
fn check_tree(nodes: &[Located], whole: &Location, report: &mut Report) {
    if nodes.len() > NODES_MAX {
        report.error(whole.clone(), Problem::TooLarge { what: "number of agencies", found: nodes.len(), limit: NODES_MAX });
        return;
    }
    let mut first: BTreeMap<&AgencyId, &Located> = BTreeMap::new();
    for located in nodes {
        let id = &located.node.agency_id;
        match first.get(id) {
            Some(earlier) => {
                let problem = Problem::Duplicate { agency_id: id.clone(), first: earlier.at.to_string() };
                report.error(located.at.clone(), problem);
            }
            None => {
                first.insert(id, located);
            }
        }
    }
    for located in nodes {
        let AgencyNode { agency_id, parent: Some(parent), level, .. } = &located.node else { continue };
        let problem = match first.get(parent) {
            None => Problem::UnknownParent { agency_id: agency_id.clone(), parent: parent.clone() },
            Some(above) if above.node.level >= *level => {
                Problem::LevelOrder { agency_id: agency_id.clone(), level: *level, parent: parent.clone(), parent_level: above.node.level }
            }
            Some(_) => continue,
        };
        report.error(located.at.clone(), problem);
    }
    let roots: Vec<&str> = nodes.iter().filter(|n| n.node.parent.is_none()).map(|n| n.node.agency_id.as_str()).collect();
    // Nodes that could not be read may hold the root: then only their own errors are worth reading.
    if roots.len() != 1 && (roots.len() > 1 || report.is_clean()) {
        let shown = roots.iter().take(5).copied().collect::<Vec<_>>().join(", ");
        report.error(whole.clone(), Problem::Roots { count: roots.len(), roots: shown });
    }
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
