//! A unit speaks for itself here. Every command carries when it was tapped, because the network may deliver it much later.

mod adapter;
mod clear;
mod decline;
mod duty;
mod safety;
mod spot;
mod taps;
#[cfg(test)]
mod tests;

pub use adapter::UnitsAdapter;
