//! The commands of the binary, one file each.

pub mod audit;
pub mod backup;
pub mod certificates;
pub mod init;
pub mod org;
pub mod policy;
pub mod serve;
pub mod units_csv;
pub mod users;
