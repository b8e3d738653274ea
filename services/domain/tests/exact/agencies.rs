//! Which agency trees are refused and why, and what a tree says of itself.

use domain::agency::{AgencyLevel, AgencyNode, AgencyTree, InvalidTree};
use domain::ids::{AgencyId, LogId};
use domain::testing::{LOG, tree};

fn agency(code: &str) -> AgencyId {
    AgencyId::new(code).unwrap()
}

fn build(edit: impl FnOnce(&mut Vec<AgencyNode>)) -> Result<AgencyTree, InvalidTree> {
    let mut nodes: Vec<_> = tree(2).nodes().cloned().collect();
    edit(&mut nodes);
    AgencyTree::new(LogId::new(LOG).unwrap(), "Asia/Urumqi".to_owned(), nodes)
}

fn node<'n>(nodes: &'n mut [AgencyNode], code: &str) -> &'n mut AgencyNode {
    nodes.iter_mut().find(|node| node.agency_id.as_str() == code).unwrap()
}

#[test]
fn a_tree_keeps_its_log_its_time_zone_and_its_nodes() {
    let built = build(|_| {}).unwrap();
    assert_eq!((built.log_id().as_str(), built.time_zone()), (LOG, "Asia/Urumqi"));
    assert_eq!(built.nodes().count(), 5);
}

#[test]
fn a_wrong_tree_is_refused_with_the_node_it_is_wrong_at() {
    assert_eq!(build(Vec::clear).unwrap_err(), InvalidTree::Roots(0));
    assert_eq!(build(|nodes| node(nodes, "610824-01").parent = None).unwrap_err(), InvalidTree::Roots(2));
    assert_eq!(build(|nodes| nodes.push(nodes[0].clone())).unwrap_err(), InvalidTree::Duplicate(agency(LOG)));
    let orphan = build(|nodes| node(nodes, "610824-01").parent = Some(agency("610899"))).unwrap_err();
    assert_eq!(orphan, InvalidTree::UnknownParent { child: agency("610824-01"), parent: agency("610899") });
    let levels = |child_level| {
        let edit = |nodes: &mut Vec<AgencyNode>| node(nodes, "610824-01").level = child_level;
        build(edit).unwrap_err()
    };
    for child_level in [AgencyLevel::City, AgencyLevel::County] {
        let expected =
            InvalidTree::LevelOrder { child: agency("610824-01"), child_level, parent: agency(LOG), parent_level: AgencyLevel::County };
        assert_eq!(levels(child_level), expected);
    }
}
