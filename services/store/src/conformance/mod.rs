//! What every backend of the record must do, as tests over the interface. [`conformance_suite`](crate::conformance_suite) makes
//! them into the tests of one backend.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed unwrap here is a backend failing the suite")]

mod appending;
pub mod fixture;
mod identity;
mod keeping;
mod projecting;
mod racing;
mod searching;

pub use appending::*;
pub use identity::*;
pub use keeping::*;
pub use projecting::*;
pub use racing::*;
pub use searching::*;

use crate::{Identities, Store};
use std::any::Any;
use std::sync::Arc;

/// An empty record of one backend, and what must live as long as it (a temporary directory, a server).
pub struct Harness {
    /// The record.
    pub store: Arc<dyn Store>,
    /// The same backend's principals.
    pub identities: Arc<dyn Identities>,
    /// Dropped after them.
    pub guard: Box<dyn Any + Send>,
}

/// Makes the suite's tests for one backend: the argument is the path of an async function without arguments that gives a fresh
/// [`Harness`].
#[macro_export]
macro_rules! conformance_suite {
    ($fresh:path) => {
        $crate::conformance_suite!(@store $fresh:
            an_append_moves_the_head_and_is_read_back_in_order,
            an_append_at_another_head_is_a_conflict_and_writes_nothing,
            a_batch_is_chained_through_its_commits_and_pages_are_read_in_order,
            a_request_is_taken_once_in_the_whole_record,
            one_violation_leaves_nothing_of_its_batch,
            a_unit_has_one_active_assignment_across_logs,
            a_unit_freed_and_ordered_again_in_one_commit_is_no_violation,
            an_unknown_log_is_empty,
            events_of_one_incident_are_read_alone,
            requests_are_forgotten_by_age,
            blobs_are_kept_under_their_hash,
            a_snapshot_replaces_the_last_and_is_of_its_version_and_history,
            the_vault_gives_back_and_erases,
            what_is_past_its_time_in_the_vault_is_listed_by_log,
            incidents_of_one_caller_are_found_until_they_are_erased,
            an_incident_comes_back_with_its_assignments,
            deadline_rows_follow_the_state,
            every_kind_of_deadline_comes_back,
            incidents_are_found_by_each_field,
            incidents_are_paged_newest_first,
            of_writers_that_race_one_wins_each_position,
            logs_do_not_hinder_each_other,
        );
        $crate::conformance_suite!(@identities $fresh:
            a_principal_is_kept_with_its_role_and_password,
            a_token_is_found_until_it_expires_or_is_revoked,
        );
    };
    (@store $fresh:path: $($name:ident),* $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let harness = $fresh().await;
                $crate::conformance::$name(harness.store.clone()).await;
            }
        )*
    };
    (@identities $fresh:path: $($name:ident),* $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let harness = $fresh().await;
                $crate::conformance::$name(harness.identities.clone()).await;
            }
        )*
    };
}
