//! The commands of the binary, one file each.

pub mod audit;
pub mod backup;
pub mod certificates;
pub mod explain;
pub mod explain_calls;
pub mod init;
pub mod org;
pub mod org_files;
pub mod policy;
pub mod report;
pub mod serve;
pub mod units_csv;
pub mod users;
