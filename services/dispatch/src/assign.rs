//! `AssignUnits`: orders units, all or none.

use domain::command::{AssignUnits, Command};
use runtime::edge::{Caller, Edge, Mutation, receipt};
use tonic::{Request, Status};
use wire::api::{digest, fields};
use wire::v1alpha1::{AssignUnitsRequest, AssignUnitsResponse};

pub(crate) async fn assign_units(edge: &Edge, request: Request<AssignUnitsRequest>) -> Result<AssignUnitsResponse, Status> {
    let caller = Caller::of(&request)?;
    let mut message = request.into_inner();
    let request_id = fields::request_id(&std::mem::take(&mut message.request_id))?;
    let log_id = fields::log_id(&message.log_id)?;
    let command = Command::AssignUnits(AssignUnits {
        incident_id: fields::incident_id(&message.incident_id)?,
        orders: fields::orders(&message.orders)?,
        expected_revision: message.expected_revision,
    });
    let mutation = Mutation { request_id, digest: digest(&message), private: Vec::new() };
    let outcome = edge.execute(&log_id, caller, mutation, command).await?;
    let assignment_ids = outcome.reply.assignments.iter().map(ToString::to_string).collect();
    Ok(AssignUnitsResponse { receipt: Some(receipt(&outcome)), assignment_ids })
}
