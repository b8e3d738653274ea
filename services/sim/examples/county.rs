//! Draws an invented county as SVG to standard output, or writes it as a folder that `oneroom org import` takes.
//!
//! `cargo run -p sim --example county -- [--seed N] [--stations N] [--units N] [--zoom KM] [--out DIR] > county.svg`

use sim::county::{COUNTY_CODE, County, CountyPlan, Network, RoadClass, county};
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use domain::agency::AgencyLevel;
use domain::place::Position;

/// Width of the picture, pixels.
const WIDTH: f64 = 1_800.0;

/// Class, stroke width in pixels over the whole county, colour.
const STROKES: [(RoadClass, f64, &str); 7] = [
    (RoadClass::Track, 0.5, "#b59b6a"),
    (RoadClass::Lane, 0.5, "#9a9a9a"),
    (RoadClass::Residential, 0.7, "#8a8a8a"),
    (RoadClass::Country, 1.0, "#777777"),
    (RoadClass::Secondary, 1.5, "#d9a441"),
    (RoadClass::Primary, 2.0, "#d07a2d"),
    (RoadClass::Trunk, 2.6, "#b8402a"),
];

struct Picture {
    west: f64,
    north: f64,
    per_degree: (f64, f64),
    height: f64,
    scale: f64,
}

impl Picture {
    fn over(points: &[Position]) -> Self {
        let range = |of: fn(&Position) -> f64| {
            let values = || points.iter().map(of);
            (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max))
        };
        let ((west, east), (south, north)) = (range(|p| p.lon()), range(|p| p.lat()));
        let x = WIDTH / (east - west);
        let y = x / f64::midpoint(south, north).to_radians().cos();
        Self { west, north, per_degree: (x, y), height: (north - south) * y, scale: (0.45 / (east - west)).sqrt().clamp(1.0, 6.0) }
    }

    fn at(&self, p: Position) -> (f64, f64) {
        ((p.lon() - self.west) * self.per_degree.0, (self.north - p.lat()) * self.per_degree.1)
    }

    fn path(&self, points: &[Position], close: bool) -> String {
        let mut d = String::new();
        for (index, p) in points.iter().enumerate() {
            let (x, y) = self.at(*p);
            let _ = write!(d, "{}{x:.1} {y:.1}", if index == 0 { "M" } else { "L" });
        }
        if close { d + "Z" } else { d }
    }
}

fn roads(picture: &Picture, network: &Network) -> String {
    let mut out = String::new();
    for (class, width, colour) in STROKES {
        let mut d = String::new();
        for link in network.links.iter().filter(|link| link.class == class) {
            if let Some((from, to)) = network.ends(link) {
                d += &picture.path(&[from, to], false);
            }
        }
        let _ =
            writeln!(out, "<path d='{d}' stroke='{colour}' stroke-width='{}' stroke-linecap='round' fill='none'/>", width * picture.scale);
    }
    let mut bridges = String::new();
    for link in network.links.iter().filter(|link| link.bridge) {
        if let Some((from, to)) = network.ends(link) {
            bridges += &picture.path(&[from, to], false);
        }
    }
    let _ = writeln!(out, "<path d='{bridges}' stroke='#000' stroke-width='{}' fill='none'/>", 3.2 * picture.scale);
    out
}

