//! The smallest stored values: ids, codes, hashes, times, lists, and enums.

use super::DecodeError;
use domain::ids::{
    AgencyId, AlarmId, AssignmentId, BlobHash, CallId, CategoryKey, IncidentId, InvalidCode, LogId, PremiseNoteId, PrincipalId, PrivateRef,
    ReasonKey, ShiftId, TypeKey, UnitId, WhistleId,
};
use domain::time::Timestamp;
use uuid::Uuid;

/// A domain value and the message it is stored as.
pub(super) trait Stored: Sized {
    /// The message.
    type Message;
    /// The message for this value.
    fn write(&self) -> Self::Message;
    /// The value of a message.
    fn read(message: Self::Message) -> Result<Self, DecodeError>;
}

/// Writes each of a list.
pub(super) fn write_all<T: Stored>(values: &[T]) -> Vec<T::Message> {
    values.iter().map(T::write).collect()
}

/// Reads each of a list.
pub(super) fn read_all<T: Stored>(messages: Vec<T::Message>) -> Result<Vec<T>, DecodeError> {
    messages.into_iter().map(T::read).collect()
}

/// Reads a message that must be there.
pub(super) fn read_required<T: Stored>(field: &'static str, message: Option<T::Message>) -> Result<T, DecodeError> {
    message.ok_or_else(|| DecodeError::missing(field)).and_then(T::read)
}

/// Reads a message that may be there.
pub(super) fn read_optional<T: Stored>(message: Option<T::Message>) -> Result<Option<T>, DecodeError> {
    message.map(T::read).transpose()
}

/// Reads the message of a variant that is kept in a box.
pub(super) fn read_boxed<T: Stored>(message: T::Message) -> Result<Box<T>, DecodeError> {
    T::read(message).map(Box::new)
}

/// An id that is stored as the 16 bytes of its UUID.
pub(super) trait RecordId: Sized {
    /// From its UUID.
    fn from_uuid(uuid: Uuid) -> Self;
    /// Its UUID.
    fn uuid(&self) -> &Uuid;
}

macro_rules! record_ids {
    ($($name:ident),*) => {
        $(impl RecordId for $name {
            fn from_uuid(uuid: Uuid) -> Self { Self(uuid) }
            fn uuid(&self) -> &Uuid { &self.0 }
        })*
    };
}
record_ids!(IncidentId, CallId, AssignmentId, AlarmId, WhistleId, ShiftId, PremiseNoteId, PrivateRef);

impl RecordId for Uuid {
    fn from_uuid(uuid: Uuid) -> Self {
        uuid
    }
    fn uuid(&self) -> &Uuid {
        self
    }
}

pub(super) fn write_id(id: &impl RecordId) -> Vec<u8> {
    id.uuid().as_bytes().to_vec()
}

pub(super) fn read_id<T: RecordId>(field: &'static str, bytes: &[u8]) -> Result<T, DecodeError> {
    match Uuid::from_slice(bytes) {
        Ok(uuid) => Ok(T::from_uuid(uuid)),
        Err(_) => Err(DecodeError::malformed(field, format_args!("{} bytes", bytes.len()), "the 16 bytes of a UUID")),
    }
}

pub(super) fn write_ids<T: RecordId>(ids: &[T]) -> Vec<Vec<u8>> {
    ids.iter().map(write_id).collect()
}

pub(super) fn read_ids<T: RecordId>(field: &'static str, all: &[Vec<u8>]) -> Result<Vec<T>, DecodeError> {
    all.iter().map(|bytes| read_id(field, bytes)).collect()
}

/// A code that is stored as text.
pub(super) trait Code: Sized {
    /// Checks and takes it.
    fn parse(text: &str) -> Result<Self, InvalidCode>;
    /// Its text.
    fn text(&self) -> &str;
}

macro_rules! codes {
    ($($name:ident),*) => {
        $(impl Code for $name {
            fn parse(text: &str) -> Result<Self, InvalidCode> { Self::new(text) }
            fn text(&self) -> &str { self.as_str() }
        })*
    };
}
codes!(LogId, AgencyId, UnitId, PrincipalId, CategoryKey, TypeKey, ReasonKey);

pub(super) fn write_code(code: &impl Code) -> String {
    code.text().to_owned()
}

pub(super) fn read_code<T: Code>(field: &'static str, text: &str) -> Result<T, DecodeError> {
    T::parse(text).map_err(|e| DecodeError::malformed(field, &e.given, format!("1 to 32 characters of {}", e.alphabet)))
}

