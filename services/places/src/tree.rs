//! All that is wrong with a tree, not only the first thing.

use crate::error::{Location, Problem, Report};
use crate::import::NODES_MAX;
use crate::properties::Located;
use domain::agency::AgencyNode;
use domain::ids::AgencyId;
use std::collections::{BTreeMap, BTreeSet};

/// Checks codes, parents, levels and the root.
pub(crate) fn check(nodes: &[Located], whole: &Location, report: &mut Report) {
    if nodes.len() > NODES_MAX {
        report.error(whole.clone(), Problem::TooLarge { what: "number of agencies", found: nodes.len(), limit: NODES_MAX });
        return;
    }
    let mut first: BTreeMap<&AgencyId, &Located> = BTreeMap::new();
    for located in nodes {
        located.check_level(report);
        let id = &located.node.agency_id;
        match first.get(id) {
            Some(earlier) => {
                let problem = Problem::Duplicate { agency_id: id.clone(), first: earlier.declared.at.to_string() };
                report.error(located.declared.field("agency_id").clone(), problem);
            }
            None => {
                first.insert(id, located);
            }
        }
    }
    let in_circles = circles(&first, report);
    for located in nodes {
        let AgencyNode { agency_id, parent: Some(parent), level, .. } = &located.node else { continue };
        let problem = match first.get(parent) {
            None => Problem::UnknownParent { agency_id: agency_id.clone(), parent: parent.clone() },
            Some(above) if above.node.level >= *level && !in_circles.contains(agency_id) => {
                Problem::LevelOrder { agency_id: agency_id.clone(), level: *level, parent: parent.clone(), parent_level: above.node.level }
            }
            Some(_) => continue,
        };
        report.error(located.declared.field("parent").clone(), problem);
    }
    let roots: Vec<&str> = nodes.iter().filter(|n| n.node.parent.is_none()).map(|n| n.node.agency_id.as_str()).collect();
    // Nodes that could not be read may hold the root, and a circle may have swallowed it: then only those errors are worth reading.
    if roots.len() != 1 && (roots.len() > 1 || report.is_clean()) {
        let shown = roots.iter().take(5).copied().collect::<Vec<_>>().join(", ");
        report.error(whole.clone(), Problem::Roots { count: roots.len(), roots: shown });
    }
}

/// Reports each circle of parents once, at its lowest code; gives back the nodes in them. The order of levels forbids circles too,
/// but says of each node only that its parent is wrong, not what they are together.
fn circles<'a>(nodes: &BTreeMap<&'a AgencyId, &'a Located>, report: &mut Report) -> BTreeSet<&'a AgencyId> {
    let mut in_circles = BTreeSet::new();
    let mut walked: BTreeSet<&AgencyId> = BTreeSet::new();
    for start in nodes.values().copied() {
        let mut path: Vec<&'a AgencyId> = Vec::new();
        let mut on_path: BTreeSet<&'a AgencyId> = BTreeSet::new();
        let mut at = Some(start);
        while let Some(located) = at {
            let id = &located.node.agency_id;
            if !on_path.insert(id) {
                let circle: Vec<&AgencyId> = path.iter().copied().skip_while(|step| *step != id).collect();
                report_circle(nodes, &circle, report);
                in_circles.extend(circle);
                break;
            }
            if walked.contains(id) {
                break;
            }
            path.push(id);
            at = located.node.parent.as_ref().and_then(|parent| nodes.get(parent)).copied();
        }
        walked.extend(path);
    }
    in_circles
}

fn report_circle(nodes: &BTreeMap<&AgencyId, &Located>, circle: &[&AgencyId], report: &mut Report) {
    let Some(lowest) = circle.iter().min() else { return };
    let from_lowest = circle.iter().cycle().skip_while(|id| *id != lowest).take(circle.len());
    let chain = from_lowest.chain([lowest]).map(|id| id.as_str()).collect::<Vec<_>>().join(" → ");
    if let Some(located) = nodes.get(*lowest) {
        report.error(located.declared.field("parent").clone(), Problem::Circular { chain });
    }
}
