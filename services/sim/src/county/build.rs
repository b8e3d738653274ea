//! Puts a county together.

use super::agencies::Founding;
use super::areas::{Areas, beats, share_out};
use super::crews::{Ready, units};
use super::facilities::{StreetPlaces, sites};
use super::names::Names;
use super::planar;
use super::plane::{Plane, Point, is_inside};
use super::starts::Starts;
use super::streets::Drawing;
use super::terrain::Terrain;
use super::watch::{cameras, checkpoints, response_points};
use super::{County, CountyPlan, Network, Water};
use crate::layout::LayoutError;
use crate::random::{SimRng, seeded};
use domain::ids::AgencyId;

/// Streams of a county's seed.
const LAND: u64 = 0;
const ROADS: u64 = 1;
const PLACES: u64 = 2;
const UNITS: u64 = 3;

/// Makes the county of a checked plan.
pub(super) fn build(plan: &CountyPlan) -> Result<County, LayoutError> {
    let plane = Plane::new(plan.centre);
    let mut land = seeded(plan.seed, LAND);
    let mut names = Names::new(&mut land);
    let terrain = Terrain::new(plan.stations, &mut names, &mut land);
    let small = |index: usize| index + 1 == plan.stations && (plan.stations == 1 || plan.stations >= 3);
    let kinds = terrain.settlements.iter().take(plan.stations).enumerate();
    let beat_counts: Vec<usize> = kinds.map(|(index, town)| beats(town.kind, small(index))).collect();
    let areas = share_out(&terrain, &beat_counts, plan.seed, &mut land).ok_or_else(|| LayoutError::OutOfRange {
        field: "seed",
        given: plan.seed.to_string(),
        expected: "another seed: the ground could not be shared out".to_owned(),
    })?;
    let (network, exits) = roads(&terrain, &areas, &plane, &mut names, &mut seeded(plan.seed, ROADS));
    let mut rng = seeded(plan.seed, PLACES);
    let mut streets = StreetPlaces::new(&plane, &network.nodes);
    let mut founding = Founding { plan, plane, terrain: &terrain, areas: &areas, streets: &mut streets, names: &mut names, small: &small };
    let mut layout = founding.agencies()?;
    let places = sites(&terrain.settlements, founding.streets, founding.names, &mut rng);
    let facilities = founding.facilities(&layout, &places);
    founding.posts(&mut layout, &facilities)?;
    let docks = founding.docks(&layout);
    let crews = founding.crews(&layout);
    let roots = layout.nodes.first().map(|node| (node.agency_id.clone(), node.seat.unwrap_or(plan.centre)));
    let (county, county_seat) = roots.unwrap_or((AgencyId::new(&plan.code)?, plan.centre));
    let posts = layout.posts.iter().filter_map(|post| Some((post.agency_id.clone(), post.seat?))).collect();
    let ready = Ready { county, county_seat, posts, docks: docks.iter().map(|dock| (dock.agency.clone(), dock.position)).collect() };
    let mut starts = Starts::new(&layout, &network, plan.centre, seeded(plan.seed, UNITS));
    layout.units = units(&layout.log_id, &crews, &ready, plan.units, &mut |home| starts.at(home))?;
    super::agencies::hold_to_templates(&mut layout)?;
    let river = |points: Vec<Point>| points.into_iter().map(|p| plane.position(p)).collect();
    let water =
        Water { name: names.fresh().of_kind(("河", "River")), ring: river(terrain.river.ring()), line: river(terrain.river.line()) };
    Ok(County {
        response_points: response_points(plan, &facilities),
        cameras: cameras(plan, &network, &facilities),
        checkpoints: checkpoints(plan, &plane, &exits, &streets, &mut names),
        layout,
        network,
        water: vec![water],
        facilities,
        docks,
    })
}

fn roads(terrain: &Terrain, areas: &Areas, plane: &Plane, names: &mut Names, rng: &mut SimRng) -> (Network, Vec<Point>) {
    let mut drawing = Drawing { ways: Vec::new(), road_names: Vec::new(), names, river: &terrain.river, rng, ring: Vec::new() };
    let gates = terrain.settlements.iter().map(|place| drawing.settle(place)).collect();
    let exits = drawing.country(terrain, gates, &areas.county.ring);
    let ring = &areas.county.ring;
    let mut network = planar::network(&drawing.ways, &terrain.river, plane, |p| is_inside(ring, p));
    network.names = drawing.road_names;
    (network, exits)
}
