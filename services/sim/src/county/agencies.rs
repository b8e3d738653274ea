//! The agencies of a county: county, stations, beats and posts, with their ground, seats and templates.

use super::CountyPlan;
use super::areas::Areas;
use super::crews::StationCrews;
use super::facilities::{Dock, Facility, FacilityKind, Site, StreetPlaces};
use super::names::{Name, Names};
use super::plane::{Plane, Point, is_inside};
use super::terrain::{Settlement, SettlementKind, Terrain};
use crate::geometry::{Side, side_of_ring};
use crate::layout::{Layout, LayoutError, call_letters};
use domain::agency::{AgencyLevel, AgencyNode, Organisation};
use domain::classification::Team;
use domain::ids::{AgencyId, LogId, ReasonKey};
use domain::place::Position;
use std::collections::BTreeSet;

/// What agencies are founded from.
pub(super) struct Founding<'a> {
    pub(super) plan: &'a CountyPlan,
    pub(super) plane: Plane,
    pub(super) terrain: &'a Terrain,
    pub(super) areas: &'a Areas,
    pub(super) streets: &'a mut StreetPlaces,
    pub(super) names: &'a mut Names,
    pub(super) small: &'a dyn Fn(usize) -> bool,
}

impl Founding<'_> {
    fn ring(&self, ring: &[Point]) -> Vec<Position> {
        ring.iter().map(|p| self.plane.position(*p)).collect()
    }

    /// The street nearest to a place, or else `middle` where that is not inside.
    fn seat(&self, near: Point, middle: Point, ring: &[Position]) -> Position {
        let inside = |p: Point| side_of_ring(ring, self.plane.position(p)) == Side::Inside;
        self.plane.position(self.streets.nearest_that(near, inside).unwrap_or(middle))
    }

    /// County, stations and beats.
    pub(super) fn agencies(&mut self) -> Result<Layout, LayoutError> {
        let root = AgencyId::new(&self.plan.code)?;
        let mut layout = Layout::new(LogId::new(&self.plan.code)?, "Asia/Shanghai");
        let (Some(main), county) = (self.terrain.settlements.first(), &self.areas.county) else { return Ok(layout) };
        let ring = self.ring(&county.ring);
        let seat = self.seat(main.centre, county.middle, &ring);
        let name = (self.plan.name.zh.as_str(), self.plan.name.en.as_str());
        layout.add(&root, None, AgencyLevel::County, name, Some(seat), ring);
        for (index, (town, (ground, beats))) in self.terrain.settlements.iter().zip(&self.areas.stations).enumerate() {
            let station = AgencyId::new(&format!("{root}-{:02}", index + 1))?;
            let ring = self.ring(&ground.ring);
            let seat = self.seat(town.centre, ground.middle, &ring);
            let name = town.name.of_kind(("派出所", "Station"));
            layout.add(&station, Some(&root), AgencyLevel::Station, (&name.zh, &name.en), Some(seat), ring);
            let urban = town.kind != SettlementKind::Town;
            if let Some(node) = layout.nodes.last_mut() {
                let class = if urban { "urban" } else { "outskirts" };
                node.place_class = Some(ReasonKey::new(if (self.small)(index) { "rural" } else { class })?);
                if (self.small)(index) {
                    node.organisation = Organisation::ByPost;
                }
            }
            for (number, beat) in beats.iter().enumerate() {
                let id = AgencyId::new(&format!("{station}-{}", number + 1))?;
                let ring = self.ring(&beat.ring);
                let inside = |p: Point| is_inside(&beat.ring, p);
                // A country beat is called after the largest village in it.
                let villages = self.terrain.settlements.iter().filter(|s| !urban && s.kind == SettlementKind::Village && inside(s.centre));
                let village = villages.max_by(|a, b| a.radius_m.total_cmp(&b.radius_m));
                let has_town = inside(town.centre);
                let near = if has_town && !urban { town.centre } else { village.map_or(beat.heart, |village| village.centre) };
                let seat = self.seat(near, beat.middle, &ring);
                let name = match village {
                    Some(village) if !has_town => village.name.of_kind(("村警务区", "Village Beat")),
                    _ => self.names.fresh().of_kind(("警务区", "Beat")),
                };
                layout.add(&id, Some(&station), AgencyLevel::Beat, (&name.zh, &name.en), Some(seat), ring);
                if let Some(node) = layout.nodes.last_mut() {
                    node.staffing = Some(ReasonKey::new(if urban { "urban_beat" } else { "rural_beat" })?);
                    node.place_class = (!urban && !has_town).then(|| ReasonKey::new("rural")).transpose()?;
                }
            }
        }
        Ok(layout)
    }

    /// Facilities with their codes and beats.
    pub(super) fn facilities(&self, layout: &Layout, sites: &[Site]) -> Vec<Facility> {
        let facility = |(index, site): (usize, &Site)| {
            let position = self.plane.position(site.at);
            let agency = layout.containing(AgencyLevel::Beat, position).next().or(layout.nodes.first())?.agency_id.clone();
            let id = format!("{}-f{:03}", self.plan.code, index + 1);
            Some(Facility { id, kind: site.kind, name: site.name.clone(), position, agency })
        };
        sites.iter().enumerate().filter_map(facility).collect()
    }

    /// Police posts: at the squares and transport stations of the county town; in a small county at its first market.
    pub(super) fn posts(&mut self, layout: &mut Layout, facilities: &[Facility]) -> Result<(), LayoutError> {
        let busy = [FacilityKind::Square, FacilityKind::TransportStation];
        let town: BTreeSet<AgencyId> = if self.terrain.stations >= 3 { [1, 2].into_iter().collect() } else { BTreeSet::from([1]) }
            .into_iter()
            .map(|number: u8| AgencyId::new(&format!("{}-{number:02}", self.plan.code)))
            .collect::<Result<_, _>>()?;
        let station = |facility: &Facility| layout.nodes.iter().find(|n| n.agency_id == facility.agency).and_then(|n| n.parent.clone());
        let wanted = facilities.iter().filter_map(|facility| {
            let station = station(facility).filter(|station| town.contains(station))?;
            let here = if self.terrain.stations >= 3 { busy.contains(&facility.kind) } else { facility.kind == FacilityKind::Market };
            here.then_some((station, facility))
        });
        let wanted: Vec<_> = wanted.filter(|_| self.terrain.stations >= 2).collect();
        for (number, (station, facility)) in (1..).zip(wanted) {
            let at = self.streets.take(self.plane.point(facility.position));
            let name = facility.name.of_kind(("警务站", "Post"));
            layout.posts.push(AgencyNode {
                agency_id: AgencyId::new(&format!("{}-p{number}", self.plan.code))?,
                parent: Some(station),
                level: AgencyLevel::Post,
                name_zh: name.zh,
                name_en: name.en,
                seat: Some(at.map_or(facility.position, |at| self.plane.position(at))),
                organisation: Organisation::TwoTeams,
                place_class: Some(ReasonKey::new("one_minute")?),
                staffing: None,
                neighbours: BTreeSet::new(),
            });
        }
        Ok(())
    }

    /// A drone dock on the roof of each station.
    pub(super) fn docks(&mut self, layout: &Layout) -> Vec<Dock> {
        let stations = layout.nodes.iter().filter(|node| node.level == AgencyLevel::Station);
        let dock = |(number, node): (usize, &AgencyNode)| {
            let name = Name::new(&node.name_zh, &node.name_en).of_kind(("机巢", "Drone Dock"));
            Some(Dock { id: format!("{}-d{number:02}", self.plan.code), name, position: node.seat?, agency: node.agency_id.clone() })
        };
        (1..).zip(stations).filter_map(dock).collect()
    }

    /// The stations that units are made for.
    pub(super) fn crews(&self, layout: &Layout) -> Vec<StationCrews> {
        let stations = layout.nodes.iter().filter(|node| node.level == AgencyLevel::Station);
        let crews = |(index, (node, town)): (usize, (&AgencyNode, &Settlement))| StationCrews {
            agency: node.agency_id.clone(),
            letters: call_letters(index),
            seat: node.seat.unwrap_or(self.plan.centre),
            beats: layout.nodes.iter().filter(|n| n.parent.as_ref() == Some(&node.agency_id)).map(|n| n.agency_id.clone()).collect(),
            urban: town.kind != SettlementKind::Town,
            weight: match town.kind {
                SettlementKind::OldTown => 9,
                SettlementKind::NewTown => 7,
                SettlementKind::Town | SettlementKind::Village if (self.small)(index) => 3,
                SettlementKind::Town | SettlementKind::Village => 4,
            },
        };
        stations.zip(&self.terrain.settlements).enumerate().map(crews).collect()
    }
}

/// Templates of the shipped policy with the sworn officers that they ask for, the largest first.
const TEMPLATES: [(&str, u32); 3] = [("urban_station", 20), ("town_station", 10), ("rural_station", 5)];

/// Holds every station to the largest template that its officers meet.
pub(super) fn hold_to_templates(layout: &mut Layout) -> Result<(), LayoutError> {
    for node in layout.nodes.iter_mut().filter(|node| node.level == AgencyLevel::Station) {
        // A station's code begins the codes of its beats; patrol special police only have their home there.
        let ours = layout
            .units
            .iter()
            .filter(|unit| unit.home.as_str().starts_with(node.agency_id.as_str()) && matches!(unit.team, Team::Community | Team::Case));
        let sworn: u32 = ours.map(|unit| u32::from(unit.sworn)).sum();
        node.staffing = TEMPLATES.iter().find(|(_, least)| sworn >= *least).map(|(key, _)| ReasonKey::new(key)).transpose()?;
    }
    Ok(())
}
