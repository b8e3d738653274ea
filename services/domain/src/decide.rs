//! `decide`: a command on a World, in a Situation, at a time, becomes events or a refusal.

use crate::apply::apply;
use crate::command::Command;
use crate::event::{Event, EventMeta, ROOM_RULES, Recorded};
use crate::ids::{AlarmId, AssignmentId, CallId, IncidentId, PremiseNoteId, PrincipalId, UnitId, WhistleId};
use crate::incident::Incident;
use crate::principal::{Authorized, Principal};
use crate::rejection::Rejection;
use crate::situation::Situation;
use crate::time::Timestamp;
use crate::unit::Unit;
use crate::world::{PostImage, World};
use std::sync::Arc;
use uuid::Uuid;

/// What the command's answer names.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reply {
    /// The new incident's id and number, and its call's id.
    pub reported: Option<(IncidentId, u32, CallId)>,
    /// New assignments, in the order of the request.
    pub assignments: Vec<AssignmentId>,
    /// A new request for support.
    pub whistle: Option<WhistleId>,
    /// A new premise note.
    pub premise_note: Option<PremiseNoteId>,
    /// A call that was added.
    pub call: Option<CallId>,
}

/// What was decided.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The events, in order, with who and when.
    pub events: Vec<Recorded>,
    /// The resources that changed, as they are after the last event; each once.
    pub changed: Vec<PostImage>,
    /// The World after the events.
    pub world: World,
    /// What the answer names.
    pub reply: Reply,
    /// How many of the Situation's fresh ids were used: the rest need not be stored.
    pub ids_used: usize,
}

/// Decides one command.
///
/// `now` must not lie before the World's last event. The same arguments always give the same decision: a test decides every
/// recorded command again and compares.
///
/// # Errors
/// A [`Rejection`]; nothing has changed then.
pub fn decide(world: &World, authorized: &Authorized, situation: &Situation, now: Timestamp) -> Result<Decision, Rejection> {
    let mut draft = Draft {
        world: world.clone(),
        situation,
        now,
        actor: authorized.principal().principal_id.clone(),
        principal: authorized.principal(),
        occurred: None,
        events: Vec::new(),
        changed: Vec::new(),
        reply: Reply::default(),
        ids_used: 0,
    };
    run(&mut draft, authorized.command())?;
    crate::commands::follow_up(&mut draft)?;
    let changed = latest_of_each(draft.changed);
    Ok(Decision { events: draft.events, changed, world: draft.world, reply: draft.reply, ids_used: draft.ids_used })
}

