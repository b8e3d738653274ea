//! What happens to alarms, requests for support, shifts, wartime mode and premise notes.

use super::edit::Change;
use crate::alarm::{Alarm, AlarmEnd};
use crate::event::{Event, SupportAnswer};
use crate::grid::GridKey;
use crate::ids::{ShiftId, WhistleId};
use crate::premise::PremiseNote;
use crate::shift::{HandOver, Shift, ShiftPlan, ShiftState};
use crate::support::{Whistle, WhistleState};
use crate::unit::Duty;
use crate::wartime::Wartime;
use crate::world::{KEEP_CLOSED_MS, Leaving, PostImage};
use std::sync::Arc;

pub(super) fn apply(change: &mut Change<'_>, event: &Event) {
    let (seq, at) = (change.meta.seq, change.meta.recorded_at);
    match event {
        Event::AlarmRaised { .. } => raise(change, event),
        Event::AlarmEnded { alarm_id, confirmed } => {
            let Some(alarm) = change.world.alarms.get_mut(alarm_id) else { return };
            let edited = Arc::make_mut(alarm);
            edited.end = Some(if *confirmed { AlarmEnd::Confirmed { by: change.meta.actor.clone(), at } } else { AlarmEnd::Over { at } });
            edited.revision = seq;
            let alarm = Arc::clone(alarm);
            if alarm.incident_id.is_none() {
                change.world.leaving_resources.insert((at.plus_ms(KEEP_CLOSED_MS), Leaving::Alarm(*alarm_id)));
            }
            change.changed.push(PostImage::Alarm(alarm));
        }
        Event::ShiftPlanned(plan) => plan_shift(change, plan),
        Event::ShiftEnded { shift_id, sign_by } => {
            edit_shift(change, *shift_id, |shift| shift.state = ShiftState::Ended { sign_by: Some(*sign_by) });
            let units = change.world.shifts.get(shift_id).map(|shift| shift.plan.units.clone()).unwrap_or_default();
            for unit_id in &units {
                let next = change.world.next_shift_of(unit_id);
                let stays = next.is_some_and(|next| next.plan.starts_at <= at);
                let next = next.map(|next| next.plan.shift_id);
                change.unit(unit_id, |unit| {
                    unit.shift = next;
                    unit.off_after |= !stays && unit.duty != Duty::Off;
                });
            }
        }
        Event::ShiftHandOverOffered(offered) => {
            let hand_over = HandOver {
                by: change.meta.actor.clone(),
                at,
                open_incidents: offered.open_incidents,
                standing_alarms: offered.standing_alarms,
                open_whistles: offered.open_whistles,
                notes: offered.notes,
                signed: None,
            };
            edit_shift(change, offered.shift_id, |shift| shift.hand_over = Some(hand_over));
        }
        Event::ShiftHandOverSigned(shift_id) => {
            let by = change.meta.actor.clone();
            edit_shift(change, *shift_id, |shift| {
                shift.state = ShiftState::HandedOver;
                if let Some(hand_over) = &mut shift.hand_over {
                    hand_over.signed = Some((by, at));
                }
            });
            change.world.leaving_resources.insert((at.plus_ms(KEEP_CLOSED_MS), Leaving::Shift(*shift_id)));
        }
        Event::ShiftHandOverLapsed(shift_id) => {
            edit_shift(change, *shift_id, |shift| shift.state = ShiftState::Ended { sign_by: None });
        }
        Event::SupportRequested(whistle) => {
            let whistle = Arc::new(Whistle { revision: seq, ..(**whistle).clone() });
            change.world.whistles.insert(whistle.whistle_id, Arc::clone(&whistle));
            change.world.whistles_by_incident.insert((whistle.incident_id, whistle.whistle_id));
            change.changed.push(PostImage::Whistle(whistle));
        }
        Event::SupportAnswered { whistle_id, answer } => {
            let state = match answer {
                SupportAnswer::Accepted => WhistleState::Accepted { by: change.meta.actor.clone(), at },
                SupportAnswer::Refused { reason } => WhistleState::Refused { reason: reason.clone() },
            };
            if matches!(answer, SupportAnswer::Refused { .. }) {
                change.world.leaving_resources.insert((at.plus_ms(KEEP_CLOSED_MS), Leaving::Whistle(*whistle_id)));
            }
            edit_whistle(change, *whistle_id, |whistle| whistle.state = state);
        }
        Event::SupportClimbed(climbed) => edit_whistle(change, climbed.whistle_id, |whistle| {
            whistle.to = climbed.to.clone();
            whistle.climbed = whistle.climbed.saturating_add(1);
            whistle.state = WhistleState::Asked { answer_by: climbed.answer_by };
        }),
        Event::SupportLapsed(whistle_id) => {
            edit_whistle(change, *whistle_id, |whistle| whistle.state = WhistleState::Unanswered);
            change.world.leaving_resources.insert((at.plus_ms(KEEP_CLOSED_MS), Leaving::Whistle(*whistle_id)));
        }
        Event::SupportEnded(whistle_id) => {
            edit_whistle(change, *whistle_id, |whistle| whistle.state = WhistleState::Ended);
            change.world.leaving_resources.insert((at.plus_ms(KEEP_CLOSED_MS), Leaving::Whistle(*whistle_id)));
        }
        Event::WartimeStarted(started) => {
            let mode = Arc::new(Wartime {
                area: started.area.clone(),
                by: change.meta.actor.clone(),
                reason: started.reason.clone(),
                from: at,
                until: started.until,
                ended_at: None,
                revision: seq,
            });
            change.world.wartime.insert(started.area.clone(), Arc::clone(&mode));
            change.changed.push(PostImage::Wartime(mode));
        }
        Event::WartimeEnded(area) => {
            let Some(mode) = change.world.wartime.get_mut(area) else { return };
            let edited = Arc::make_mut(mode);
            edited.ended_at = Some(at);
            edited.revision = seq;
            change.changed.push(PostImage::Wartime(Arc::clone(mode)));
        }
        Event::PremiseNoteAdded(note) => {
            let note = Arc::new(PremiseNote { revision: seq, ..note.clone() });
            change.world.premises_by_place.insert((GridKey::of(note.position), note.note_id));
            change.world.premise_notes.insert(note.note_id, Arc::clone(&note));
            change.changed.push(PostImage::PremiseNote(note));
        }
        Event::PremiseNoteEnded(note_id) => {
            let Some(note) = change.world.premise_notes.get_mut(note_id) else { return };
            let edited = Arc::make_mut(note);
            edited.ended_at = Some(at);
            edited.revision = seq;
            change.world.premises_by_place.remove(&(GridKey::of(note.position), *note_id));
            change.changed.push(PostImage::PremiseNote(Arc::clone(note)));
            change.world.leaving_resources.insert((at.plus_ms(KEEP_CLOSED_MS), Leaving::PremiseNote(*note_id)));
        }
        // Everything else is applied elsewhere: see `apply_event`.
        _ => {}
    }
}

