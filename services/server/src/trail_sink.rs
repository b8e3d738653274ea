//! Accepted fixes leave their trail in a file of its own.

use domain::ids::UnitId;
use positions::TrailSink;
use runtime::fleet::Fix;
use std::sync::Arc;
use store::trails::{TrailFix, Trails};

/// Hands accepted fixes to the trails' writer, which never makes a stream wait: what it can't take it drops and counts.
pub struct TrailWriter(pub Arc<Trails>);

impl TrailSink for TrailWriter {
    fn record(&self, fixes: &[(UnitId, Fix)]) {
        self.0.append(fixes.iter().map(|(unit_id, fix)| (unit_id.clone(), trail_fix(fix))));
    }
}

fn trail_fix(fix: &Fix) -> TrailFix {
    TrailFix {
        fix_time_ms: fix.fix_time.0,
        lat_e7: fix.position.lat_e7(),
        lon_e7: fix.position.lon_e7(),
        speed_cm_per_s: fix.speed_cm_per_s.map(|speed| u16::try_from(speed).unwrap_or(u16::MAX)),
        heading_deg: fix.heading_deg,
    }
}
