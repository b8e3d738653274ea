//! Protobuf, and nothing else: generated types, the encoding of stored events, conversion between the API and the core.
//!
//! *Architecture invariant:* only this crate and the adapters above it know protobuf; the core does not.

pub mod api;
#[cfg(any(test, feature = "arbitrary"))]
pub mod arbitrary;
pub mod eido;
pub mod event;
mod generated;
pub mod status;

pub use generated::{FILE_DESCRIPTOR_SET, event_v1, v1alpha1};
