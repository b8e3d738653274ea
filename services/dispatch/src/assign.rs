//! `AssignUnits`: orders units, all or none.

use domain::command::{AssignUnits, Command};
use runtime::edge::{Edge, receipt};
use tonic::{Request, Status};
use wire::api::fields;
use wire::v1alpha1::{AssignUnitsRequest, AssignUnitsResponse};

pub(crate) async fn assign_units(edge: &Edge, request: Request<AssignUnitsRequest>) -> Result<AssignUnitsResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::AssignUnits(AssignUnits {
                incident_id: fields::incident_id(&m.incident_id)?,
                orders: fields::orders(&m.orders)?,
                expected_revision: m.expected_revision,
            }))
        })
        .await?;
    let assignment_ids = outcome.reply.assignments.iter().map(ToString::to_string).collect();
    Ok(AssignUnitsResponse { receipt: Some(receipt(&outcome)), assignment_ids })
}
