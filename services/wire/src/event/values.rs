//! Values that events, commands and situations have in common, as they are stored.

use super::DecodeError;
use super::fields::stored;
use super::primitive::*;
use crate::event_v1 as w;
use domain::assignment::Lent;
use domain::classification::{Classification, Priority};
use domain::incident::{Call, DispatchClock, IncidentFlag, PrivateLink};
use domain::matching::RankedUnit;
use domain::place::{H3Cell, Place, Position};
use domain::reason::Reason;
use domain::situation::Candidate;
use domain::time::Timestamp;
use domain::unit::{Availability, CALL_SIGN_MAX_LEN, UnitProfile};
use std::collections::BTreeSet;

pub(super) fn write_priority(priority: Priority) -> u32 {
    u32::from(priority.level())
}

pub(super) fn read_priority(field: &'static str, level: u32) -> Result<Priority, DecodeError> {
    let checked = u8::try_from(level).ok().and_then(|level| Priority::new(level).ok());
    checked.ok_or_else(|| DecodeError::malformed(field, level, "1 (most urgent) to 4"))
}

pub(super) fn write_flags(flags: &BTreeSet<IncidentFlag>) -> Vec<i32> {
    flags.iter().map(|flag| flag.number()).collect()
}

pub(super) fn read_flags(field: &'static str, flags: &[i32]) -> Result<BTreeSet<IncidentFlag>, DecodeError> {
    flags.iter().map(|number| IncidentFlag::from_number(field, *number)).collect()
}

