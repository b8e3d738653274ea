//! The edge: everything between a socket and a service.

pub mod auth;
pub mod console;
pub mod grpc;
pub mod listen;
pub mod origin;
pub mod prometheus;
pub mod rate;
pub mod session;
pub mod tls;
pub mod watch;
pub mod web;

use std::net::SocketAddr;

/// Who is at the other end of the connection; an extension of every request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Peer(pub SocketAddr);
