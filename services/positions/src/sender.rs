//! One stream's sender: its batches are routed to the logs of their units and applied.

use crate::TrailSink;
use crate::batch::Batch;
use crate::routes::Routes;
use domain::ids::UnitId;
use domain::principal::Principal;
use domain::time::Timestamp;
use runtime::Runtime;
use runtime::fleet::{BatchReceipt, Fix, FixBatch, Hint, ReportedFix, Verdict};
use std::sync::Arc;
use wire::api::FieldError;
use wire::v1alpha1::{StreamPositionsRequest, StreamPositionsResponse};

/// What is kept of one stream between its batches; its lists are used again for each.
pub(crate) struct Sender {
    runtime: Arc<Runtime>,
    trail: Option<Arc<dyn TrailSink>>,
    principal: Principal,
    routes: Routes,
    by_log: Vec<OneLog>,
    accepted: Vec<(UnitId, Fix)>,
}

/// The fixes of one batch that go to one log, the places of their units' routes, and where its fleet found those units last.
#[derive(Default)]
struct OneLog {
    fixes: Vec<ReportedFix>,
    places: Vec<usize>,
    hints: Vec<Hint>,
}

impl Sender {
    pub(crate) fn new(runtime: Arc<Runtime>, trail: Option<Arc<dyn TrailSink>>, principal: Principal) -> Self {
        Self { runtime, trail, principal, routes: Routes::new(), by_log: Vec::new(), accepted: Vec::new() }
    }

    /// Takes one batch and says what became of it.
    pub(crate) fn take(&mut self, message: StreamPositionsRequest) -> Result<StreamPositionsResponse, FieldError> {
        let received = self.runtime.clock().now();
        let batch = Batch::check(message)?;
        self.routes.begin(&self.runtime, received);
        let mut response = StreamPositionsResponse { batch_number: batch.number(), ..StreamPositionsResponse::default() };
        response.unknown_unit = self.sort(&batch);
        metrics::counter!("oneroom_position_batches_total").increment(1);
        metrics::counter!("oneroom_position_fixes_not_routed_total").increment(u64::from(response.unknown_unit));
        for (log, OneLog { fixes, places, hints }) in self.by_log.iter_mut().enumerate().filter(|(_, log)| !log.fixes.is_empty()) {
            let Some(view) = self.routes.view(&self.runtime, log) else {
                // It is not served any more.
                response.unknown_unit += u32::try_from(fixes.len()).unwrap_or(u32::MAX);
                continue;
            };
            let applied = view.fleet.apply_batch_hinted(&FixBatch { sent_at: batch.sent_at, fixes }, hints, received);
            let receipt = applied.map_err(|error| {
                FieldError::new("unit_ids", format_args!("{} fixes", error.given), format!("at most {} fixes in a batch", error.limit))
            })?;
            for (place, hint) in places.iter().zip(hints.iter()) {
                if let Some(route) = self.routes.route(*place) {
                    route.hint = *hint;
                }
            }
            count(&receipt, &mut response);
            if let Some(trail) = &self.trail {
                self.accepted.clear();
                collect_accepted(fixes, receipt, received, &mut self.accepted);
                trail.record(&self.accepted);
            }
        }
        Ok(response)
    }

    /// Puts each fix to its log's; says how many have none or are not this sender's to report.
    fn sort(&mut self, batch: &Batch) -> u32 {
        for log in &mut self.by_log {
            log.fixes.clear();
            log.places.clear();
            log.hints.clear();
        }
        let mut unknown = 0;
        for (row, text) in batch.unit_texts().iter().enumerate() {
            let Some(place) = self.routes.find(text, &self.principal, &self.runtime) else {
                unknown += 1;
                continue;
            };
            let logs = self.routes.logs();
            if self.by_log.len() < logs {
                self.by_log.resize_with(logs, OneLog::default);
            }
            let Some(route) = self.routes.route(place) else { continue };
            let Some(log) = self.by_log.get_mut(route.log) else { continue };
            log.fixes.push(batch.fix(row, route.unit_id.clone()));
            log.places.push(place);
            log.hints.push(route.hint);
        }
        unknown
    }
}

/// Adds one log's verdicts to the answer.
fn count(receipt: &BatchReceipt, response: &mut StreamPositionsResponse) {
    for verdict in &receipt.verdicts {
        let counter = match verdict {
            Verdict::Accepted => &mut response.accepted,
            Verdict::Older | Verdict::Duplicate => &mut response.older,
            Verdict::Future { .. } => &mut response.future,
            Verdict::Impossible { .. } => &mut response.impossible,
            Verdict::UnknownUnit => &mut response.unknown_unit,
            Verdict::InvalidPosition => &mut response.invalid,
        };
        *counter += 1;
    }
}

/// The fixes that were accepted, as the fleet keeps them: first those that had been in doubt.
fn collect_accepted(fixes: &[ReportedFix], receipt: BatchReceipt, received: Timestamp, accepted: &mut Vec<(UnitId, Fix)>) {
    accepted.extend(receipt.released);
    for (reported, verdict) in fixes.iter().zip(&receipt.verdicts) {
        let Ok(position) = domain::place::Position::from_e7(reported.lat_e7, reported.lon_e7) else { continue };
        if *verdict == Verdict::Accepted {
            let fix = Fix {
                position,
                fix_time: Timestamp(reported.device_time.0.saturating_add(receipt.clock_correction_ms)),
                received,
                device_epoch: reported.device_epoch,
                sequence: reported.sequence,
                speed_cm_per_s: reported.speed_cm_per_s,
                heading_deg: reported.heading_deg,
                accuracy_m: reported.accuracy_m,
            };
            accepted.push((reported.unit.clone(), fix));
        }
    }
}
