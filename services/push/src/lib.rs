//! The live stream: a snapshot, then numbered deltas without gaps, fixes and heartbeats, over WebSocket and gRPC.
//!
//! *Architecture invariant:* a slow viewer never slows another and never slows a commit. Each view class is encoded once per
//! form and its bytes are shared; what a viewer can't keep up with is dropped and it starts from a new snapshot.

mod class;
mod convert;
mod feed;
mod fixes;
mod frame;
mod grpc;
mod hub;
mod session;
mod snapshot;
mod socket;

pub use class::ViewClass;
pub use frame::Format;
pub use grpc::WatchAdapter;
pub use hub::{Authenticate, Hub};
pub use socket::{MAX_MESSAGE_BYTES, serve_socket};
