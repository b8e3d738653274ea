//! The code generated from the protobuf files.

/// The API, `oneroom.v1alpha1`: messages with proto3 JSON, and a client and a server module for each service.
#[allow(clippy::all, clippy::unwrap_used, clippy::disallowed_types, missing_docs, unreachable_pub)]
pub mod v1alpha1 {
    include!(concat!(env!("OUT_DIR"), "/oneroom.v1alpha1.rs"));
    include!(concat!(env!("OUT_DIR"), "/oneroom.v1alpha1.serde.rs"));
}

/// Stored events, `oneroom.event.v1`. Use [`crate::event`] to read and write them.
#[allow(clippy::all, missing_docs, unreachable_pub)]
pub mod event_v1 {
    include!(concat!(env!("OUT_DIR"), "/oneroom.event.v1.rs"));
}

/// The API's descriptors with everything it imports, as an encoded `google.protobuf.FileDescriptorSet`, for gRPC reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
