//! How one field of a value stands in its message, and a macro that writes and reads a struct field by field.

use super::DecodeError;
use super::primitive::*;
use super::values::{read_flags, read_priority, write_flags, write_priority};
use crate::event_v1 as w;
use domain::assignment::AssignmentRole;
use domain::classification::Priority;
use domain::ids::{AssignmentId, BlobHash, IncidentId, PremiseNoteId, Seq, UnitId};
use domain::incident::{Incident, IncidentFlag};
use domain::time::{LocalDay, Timestamp};
use std::collections::BTreeSet;

/// A field of a value, and what it is in the message.
pub(super) trait Field<M>: Sized {
    /// As it is in the message.
    fn put(&self) -> M;
    /// As the message has it. `field` names the message and the field in an error.
    fn take(field: &'static str, message: M) -> Result<Self, DecodeError>;
}

impl<T: RecordId> Field<Vec<u8>> for T {
    fn put(&self) -> Vec<u8> {
        write_id(self)
    }
    fn take(field: &'static str, bytes: Vec<u8>) -> Result<Self, DecodeError> {
        read_id(field, &bytes)
    }
}

/// None is stored as no bytes.
impl<T: RecordId> Field<Vec<u8>> for Option<T> {
    fn put(&self) -> Vec<u8> {
        self.as_ref().map(write_id).unwrap_or_default()
    }
    fn take(field: &'static str, bytes: Vec<u8>) -> Result<Self, DecodeError> {
        if bytes.is_empty() { Ok(None) } else { read_id(field, &bytes).map(Some) }
    }
}

impl Field<Vec<u8>> for BlobHash {
    fn put(&self) -> Vec<u8> {
        write_hash(self)
    }
    fn take(field: &'static str, bytes: Vec<u8>) -> Result<Self, DecodeError> {
        read_hash(field, &bytes)
    }
}

impl<T: Code> Field<String> for T {
    fn put(&self) -> String {
        write_code(self)
    }
    fn take(field: &'static str, text: String) -> Result<Self, DecodeError> {
        read_code(field, &text)
    }
}

impl<T: Code> Field<String> for Option<T> {
    fn put(&self) -> String {
        write_optional_code(self.as_ref())
    }
    fn take(field: &'static str, text: String) -> Result<Self, DecodeError> {
        read_optional_code(field, &text)
    }
}

impl<T: StoredEnum> Field<i32> for T {
    fn put(&self) -> i32 {
        self.number()
    }
    fn take(field: &'static str, number: i32) -> Result<Self, DecodeError> {
        T::from_number(field, number)
    }
}

/// None is stored as the unspecified value.
impl<T: StoredEnum> Field<i32> for Option<T> {
    fn put(&self) -> i32 {
        self.map_or(0, StoredEnum::number)
    }
    fn take(field: &'static str, number: i32) -> Result<Self, DecodeError> {
        if number == 0 { Ok(None) } else { T::from_number(field, number).map(Some) }
    }
}

impl<T: Stored> Field<Option<T::Message>> for T {
    fn put(&self) -> Option<T::Message> {
        Some(self.write())
    }
    fn take(field: &'static str, message: Option<T::Message>) -> Result<Self, DecodeError> {
        read_required(field, message)
    }
}

impl<T: Stored> Field<Option<T::Message>> for Option<T> {
    fn put(&self) -> Option<T::Message> {
        self.as_ref().map(Stored::write)
    }
    fn take(_: &'static str, message: Option<T::Message>) -> Result<Self, DecodeError> {
        read_optional(message)
    }
}

impl Field<Option<w::Incident>> for Option<Box<Incident>> {
    fn put(&self) -> Option<w::Incident> {
        self.as_ref().map(|incident| incident.write())
    }
    fn take(_: &'static str, message: Option<w::Incident>) -> Result<Self, DecodeError> {
        message.map(read_boxed).transpose()
    }
}

impl<T: Stored> Field<Vec<T::Message>> for Vec<T> {
    fn put(&self) -> Vec<T::Message> {
        write_all(self)
    }
    fn take(_: &'static str, messages: Vec<T::Message>) -> Result<Self, DecodeError> {
        read_all(messages)
    }
}

impl Field<i64> for Timestamp {
    fn put(&self) -> i64 {
        self.0
    }
    fn take(_: &'static str, time_ms: i64) -> Result<Self, DecodeError> {
        Ok(Self(time_ms))
    }
}

impl Field<Option<i64>> for Option<Timestamp> {
    fn put(&self) -> Option<i64> {
        write_time(*self)
    }
    fn take(_: &'static str, time_ms: Option<i64>) -> Result<Self, DecodeError> {
        Ok(read_time(time_ms))
    }
}

/// A time that older bytes may lack and that is known by other means there: see `upcast`.
impl Field<Option<i64>> for Timestamp {
    fn put(&self) -> Option<i64> {
        Some(self.0)
    }
    fn take(field: &'static str, time_ms: Option<i64>) -> Result<Self, DecodeError> {
        time_ms.map(Self).ok_or_else(|| DecodeError::missing(field))
    }
}

impl Field<u64> for Seq {
    fn put(&self) -> u64 {
        self.0
    }
    fn take(_: &'static str, seq: u64) -> Result<Self, DecodeError> {
        Ok(Self(seq))
    }
}

impl Field<u32> for LocalDay {
    fn put(&self) -> u32 {
        self.0
    }
    fn take(_: &'static str, day: u32) -> Result<Self, DecodeError> {
        Ok(Self(day))
    }
}

impl Field<u32> for Priority {
    fn put(&self) -> u32 {
        write_priority(*self)
    }
    fn take(field: &'static str, level: u32) -> Result<Self, DecodeError> {
        read_priority(field, level)
    }
}

/// None is stored as 0.
impl Field<u32> for Option<Priority> {
    fn put(&self) -> u32 {
        self.map_or(0, write_priority)
    }
    fn take(field: &'static str, level: u32) -> Result<Self, DecodeError> {
        if level == 0 { Ok(None) } else { read_priority(field, level).map(Some) }
    }
}

impl Field<Vec<i32>> for BTreeSet<IncidentFlag> {
    fn put(&self) -> Vec<i32> {
        write_flags(self)
    }
    fn take(field: &'static str, numbers: Vec<i32>) -> Result<Self, DecodeError> {
        read_flags(field, &numbers)
    }
}

macro_rules! as_they_are {
    ($($plain:ty),*) => {
        $(impl Field<$plain> for $plain {
            fn put(&self) -> $plain { self.clone() }
            fn take(_: &'static str, value: $plain) -> Result<Self, DecodeError> { Ok(value) }
        })*
    };
}
as_they_are!(bool, u32, u64, Option<u32>, String);

macro_rules! lists {
    ($($list:ty as $message:ty),*) => {
        $(impl Field<Vec<$message>> for $list {
            fn put(&self) -> Vec<$message> { self.iter().map(Field::put).collect() }
            fn take(field: &'static str, messages: Vec<$message>) -> Result<Self, DecodeError> {
                messages.into_iter().map(|message| Field::take(field, message)).collect()
            }
        })*
    };
}
lists! {
    Vec<AssignmentId> as Vec<u8>, Vec<IncidentId> as Vec<u8>, Vec<PremiseNoteId> as Vec<u8>,
    Vec<UnitId> as String, BTreeSet<UnitId> as String, Vec<AssignmentRole> as i32
}

/// Stores structs field by field: `Type => Message { field, field as name_in_the_message, }`. What stands after a semicolon is
/// only read, by `upcast`, and written as given.
macro_rules! stored {
    ($($value:ty => $message:ident { $($fields:tt)* })*) => {
        $(stored!(@pairs $value, $message, [] $($fields)*);)*
    };
    (@pairs $value:ty, $message:ident, [$($done:tt)*] $field:ident as $name:ident, $($rest:tt)*) => {
        stored!(@pairs $value, $message, [$($done)* ($field $name)] $($rest)*);
    };
    (@pairs $value:ty, $message:ident, [$($done:tt)*] $field:ident, $($rest:tt)*) => {
        stored!(@pairs $value, $message, [$($done)* ($field $field)] $($rest)*);
    };
    (@pairs $value:ty, $message:ident, [$(($field:ident $name:ident))*] $(; $old:ident: $written:expr)?) => {
        impl $crate::event::primitive::Stored for $value {
            type Message = $crate::event_v1::$message;
            fn write(&self) -> Self::Message {
                $crate::event_v1::$message { $($name: $crate::event::fields::Field::put(&self.$field),)* $($old: $written)? }
            }
            fn read(m: Self::Message) -> Result<Self, $crate::event::DecodeError> {
                Ok(Self {
                    $($field: $crate::event::fields::Field::take(concat!(stringify!($message), ".", stringify!($name)), m.$name)?,)*
                })
            }
        }
    };
}
pub(super) use stored;
