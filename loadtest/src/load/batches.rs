//! A gateway's batches: fixes of its units over and over, encoded without making the load the bottleneck.

use super::field::Units;
use prost::bytes::{Bytes, BytesMut};
use prost::encoding::{WireType, encode_key, encode_varint, int64, message, sint32, uint32, uint64};
use server::drivers::clock::{now, on_the_wire};
use std::ops::Range;
use std::sync::Arc;

/// Heading and speed of every fix: east at 50 km/h.
const HEADING_DEG: u32 = 90;
const SPEED_CM_PER_S: u32 = 1_389;

/// A gateway's units, walked through batch by batch; when all have reported they begin again, a step further.
pub(crate) struct Walk {
    pub(crate) units: Arc<Units>,
    range: Range<usize>,
    batch: usize,
    next: usize,
    steps: u32,
}

impl Walk {
    /// Over the units `range`, `batch` at a time.
    pub(crate) fn new(units: Arc<Units>, range: Range<usize>, batch: usize) -> Self {
        let next = range.start;
        Self { units, range, batch: batch.max(1), next, steps: 0 }
    }

    /// Splits all units among `gateways`.
    pub(crate) fn split(units: &Arc<Units>, gateways: usize, batch: usize) -> Vec<Self> {
        let (count, gateways) = (units.len(), gateways.clamp(1, units.len().max(1)));
        let border = |gateway: usize| count * gateway / gateways;
        (0..gateways).map(|gateway| Self::new(Arc::clone(units), border(gateway)..border(gateway + 1), batch)).collect()
    }

    /// The units of the next batch, and how many steps they have gone by then.
    pub(crate) fn advance(&mut self) -> (Range<usize>, u32) {
        let (from, steps) = (self.next, self.steps);
        let to = (from + self.batch).min(self.range.end);
        if to >= self.range.end {
            (self.next, self.steps) = (self.range.start, self.steps.wrapping_add(1));
        } else {
            self.next = to;
        }
        (from..to, steps)
    }

    /// How many steps a unit had gone when it last reported; none when it has not.
    pub(crate) fn steps_of(&self, unit: usize) -> Option<u32> {
        if !self.range.contains(&unit) {
            return None;
        }
        if unit < self.next { Some(self.steps) } else { self.steps.checked_sub(1) }
    }
}

/// Encodes a gateway's batches. The columns that never change are encoded once.
pub(crate) struct Batches {
    walk: Walk,
    /// The encoded `unit_ids` of each batch of a round, by its first unit.
    ids: Vec<Bytes>,
    /// Added to the steps gives a fix's number: larger than any of an earlier run.
    first_sequence: u64,
    number: u64,
    columns: Columns,
}

#[derive(Default)]
struct Columns {
    lat_e7: Vec<i32>,
    lon_e7: Vec<i32>,
    fix_time_ms: Vec<i64>,
    sequences: Vec<u64>,
    speeds: Vec<u32>,
    headings: Vec<u32>,
}

// Field numbers of `StreamPositionsRequest`.
const BATCH_NUMBER: u32 = 1;
const SENT_AT: u32 = 2;
const DATUM: u32 = 3;
const UNIT_IDS: u32 = 4;
const LAT_E7: u32 = 5;
const LON_E7: u32 = 6;
const FIX_TIME_MS: u32 = 7;
const SEQUENCES: u32 = 8;
const SPEEDS: u32 = 10;
const HEADINGS: u32 = 11;

impl Batches {
    pub(crate) fn new(walk: Walk) -> Self {
        let starts = walk.range.clone().step_by(walk.batch);
        let ids = starts.map(|from| encode_ids(&walk.units.ids[from..(from + walk.batch).min(walk.range.end)])).collect();
        let first_sequence = u64::try_from(now().0).unwrap_or(0);
        Self { walk, ids, first_sequence, number: 0, columns: Columns::default() }
    }

    /// How many fixes a batch has at most.
    pub(crate) fn size(&self) -> usize {
        self.walk.batch
    }

    /// How many units report.
    pub(crate) fn units(&self) -> usize {
        self.walk.range.len()
    }

    /// The walk behind them.
    pub(crate) fn walk(&self) -> &Walk {
        &self.walk
    }

