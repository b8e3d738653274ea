//! The edge on real sockets: who may talk to the server, how it answers strangers, and what it refuses.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bench;
mod grpc;
mod http1;
mod tls;
mod watch;
