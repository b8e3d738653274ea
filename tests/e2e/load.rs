//! Work for a server, as a journal on the caller's side: each request with the answer it got, or none when the line was cut.

use super::house::{House, LOG, UNITS, call, fresh, with};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};
use wire::v1alpha1::dispatch_service_client::DispatchServiceClient;
use wire::v1alpha1::intake_service_client::IntakeServiceClient;
use wire::v1alpha1::record_service_client::RecordServiceClient;
use wire::v1alpha1::unit_service_client::UnitServiceClient;
use wire::v1alpha1::{
    AcknowledgeRequest, AcknowledgeResponse, AssignmentState, ClearRequest, ClearResponse, CloseIncidentRequest, CloseIncidentResponse,
    GetIncidentRequest, ReportIncidentRequest, ReportIncidentResponse,
};

/// The line was cut: whether the request was taken is not known.
pub(crate) struct Cut;

/// A request and what became of it.
#[derive(Clone)]
pub(crate) struct Sent<M, R> {
    pub(crate) message: M,
    /// The answer; none while it is not known.
    pub(crate) answer: Option<R>,
    /// Whether the server refused it, which it does when the order has gone to another unit meanwhile.
    pub(crate) refused: bool,
}

impl<M, R> Sent<M, R> {
    fn new(message: M) -> Self {
        Self { message, answer: None, refused: false }
    }

    fn is_open(&self) -> bool {
        self.answer.is_none() && !self.refused
    }

    /// Keeps an answer or a refusal; a cut leaves it open, to be sent again with the same id.
    fn keep(&mut self, answered: Result<R, Status>) -> Result<(), Cut> {
        match answered {
            Ok(answer) => self.answer = Some(answer),
            Err(status) if is_cut(&status) => return Err(Cut),
            Err(status) if matches!(status.code(), Code::FailedPrecondition | Code::Aborted) => self.refused = true,
            Err(status) => panic!("{status}"),
        }
        Ok(())
    }
}

/// How a broken connection looks to a gRPC client. What is taken for one is sent again, so a lasting error is found in the end.
fn is_cut(status: &Status) -> bool {
    matches!(status.code(), Code::Unavailable | Code::Unknown | Code::Internal | Code::Cancelled)
}

/// One call and what its unit did.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) report: Sent<ReportIncidentRequest, ReportIncidentResponse>,
    pub(crate) unit: String,
    pub(crate) acknowledge: Option<Sent<AcknowledgeRequest, AcknowledgeResponse>>,
    pub(crate) clear: Option<Sent<ClearRequest, ClearResponse>>,
    pub(crate) close: Option<Sent<CloseIncidentRequest, CloseIncidentResponse>>,
    pub(crate) done: bool,
}

impl Case {
    /// A call that orders a unit at once, or one that waits for its operator.
    pub(crate) fn new(urgent: bool) -> Self {
        let report = Sent::new(call(if urgent { "criminal/robbery" } else { "dispute/neighbour" }));
        Self { report, unit: String::new(), acknowledge: None, clear: None, close: None, done: false }
    }

    /// How many of its requests were answered.
    pub(crate) fn answers(&self) -> usize {
        let taps = [
            self.acknowledge.as_ref().is_some_and(|sent| sent.answer.is_some()),
            self.clear.as_ref().is_some_and(|sent| sent.answer.is_some()),
            self.close.as_ref().is_some_and(|sent| sent.answer.is_some()),
        ];
        usize::from(self.report.answer.is_some()) + taps.into_iter().filter(|answered| *answered).count()
    }
}

/// Clients of one connection, for everybody in the house.
#[derive(Clone)]
pub(crate) struct Line {
    pub(crate) intake: IntakeServiceClient<Channel>,
    pub(crate) units: UnitServiceClient<Channel>,
    pub(crate) dispatch: DispatchServiceClient<Channel>,
    pub(crate) records: RecordServiceClient<Channel>,
    pub(crate) operator: String,
    tokens: BTreeMap<String, String>,
}

impl Line {
    /// Connects; a server that is gone already is a cut.
    pub(crate) async fn open(address: SocketAddr, people: &People) -> Result<Self, Cut> {
        let channel = Endpoint::from_shared(format!("http://{address}")).unwrap().connect().await.map_err(|_| Cut)?;
        Ok(Self {
            intake: IntakeServiceClient::new(channel.clone()),
            units: UnitServiceClient::new(channel.clone()),
            dispatch: DispatchServiceClient::new(channel.clone()),
            records: RecordServiceClient::new(channel),
            operator: people.operator.clone(),
            tokens: people.tokens.clone(),
        })
    }