/// None is stored as an empty text: no code is empty.
pub(super) fn write_optional_code(code: Option<&impl Code>) -> String {
    code.map(write_code).unwrap_or_default()
}

pub(super) fn read_optional_code<T: Code>(field: &'static str, text: &str) -> Result<Option<T>, DecodeError> {
    if text.is_empty() { Ok(None) } else { read_code(field, text).map(Some) }
}

pub(super) fn read_bytes32(field: &'static str, bytes: &[u8]) -> Result<[u8; 32], DecodeError> {
    bytes.try_into().map_err(|_| DecodeError::malformed(field, format_args!("{} bytes", bytes.len()), "32 bytes"))
}

pub(super) fn write_hash(hash: &BlobHash) -> Vec<u8> {
    hash.0.to_vec()
}

pub(super) fn read_hash(field: &'static str, bytes: &[u8]) -> Result<BlobHash, DecodeError> {
    read_bytes32(field, bytes).map(BlobHash)
}

pub(super) fn read_u8(field: &'static str, value: u32) -> Result<u8, DecodeError> {
    u8::try_from(value).map_err(|_| DecodeError::malformed(field, value, "at most 255"))
}

pub(super) fn write_time(time: Option<Timestamp>) -> Option<i64> {
    time.map(|time| time.0)
}

pub(super) fn read_time(time_ms: Option<i64>) -> Option<Timestamp> {
    time_ms.map(Timestamp)
}

/// An enum that has the same variants here and in the stored form.
pub(super) trait StoredEnum: Sized + Copy {
    /// Its number.
    fn number(self) -> i32;
    /// From its number.
    fn from_number(field: &'static str, number: i32) -> Result<Self, DecodeError>;
}

macro_rules! stored_enums {
    ($($domain:ty => $wire:ident { $($variant:ident),* })*) => {
        $(impl StoredEnum for $domain {
            fn number(self) -> i32 {
                (match self { $(Self::$variant => crate::event_v1::$wire::$variant),* }) as i32
            }
            fn from_number(field: &'static str, number: i32) -> Result<Self, DecodeError> {
                use crate::event_v1::$wire as W;
                match W::try_from(number) {
                    $(Ok(W::$variant) => Ok(Self::$variant),)*
                    Ok(W::Unspecified) => Err(DecodeError::missing(field)),
                    Err(_) => Err(DecodeError::UnknownValue { field, value: number }),
                }
            }
        })*
    };
}
stored_enums! {
    domain::classification::Team => Team { Community, Case, Room, Traffic, Patrol }
    domain::classification::CallSource => CallSource {
        Emergency110, Traffic122, WalkIn, Officer, Visit, ChatGroup, Web, Sensor, CitizensLine12345, Fire119, Medical120,
        OtherJurisdiction, SelfService
    }
    domain::place::Datum => Datum { Wgs84, Gcj02, Bd09 }
    domain::incident::IncidentFlag => IncidentFlag {
        UnverifiedLocation, OutsideBoundaries, TimeClamped, Nuisance, Repeat, FalseCall, CategoryWithdrawn
    }
    domain::assignment::AssignmentRole => AssignmentRole { Primary, Backup, Overwatch, BeatAttendance }
    domain::situation::TravelSource => TravelSource { StraightLine, Road, FromStation, Unknown }
    domain::unit::UnitKind => UnitKind { Foot, Car, Motorcycle, Drone, GridWorker, Guards, Volunteers }
    domain::alarm::AlarmKind => AlarmKind {
        Undelivered, Unacknowledged, NotDispatched, NoUnit, Declined, NotSigned, HoldExpired, TransferRefused, TransferUnanswered,
        NotArrived, SafetyCheckMissed, LostContact, Emergency, FeedbackOverdue, HandOverUnsigned, SupportUnanswered, SupportRefused,
        PlanIncomplete
    }
    domain::event::Lapse => Lapse { Deliver, Acknowledge }
    domain::classification::TransferTarget => TransferTarget { Fire119, Medical120, CitizensLine12345, OtherJurisdiction }
    domain::incident::LendingStep => LendingStep { OwnTeam, OtherTeam, AdjacentBeat, NeighbourStation, Whistle, County, City }
    domain::incident::RepeatBy => RepeatBy { Place, Caller, PlaceAndCaller }
}