fn run(draft: &mut Draft<'_>, command: &Command) -> Result<(), Rejection> {
    use crate::commands as c;
    let sets_up = matches!(command, Command::ActivateFeature(_) | Command::ActivatePolicy(_) | Command::ActivateAgencyTree(_));
    if !sets_up && !draft.world.has_feature(ROOM_RULES) {
        return Err(Rejection::NotReady("feature room_rules"));
    }
    if !sets_up && draft.world.policy().is_none() {
        return Err(Rejection::NotReady("policy"));
    }
    if !sets_up && draft.world.agency_tree().is_none() {
        return Err(Rejection::NotReady("agency tree"));
    }
    match command {
        Command::ReportIncident(command) => c::report_incident(draft, command),
        Command::AssignUnits(command) => c::assign_units(draft, command),
        Command::MarkDelivered(tap) => c::mark_delivered(draft, tap),
        Command::MarkSeen(tap) => c::mark_seen(draft, tap),
        Command::Acknowledge(tap) => c::acknowledge(draft, tap),
        Command::Decline(command) => c::decline(draft, command),
        Command::MarkEnRoute(tap) => c::mark_en_route(draft, tap),
        Command::MarkOnScene(tap) => c::mark_on_scene(draft, tap),
        Command::Clear(command) => c::clear(draft, command),
        Command::ResolveIncident(command) => c::resolve_incident(draft, command),
        Command::CloseIncident(command) => c::close_incident(draft, command),
        Command::Reclassify(command) => c::reclassify(draft, command),
        Command::SignOn(command) => c::sign_on(draft, command),
        Command::SignOff(command) => c::sign_off(draft, command),
        Command::SetAvailability(command) => c::set_availability(draft, command),
        Command::ConfirmAlarm(command) => c::confirm_alarm(draft, command),
        Command::FireDeadline(command) => c::fire_deadline(draft, command),
        Command::ActivatePolicy(command) => c::activate_policy(draft, command),
        Command::ActivateAgencyTree(command) => c::activate_agency_tree(draft, command),
        Command::RegisterUnits(command) => c::register_units(draft, command),
        Command::ReadPrivate(command) => c::read_private(draft, command),
        Command::ErasePrivate(command) => c::erase_private(draft, command),
        Command::SetPriority(command) => c::set_priority(draft, command),
        Command::SetOwner(command) => c::set_owner(draft, command),
        Command::PassDown(command) => c::pass_down(draft, command),
        Command::SignIncident(command) => c::sign_incident(draft, command),
        Command::ConfirmProposal(command) => c::confirm_proposal(draft, command),
        Command::RejectProposal(command) => c::reject_proposal(draft, command),
        Command::RecallUnit(command) => c::recall_unit(draft, command),
        Command::ReorderQueue(command) => c::reorder_queue(draft, command),
        Command::HoldIncident(command) => c::hold_incident(draft, command),
        Command::ReleaseHold(command) => c::release_hold(draft, command),
        Command::Undo(command) => c::undo(draft, command),
        Command::AddCall(command) => c::add_call(draft, command),
        Command::MergeIncidents(command) => c::merge_incidents(draft, command),
        Command::UnmergeIncidents(command) => c::unmerge_incidents(draft, command),
        Command::SplitIncident(command) => c::split_incident(draft, command),
        Command::OpenOnTheSpot(command) => c::open_on_the_spot(draft, command),
        Command::TransferIncident(command) => c::transfer_incident(draft, command),
        Command::AnswerTransfer(command) => c::answer_transfer(draft, command),
        Command::CancelIncident(command) => c::cancel_incident(draft, command),
        Command::ReopenIncident(command) => c::reopen_incident(draft, command),
        Command::ExcuseAttendance(command) => c::excuse_attendance(draft, command),
        Command::AddPremiseNote(command) => c::add_premise_note(draft, command),
        Command::EndPremiseNote(command) => c::end_premise_note(draft, command),
        Command::PlanShift(command) => c::plan_shift(draft, command),
        Command::OfferHandOver(command) => c::offer_hand_over(draft, command),
        Command::SignHandOver(command) => c::sign_hand_over(draft, command),
        Command::RaiseEmergency(command) => c::raise_emergency(draft, command),
        Command::ClearEmergency(command) => c::clear_emergency(draft, command),
        Command::ConfirmSafe(command) => c::confirm_safe(draft, command),
        Command::SubmitFeedback(command) => c::submit_feedback(draft, command),
        Command::NoteContact(command) => c::note_contact(draft, command),
        Command::RequestSupport(command) => c::request_support(draft, command),
        Command::AnswerSupport(command) => c::answer_support(draft, command),
        Command::EndSupport(command) => c::end_support(draft, command),
        Command::StartWartime(command) => c::start_wartime(draft, command),
        Command::EndWartime(command) => c::end_wartime(draft, command),
        Command::ActivateFeature(command) => c::activate_feature(draft, command),
    }
}

/// Keeps the last post-image of each resource, in the order they first changed.
fn latest_of_each(changed: Vec<PostImage>) -> Vec<PostImage> {
    let mut latest: Vec<PostImage> = Vec::with_capacity(changed.len());
    for image in changed {
        match latest.iter_mut().find(|known| same_resource(known, &image)) {
            Some(known) => *known = image,
            None => latest.push(image),
        }
    }
    latest
}

/// Whether two post-images are of one resource.
pub(crate) fn same_resource(a: &PostImage, b: &PostImage) -> bool {
    match (a, b) {
        (PostImage::Incident(a), PostImage::Incident(b)) => a.incident_id == b.incident_id,
        (PostImage::Assignment(a), PostImage::Assignment(b)) => a.assignment_id == b.assignment_id,
        (PostImage::Unit(a), PostImage::Unit(b)) => a.profile.unit_id == b.profile.unit_id,
        (PostImage::Alarm(a), PostImage::Alarm(b)) => a.alarm_id == b.alarm_id,
        (PostImage::Whistle(a), PostImage::Whistle(b)) => a.whistle_id == b.whistle_id,
        (PostImage::Shift(a), PostImage::Shift(b)) => a.plan.shift_id == b.plan.shift_id,
        (PostImage::Wartime(a), PostImage::Wartime(b)) => a.area == b.area,
        (PostImage::PremiseNote(a), PostImage::PremiseNote(b)) => a.note_id == b.note_id,
        _ => false,
    }
}

