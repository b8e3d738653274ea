//! One batch: its columns are checked, and each row becomes a fix in WGS-84.

use domain::ids::UnitId;
use domain::place::{Datum, E7};
use domain::time::Timestamp;
use runtime::fleet::{MAX_BATCH, ReportedFix};
use wire::api::{FieldError, fields};
use wire::v1alpha1::StreamPositionsRequest;

/// A batch whose columns fit together.
pub(crate) struct Batch {
    columns: StreamPositionsRequest,
    datum: Datum,
    /// The sender's clock when it sent the batch.
    pub(crate) sent_at: Option<Timestamp>,
}

impl Batch {
    /// Checks a batch as a whole; single fixes are judged by the fleet.
    pub(crate) fn check(columns: StreamPositionsRequest) -> Result<Self, FieldError> {
        let rows = columns.unit_ids.len();
        if rows > MAX_BATCH {
            return Err(FieldError::new("unit_ids", format_args!("{rows} fixes"), format!("at most {MAX_BATCH} fixes in a batch")));
        }
        let needed = [
            ("lat_e7", columns.lat_e7.len()),
            ("lon_e7", columns.lon_e7.len()),
            ("fix_time_ms", columns.fix_time_ms.len()),
            ("sequences", columns.sequences.len()),
        ];
        let optional = [
            ("device_epochs", columns.device_epochs.len()),
            ("speed_cm_per_s", columns.speed_cm_per_s.len()),
            ("heading_deg", columns.heading_deg.len()),
            ("accuracy_m", columns.accuracy_m.len()),
        ];
        if let Some((field, length)) = needed.into_iter().find(|(_, length)| *length != rows) {
            return Err(FieldError::new(field, format_args!("{length} entries"), format!("{rows} entries, one for each of unit_ids")));
        }
        if let Some((field, length)) = optional.into_iter().find(|(_, length)| *length != rows && *length != 0) {
            return Err(FieldError::new(
                field,
                format_args!("{length} entries"),
                format!("{rows} entries, one for each of unit_ids, or none"),
            ));
        }
        let datum = fields::datum("datum", columns.datum)?;
        let sent_at = fields::time("sent_at", columns.sent_at.as_ref())?;
        Ok(Self { columns, datum, sent_at })
    }

    /// The units as they were written, in the order of the fixes.
    pub(crate) fn unit_texts(&self) -> &[String] {
        &self.columns.unit_ids
    }

    /// The sender's number of the batch.
    pub(crate) fn number(&self) -> u64 {
        self.columns.batch_number
    }

    /// Fix number `row`, in WGS-84. A position that is out of range stays as it is: the fleet sets it aside and counts it.
    pub(crate) fn fix(&self, row: usize, unit: UnitId) -> ReportedFix {
        let columns = &self.columns;
        let (lat_e7, lon_e7) = wgs84(columns.lat_e7[row], columns.lon_e7[row], self.datum);
        let heading = columns.heading_deg.get(row).and_then(|heading| u16::try_from(*heading).ok());
        ReportedFix {
            unit,
            lat_e7,
            lon_e7,
            device_time: Timestamp(columns.fix_time_ms[row]),
            device_epoch: columns.device_epochs.get(row).copied().unwrap_or(0),
            sequence: columns.sequences[row],
            speed_cm_per_s: columns.speed_cm_per_s.get(row).copied(),
            heading_deg: heading.filter(|heading| *heading < 360),
            accuracy_m: columns.accuracy_m.get(row).copied(),
        }
    }
}

/// A position of `datum` as WGS-84. Exactly 0, 0, which devices report that have none, is far from where any datum differs: it
/// stays as it is.
fn wgs84(lat_e7: i32, lon_e7: i32, datum: Datum) -> (i32, i32) {
    if datum == Datum::Wgs84 {
        return (lat_e7, lon_e7);
    }
    let converted = places::to_wgs84(f64::from(lat_e7) / E7, f64::from(lon_e7) / E7, datum);
    converted.map_or((lat_e7, lon_e7), |position| (position.lat_e7(), position.lon_e7()))
}
