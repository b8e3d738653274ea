//! `Clear` and `SubmitFeedback`: the unit is done and reports the outcome. What it reports in words goes into the vault.

use crate::taps::tap;
use domain::command::{Clear, Command, SubmitFeedback};
use domain::ids::ReasonKey;
use runtime::edge::{Edge, receipt};
use store::PrivateContent;
use tonic::{Request, Status};
use wire::api::FieldError;
use wire::api::fields::{self, FEEDBACK_MAX_CHARS};
use wire::v1alpha1::{ClearRequest, ClearResponse, SubmitFeedbackRequest, SubmitFeedbackResponse};

fn words(feedback: &str) -> Result<PrivateContent, FieldError> {
    let feedback = fields::text("feedback", feedback, FEEDBACK_MAX_CHARS)?.to_owned();
    Ok(PrivateContent { feedback, ..PrivateContent::default() })
}

pub(crate) async fn clear(edge: &Edge, request: Request<ClearRequest>) -> Result<ClearResponse, Status> {
    let outcome = edge
        .mutate_with_words(
            request,
            |m| words(&m.feedback),
            |m, feedback| {
                Ok(Command::Clear(Clear {
                    tap: tap(&m.assignment_id, m.occurred_at.as_ref())?,
                    reason: fields::reason(&m.reason)?,
                    disposition: fields::optional_code("disposition", &m.disposition, ReasonKey::new)?,
                    feedback,
                }))
            },
        )
        .await?;
    Ok(ClearResponse { receipt: Some(receipt(&outcome)) })
}

pub(crate) async fn submit_feedback(edge: &Edge, request: Request<SubmitFeedbackRequest>) -> Result<SubmitFeedbackResponse, Status> {
    let outcome = edge
        .mutate_with_words(
            request,
            |m| words(&m.feedback),
            |m, feedback| {
                Ok(Command::SubmitFeedback(SubmitFeedback {
                    tap: tap(&m.assignment_id, m.occurred_at.as_ref())?,
                    disposition: fields::disposition(&m.disposition)?,
                    feedback,
                }))
            },
        )
        .await?;
    Ok(SubmitFeedbackResponse { receipt: Some(receipt(&outcome)) })
}
