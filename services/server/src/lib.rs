//! The binary `oneroom` as a library: one port, roles, configuration, telemetry, commands; so that tests and drivers can start
//! a whole server inside their own process.
//!
//! *Architecture invariant:* nothing here decides anything about incidents or units; it opens the parts and lets requests in.

pub mod app;
pub mod checkpoints;
pub mod chores;
pub mod cli;
pub mod commands;
pub mod config;
pub mod contact;
pub mod drivers;
pub mod edge;
pub mod exit;
pub mod record;
pub mod services;
pub mod telemetry;
pub mod trail_sink;
pub mod words;

pub use app::{App, AppError, AppOptions};
