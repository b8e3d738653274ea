//! View classes: what a principal may see of a log. All viewers of one class get the same bytes.

use domain::agency::AgencyTree;
use domain::ids::{AgencyId, UnitId};
use domain::principal::{Principal, Role};
use domain::unit::Unit;
use domain::world::{PostImage, World};
use std::collections::BTreeSet;

/// What a principal may see.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ViewClass {
    /// A room: everything handled by, and every unit at home in, these agency nodes and below.
    Room(BTreeSet<AgencyId>),
    /// A unit: itself and its own orders.
    Unit(UnitId),
}

impl ViewClass {
    /// The class of a principal; none for one that may watch nothing.
    #[must_use]
    pub fn of(principal: &Principal) -> Option<Self> {
        match &principal.role {
            Role::Operator { jurisdictions } | Role::Observer { jurisdictions } => Some(Self::Room(jurisdictions.clone())),
            Role::Unit { unit_id } => Some(Self::Unit(unit_id.clone())),
            Role::Gateway { .. } | Role::System => None,
        }
    }

    /// Whether this class has anything to see in a log with this agency tree and World.
    #[must_use]
    pub fn watches(&self, tree: &AgencyTree, world: &World) -> bool {
        match self {
            Self::Room(jurisdictions) => jurisdictions.iter().any(|id| tree.get(id).is_some()),
            Self::Unit(unit_id) => world.unit(unit_id).is_some(),
        }
    }

    /// Whether this class may see `image`, as of `world`.
    #[must_use]
    pub fn sees(&self, image: &PostImage, tree: &AgencyTree, world: &World) -> bool {
        match (self, image) {
            (Self::Room(_), PostImage::Incident(incident)) => self.covers(tree, &incident.station),
            (Self::Room(_), PostImage::Alarm(alarm)) => self.covers(tree, &alarm.station),
            (Self::Room(_), PostImage::Unit(unit)) => self.covers(tree, &unit.profile.home),
            // A room sees who is on its incidents, and what its own units do elsewhere.
            (Self::Room(_), PostImage::Assignment(assignment)) => {
                world.incident(&assignment.incident_id).is_some_and(|incident| self.covers(tree, &incident.station))
                    || world.unit(&assignment.unit_id).is_some_and(|unit| self.covers(tree, &unit.profile.home))
            }
            (Self::Unit(own), PostImage::Unit(unit)) => own == &unit.profile.unit_id,
            (Self::Unit(own), PostImage::Assignment(assignment)) => own == &assignment.unit_id,
            // Who asks and who is asked both see it.
            (Self::Room(_), PostImage::Whistle(whistle)) => self.covers(tree, &whistle.from) || self.covers(tree, &whistle.to),
            (Self::Room(_), PostImage::Shift(shift)) => self.covers(tree, &shift.plan.station),
            // What mode the county is in concerns every room in it.
            (Self::Room(_), PostImage::Wartime(_)) => true,
            (Self::Room(_), PostImage::PremiseNote(note)) => self.covers(tree, &note.station),
            (Self::Unit(_), _) => false,
        }
    }

    /// Whether this class may see where `unit` is.
    #[must_use]
    pub fn sees_position_of(&self, unit: &Unit, tree: &AgencyTree) -> bool {
        match self {
            Self::Room(_) => self.covers(tree, &unit.profile.home),
            Self::Unit(own) => own == &unit.profile.unit_id,
        }
    }

    fn covers(&self, tree: &AgencyTree, agency: &AgencyId) -> bool {
        match self {
            Self::Room(jurisdictions) => jurisdictions.iter().any(|above| tree.is_within(agency, above)),
            Self::Unit(_) => false,
        }
    }
}
