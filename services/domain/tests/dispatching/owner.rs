//! The owner follows (P1), and takes over on arrival.

use crate::room::{Room, codes};
use domain::assignment::AssignmentRole::{Backup, Primary};
use domain::classification::Team;
use domain::command::WhenEngaged;
use domain::testing::{profile, station_id};
use domain::unit::UnitProfile;
use std::sync::Arc;

#[test]
fn one_of_the_owning_team_follows_and_takes_over() {
    let mut room = Room::new();
    let p1 = room.car("P1", Team::Patrol, 1.0);
    let a1 = room.car("A1", Team::Case, 3.0);
    room.car("A2", Team::Case, 4.0);
    let id = room.report("criminal/robbery");
    assert_eq!(room.sent(id), [("P1".to_owned(), Primary), ("A1".to_owned(), Backup)]);
    let (first, owner) = (room.order_of(&p1), room.order_of(&a1));
    assert!(codes(room.assignment(owner)).contains(&"owner_follows"));
    for order in [first, owner] {
        room.acknowledge(order);
    }
    room.arrive(first);
    assert_eq!(room.assignment(first).role, Primary, "the owner is not there yet");
    room.arrive(owner);
    assert_eq!((room.assignment(first).role, room.assignment(owner).role), (Backup, Primary));
    room.bench.assert_sound();
}

#[test]
fn nobody_follows_where_the_owner_goes_already() {
    let mut room = Room::new();
    room.car("A1", Team::Case, 1.0);
    room.car("A2", Team::Case, 2.0);
    let id = room.report("criminal/robbery");
    assert_eq!(room.sent(id), [("A1".to_owned(), Primary)]);
    let mut room = Room::new();
    room.car("P1", Team::Patrol, 1.0);
    room.car("A1", Team::Case, 2.0);
    room.car("A2", Team::Case, 3.0);
    let id = room.report("criminal/weapon");
    assert_eq!(room.sent(id), [("P1".to_owned(), Primary), ("A1".to_owned(), Backup)], "the plan's backup is of the owner");
    room.bench.assert_sound();
}

#[test]
fn an_owner_that_could_not_be_primary_does_not_follow() {
    let mut room = Room::new();
    room.car("P1", Team::Patrol, 1.0);
    room.unit(UnitProfile { sworn: 0, auxiliary: 2, ..profile("A1", station_id(1)) }, 2.0);
    let id = room.report("criminal/robbery");
    assert_eq!(room.sent(id), [("P1".to_owned(), Primary)]);
    room.bench.assert_sound();
}

#[test]
fn nobody_follows_where_teams_are_one() {
    // By post (岗位制) the same people are both teams.
    let mut room = Room::new();
    let nodes: Vec<_> = room.bench.agencies.nodes().cloned().collect();
    let by_post = nodes.into_iter().map(|node| {
        let organisation = if node.agency_id == station_id(1) { domain::agency::Organisation::ByPost } else { node.organisation };
        domain::agency::AgencyNode { organisation, ..node }
    });
    let (log_id, zone) = (room.bench.agencies.log_id().clone(), room.bench.agencies.time_zone().to_owned());
    room.bench.agencies = Arc::new(domain::agency::AgencyTree::new(log_id, zone, by_post.collect()).unwrap());
    room.car("C1", Team::Community, 1.0);
    room.car("A1", Team::Case, 2.0);
    let id = room.report("criminal/robbery");
    assert_eq!(room.sent(id), [("C1".to_owned(), Primary)]);
    // What the room owns is joint.
    let mut room = Room::new();
    room.car("C1", Team::Community, 1.0);
    room.car("R1", Team::Room, 2.0);
    let id = room.report("disaster/flood");
    assert_eq!(room.sent(id), [("C1".to_owned(), Primary)]);
    room.bench.assert_sound();
}

#[test]
fn where_the_policy_says_so_nobody_follows() {
    let mut room = Room::new();
    room.policy(|policy| policy.priorities[0].owner_follows = false);
    room.car("P1", Team::Patrol, 1.0);
    room.car("A1", Team::Case, 2.0);
    let id = room.report("criminal/robbery");
    assert_eq!(room.sent(id), [("P1".to_owned(), Primary)]);
    room.bench.assert_sound();
}

#[test]
fn only_who_can_be_primary_takes_over_on_arrival() {
    let mut room = Room::new();
    let p1 = room.car("P1", Team::Patrol, 1.0);
    let id = room.report("criminal/robbery");
    let auxiliaries = room.unit(UnitProfile { sworn: 0, auxiliary: 2, ..profile("A1", station_id(1)) }, 2.0);
    let backup = room.order(id, &auxiliaries, WhenEngaged::Refuse).unwrap();
    room.acknowledge(backup);
    room.arrive(backup);
    let first = room.order_of(&p1);
    assert_eq!((room.assignment(first).role, room.assignment(backup).role), (Primary, Backup));
    // Whom the operator sends of the owning team takes over as one that follows does; a second of that team does not.
    let (a2, a3) = (room.car("A2", Team::Case, 3.0), room.car("A3", Team::Case, 4.0));
    let orders = [a2, a3].map(|unit| room.order(id, &unit, WhenEngaged::Refuse).unwrap());
    for order in orders {
        room.acknowledge(order);
        room.arrive(order);
    }
    assert_eq!((room.assignment(first).role, orders.map(|order| room.assignment(order).role)), (Backup, [Primary, Backup]));
    room.bench.assert_sound();
}
