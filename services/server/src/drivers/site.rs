//! What a driver runs a county on: the agency tree with boundaries as the record keeps it, the policy, and the units.

use crate::commands::org::Organisation;
use crate::exit::Failure;
use domain::agency::AgencyLevel;
use domain::ids::{AgencyId, LogId};
use domain::place::Position;
use domain::policy::DEFAULT_TEXT;
use domain::unit::UnitProfile;
use places::{AgencyBlob, Import, OrgFiles, Places, import_files};
use sim::layout::{Layout, UnitPlan};
use std::sync::Arc;

/// A county before it is in a record.
pub struct Site {
    /// Its log.
    pub log_id: LogId,
    /// The root of its agency tree.
    pub root: AgencyId,
    /// The text of its policy.
    pub policy: String,
    /// Tree and boundaries, as the record keeps them.
    pub agencies: Vec<u8>,
    /// Its units.
    pub units: Vec<UnitPlan>,
    /// How many stations it has.
    pub stations: usize,
    /// How many beats it has.
    pub beats: usize,
}

impl Site {
    /// A layout, taken through the same import as an agency folder.
    ///
    /// # Errors
    /// [`Failure::BadInput`] when the layout can't be imported.
    pub fn of_layout(layout: Layout, policy: &str) -> Result<Self, Failure> {
        let files = OrgFiles {
            manifest: layout.org_toml().into_bytes(),
            boundaries: vec![("boundaries.geojson".to_owned(), layout.boundaries_geojson().into_bytes())],
        };
        let import = import_files(&files).map_err(Failure::input)?;
        Self::new(&import, layout.units, policy)
    }

    /// An agency folder. `laid_out` are units over the same calls: where the folder registers none, they stand in, each at home in
    /// the deepest agency that its starting place lies in, or in the root; the folder's own units begin at the seat of their home.
    ///
    /// # Errors
    /// [`Failure::BadInput`] when the boundaries don't fit together.
    pub fn of_org(org: &Organisation, mut laid_out: Vec<UnitPlan>) -> Result<Self, Failure> {
        let import = &org.import;
        let places = Places::new(Arc::clone(&import.tree), import.boundaries.clone()).map_err(Failure::input)?;
        let root = root_of(import)?;
        for unit in &mut laid_out {
            unit.home = places.agency_at(unit.start).unwrap_or(&root).clone();
        }
        let elsewhere = laid_out.first().map(|unit| unit.start);
        let own = org.units.iter().filter_map(|profile| Some(registered(profile, seat_above(import, &profile.home).or(elsewhere)?)));
        let units = if org.units.is_empty() { laid_out } else { own.collect() };
        Self::new(import, units, org.policy.as_deref().unwrap_or(DEFAULT_TEXT))
    }

    fn new(import: &Import, units: Vec<UnitPlan>, policy: &str) -> Result<Self, Failure> {
        let blob = AgencyBlob::new(import.tree.as_ref().clone(), import.boundaries.clone());
        let of_level = |level| import.tree.nodes().filter(|node| node.level == level).count();
        Ok(Self {
            log_id: import.tree.log_id().clone(),
            root: root_of(import)?,
            policy: policy.to_owned(),
            agencies: blob.to_bytes().map_err(Failure::input)?,
            units,
            stations: of_level(AgencyLevel::Station),
            beats: of_level(AgencyLevel::Beat),
        })
    }
}

/// The seat of an agency, or of the nearest one above it that has one.
fn seat_above(import: &Import, agency_id: &AgencyId) -> Option<Position> {
    let mut node = import.tree.get(agency_id)?;
    loop {
        if node.seat.is_some() {
            return node.seat;
        }
        node = import.tree.get(node.parent.as_ref()?)?;
    }
}

/// A registered unit that stands at `start`. It is never seen driving, so its speed does not matter.
fn registered(profile: &UnitProfile, start: Position) -> UnitPlan {
    UnitPlan {
        unit_id: profile.unit_id.clone(),
        call_sign: profile.call_sign.to_string(),
        kind: profile.kind,
        team: profile.team,
        home: profile.home.clone(),
        sworn: profile.sworn,
        auxiliary: profile.auxiliary,
        capabilities: profile.capabilities.iter().map(ToString::to_string).collect(),
        start,
        speed_m_per_s: 1.0,
    }
}

fn root_of(import: &Import) -> Result<AgencyId, Failure> {
    let root = import.tree.root().map(|node| node.agency_id.clone());
    root.ok_or_else(|| Failure::input("the agency tree has no root: expected one node without a parent"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::county::{UNITS, invented_county};

    #[test]
    fn an_invented_county_passes_the_import() {
        let site = Site::of_layout(invented_county(7).unwrap(), DEFAULT_TEXT).unwrap();
        assert_eq!((site.stations, site.beats, site.units.len()), (6, 20, UNITS));
        assert_eq!(site.root.as_str(), site.log_id.as_str());
    }

    fn organisation(units: Vec<UnitProfile>) -> (Layout, Organisation) {
        let layout = invented_county(7).unwrap();
        let files = OrgFiles {
            manifest: layout.org_toml().into_bytes(),
            boundaries: vec![("b.geojson".to_owned(), layout.boundaries_geojson().into_bytes())],
        };
        (layout, Organisation { import: import_files(&files).unwrap(), units, policy: None })
    }

    #[test]
    fn units_that_stand_in_belong_to_where_they_stand() {
        let (layout, org) = organisation(Vec::new());
        let mut astray = layout.units.clone();
        astray[0].start = Position::from_e7(0, 0).unwrap();
        let site = Site::of_org(&org, astray).unwrap();
        assert_eq!(site.units[0].home, site.root, "out of every boundary");
        for unit in &site.units[1..] {
            let beats: Vec<_> = layout.containing(AgencyLevel::Beat, unit.start).map(|node| &node.agency_id).collect();
            assert!(beats.contains(&&unit.home), "{} is at home in {}", unit.unit_id, unit.home);
        }
    }

    #[test]
    fn registered_units_begin_at_their_home() {
        let profiles: Vec<_> = invented_county(7).unwrap().units[..3].iter().map(UnitPlan::profile).collect();
        let (layout, org) = organisation(profiles.clone());
        let site = Site::of_org(&org, layout.units.clone()).unwrap();
        assert_eq!(site.units.iter().map(UnitPlan::profile).collect::<Vec<_>>(), profiles);
        let seat = layout.nodes.iter().find(|node| node.agency_id == profiles[0].home).unwrap().seat;
        assert_eq!(Some(site.units[0].start), seat);
    }
}
