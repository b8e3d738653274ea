//! DLV-1 for every clock: none runs out unheard, whoever it is about, and the room is alarmed once for one lapse.

use super::{DLV_1, Findings, GRACE_MS};
use crate::alarm::{Alarm, AlarmKind};
use crate::assignment::UnitClock;
use crate::deadlines::deadlines_of;
use crate::incident::Incident;
use crate::shift::ShiftState;
use crate::support::WhistleState;
use crate::time::Timestamp;
use crate::unit::Unit;
use crate::world::{PostImage, World};

/// No deadline of the resource is past its time by more than the grace.
pub(super) fn check_overdue(image: &PostImage, now: Timestamp, found: &mut Findings) {
    for deadline in deadlines_of(image).iter().filter(|deadline| now > deadline.due_at.plus_ms(GRACE_MS)) {
        let late_ms = now.since_ms(deadline.due_at);
        found.say(DLV_1, format!("{:?} was due {late_ms} ms ago and nothing came of it", deadline.subject));
    }
}

/// The room is not alarmed twice for one thing at a time.
pub(super) fn check_alarm(world: &World, alarm: &Alarm, found: &mut Findings) {
    let Some(incident_id) = alarm.incident_id.filter(|_| alarm.end.is_none()) else { return };
    let same = |other: &Alarm| other.kind == alarm.kind && other.unit_id == alarm.unit_id;
    let standing = world.standing_alarms(incident_id).filter(|other| same(other)).count();
    if standing > 1 {
        found.say(DLV_1, format!("the room is alarmed {standing} times at once of {:?} on incident {incident_id}", alarm.kind));
    }
}

/// What lapsed in one commit left its alarm in the same.
pub(super) fn check_lapsed(before: &World, after: &World, image: &PostImage, found: &mut Findings) {
    match image {
        PostImage::Incident(incident) => {
            let known = before.incident(&incident.incident_id);
            for kind in lapsed_of_incident(known.map(|known| &**known), incident) {
                let standing = after.standing_alarms(incident.incident_id).any(|alarm| alarm.kind == kind);
                expect(standing, kind, &format!("incident {}", incident.number), found);
            }
        }
        PostImage::Assignment(assignment) => {
            let known = before.assignment(&assignment.assignment_id);
            let (safety, feedback) = known.map_or((None, None), |known| (known.safety_check, known.feedback_clock));
            let lapsed = [
                (AlarmKind::SafetyCheckMissed, has_lapsed(safety, assignment.safety_check)),
                (AlarmKind::FeedbackOverdue, has_lapsed(feedback, assignment.feedback_clock)),
            ];
            for (kind, _) in lapsed.into_iter().filter(|(_, lapsed)| *lapsed) {
                let mut standing = after.standing_alarms(assignment.incident_id);
                let heard = standing.any(|alarm| alarm.kind == kind && alarm.unit_id.as_ref() == Some(&assignment.unit_id));
                expect(heard, kind, &format!("{} on incident {}", assignment.unit_id, assignment.incident_id), found);
            }
        }
        PostImage::Unit(unit) => check_contact(before, after, unit, found),
        PostImage::Whistle(whistle) => {
            let was_asked = before.whistle(&whistle.whistle_id).is_none_or(|known| known.state != WhistleState::Unanswered);
            if was_asked && whistle.state == WhistleState::Unanswered {
                let heard = after.standing_alarms(whistle.incident_id).any(|alarm| alarm.kind == AlarmKind::SupportUnanswered);
                expect(heard, AlarmKind::SupportUnanswered, &format!("support {}", whistle.whistle_id), found);
            }
        }
        PostImage::Shift(shift) => {
            let late = ShiftState::Ended { sign_by: None };
            let was_late = before.shift(&shift.plan.shift_id).is_some_and(|known| known.state == late);
            if shift.state == late && !was_late {
                let kind = AlarmKind::HandOverUnsigned;
                let mut alarms = after.alarms().filter(|alarm| alarm.end.is_none() && alarm.kind == kind);
                let heard = alarms.any(|alarm| alarm.station == shift.plan.station);
                expect(heard, kind, &format!("shift {}", shift.plan.shift_id), found);
            }
        }
        PostImage::Alarm(_) | PostImage::Wartime(_) | PostImage::PremiseNote(_) => {}
    }
}

fn expect(heard: bool, kind: AlarmKind, of: &str, found: &mut Findings) {
    if !heard {
        found.say(DLV_1, format!("{of} lapsed and the room is not alarmed: expected {kind:?}"));
    }
}

fn has_lapsed(before: Option<UnitClock>, after: Option<UnitClock>) -> bool {
    let alarmed = |clock: Option<UnitClock>| clock.is_some_and(|clock| clock.alarmed);
    alarmed(after) && !alarmed(before)
}

fn lapsed_of_incident(before: Option<&Incident>, after: &Incident) -> Vec<AlarmKind> {
    let arrival = |incident: &Incident| incident.arrival.is_some_and(|clock| clock.alarmed);
    let unsigned = |incident: &Incident| incident.passing.as_ref().is_some_and(|passing| passing.lapsed);
    let unanswered = |incident: &Incident| incident.transfer.as_ref().is_some_and(|transfer| transfer.answer_by.is_none());
    let began = |lapsed: &dyn Fn(&Incident) -> bool| lapsed(after) && !before.is_some_and(lapsed);
    let lapses = [
        (AlarmKind::NotArrived, began(&arrival)),
        (AlarmKind::NotSigned, began(&unsigned)),
        (AlarmKind::TransferUnanswered, began(&unanswered)),
    ];
    lapses.into_iter().filter(|(_, began)| *began).map(|(kind, _)| kind).collect()
}

fn check_contact(before: &World, after: &World, unit: &Unit, found: &mut Findings) {
    let unit_id = &unit.profile.unit_id;
    let was_lost = before.unit(unit_id).is_some_and(|known| known.contact_lost_at.is_some());
    if unit.contact_lost_at.is_none() || was_lost {
        return;
    }
    let Some(held) = unit.engaged_in().and_then(|id| after.assignment(&id)) else { return };
    let mut standing = after.standing_alarms(held.incident_id);
    let heard = standing.any(|alarm| alarm.kind == AlarmKind::LostContact && alarm.unit_id.as_ref() == Some(unit_id));
    expect(heard, AlarmKind::LostContact, &format!("contact with {unit_id}"), found);
}