    pub(crate) fn token_of(&self, unit: &str) -> &str {
        &self.tokens[unit]
    }

    /// Takes a case one or more requests further, until it is done.
    pub(crate) async fn advance(&mut self, case: &mut Case) -> Result<(), Cut> {
        if case.report.is_open() {
            let request = with(&self.operator, case.report.message.clone());
            let answered = self.intake.report_incident(request).await;
            case.report.keep(answered.map(tonic::Response::into_inner))?;
        }
        let incident_id = case.report.answer.as_ref().expect("a call is never refused").incident_id.clone();
        if case.acknowledge.is_none() && !self.find_order(case, &incident_id).await? {
            case.done = true;
            return Ok(());
        }
        let token = self.token_of(&case.unit).to_owned();
        if let Some(sent) = case.acknowledge.as_mut().filter(|sent| sent.is_open()) {
            let answered = self.units.acknowledge(with(&token, sent.message.clone())).await;
            sent.keep(answered.map(tonic::Response::into_inner))?;
        }
        if let Some(sent) = case.clear.as_mut().filter(|sent| sent.is_open()) {
            let answered = self.units.clear(with(&token, sent.message.clone())).await;
            sent.keep(answered.map(tonic::Response::into_inner))?;
        }
        if let Some(sent) = case.close.as_mut().filter(|sent| sent.is_open()) {
            let answered = self.dispatch.close_incident(with(&self.operator, sent.message.clone())).await;
            sent.keep(answered.map(tonic::Response::into_inner))?;
        }
        case.done = true;
        Ok(())
    }

    /// Whether a unit was ordered that has not answered yet; what it will do is written into the case.
    async fn find_order(&mut self, case: &mut Case, incident_id: &str) -> Result<bool, Cut> {
        let get = GetIncidentRequest { log_id: LOG.to_owned(), incident_id: incident_id.to_owned(), min_seq: 0 };
        let found = match self.records.get_incident(with(&self.operator, get)).await {
            Ok(found) => found.into_inner(),
            Err(status) if is_cut(&status) => return Err(Cut),
            Err(status) => panic!("{incident_id}: {status}"),
        };
        let Some(order) = found.assignments.into_iter().find(|order| order.state() == AssignmentState::Offered) else { return Ok(false) };
        let (log_id, assignment_id) = (LOG.to_owned(), order.assignment_id);
        let acknowledge = AcknowledgeRequest {
            request_id: fresh(),
            log_id: log_id.clone(),
            assignment_id: assignment_id.clone(),
            ..AcknowledgeRequest::default()
        };
        let clear = ClearRequest {
            request_id: fresh(),
            log_id: log_id.clone(),
            assignment_id,
            reason: "not_needed".to_owned(),
            disposition: "false_call".to_owned(),
            ..ClearRequest::default()
        };
        let close = CloseIncidentRequest {
            request_id: fresh(),
            log_id,
            incident_id: incident_id.to_owned(),
            expected_revision: 0,
            excuse: String::new(),
        };
        (case.unit, case.acknowledge) = (order.unit_id, Some(Sent::new(acknowledge)));
        (case.clear, case.close) = (Some(Sent::new(clear)), Some(Sent::new(close)));
        Ok(true)
    }
}

/// Everybody's tokens.
#[derive(Clone)]
pub(crate) struct People {
    operator: String,
    tokens: BTreeMap<String, String>,
}

impl People {
    pub(crate) fn of(house: &House) -> Self {
        let tokens = UNITS.iter().map(|unit| ((*unit).to_owned(), house.token_of(unit))).collect();
        Self { operator: house.operator.clone(), tokens }
    }
}

/// Works until the line is cut: first what is open in the journal, with the same request ids, then new calls.
pub(crate) async fn work(address: SocketAddr, people: People, mut journal: Vec<Case>) -> Vec<Case> {
    let Ok(mut line) = Line::open(address, &people).await else { return journal };
    let mut urgent = true;
    let mut first_open = 0;
    loop {
        if first_open == journal.len() {
            journal.push(Case::new(urgent));
            urgent = !urgent;
        }
        if !journal[first_open].done && line.advance(&mut journal[first_open]).await.is_err() {
            return journal;
        }
        first_open += 1;
    }
}