/// A decision in the making: each event is applied at once, so that the next step sees it.
pub(crate) struct Draft<'a> {
    pub(crate) world: World,
    pub(crate) situation: &'a Situation,
    pub(crate) now: Timestamp,
    pub(crate) actor: PrincipalId,
    /// Who gives the command, and where it may act.
    pub(crate) principal: &'a Principal,
    /// When the command says it happened, clamped, and whether it had to be.
    pub(crate) occurred: Option<(Timestamp, bool)>,
    pub(crate) events: Vec<Recorded>,
    pub(crate) changed: Vec<PostImage>,
    pub(crate) reply: Reply,
    ids_used: usize,
}

impl Draft<'_> {
    /// Writes one event.
    pub(crate) fn emit(&mut self, event: Event) {
        let (occurred_at, clamped) = self.occurred.map_or((None, false), |(at, clamped)| (Some(at), clamped));
        let meta = EventMeta { seq: self.world.head().next(), actor: self.actor.clone(), recorded_at: self.now, occurred_at, clamped };
        let recorded = Recorded { meta, event };
        self.changed.extend(apply(&mut self.world, &recorded));
        self.events.push(recorded);
    }

    /// Takes the time a command says it happened at: never after now, never before `earliest`. A wrong phone clock is clamped
    /// and flagged, never refused.
    pub(crate) fn occurred_at(&mut self, said: Option<Timestamp>, earliest: Timestamp) {
        self.occurred = said.map(|at| {
            let clamped = at.clamp(earliest.min(self.now), self.now);
            (clamped, clamped != at)
        });
    }

    /// Whether a fresh id is left: what can wait does without rather than have the command refused.
    pub(crate) fn has_fresh_id(&self) -> bool {
        self.ids_used < self.situation.fresh_ids.len()
    }

    fn fresh_id(&mut self) -> Result<Uuid, Rejection> {
        let id = self.situation.fresh_ids.get(self.ids_used).ok_or(Rejection::SituationLacks("fresh ids"))?;
        self.ids_used += 1;
        Ok(*id)
    }

    pub(crate) fn fresh_incident_id(&mut self) -> Result<IncidentId, Rejection> {
        self.fresh_id().map(IncidentId)
    }

    pub(crate) fn fresh_call_id(&mut self) -> Result<CallId, Rejection> {
        self.fresh_id().map(CallId)
    }

    pub(crate) fn fresh_assignment_id(&mut self) -> Result<AssignmentId, Rejection> {
        self.fresh_id().map(AssignmentId)
    }

    pub(crate) fn fresh_whistle_id(&mut self) -> Result<WhistleId, Rejection> {
        self.fresh_id().map(WhistleId)
    }

    pub(crate) fn fresh_note_id(&mut self) -> Result<PremiseNoteId, Rejection> {
        self.fresh_id().map(PremiseNoteId)
    }

    pub(crate) fn fresh_alarm_id(&mut self) -> Result<AlarmId, Rejection> {
        self.fresh_id().map(AlarmId)
    }

    /// The incident, open or brought back.
    pub(crate) fn incident(&self, id: &IncidentId) -> Result<Arc<Incident>, Rejection> {
        self.world
            .incident(id)
            .or_else(|| self.situation.rehydrated.iter().find(|incident| &incident.incident_id == id))
            .cloned()
            .ok_or_else(|| Rejection::NotFound { kind: "incident", id: id.to_string() })
    }

    /// The unit.
    pub(crate) fn unit(&self, id: &UnitId) -> Result<Arc<Unit>, Rejection> {
        self.world.unit(id).cloned().ok_or_else(|| Rejection::NotFound { kind: "unit", id: id.to_string() })
    }
}

#[cfg(test)]
mod tests;
