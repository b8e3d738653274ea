//! Ways follow roads and bridges, and are walked in their time.

use super::*;
use ::roads::SpeedClass;
use rand::RngExt;

/// A square of roads, 1 km a side, with a fast one-way link from the south-west to the south-east corner.
fn square() -> (Network, [Position; 4]) {
    let corner = Position::from_degrees(37.6, 108.8).unwrap();
    let nodes = [(0.0, 0.0), (1_000.0, 0.0), (1_000.0, 1_000.0), (0.0, 1_000.0)].map(|(east, north)| offset(corner, east, north));
    let link = |from, to, class, one_way| Link { from, to, class, one_way, bridge: false, name: None };
    let links = vec![
        link(0, 1, RoadClass::Trunk, true),
        link(1, 2, RoadClass::Residential, false),
        link(2, 3, RoadClass::Residential, false),
        link(3, 0, RoadClass::Residential, false),
    ];
    (Network { nodes: nodes.to_vec(), links, names: Vec::new() }, nodes)
}

#[test]
fn one_way_roads_hold_for_cars_and_the_nearest_point_of_a_road_is_where_one_begins() {
    let (network, nodes) = square();
    let router = Router::new(&network);
    let with = router.route(nodes[0], nodes[1], SpeedClass::Car);
    assert!((with.travel_ms as f64 - 1_000_000.0 / RoadClass::Trunk.speed_m_per_s()).abs() < 50.0, "{with:?}");
    let against = router.route(nodes[1], nodes[0], SpeedClass::Car);
    assert!((against.length_m() - 3_000.0).abs() < 5.0, "round the square: {}", against.length_m());
    // 100 m south of the middle of the fast road: straight to it, then along.
    let beside = offset(nodes[0], 500.0, -100.0);
    let route = router.route(beside, nodes[1], SpeedClass::Car);
    assert!(route.on_roads);
    assert!((route.length_m() - 600.0).abs() < 2.0, "{}", route.length_m());
    assert!((great_circle_m(route.points[1], offset(nodes[0], 500.0, 0.0))) < 1.0);
    // On one road, forwards only.
    let (early, late) = (offset(nodes[0], 200.0, 0.0), offset(nodes[0], 700.0, 0.0));
    assert!((router.route(early, late, SpeedClass::Car).length_m() - 500.0).abs() < 1.0);
    assert!((router.route(late, early, SpeedClass::Car).length_m() - 3_500.0).abs() < 5.0, "round again");
}

#[test]
fn drones_and_places_far_from_roads_go_straight() {
    let (network, nodes) = square();
    let router = Router::new(&network);
    let flight = router.route(nodes[0], nodes[2], SpeedClass::Drone);
    assert_eq!((flight.points.as_slice(), flight.on_roads), ([nodes[0], nodes[2]].as_slice(), false));
    let far = offset(nodes[0], -SNAP_FAR_M, 0.0);
    let route = router.route(far, nodes[2], SpeedClass::Car);
    assert_eq!((route.points.len(), route.on_roads), (2, false));
    let nowhere = Router::new(&Network::default()).route(nodes[0], nodes[1], SpeedClass::Foot);
    assert!((nowhere.travel_ms as i64 - 500_000).abs() < 1_000, "a kilometre on foot: {}", nowhere.travel_ms);
    let still = router.route(nodes[0], nodes[0], SpeedClass::Car);
    assert_eq!((still.travel_ms, still.at(0), still.at(99)), (0, (nodes[0], 0.0), (nodes[0], 0.0)));
}

const SNAP_FAR_M: f64 = crate::county::network::SNAP_MAX_M + 500.0;

#[test]
fn a_way_is_walked_in_its_time_with_its_heading() {
    let (network, nodes) = square();
    let route = Router::new(&network).route(nodes[0], nodes[2], SpeedClass::Motorcycle);
    assert_eq!(route.at(0).0, nodes[0]);
    assert_eq!(route.at(route.travel_ms).0, nodes[2]);
    assert_eq!(route.at(u64::MAX).0, nodes[2]);
    let (east, north) = (route.at(1), route.at(route.travel_ms - 1));
    assert!((east.1 - 90.0).abs() < 0.1, "east first: {}", east.1);
    assert!(north.1 < 0.1 || north.1 > 359.9, "then north: {}", north.1);
    let mut before = 0.0;
    for elapsed_ms in (0..=route.travel_ms).step_by(500) {
        let gone_m = great_circle_m(nodes[0], route.at(elapsed_ms).0);
        assert!(gone_m >= before - 0.01, "never back");
        before = gone_m;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn ways_over_a_county_use_its_roads_and_bridges(seed in 0..1_000_u64) {
        let county = made(seed);
        let router = Router::new(&county.network);
        let mut rng = crate::random::seeded(seed, 99);
        let nodes = &county.network.nodes;
        let links: BTreeSet<(Position, Position)> = county.network.links.iter().flat_map(|link| {
            let (a, b) = county.network.ends(link).unwrap();
            [(a, b), (b, a)]
        }).collect();
        let banks: Vec<_> = edges(&county.water[0].ring).collect();
        let mut over = 0;
        for _ in 0..40 {
            let mut any = || nodes[rng.random_range(0..nodes.len())];
            let (from, to) = (any(), any());
            let route = router.route(from, to, SpeedClass::Car);
            prop_assert!(route.on_roads);
            prop_assert_eq!((route.points.first(), route.points.last()), (Some(&from), Some(&to)));
            prop_assert!(route.reached_ms.windows(2).all(|pair| pair[0] <= pair[1]));
            prop_assert!(route.length_m() >= great_circle_m(from, to) - 1.0);
            let fast_ms = route.length_m() / RoadClass::Trunk.speed_m_per_s() * 1_000.0;
            prop_assert!(route.travel_ms as f64 >= fast_ms - 1.0);
            for pair in route.points.windows(2) {
                let on_road = links.contains(&(pair[0], pair[1])) || great_circle_m(pair[0], pair[1]) < 1_500.0;
                prop_assert!(on_road);
                let wet = banks.iter().any(|bank| meet(*bank, (pair[0], pair[1])));
                if wet {
                    over += 1;
                    let bridge = county.network.links.iter().filter(|link| link.bridge).any(|link| {
                        let (a, b) = county.network.ends(link).unwrap();
                        [(a, b), (b, a)].contains(&(pair[0], pair[1]))
                    });
                    prop_assert!(bridge, "the water is crossed on bridges only");
                }
            }
        }
        prop_assert!(over > 0, "some ways lead over the river");
    }
}
