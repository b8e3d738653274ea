//! What a room watches: 1·3·5 points, cameras, checkpoints.

use super::facilities::{Camera, Checkpoint, Facility, FacilityKind, ResponsePoint, StreetPlaces};
use super::names::{Name, Names};
use super::plane::{Plane, Point};
use super::{CountyPlan, Network, RoadClass};
use domain::place::Position;
use std::collections::BTreeSet;

/// Cameras at crossings, at most, for each station; one more stands at each facility that has a camera anyway.
const CAMERAS_PER_STATION: usize = 8;

/// A 1·3·5 point at each facility.
pub(super) fn response_points(plan: &CountyPlan, facilities: &[Facility]) -> Vec<ResponsePoint> {
    let point = |(number, facility): (usize, &Facility)| ResponsePoint {
        id: format!("{}-r{number:03}", plan.code),
        name: facility.name.clone(),
        position: facility.position,
        place_class: facility.kind.place_class(),
    };
    (1..).zip(facilities).map(point).collect()
}

/// Cameras at schools, squares and transport stations, at bridges and at crossings of main streets.
pub(super) fn cameras(plan: &CountyPlan, network: &Network, facilities: &[Facility]) -> Vec<Camera> {
    let watched = |facility: &&Facility| {
        matches!(facility.kind, FacilityKind::School | FacilityKind::Square | FacilityKind::TransportStation | FacilityKind::Hospital)
    };
    let gates = facilities.iter().filter(watched).map(|facility| (facility.name.of_kind(("门前", "Gate")), facility.position));
    let bridges =
        network.links.iter().filter(|link| link.bridge).filter_map(|link| Some((bridge_name(network, link.name), network.ends(link)?.0)));
    let bridges = (1..).zip(bridges).map(|(number, (name, at)): (u32, (Name, Position))| {
        (Name::new(format!("{}{number}号桥", name.zh), format!("{} Bridge {number}", name.en)), at)
    });
    let crossings = crossings(network, plan.stations * CAMERAS_PER_STATION);
    let all = gates.chain(bridges).chain(crossings);
    let camera = |(number, (name, position)): (u32, (Name, Position))| {
        let id = format!("{}-c{number:03}", plan.code);
        Camera { stream: format!("rtsp://camera.invalid/{}/c{number:03}", plan.code), id, name, position }
    };
    (1..).zip(all).map(camera).collect()
}

fn bridge_name(network: &Network, name: Option<u32>) -> Name {
    name.and_then(|name| network.names.get(name as usize)).cloned().unwrap_or_else(|| Name::new("河", "River"))
}

/// Crossings of two named main streets, at most `count`, spread over all there are.
fn crossings(network: &Network, count: usize) -> Vec<(Name, Position)> {
    let mut meeting = vec![BTreeSet::new(); network.nodes.len()];
    for link in network.links.iter().filter(|link| link.class <= RoadClass::Secondary) {
        for end in [link.from, link.to] {
            if let (Some(name), Some(names)) = (link.name, meeting.get_mut(end as usize)) {
                names.insert(name);
            }
        }
    }
    let mut seen = BTreeSet::new();
    let pairs = network.nodes.iter().zip(&meeting).filter_map(|(node, names)| {
        let mut names = names.iter().filter_map(|name| network.names.get(*name as usize).map(|text| (name, text)));
        let ((first, a), (second, b)) = (names.next()?, names.next()?);
        seen.insert((*first, *second)).then(|| (Name::new(format!("{}{}路口", a.zh, b.zh), format!("{} / {}", a.en, b.en)), *node))
    });
    let pairs: Vec<(Name, Position)> = pairs.collect();
    let every = pairs.len().div_ceil(count.max(1)).max(1);
    pairs.into_iter().step_by(every).take(count).collect()
}

/// A checkpoint on the road at each exit.
pub(super) fn checkpoints(plan: &CountyPlan, plane: &Plane, exits: &[Point], streets: &StreetPlaces, names: &mut Names) -> Vec<Checkpoint> {
    let checkpoint = |(number, exit): (u32, &Point)| {
        let name = names.fresh().of_kind(("公安检查站", "Checkpoint"));
        Some(Checkpoint { id: format!("{}-k{number}", plan.code), name, position: plane.position(streets.nearest(*exit)?) })
    };
    (1..).zip(exits).filter_map(checkpoint).collect()
}