    /// The next batch: a `StreamPositionsRequest`, encoded.
    pub(crate) fn encode(&mut self) -> Bytes {
        let at = now();
        let (units, steps) = self.walk.advance();
        let count = units.len();
        let ids = self.ids.get((units.start - self.walk.range.start) / self.walk.batch).cloned().unwrap_or_default();
        self.number += 1;
        let columns = &mut self.columns;
        columns.lat_e7.clear();
        columns.lon_e7.clear();
        for unit in units {
            let (lat_e7, lon_e7) = self.walk.units.place_e7(unit, steps);
            columns.lat_e7.push(lat_e7);
            columns.lon_e7.push(lon_e7);
        }
        refill(&mut columns.fix_time_ms, count, at.0);
        refill(&mut columns.sequences, count, self.first_sequence + u64::from(steps));
        refill(&mut columns.speeds, count, SPEED_CM_PER_S);
        refill(&mut columns.headings, count, HEADING_DEG);
        let mut bytes = BytesMut::with_capacity(ids.len() + count * 32 + 64);
        uint64::encode(BATCH_NUMBER, &self.number, &mut bytes);
        message::encode(SENT_AT, &on_the_wire(at), &mut bytes);
        // WGS-84.
        uint32::encode(DATUM, &(wire::v1alpha1::Datum::Wgs84 as u32), &mut bytes);
        bytes.extend_from_slice(&ids);
        sint32::encode_packed(LAT_E7, &columns.lat_e7, &mut bytes);
        sint32::encode_packed(LON_E7, &columns.lon_e7, &mut bytes);
        int64::encode_packed(FIX_TIME_MS, &columns.fix_time_ms, &mut bytes);
        uint64::encode_packed(SEQUENCES, &columns.sequences, &mut bytes);
        uint32::encode_packed(SPEEDS, &columns.speeds, &mut bytes);
        uint32::encode_packed(HEADINGS, &columns.headings, &mut bytes);
        bytes.freeze()
    }
}

fn refill<T: Clone>(column: &mut Vec<T>, count: usize, value: T) {
    column.clear();
    column.resize(count, value);
}

fn encode_ids(ids: &[String]) -> Bytes {
    let mut bytes = BytesMut::new();
    for id in ids {
        encode_key(UNIT_IDS, WireType::LengthDelimited, &mut bytes);
        encode_varint(id.len() as u64, &mut bytes);
        bytes.extend_from_slice(id.as_bytes());
    }
    bytes.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message as _;
    use wire::v1alpha1::StreamPositionsRequest;

    #[test]
    fn a_batch_is_what_the_api_says_and_every_unit_reports_in_turn() {
        let units = Arc::new(Units::field(7));
        let mut gateways: Vec<Batches> = Walk::split(&units, 2, 3).into_iter().map(Batches::new).collect();
        assert_eq!(gateways.iter().map(Batches::units).sum::<usize>(), 7);
        let gateway = &mut gateways[1];
        let decoded: Vec<_> = (0..3).map(|_| StreamPositionsRequest::decode(gateway.encode()).unwrap()).collect();
        let ids = |batch: &StreamPositionsRequest| batch.unit_ids.clone();
        // Four units, three at a time: the second batch is the rest, the third begins again.
        assert_eq!(ids(&decoded[0]), units.ids[3..6]);
        assert_eq!(ids(&decoded[1]), units.ids[6..7]);
        assert_eq!(ids(&decoded[2]), units.ids[3..6]);
        assert_eq!(decoded.iter().map(|batch| batch.batch_number).collect::<Vec<_>>(), [1, 2, 3]);
        let (first, again) = (&decoded[0], &decoded[2]);
        assert_eq!((first.lat_e7[0], first.lon_e7[0]), units.place_e7(3, 0));
        assert_eq!((again.lat_e7[0], again.lon_e7[0]), units.place_e7(3, 1));
        assert!(again.sequences.iter().zip(&first.sequences).all(|(new, old)| new > old), "numbers grow, else no server believes them");
        let lengths = [first.lon_e7.len(), first.fix_time_ms.len(), first.speed_cm_per_s.len(), first.heading_deg.len()];
        assert_eq!(lengths, [3; 4]);
        assert!(first.sent_at.is_some() && first.device_epochs.is_empty());
        assert_eq!((gateway.walk().steps_of(3), gateway.walk().steps_of(6), gateway.walk().steps_of(2)), (Some(1), Some(0), None));
    }
}