fn raise(change: &mut Change<'_>, event: &Event) {
    let Event::AlarmRaised { alarm_id, kind, incident_id, unit_id, station } = event else { return };
    let of_incident = || incident_id.as_ref().and_then(|id| change.world.incidents.get(id)).map(|incident| incident.station.clone());
    let Some(station) = station.clone().or_else(of_incident) else { return };
    let alarm = Arc::new(Alarm {
        alarm_id: *alarm_id,
        kind: *kind,
        incident_id: *incident_id,
        unit_id: unit_id.clone(),
        station,
        raised_at: change.meta.recorded_at,
        end: None,
        revision: change.meta.seq,
    });
    if let Some(incident_id) = incident_id {
        change.world.alarms_by_incident.insert((*incident_id, *alarm_id));
    }
    change.world.alarms.insert(*alarm_id, Arc::clone(&alarm));
    change.changed.push(PostImage::Alarm(alarm));
}

fn plan_shift(change: &mut Change<'_>, plan: &ShiftPlan) {
    let shift_id = plan.shift_id;
    let known = change.world.shifts.get(&shift_id).cloned();
    let before = known.as_ref().map(|shift| shift.plan.units.clone()).unwrap_or_default();
    let hand_over = known.and_then(|shift| shift.hand_over.clone());
    let shift = Arc::new(Shift { plan: plan.clone(), state: ShiftState::Planned, hand_over, revision: change.meta.seq });
    change.world.shifts.insert(shift_id, Arc::clone(&shift));
    change.changed.push(PostImage::Shift(shift));
    for unit_id in before.union(&plan.units) {
        let next = change.world.next_shift_of(unit_id).map(|next| next.plan.shift_id);
        if change.world.units.get(unit_id).is_some_and(|unit| unit.shift != next) {
            change.unit(unit_id, |unit| unit.shift = next);
        }
    }
}

fn edit_shift(change: &mut Change<'_>, id: ShiftId, edit: impl FnOnce(&mut Shift)) {
    let Some(shift) = change.world.shifts.get_mut(&id) else { return };
    let edited = Arc::make_mut(shift);
    edit(edited);
    edited.revision = change.meta.seq;
    change.changed.push(PostImage::Shift(Arc::clone(shift)));
}

fn edit_whistle(change: &mut Change<'_>, id: WhistleId, edit: impl FnOnce(&mut Whistle)) {
    let Some(whistle) = change.world.whistles.get_mut(&id) else { return };
    let edited = Arc::make_mut(whistle);
    edit(edited);
    edited.revision = change.meta.seq;
    change.changed.push(PostImage::Whistle(Arc::clone(whistle)));
}
