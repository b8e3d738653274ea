//! What a county is written as can be read again.

use super::*;
use crate::county::network::{NetworkError, read_network};

fn written(network: &Network) -> (Vec<u8>, Vec<u8>) {
    let (mut nodes, mut links) = (Vec::new(), Vec::new());
    network.write_network(&mut nodes, &mut links).unwrap();
    (nodes, links)
}

#[test]
fn a_network_comes_back_as_it_was() {
    let network = made(3).network;
    let (nodes, links) = written(&network);
    let read = read_network(nodes.as_slice(), links.as_slice()).unwrap();
    assert_eq!(read.nodes, network.nodes, "no node moves on the way through text");
    let named = |network: &Network| -> Vec<(Link, Option<Name>)> {
        let name = |link: &Link| link.name.map(|name| network.names[name as usize].clone());
        network.links.iter().map(|link| (Link { name: None, ..*link }, name(link))).collect()
    };
    assert_eq!(named(&read), named(&network));
    assert_eq!(written(&read), (nodes, links), "and the same bytes again");
}

#[test]
fn a_bad_row_is_named() {
    let nodes = "node,lon,lat\n0,108.8,37.6\n1,108.9,37.6\n";
    let links = "from,to,length_m,minutes,one_way,class,bridge,name_zh,name_en\n";
    let said = |nodes: &str, links: &str| read_network(nodes.as_bytes(), links.as_bytes()).unwrap_err().to_string();
    let line = |row: &str| format!("{links}{row}\n");
    assert!(read_network(nodes.as_bytes(), line("0,1,1,1,1,lane,0,,").as_bytes()).unwrap().links[0].one_way);
    assert_eq!(said(nodes, &line("0,2,1,1,0,lane,0,,")), "links.csv, line 2, to: \"2\": expected a node of nodes.csv");
    assert_eq!(said(nodes, &line("0,1,1,1,0,alley,0,,")), "links.csv, line 2, class: \"alley\": expected a road class");
    assert_eq!(said(nodes, &line("0,1,1,1,yes,lane,0,,")), "links.csv, line 2, one_way: \"yes\": expected 0 or 1");
    assert_eq!(said("node,lon,lat\n1,108.8,37.6\n", links), "nodes.csv, line 2, node: \"1\": expected the next number from 0");
    assert!(said("node,lon,lat\n0,108.8,97.6\n", links).starts_with("nodes.csv, line 2: latitude 97.6 is out of range"));
    assert!(matches!(read_network(nodes.as_bytes(), "from,to\n0\n".as_bytes()), Err(NetworkError::Csv(_))));
}

#[test]
fn the_folder_is_one_that_the_import_takes() {
    let county = made(5);
    let folder: BTreeMap<&str, Vec<u8>> = county.folder().unwrap().into_iter().collect();
    let files = places::OrgFiles {
        manifest: folder["org.toml"].clone(),
        boundaries: vec![("boundaries.geojson".to_owned(), folder["boundaries.geojson"].clone())],
    };
    let import = places::import_files(&files).unwrap_or_else(|errors| panic!("{errors:?}"));
    assert_eq!(import.notes.len(), 0, "nothing to repair: {:?}", import.notes);
    let beats = || import.tree.nodes().filter(|node| node.level == AgencyLevel::Beat);
    assert!(beats().all(|beat| !beat.neighbours.is_empty()), "every beat borders on another");
    assert_eq!(import.tree.nodes().filter(|node| node.level == AgencyLevel::Post).count(), 4);
    let by_post = import.tree.nodes().filter(|node| node.organisation == domain::agency::Organisation::ByPost).count();
    assert_eq!(by_post, 1, "the village station has no teams");
    let units = String::from_utf8(folder["units.csv"].clone()).unwrap();
    assert_eq!(units.lines().count(), UNITS + 1);
    assert!(
        units.starts_with("unit_id,call_sign,kind,home,team,sworn,auxiliary,capabilities\n990001-a01,A01,car,990001-01-1,community,1,2,")
    );
    let points = String::from_utf8(folder["points.csv"].clone()).unwrap();
    assert_eq!(points.lines().count(), county.response_points.len() + 1);
}

#[test]
fn the_map_has_every_road_and_place() {
    let county = made(6);
    let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let roads = parsed(&county.geojson_roads());
    let features = roads["features"].as_array().unwrap();
    let pieces: usize = features.iter().map(|road| road["geometry"]["coordinates"].as_array().unwrap().len() - 1).sum();
    assert_eq!(pieces, county.network.links.len(), "every link is in one line");
    assert!(features.len() * 2 < county.network.links.len(), "links that follow each other are one line");
    let bridges = features.iter().filter(|road| road["properties"]["bridge"] == true).count();
    assert_eq!(bridges, county.network.links.iter().filter(|link| link.bridge).count());
    let places = parsed(&county.geojson_facilities());
    let count = county.facilities.len() + county.cameras.len() + county.docks.len() + county.checkpoints.len();
    assert_eq!(places["features"].as_array().unwrap().len(), count);
    let water = parsed(&county.geojson_water());
    let ring = water["features"][0]["geometry"]["coordinates"][0].as_array().unwrap();
    assert_eq!((ring.first(), ring.len()), (ring.last(), county.water[0].ring.len() + 1));
}
