//! Policies and agency trees that are made active while the room works.

use crate::room::{Room, call, server};
use domain::command::{ActivateAgencyTree, ActivatePolicy, Command, ConfirmProposal, RejectProposal};
use domain::incident::{IncidentFlag, IncidentState};
use domain::policy::DEFAULT_TEXT;
use domain::rejection::Rejection;
use places::{AgencyBlob, OrgFiles, import_files};
use runtime::testing::LOG;

async fn activate(room: &Room, text: &str) {
    assert_ne!(text, DEFAULT_TEXT);
    let hash = room.bench.edge.runtime.store().put_blob(text.as_bytes().to_vec()).await.unwrap();
    room.server(Command::ActivatePolicy(ActivatePolicy { hash })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn proposals_of_a_policy_that_came_while_the_room_worked() {
    let room = Room::open().await;
    activate(&room, &DEFAULT_TEXT.replace("level = 2\nmode = \"manual\"", "level = 2\nmode = \"confirm\"")).await;
    let rejected = room.report(call("public_order", "fight")).await;
    assert!(room.incident(rejected).proposal.is_some());
    room.room(Command::RejectProposal(RejectProposal { incident_id: rejected, expected_revision: 0 })).await;
    assert!(room.incident(rejected).proposal.is_none());
    let by_itself = room.report(call("public_order", "fight")).await;
    let sent = |world: &domain::world::World| world.incident(&by_itself).unwrap().state == IncidentState::Dispatched;
    room.pass_until(15_001, "what nobody confirms is sent", sent).await;
    room.tap("610824-a12", Command::Acknowledge).await;
    // The team that owns it has nobody left: another team's unit is proposed one step later.
    let lent = room.report(call("public_order", "fight")).await;
    let proposed = |world: &domain::world::World| world.incident(&lent).unwrap().proposal.is_some();
    room.pass_until(30_001, "another team lends a unit", proposed).await;
    room.room(Command::ConfirmProposal(ConfirmProposal { incident_id: lent, expected_revision: 0 })).await;
    assert_eq!(room.incident(lent).state, IncidentState::Dispatched);
    room.confirm().await;
}

/// The shipped policy without one of its categories.
fn without(category: &str) -> String {
    let begin = DEFAULT_TEXT.find(&format!("[[category]]\nkey = \"{category}\"")).unwrap();
    let end = begin + DEFAULT_TEXT[begin..].find("\n]\n").unwrap() + 3;
    format!("{}{}", &DEFAULT_TEXT[..begin], &DEFAULT_TEXT[end..])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_category_goes_while_an_incident_of_it_is_open() {
    let room = Room::open().await;
    let incident_id = room.report(call("tip_off", "drugs")).await;
    activate(&room, &without("tip_off")).await;
    assert!(room.incident(incident_id).flags.contains(&IncidentFlag::CategoryWithdrawn), "{:?}", room.incident(incident_id).flags);
    let refused = room.refused(runtime::testing::operator(&[LOG]), Command::ReportIncident(call("tip_off", "drugs"))).await;
    assert!(matches!(refused, Rejection::Invalid { .. }), "{refused:?}");
    room.confirm().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_without_a_station_that_the_room_works_with_is_refused() {
    let room = Room::open().await;
    room.report(call("dispute", "debt")).await;
    let feature = format!(
        r#"{{"type":"Feature","properties":{{"agency_id":"{LOG}","level":"county","name_zh":"a","name_en":"a","seat":[108.8,37.6]}},
        "geometry":{{"type":"Polygon","coordinates":[[[108.75,37.5],[109.0,37.5],[109.0,37.7],[108.75,37.7],[108.75,37.5]]]}}}}"#
    );
    let file = format!(r#"{{"type":"FeatureCollection","features":[{feature}]}}"#);
    let manifest = format!("log_id = \"{LOG}\"\ntime_zone = \"Asia/Shanghai\"\n");
    let files = OrgFiles { manifest: manifest.into_bytes(), boundaries: vec![("b.geojson".to_owned(), file.into_bytes())] };
    let import = import_files(&files).unwrap();
    let blob = AgencyBlob::new((*import.tree).clone(), import.boundaries).to_bytes().unwrap();
    let hash = room.bench.edge.runtime.store().put_blob(blob).await.unwrap();
    let before = room.view().world.agency_tree();
    let refused = room.refused(server(), Command::ActivateAgencyTree(ActivateAgencyTree { hash })).await;
    assert!(matches!(&refused, Rejection::Invalid { field: "agency_tree", .. }), "{refused:?}");
    assert_eq!(room.view().world.agency_tree(), before);
    room.confirm().await;
}
