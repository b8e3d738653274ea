//! A nation of invented counties in light form: boundaries and units, each county on demand and on its own.
//!
//! Counties lie in a lattice whose corners and edges are drawn from the nation's seed and their place in it, so two neighbours draw
//! their common border alike without asking each other. Nothing is kept: memory does not grow with the number of counties.

mod mesh;
#[cfg(test)]
mod tests;

use crate::county::names::{self, Name};
use crate::county::{COUNTY_STATIONS_MAX, CountyPlan, STATION_UNITS_MIN};
use crate::county::{Ready, StationCrews, crew_units};
use crate::geometry::cut_to_valid;
use crate::layout::{Layout, LayoutError, UNITS_MAX, call_letters};
use crate::random::seeded;
use domain::agency::AgencyLevel;
use domain::ids::{AgencyId, LogId, ReasonKey};
use domain::place::Position;
use mesh::{Frame, Grid, Mesh};
use rand::RngExt;

/// Most counties: their codes are `99` and four digits, of which `0000` is none.
pub const COUNTIES_MAX: u32 = 9_999;
/// Middle of the lattice, degrees × 10⁷.
const CENTRE_E7: (i32, i32) = (360_000_000, 1_050_000_000);
/// Height and width of a county before its corners are moved, degrees × 10⁷: about 30 km by 42 km.
const CELL_E7: (i64, i64) = (2_700_000, 4_800_000);
/// Units of a usual station. Assumption: two thousand two hundred stations to a quarter of a million units.
const UNITS_PER_STATION: u64 = 115;
/// Beats of a station, side by side.
const BEATS: usize = 3;
/// Streams of a county's seed, apart from those of a full one.
const INSIDE: u64 = 16;
const UNITS: u64 = 17;

/// A nation: how many counties, how many units, and the seed of everything else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Nation {
    seed: u64,
    counties: u32,
    units: u64,
}

/// A county in light form.
#[derive(Clone, PartialEq, Debug)]
pub struct NationCounty {
    /// Its number, from 1.
    pub number: u32,
    /// Its name.
    pub name: Name,
    /// Its agencies, boundaries and units; its log is `99` and the number in four digits.
    pub layout: Layout,
}

impl Nation {
    /// A nation of `counties` counties (1 to [`COUNTIES_MAX`]) with `units` units in all: at least 8 and at most [`UNITS_MAX`] for each
    /// county.
    ///
    /// # Errors
    /// [`LayoutError::OutOfRange`].
    pub fn new(seed: u64, counties: u32, units: u64) -> Result<Self, LayoutError> {
        let range = |field, given: String, expected: String| Err(LayoutError::OutOfRange { field, given, expected });
        if !(1..=COUNTIES_MAX).contains(&counties) {
            return range("counties", counties.to_string(), format!("1 to {COUNTIES_MAX}"));
        }
        let (least, most) = (STATION_UNITS_MIN as u64 * u64::from(counties), UNITS_MAX as u64 * u64::from(counties));
        if !(least..=most).contains(&units) {
            return range("units", units.to_string(), format!("{least} to {most} for {counties} counties"));
        }
        Ok(Self { seed, counties, units })
    }

    /// How many counties.
    #[must_use]
    pub fn counties(&self) -> u32 {
        self.counties
    }

    /// How many units county `number` has: all counties' add up to the nation's.
    #[must_use]
    pub fn units_of(&self, number: u32) -> usize {
        let up_to = |n: u32| u128::from(self.units) * u128::from(n) / u128::from(self.counties);
        usize::try_from(up_to(number) - up_to(number.saturating_sub(1))).unwrap_or(UNITS_MAX)
    }

    /// How many stations each county has: columns and rows of them.
    fn stations(&self) -> (usize, usize) {
        let wanted = (self.units / u64::from(self.counties)).div_ceil(UNITS_PER_STATION);
        let wanted = usize::try_from(wanted).unwrap_or(COUNTY_STATIONS_MAX).clamp(1, COUNTY_STATIONS_MAX);
        let columns = (1..=mesh::PIECES / BEATS).find(|columns| columns * columns >= wanted).unwrap_or(mesh::PIECES / BEATS);
        (columns, (wanted / columns).clamp(1, mesh::PIECES))
    }

    /// Column and row of a county.
    fn place(&self, number: u32) -> (i64, i64) {
        let columns = i64::from(self.counties.isqrt() + u32::from(self.counties.isqrt().pow(2) < self.counties));
        let index = i64::from(number.saturating_sub(1));
        (index % columns - columns / 2, index / columns - columns / 2)
    }

    /// The seed of a county.
    fn county_seed(&self, number: u32) -> u64 {
        seeded(self.seed, (1 << 40) | u64::from(number)).random()
    }

    fn checked(&self, number: u32) -> Result<(), LayoutError> {
        if (1..=self.counties).contains(&number) {
            return Ok(());
        }
        Err(LayoutError::OutOfRange { field: "number", given: number.to_string(), expected: format!("1 to {}", self.counties) })
    }

