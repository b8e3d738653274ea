//! A network as `nodes.csv` and `links.csv`, and back.

use super::{Link, NODES_MAX, Network, RoadClass};
use crate::county::names::Name;
use domain::place::{E7, InvalidPosition, Position};
use std::collections::BTreeMap;
use std::io::{Read, Write};

/// Why a network could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// The writer or reader failed, or a row is torn.
    #[error(transparent)]
    Csv(#[from] csv::Error),
    /// A position is none.
    #[error("nodes.csv, line {line}: {source}")]
    Position {
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        source: InvalidPosition,
    },
    /// A field holds something else than it should.
    #[error("{file}, line {line}, {field}: {given:?}: expected {expected}")]
    Field {
        /// The file.
        file: &'static str,
        /// The line, from 1.
        line: u64,
        /// The column.
        field: &'static str,
        /// What is there.
        given: String,
        /// What would be right.
        expected: &'static str,
    },
}

/// Columns of `nodes.csv`.
const NODE_COLUMNS: [&str; 3] = ["node", "lon", "lat"];
/// Columns of `links.csv`: those that every network folder has, then those of a generated one.
const LINK_COLUMNS: [&str; 9] = ["from", "to", "length_m", "minutes", "one_way", "class", "bridge", "name_zh", "name_en"];

impl Network {
    /// Writes the nodes: `node,lon,lat`, WGS-84 degrees, and the links: `from,to,length_m,minutes,one_way,class,bridge,name_zh,name_en`.
    /// `minutes` is a car's time at the class's speed; `one_way` and `bridge` are 0 or 1.
    ///
    /// # Errors
    /// [`NetworkError`] of the writers.
    pub fn write_network(&self, nodes: impl Write, links: impl Write) -> Result<(), NetworkError> {
        let mut out = csv::Writer::from_writer(nodes);
        out.write_record(NODE_COLUMNS)?;
        let degrees = |e7: i32| format!("{:.7}", f64::from(e7) / E7);
        for (index, node) in self.nodes.iter().enumerate() {
            out.write_record([index.to_string(), degrees(node.lon_e7()), degrees(node.lat_e7())])?;
        }
        out.flush().map_err(csv::Error::from)?;
        let mut out = csv::Writer::from_writer(links);
        out.write_record(LINK_COLUMNS)?;
        for link in &self.links {
            let length_m = self.length_m(link);
            let minutes = length_m / link.class.speed_m_per_s() / 60.0;
            let flag = |set: bool| if set { "1" } else { "0" }.to_owned();
            let name = link.name.and_then(|name| self.names.get(name as usize));
            let (zh, en) = name.map_or(("", ""), |name| (name.zh.as_str(), name.en.as_str()));
            out.write_record([
                link.from.to_string(),
                link.to.to_string(),
                format!("{length_m:.1}"),
                format!("{minutes:.4}"),
                flag(link.one_way),
                link.class.key().to_owned(),
                flag(link.bridge),
                zh.to_owned(),
                en.to_owned(),
            ])?;
        }
        out.flush().map_err(csv::Error::from)?;
        Ok(())
    }
}

/// Reads what [`Network::write_network`] wrote. Nodes must be numbered from 0 in order; lengths and times are worked out again.
///
/// # Errors
/// [`NetworkError`], naming file, line and column.
pub fn read_network(nodes: impl Read, links: impl Read) -> Result<Network, NetworkError> {
    let mut network = Network::default();
    for (row, record) in csv::Reader::from_reader(nodes).records().enumerate() {
        let record = record?;
        let row = Row { file: "nodes.csv", line: row as u64 + 2, record: &record };
        let number: usize = row.parse(0, "node", "the next number from 0")?;
        if number != network.nodes.len() || number >= NODES_MAX {
            return Err(row.wrong("node", 0, "the next number from 0"));
        }
        let (lon, lat) = (row.parse(1, "lon", "degrees")?, row.parse(2, "lat", "degrees")?);
        network.nodes.push(Position::from_degrees(lat, lon).map_err(|source| NetworkError::Position { line: row.line, source })?);
    }
    let mut known: BTreeMap<Name, u32> = BTreeMap::new();
    for (row, record) in csv::Reader::from_reader(links).records().enumerate() {
        let record = record?;
        let row = Row { file: "links.csv", line: row as u64 + 2, record: &record };
        let (from, to) = (row.node(0, "from", &network)?, row.node(1, "to", &network)?);
        let class = RoadClass::of_key(row.text(5)).ok_or_else(|| row.wrong("class", 5, "a road class"))?;
        let (one_way, bridge) = (row.flag(4, "one_way")?, row.flag(6, "bridge")?);
        let name = (!row.text(7).is_empty()).then(|| Name::new(row.text(7), row.text(8)));
        let name = name.map(|name| {
            *known.entry(name).or_insert_with_key(|name| {
                network.names.push(name.clone());
                u32::try_from(network.names.len() - 1).unwrap_or(u32::MAX)
            })
        });
        network.links.push(Link { from, to, class, one_way, bridge, name });
    }
    Ok(network)
}

struct Row<'a> {
    file: &'static str,
    line: u64,
    record: &'a csv::StringRecord,
}

impl Row<'_> {
    fn text(&self, column: usize) -> &str {
        self.record.get(column).unwrap_or_default()
    }

    fn wrong(&self, field: &'static str, column: usize, expected: &'static str) -> NetworkError {
        NetworkError::Field { file: self.file, line: self.line, field, given: self.text(column).to_owned(), expected }
    }

    fn parse<T: std::str::FromStr>(&self, column: usize, field: &'static str, expected: &'static str) -> Result<T, NetworkError> {
        self.text(column).parse().map_err(|_| self.wrong(field, column, expected))
    }

    fn node(&self, column: usize, field: &'static str, network: &Network) -> Result<u32, NetworkError> {
        let number: u32 = self.parse(column, field, "a node of nodes.csv")?;
        let known = (number as usize) < network.nodes.len();
        if known { Ok(number) } else { Err(self.wrong(field, column, "a node of nodes.csv")) }
    }

    fn flag(&self, column: usize, field: &'static str) -> Result<bool, NetworkError> {
        match self.text(column) {
            "1" => Ok(true),
            "0" => Ok(false),
            _ => Err(self.wrong(field, column, "0 or 1")),
        }
    }
}