fn svg(county: &County, zoom_km: Option<f64>) -> String {
    let whole = &county.layout.boundaries[0].ring;
    let seat = county.layout.nodes[0].seat.unwrap_or(whole[0]);
    let near =
        zoom_km.map(|km| [(-km, -km * 0.7), (km, km * 0.7)].map(|(east, north)| sim::geometry::offset(seat, east * 1e3, north * 1e3)));
    let picture = Picture::over(near.as_ref().map_or(whole, |near| near.as_slice()));
    let scale = picture.scale;
    let mut out =
        format!("<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{0:.0}' viewBox='0 0 {WIDTH} {0:.0}'>\n", picture.height);
    out += "<rect width='100%' height='100%' fill='#f4f1e8'/>\n";
    for water in &county.water {
        let _ = writeln!(out, "<path d='{}' fill='#9cc4e4'/>", picture.path(&water.ring, true));
    }
    let tints = ["#d8e8c8", "#e8d8c8", "#c8d8e8", "#e8c8d8", "#d8c8e8", "#c8e8d8"];
    let mut stations = 0;
    for (node, boundary) in county.layout.nodes.iter().zip(&county.layout.boundaries) {
        let d = picture.path(&boundary.ring, true);
        let line = match node.level {
            AgencyLevel::Station => {
                stations += 1;
                format!("fill='{}' fill-opacity='0.45' stroke='#5a3d8a' stroke-width='2'", tints[stations % tints.len()])
            }
            AgencyLevel::Beat => "fill='none' stroke='#5a3d8a' stroke-width='0.8' stroke-dasharray='5 3'".to_owned(),
            _ => "fill='none' stroke='#333' stroke-width='3'".to_owned(),
        };
        let _ = writeln!(out, "<path d='{d}' {line}/>");
    }
    out += &roads(&picture, &county.network);
    let mut dot = |p: Position, radius: f64, colour: &str| {
        let (x, y) = picture.at(p);
        let _ = writeln!(out, "<circle cx='{x:.1}' cy='{y:.1}' r='{:.1}' fill='{colour}'/>", radius * scale.sqrt());
    };
    county.cameras.iter().for_each(|camera| dot(camera.position, 1.6, "#222"));
    county.facilities.iter().for_each(|facility| dot(facility.position, 2.6, "#1a8a4a"));
    county.layout.units.iter().for_each(|unit| dot(unit.start, 2.4, "#1f4fd0"));
    county.checkpoints.iter().for_each(|checkpoint| dot(checkpoint.position, 5.0, "#b8402a"));
    county.layout.posts.iter().filter_map(|post| post.seat).for_each(|seat| dot(seat, 4.5, "#7a1fd0"));
    for node in &county.layout.nodes {
        let (Some(seat), size) = (node.seat, if node.level == AgencyLevel::Beat { 11 } else { 17 }) else { continue };
        let (x, y) = picture.at(seat);
        let _ = writeln!(
            out,
            "<text x='{x:.1}' y='{y:.1}' font-size='{size}' font-family='sans-serif' stroke='#fff' stroke-width='3' paint-order='stroke'>{} {}</text>",
            node.name_zh, node.name_en
        );
    }
    out + "</svg>\n"
}

fn figures(county: &County) -> String {
    let mut km: BTreeMap<&str, f64> = BTreeMap::new();
    for link in &county.network.links {
        *km.entry(link.class.key()).or_default() += county.network.length_m(link) / 1_000.0;
    }
    let mut degrees: BTreeMap<u32, usize> = BTreeMap::new();
    for degree in county.network.degrees() {
        *degrees.entry(degree).or_default() += 1;
    }
    let bridges = county.network.links.iter().filter(|link| link.bridge).count();
    format!(
        "{} nodes, {} links, {bridges} bridges, km {km:.0?}, degrees {degrees:?}\n{} agencies, {} posts, {} units, {} facilities, {} cameras, {} docks, {} checkpoints",
        county.network.nodes.len(),
        county.network.links.len(),
        county.layout.nodes.len(),
        county.layout.posts.len(),
        county.layout.units.len(),
        county.facilities.len(),
        county.cameras.len(),
        county.docks.len(),
        county.checkpoints.len(),
    )
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut plan = CountyPlan::new(1)?;
    let (mut zoom_km, mut folder) = (None, None);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| format!("{word}: expected a value"))?;
        match word.as_str() {
            "--seed" => plan.seed = value.parse()?,
            "--stations" => plan.stations = value.parse()?,
            "--units" => plan.units = value.parse()?,
            "--zoom" => zoom_km = Some(value.parse()?),
            "--out" => folder = Some(PathBuf::from(value)),
            other => return Err(format!("{other}: expected --seed, --stations, --units, --zoom or --out").into()),
        }
    }
    debug_assert_eq!(plan.code, COUNTY_CODE);
    let county = county(&plan)?;
    let mut errors = std::io::stderr().lock();
    writeln!(errors, "{}", figures(&county))?;
    match folder {
        None => std::io::stdout().lock().write_all(svg(&county, zoom_km).as_bytes())?,
        Some(folder) => {
            for (path, content) in county.folder()? {
                let path = folder.join(path);
                path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
                std::fs::write(path, content)?;
            }
        }
    }
    Ok(())
}
