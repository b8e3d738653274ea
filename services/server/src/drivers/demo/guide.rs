//! What the demo tells whoever started it: where to look, and four commands to take part with.

use super::{ACKNOWLEDGE_MS, YOUR_UNIT};
use crate::drivers::county::{County, CrewSeat};
use crate::drivers::link::fresh_request_id;
use serde_json::json;

/// The guide with real addresses, ids and tokens in it. `url` is `http://` and the address.
pub(super) fn text(url: &str, county: &County) -> String {
    let yours = county.seats.iter().find(|seat| seat.plan.call_sign == YOUR_UNIT);
    let mut text = format!(
        "OneRoom demo: {} units, callers and crews of an invented county. Nobody in it exists. Ctrl-C stops it and removes its data.\n\n\
         Room     {url}/#token={}\n",
        county.seats.len(),
        county.operator
    );
    if let Some(seat) = yours {
        text.push_str(&format!("Officer  {url}/unit#token={}   (unit {YOUR_UNIT}: it has no simulated crew, it is yours)\n\n", seat.token));
        text.push_str(&commands(url, county, seat));
    }
    text
}

fn commands(url: &str, county: &County, seat: &CrewSeat) -> String {
    let address = url.trim_start_matches("http://");
    let (log_id, start) = (&county.log_id, seat.plan.start);
    let report = json!({
        "requestId": fresh_request_id(),
        "classification": { "category": "public_order", "type": "weapon_seen" },
        "position": { "latE7": start.lat_e7(), "lonE7": start.lon_e7() },
        "narrative": "有人持刀。Somebody has a knife.",
    });
    let hello = json!({ "hello": { "token": seat.token } });
    let acknowledge = json!({ "requestId": fresh_request_id(), "logId": log_id, "assignmentId": "ASSIGNMENT_ID" });
    let read = json!({ "logId": log_id, "incidentId": "INCIDENT_ID" });
    let call = |token: &str, method: &str, body: &serde_json::Value| {
        format!(
            "npx -y @bufbuild/buf curl --protocol grpc --http2-prior-knowledge -H 'authorization: Bearer {token}' \\\n  \
             -d '{body}' \\\n  {url}/oneroom.v1alpha1.{method}\n"
        )
    };
    format!(
        "Four commands for a second and a third terminal:\n\n\
         1. Watch {YOUR_UNIT}'s orders for ten minutes\n\
         npx -y wscat -s oneroom.json -c ws://{address}/v1alpha1/watch -w 600 \\\n  -x '{hello}'\n\n\
         2. Report a call where {YOUR_UNIT} stands. The answer has the incident's id; the order appears in the first terminal\n{}\n\
         3. Acknowledge: put the assignmentId of the order for ASSIGNMENT_ID, within {} s\n{}\n\
         4. Read it back: put the incident's id for INCIDENT_ID. H3 cell, team, reasons, and who went\n{}",
        call(&county.operator, "IntakeService/ReportIncident", &report),
        ACKNOWLEDGE_MS / 1_000,
        call(&seat.token, "UnitService/Acknowledge", &acknowledge),
        call(&county.operator, "RecordService/GetIncident", &read),
    )
}