    /// The plan of county `number` in full form, with roads and all: about the same place, the same code, name and number of units.
    /// Its borders are its own; they don't fit its neighbours'.
    ///
    /// # Errors
    /// [`LayoutError::OutOfRange`] when there is no such county.
    pub fn plan(&self, number: u32) -> Result<CountyPlan, LayoutError> {
        self.checked(number)?;
        let (column, row) = self.place(number);
        let (lat, lon) =
            (i64::from(CENTRE_E7.0) + row * CELL_E7.0 + CELL_E7.0 / 2, i64::from(CENTRE_E7.1) + column * CELL_E7.1 + CELL_E7.1 / 2);
        let (columns, rows) = self.stations();
        Ok(CountyPlan {
            seed: self.county_seed(number),
            code: format!("99{number:04}"),
            name: names::county(number),
            centre: cut_to_valid(lat, lon, Position::from_e7(CENTRE_E7.0, CENTRE_E7.1)?),
            stations: (columns * rows).min(self.units_of(number) / STATION_UNITS_MIN).max(1),
            units: self.units_of(number),
        })
    }

    /// County `number`: the same nation and number give the same county.
    ///
    /// # Errors
    /// [`LayoutError::OutOfRange`] when there is no such county.
    pub fn county(&self, number: u32) -> Result<NationCounty, LayoutError> {
        self.checked(number)?;
        let (code, name, seed) = (format!("99{number:04}"), names::county(number), self.county_seed(number));
        let (columns, rows) = self.stations();
        let frame =
            Frame { seed: self.seed, place: self.place(number), centre: Position::from_e7(CENTRE_E7.0, CENTRE_E7.1)?, cell: CELL_E7 };
        let mesh = Mesh::new(&frame, Grid { columns: columns * BEATS, rows }, &mut seeded(seed, INSIDE));
        let mut layout = Layout::new(LogId::new(&code)?, "Asia/Shanghai");
        let root = AgencyId::new(&code)?;
        let whole = mesh.ring((0, columns * BEATS), (0, rows));
        layout.add(&root, None, AgencyLevel::County, (&name.zh, &name.en), Some(mesh.middle(1, 0)), whole);
        let mut crews = Vec::with_capacity(columns * rows);
        let mut cells = Vec::with_capacity(columns * rows * (BEATS + 1) + 1);
        cells.push((root.clone(), (0, columns * BEATS), (0, rows)));
        for index in 0..columns * rows {
            let (first, row) = (index % columns * BEATS, index / columns);
            let station = AgencyId::new(&format!("{root}-{:02}", index + 1))?;
            let seat = mesh.middle(first + 1, row);
            let town = names::numbered(index);
            let named = town.of_kind(("派出所", "Station"));
            layout.add(
                &station,
                Some(&root),
                AgencyLevel::Station,
                (&named.zh, &named.en),
                Some(seat),
                mesh.ring((first, first + BEATS), (row, row + 1)),
            );
            cells.push((station.clone(), (first, first + BEATS), (row, row + 1)));
            let mut beats = Vec::with_capacity(BEATS);
            for beat in 0..BEATS {
                let id = AgencyId::new(&format!("{station}-{}", beat + 1))?;
                let column = first + beat;
                let named = names::numbered(columns * rows + index * BEATS + beat).of_kind(("警务区", "Beat"));
                let ring = mesh.ring((column, column + 1), (row, row + 1));
                layout.add(&id, Some(&station), AgencyLevel::Beat, (&named.zh, &named.en), Some(mesh.middle(column, row)), ring);
                if let Some(node) = layout.nodes.last_mut() {
                    node.staffing = Some(ReasonKey::new("rural_beat")?);
                }
                cells.push((id.clone(), (column, column + 1), (row, row + 1)));
                beats.push(id);
            }
            crews.push(StationCrews { agency: station, letters: call_letters(index), seat, beats, urban: false, weight: 1 });
        }
        let docks = crews.iter().map(|station| (station.agency.clone(), station.seat)).collect();
        let ready = Ready { county: root, county_seat: mesh.middle(1, 0), posts: Vec::new(), docks };
        let mut rng = seeded(seed, UNITS);
        let mut start = |home: &AgencyId| {
            let cell = cells.iter().find(|(agency, _, _)| agency == home);
            let (across, up) = cell.map_or(((0, 1), (0, 1)), |(_, across, up)| (*across, *up));
            mesh.inside(rng.random_range(across.0..across.1), rng.random_range(up.0..up.1), rng.random(), rng.random())
        };
        layout.units = crew_units(&layout.log_id, &crews, &ready, self.units_of(number), &mut start)?;
        Ok(NationCounty { number, name, layout })
    }

    /// All counties, one after the other; none is kept.
    pub fn iter(&self) -> impl Iterator<Item = Result<NationCounty, LayoutError>> {
        let nation = *self;
        (1..=nation.counties).map(move |number| nation.county(number))
    }
}
