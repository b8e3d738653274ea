//! Calls come in here: each is checked field by field, gets its place and its log, and becomes one command.

mod adapter;
mod call;
mod duplicates;
mod elsewhere;
mod reclassify;
mod report;
mod route;
mod same;
#[cfg(test)]
mod tests;

pub use adapter::IntakeAdapter;
pub use call::EARLIEST_OCCURRED_AT;