impl Stored for Classification {
    type Message = w::Classification;
    fn write(&self) -> w::Classification {
        w::Classification { category: write_code(&self.category), r#type: write_optional_code(self.kind.as_ref()) }
    }
    fn read(m: w::Classification) -> Result<Self, DecodeError> {
        Ok(Self {
            category: read_code("Classification.category", &m.category)?,
            kind: read_optional_code("Classification.type", &m.r#type)?,
        })
    }
}

impl Stored for Position {
    type Message = w::Position;
    fn write(&self) -> w::Position {
        w::Position { lat_e7: self.lat_e7(), lon_e7: self.lon_e7() }
    }
    fn read(m: w::Position) -> Result<Self, DecodeError> {
        Self::from_e7(m.lat_e7, m.lon_e7)
            .map_err(|e| DecodeError::malformed("Position", e.given, format!("a {} within ±{} degrees", e.field, e.limit)))
    }
}

impl Stored for Place {
    type Message = w::Place;
    fn write(&self) -> w::Place {
        let (kind, datum, agency_id) = match self {
            Self::Located { datum, agency, .. } => (w::PlaceKind::Located, datum.number(), write_code(agency)),
            Self::OutsideBoundaries { datum, .. } => (w::PlaceKind::OutsideBoundaries, datum.number(), String::new()),
            Self::Unverified => (w::PlaceKind::Unverified, 0, String::new()),
        };
        let position = self.position().map(|position| position.write());
        w::Place { kind: kind.into(), position, datum, h3_cell: self.h3_cell().map_or(0, |cell| cell.0), agency_id }
    }
    fn read(m: w::Place) -> Result<Self, DecodeError> {
        use domain::place::Datum;
        let known = |m: w::Place| -> Result<(Position, Datum, H3Cell), DecodeError> {
            Ok((read_required("Place.position", m.position)?, Datum::from_number("Place.datum", m.datum)?, H3Cell(m.h3_cell)))
        };
        match w::PlaceKind::try_from(m.kind) {
            Ok(w::PlaceKind::Located) => {
                let agency = read_code("Place.agency_id", &m.agency_id)?;
                let (position, datum, h3_cell) = known(m)?;
                Ok(Self::Located { position, datum, h3_cell, agency })
            }
            Ok(w::PlaceKind::OutsideBoundaries) => {
                let (position, datum, h3_cell) = known(m)?;
                Ok(Self::OutsideBoundaries { position, datum, h3_cell })
            }
            Ok(w::PlaceKind::Unverified) => Ok(Self::Unverified),
            Ok(w::PlaceKind::Unspecified) => Err(DecodeError::missing("Place.kind")),
            Err(_) => Err(DecodeError::UnknownValue { field: "Place.kind", value: m.kind }),
        }
    }
}

impl Stored for Reason {
    type Message = w::Reason;
    fn write(&self) -> w::Reason {
        w::Reason { code: self.code.to_string(), values: self.values.clone() }
    }
    fn read(m: w::Reason) -> Result<Self, DecodeError> {
        Ok(Self { code: m.code.into(), values: m.values })
    }
}

impl Stored for DispatchClock {
    type Message = w::DispatchClock;
    fn write(&self) -> w::DispatchClock {
        w::DispatchClock { amber_at_ms: self.amber_at.0, dispatch_by_ms: self.dispatch_by.0 }
    }
    fn read(m: w::DispatchClock) -> Result<Self, DecodeError> {
        Ok(Self { amber_at: Timestamp(m.amber_at_ms), dispatch_by: Timestamp(m.dispatch_by_ms) })
    }
}

impl Stored for PrivateLink {
    type Message = w::PrivateLink;
    fn write(&self) -> w::PrivateLink {
        w::PrivateLink { private_ref: write_id(&self.private_ref), commitment: self.commitment.to_vec() }
    }
    fn read(m: w::PrivateLink) -> Result<Self, DecodeError> {
        Ok(Self {
            private_ref: read_id("PrivateLink.private_ref", &m.private_ref)?,
            commitment: read_bytes32("PrivateLink.commitment", &m.commitment)?,
        })
    }
}

stored! {
    Call => Call { call_id, source, private, received_at as received_at_ms, moved_from as moved_from_incident_id, }
    Lent => Lent { station as station_id, month, }
}

impl Stored for RankedUnit {
    type Message = w::RankedUnit;
    fn write(&self) -> w::RankedUnit {
        w::RankedUnit {
            unit_id: write_code(&self.unit_id),
            rank: self.rank,
            travel_ms: self.travel_ms,
            source: self.source.number(),
            fix_age_ms: self.fix_age_ms,
            cost_ms: self.cost_ms,
            reasons: write_all(&self.reasons),
        }
    }
    fn read(m: w::RankedUnit) -> Result<Self, DecodeError> {
        Ok(Self {
            unit_id: read_code("RankedUnit.unit_id", &m.unit_id)?,
            rank: m.rank,
            travel_ms: m.travel_ms,
            source: StoredEnum::from_number("RankedUnit.source", m.source)?,
            fix_age_ms: m.fix_age_ms,
            cost_ms: m.cost_ms,
            reasons: read_all(m.reasons)?,
        })
    }
}

impl Stored for Candidate {
    type Message = w::Candidate;
    fn write(&self) -> w::Candidate {
        w::Candidate {
            unit_id: write_code(&self.unit_id),
            travel_ms: self.travel_ms,
            source: self.source.number(),
            fix_age_ms: self.fix_age_ms,
        }
    }
    fn read(m: w::Candidate) -> Result<Self, DecodeError> {
        Ok(Self {
            unit_id: read_code("Candidate.unit_id", &m.unit_id)?,
            travel_ms: m.travel_ms,
            source: StoredEnum::from_number("Candidate.source", m.source)?,
            fix_age_ms: m.fix_age_ms,
        })
    }
}

impl Stored for UnitProfile {
    type Message = w::UnitProfile;
    fn write(&self) -> w::UnitProfile {
        w::UnitProfile {
            unit_id: write_code(&self.unit_id),
            call_sign: self.call_sign.to_string(),
            kind: self.kind.number(),
            team: self.team.number(),
            home_id: write_code(&self.home),
            sworn: self.sworn.into(),
            auxiliary: self.auxiliary.into(),
            capabilities: self.capabilities.iter().map(ToString::to_string).collect(),
        }
    }
    fn read(m: w::UnitProfile) -> Result<Self, DecodeError> {
        let call_sign_chars = m.call_sign.chars().count();
        if !(1..=CALL_SIGN_MAX_LEN).contains(&call_sign_chars) {
            let expected = format!("1 to {CALL_SIGN_MAX_LEN} characters");
            return Err(DecodeError::malformed("UnitProfile.call_sign", &m.call_sign, expected));
        }
        Ok(Self {
            unit_id: read_code("UnitProfile.unit_id", &m.unit_id)?,
            call_sign: m.call_sign.into(),
            kind: StoredEnum::from_number("UnitProfile.kind", m.kind)?,
            team: StoredEnum::from_number("UnitProfile.team", m.team)?,
            home: read_code("UnitProfile.home_id", &m.home_id)?,
            sworn: read_u8("UnitProfile.sworn", m.sworn)?,
            auxiliary: read_u8("UnitProfile.auxiliary", m.auxiliary)?,
            capabilities: m.capabilities.into_iter().map(Into::into).collect(),
        })
    }
}

impl Stored for Availability {
    type Message = w::Availability;
    fn write(&self) -> w::Availability {
        let (kind, reason) = match self {
            Self::Available => (w::AvailabilityKind::Available, String::new()),
            Self::Conditional { reason } => (w::AvailabilityKind::Conditional, write_code(reason)),
            Self::OutOfService { reason } => (w::AvailabilityKind::OutOfService, write_code(reason)),
        };
        w::Availability { kind: kind.into(), reason }
    }
    fn read(m: w::Availability) -> Result<Self, DecodeError> {
        let reason = || read_code("Availability.reason", &m.reason);
        match w::AvailabilityKind::try_from(m.kind) {
            Ok(w::AvailabilityKind::Available) => Ok(Self::Available),
            Ok(w::AvailabilityKind::Conditional) => Ok(Self::Conditional { reason: reason()? }),
            Ok(w::AvailabilityKind::OutOfService) => Ok(Self::OutOfService { reason: reason()? }),
            Ok(w::AvailabilityKind::Unspecified) => Err(DecodeError::missing("Availability.kind")),
            Err(_) => Err(DecodeError::UnknownValue { field: "Availability.kind", value: m.kind }),
        }
    }
}
