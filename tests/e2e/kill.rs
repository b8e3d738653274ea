//! Kills the server again and again under load: whatever it answered is in the record, exactly once.

use super::house::{House, LOG, complaint, run, with};
use super::load::{Case, Line, People, work};
use std::collections::BTreeSet;
use std::time::Duration;
use wire::v1alpha1::{ListEventsRequest, SearchIncidentsRequest};

/// How often the server is killed when ONEROOM_KILLS does not say.
const KILLS: u32 = 25;
/// Clients at work at the same time.
const CLIENTS: usize = 3;
/// How long the load runs before a kill, in milliseconds.
const LOAD_MS: std::ops::RangeInclusive<u64> = 20..=300;
/// Incidents on a page.
const PAGE: u32 = 100;

/// What a retry of everything found.
#[derive(Default)]
struct Found {
    lost: usize,
    doubled: usize,
}

impl Found {
    /// A retry gives the answer that was given, or what was answered is lost.
    fn compare<R: PartialEq + std::fmt::Debug>(&mut self, answered: &R, again: Result<tonic::Response<R>, tonic::Status>) {
        match again {
            Ok(again) if again.get_ref() == answered => {}
            other => {
                println!("lost: answered {answered:?}, then {other:?}");
                self.lost += 1;
            }
        }
    }
}

async fn check(line: &mut Line, journal: &[Case]) -> Found {
    let mut found = Found::default();
    for case in journal {
        let answered = case.report.answer.as_ref().expect("every call was answered in the end");
        let again = line.intake.report_incident(with(&line.operator, case.report.message.clone())).await;
        found.compare(answered, again);
        if let Some((sent, answered)) = case.acknowledge.as_ref().and_then(|sent| Some((sent, sent.answer.as_ref()?))) {
            let token = line.token_of(&case.unit).to_owned();
            found.compare(answered, line.units.acknowledge(with(&token, sent.message.clone())).await);
            let list = ListEventsRequest { log_id: LOG.to_owned(), incident_id: incident_of(case), ..ListEventsRequest::default() };
            let events = line.records.list_events(with(&line.operator, list)).await.unwrap().into_inner().events;
            let own =
                |kind: &str| events.iter().filter(|event| event.kind == kind && event.assignment_id == sent.message.assignment_id).count();
            found.doubled += own("assignment_acknowledged").saturating_sub(1);
            found.lost += usize::from(own("assignment_acknowledged") == 0);
        }
        if let Some((sent, answered)) = case.clear.as_ref().and_then(|sent| Some((sent, sent.answer.as_ref()?))) {
            let token = line.token_of(&case.unit).to_owned();
            found.compare(answered, line.units.clear(with(&token, sent.message.clone())).await);
        }
        if let Some((sent, answered)) = case.close.as_ref().and_then(|sent| Some((sent, sent.answer.as_ref()?))) {
            found.compare(answered, line.dispatch.close_incident(with(&line.operator, sent.message.clone())).await);
        }
    }
    let known: BTreeSet<_> = journal.iter().map(incident_of).collect();
    let recorded = all_incidents(line).await;
    found.doubled += journal.len() - known.len();
    found.doubled += recorded.iter().filter(|incident_id| !known.contains(*incident_id)).count();
    found.doubled += recorded.len() - recorded.iter().collect::<BTreeSet<_>>().len();
    found.lost += known.iter().filter(|incident_id| !recorded.contains(incident_id)).count();
    found
}

fn incident_of(case: &Case) -> String {
    case.report.answer.as_ref().map(|answer| answer.incident_id.clone()).unwrap_or_default()
}

async fn all_incidents(line: &mut Line) -> Vec<String> {
    let (mut incidents, mut page_token) = (Vec::new(), String::new());
    loop {
        let search = SearchIncidentsRequest { log_id: LOG.to_owned(), page_size: PAGE, page_token, ..SearchIncidentsRequest::default() };
        let page = line.records.search_incidents(with(&line.operator, search)).await.unwrap().into_inner();
        incidents.extend(page.incidents.into_iter().map(|incident| incident.incident_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return incidents;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_survives_every_kill_exactly_once() {
    let cycles = std::env::var("ONEROOM_KILLS").map_or(KILLS, |given| given.parse().expect("ONEROOM_KILLS is a number"));
    let mut house = House::open().await;
    house.all_on_duty().await;
    let people = People::of(&house);
    let mut journals: Vec<Vec<Case>> = vec![Vec::new(); CLIENTS];
    let mut unknown = 0;
    for _ in 0..cycles {
        let address = house.address();
        let clients: Vec<_> = journals.drain(..).map(|journal| tokio::spawn(work(address, people.clone(), journal))).collect();
        tokio::time::sleep(Duration::from_millis(rand::random_range(LOAD_MS))).await;
        house.kill();
        for client in clients {
            let journal = client.await.unwrap();
            unknown += journal.iter().filter(|case| !case.done).count();
            journals.push(journal);
        }
        house.serve_again();
    }
    // What is open is sent once more, with the same ids.
    let mut line = Line::open(house.address(), &people).await.ok().expect("the server is there");
    let mut journal = journals.concat();
    for case in journal.iter_mut().filter(|case| !case.done) {
        assert!(line.advance(case).await.is_ok(), "a request was not answered by a server that runs");
    }
    let acks: usize = journal.iter().map(Case::answers).sum();
    let found = check(&mut line, &journal).await;
    house.kill();
    let audit = run(&["audit", "verify", "--data", &house.data()]);
    println!(
        "kill: cycles={cycles}, acks={acks}, calls={}, in flight at a kill={unknown}, lost={}, doubled={}",
        journal.len(),
        found.lost,
        found.doubled
    );
    assert_eq!((found.lost, found.doubled), (0, 0));
    assert_eq!(audit.status.code(), Some(0), "{}", complaint(&audit));
    assert!(acks > 0 && journal.iter().any(|case| case.close.is_some()), "the load did nothing");
}
