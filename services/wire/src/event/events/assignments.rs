//! What events of assignments hold.

use crate::event::fields::stored;
use domain::event::{AssignmentActivated, AssignmentMoved, AssignmentOffered, AssignmentQueued, AssignmentRoleChanged, FeedbackSubmitted};

stored! {
    AssignmentOffered => AssignmentOffered {
        assignment_id, incident_id, unit_id, role, deliver_by as deliver_by_ms, acknowledge_by as acknowledge_by_ms, automatic, ranking,
        not_taken, lent,
    }
    AssignmentQueued => AssignmentQueued { assignment_id, incident_id, unit_id, role, automatic, ranking, }
    AssignmentActivated => AssignmentActivated {
        assignment_id, deliver_by as deliver_by_ms, acknowledge_by as acknowledge_by_ms, lent,
    }
    AssignmentRoleChanged => AssignmentRoleChanged { assignment_id, role, because, }
    AssignmentMoved => AssignmentMoved { assignment_id, to as to_incident_id, role, }
    FeedbackSubmitted => AssignmentFeedbackSubmitted { assignment_id, disposition, feedback, }
}
