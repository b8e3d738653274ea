//! What an operator follows up on, folded from the live stream: scenes to verify, fresh incidents, emergencies, questions. No IO.

use super::clock::off_the_wire;
use domain::ids::{IncidentId, UnitId};
use domain::time::Timestamp;
use std::collections::BTreeMap;
use uuid::Uuid;
use wire::v1alpha1::resource::Resource as Image;
use wire::v1alpha1::{Incident, IncidentState, Resource, Unit, Whistle, WhistleState};

/// Category and type of an incident as they stand.
pub type Kind = (String, String);

/// An incident that is not settled, as an operator follows it up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Open {
    /// When its first call came in.
    pub reported_at: Timestamp,
    /// Since when somebody has been there; none while nobody is.
    pub on_scene_since: Option<Timestamp>,
    /// What it is taken for.
    pub kind: Kind,
    /// Since when a transfer waits for the other side; none without one.
    pub transfer_since: Option<Timestamp>,
    /// Whether its place is known: without one it has no neighbours.
    pub located: bool,
}

/// What stands.
#[derive(Default)]
pub struct Facts {
    open: BTreeMap<IncidentId, Open>,
    emergencies: BTreeMap<UnitId, Timestamp>,
    whistles: BTreeMap<Uuid, Timestamp>,
}

impl Facts {
    /// Takes in one changed resource.
    pub fn take(&mut self, resource: &Resource) {
        match &resource.resource {
            Some(Image::Incident(incident)) => self.incident(incident),
            Some(Image::Unit(unit)) => self.unit(unit),
            Some(Image::Whistle(whistle)) => self.whistle(whistle),
            _ => {}
        }
    }

    fn incident(&mut self, incident: &Incident) {
        let Ok(uuid) = Uuid::parse_str(&incident.incident_id) else { return };
        let id = IncidentId(uuid);
        let time = |at: &Option<pbjson_types::Timestamp>| at.as_ref().map(off_the_wire);
        let state = incident.state();
        if !matches!(
            state,
            IncidentState::Classified
                | IncidentState::PassedDown
                | IncidentState::Signed
                | IncidentState::Dispatched
                | IncidentState::OnScene
        ) {
            self.open.remove(&id);
            return;
        }
        let since_before = self.open.get(&id).and_then(|open| open.on_scene_since);
        let on_scene_since = (state == IncidentState::OnScene).then(|| since_before.or(time(&incident.updated_at)).unwrap_or_default());
        let kind = incident.verified_as.as_ref().or(incident.reported_as.as_ref());
        let open = Open {
            reported_at: time(&incident.reported_at).unwrap_or_default(),
            on_scene_since,
            kind: kind.map(|kind| (kind.category.clone(), kind.r#type.clone())).unwrap_or_default(),
            transfer_since: incident.transfer.as_ref().map(|transfer| time(&transfer.requested_at).unwrap_or_default()),
            located: incident.place.as_ref().is_some_and(|place| place.position.is_some()),
        };
        self.open.insert(id, open);
    }

    fn unit(&mut self, unit: &Unit) {
        let Ok(unit_id) = UnitId::new(&unit.unit_id) else { return };
        match &unit.emergency {
            Some(emergency) => {
                let raised_at = emergency.raised_at.as_ref().map(off_the_wire).unwrap_or_default();
                self.emergencies.insert(unit_id, raised_at);
            }
            None => drop(self.emergencies.remove(&unit_id)),
        }
    }

    fn whistle(&mut self, whistle: &Whistle) {
        let Ok(id) = Uuid::parse_str(&whistle.whistle_id) else { return };
        if whistle.state() == WhistleState::Asked {
            self.whistles.insert(id, whistle.asked_at.as_ref().map(off_the_wire).unwrap_or_default());
        } else {
            self.whistles.remove(&id);
        }
    }

    /// Incidents that are not settled.
    pub fn open(&self) -> impl Iterator<Item = (IncidentId, &Open)> {
        self.open.iter().map(|(id, open)| (*id, open))
    }

    /// One of them.
    #[must_use]
    pub fn of(&self, incident_id: IncidentId) -> Option<&Open> {
        self.open.get(&incident_id)
    }

    /// Units whose emergency stands, with the time they pressed.
    pub fn emergencies(&self) -> impl Iterator<Item = (&UnitId, Timestamp)> {
        self.emergencies.iter().map(|(id, at)| (id, *at))
    }

    /// Requests for support that nobody has answered, with the time they were made.
    pub fn whistles(&self) -> impl Iterator<Item = (Uuid, Timestamp)> {
        self.whistles.iter().map(|(id, at)| (*id, *at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drivers::clock::on_the_wire;
    use wire::v1alpha1::Classification;

    fn incident(state: IncidentState, updated: i64) -> Resource {
        let kind = Classification { category: "dispute".into(), r#type: "family".into() };
        let incident = Incident {
            incident_id: Uuid::from_u128(1).to_string(),
            state: state as i32,
            reported_as: Some(kind),
            updated_at: Some(on_the_wire(Timestamp(updated))),
            ..Incident::default()
        };
        Resource { resource: Some(Image::Incident(incident)) }
    }

    #[test]
    fn a_scene_counts_from_its_first_unit_and_is_forgotten_when_it_is_settled() {
        let mut facts = Facts::default();
        facts.take(&incident(IncidentState::Dispatched, 1_000));
        assert_eq!(facts.open().next().unwrap().1.on_scene_since, None);
        facts.take(&incident(IncidentState::OnScene, 2_000));
        facts.take(&incident(IncidentState::OnScene, 9_000));
        assert_eq!(facts.open().next().unwrap().1.on_scene_since, Some(Timestamp(2_000)));
        facts.take(&incident(IncidentState::Resolved, 9_500));
        assert!(facts.open().next().is_none());
    }
}
