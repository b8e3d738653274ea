//! The rows of the table: who meets whom in which work, and what is to be reached.

pub(crate) mod contest;
pub(crate) mod sizes;

use crate::figures::Figures;
use crate::load::scenario::Scenario;
use crate::peers::bare_sqlite::BareSqlite;
use crate::peers::{Work, naive, null, oneroom, pair, postgres, resp, uwebsockets};
use contest::{Claim, Contest, Reach};
use server::drivers::county::cannot;
use server::exit::Failure;
use sizes::{EventSize, FIELD, FREE};
use std::collections::BTreeSet;

/// The rows that can be measured here.
pub(crate) const ROWS: [u8; 8] = [1, 2, 3, 4, 5, 6, 8, 9];
/// Updates that come in while somebody asks, by the second.
const UPDATES_PER_S: f64 = 50_000.0;
/// Questions by the second.
const ASKS_PER_S: f64 = 400.0;
/// Consoles that get every event.
const CONSOLES: usize = 1_000;
/// Events by the second.
const EVENTS_PER_S: f64 = 50.0;
/// Consoles that only watch.
const IDLE: usize = 10_000;
/// Clients that commit at the same time.
const CLIENTS: usize = 64;
/// Units with a device besides the county's own, so that 64 clients find free ones.
const CREWS: &str = "600";
/// The scenario of row 8.
const PAIR: &str = include_str!("../../scenarios/pair.toml");

/// How long and how often.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    pub(crate) rounds: u64,
    /// Seconds of most turns.
    pub(crate) seconds: f64,
    /// Seconds of calls in a turn of row 8.
    pub(crate) calls_s: f64,
    /// Seconds of row 9.
    pub(crate) nation_s: f64,
}

/// Which contest settles which rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Which {
    Updates,
    Nearest,
    Broadcast,
    Idle,
    OneClient,
    ManyClients,
    Pair,
    Nation,
}

impl Which {
    /// All, in the order in which they run, with the rows they settle.
    pub(crate) const ALL: [(Self, &'static [u8]); 8] = [
        (Self::Updates, &[1, 5]),
        (Self::Nearest, &[2]),
        (Self::Broadcast, &[3]),
        (Self::Idle, &[4]),
        (Self::OneClient, &[6]),
        (Self::ManyClients, &[6]),
        (Self::Pair, &[8]),
        (Self::Nation, &[9]),
    ];

    /// Starts everybody who takes part.
    pub(crate) async fn contest(self, extent: Extent, wanted: &BTreeSet<u8>) -> Result<Contest, Failure> {
        let field = ["--field".to_owned(), FIELD.to_string()];
        let mut contest = match self {
            Self::Updates => Contest {
                title: "Position updates, as many as the server takes: 100,000 units moving",
                work: Work::Updates { seconds: extent.seconds },
                rounds: extent.rounds,
                contenders: vec![
                    ("oneroom", oneroom::oneroom(&field, EventSize::default())?),
                    ("tile38", resp::tile38().await?),
                    ("redis", resp::redis().await?),
                    ("null", null::null()?),
                ],
                claims: vec![
                    Claim::beside(1, "position updates /s/core", "updates_per_core_s", "tile38", Reach::AtLeast(2.0)),
                    Claim::beside(1, "position updates /s/core", "updates_per_core_s", "redis", Reach::AtLeast(3.0)),
                    Claim::beside(5, "client-streamed fixes /s/core", "updates_per_core_s", "null", Reach::AtLeast(0.8)),
                    Claim::alone(5, "streams ended (ENHANCE_YOUR_CALM)", "streams_broken", Reach::AtMost(0.0)),
                ],
            },
            Self::Nearest => Contest {
                title: "The 8 nearest free units of 100,000, while 50,000 updates/s arrive",
                work: Work::Nearest { seconds: extent.seconds, updates_per_s: UPDATES_PER_S, asks_per_s: ASKS_PER_S },
                rounds: extent.rounds,
                contenders: vec![
                    ("oneroom", oneroom::oneroom(&[&field[..], &["--free".to_owned(), FREE.to_string()]].concat(), EventSize::default())?),
                    ("redis", resp::redis().await?),
                    ("postgis", postgres::postgis().await?),
                ],
                claims: vec![
                    Claim::beside(2, "8 nearest free, p99 µs", "p99_us", "redis", Reach::AtMost(0.3)),
                    Claim::beside(2, "8 nearest free, p99 µs", "p99_us", "postgis", Reach::AtMost(0.1)),
                    Claim::beside(2, "RecommendUnits, p99 µs", "recommend_p99_us", "redis", Reach::AtMost(0.3)).with("p99_us"),
                    Claim::beside(2, "RecommendUnits, p99 µs", "recommend_p99_us", "postgis", Reach::AtMost(0.1)).with("p99_us"),
                    Claim::alone(2, "answers that differ from brute force", "wrong_answers", Reach::AtMost(0.0)),
                ],
            },
            Self::Broadcast => {
                let event = EventSize::default();
                Contest {
                    title: "One event to 1,000 consoles",
                    work: Work::Broadcast { seconds: extent.seconds, events_per_s: EVENTS_PER_S, consoles: CONSOLES },
                    rounds: extent.rounds,
                    contenders: vec![
                        ("oneroom", oneroom::oneroom(&[], event.clone())?),
                        ("uwebsockets", uwebsockets::uwebsockets(event.clone())?),
                        ("naive", naive::naive(event)?),
                    ],
                    claims: vec![
                        Claim::beside(3, "deliveries /s/core", "deliveries_per_core_s", "uwebsockets", Reach::AtLeast(0.8)),
                        Claim::beside(3, "deliveries /s/core", "deliveries_per_core_s", "naive", Reach::AtLeast(2.0)),
                        Claim::alone(3, "deliveries missing", "deliveries_missing", Reach::AtMost(0.0)),
                    ],
                }
            }
            Self::Idle => Contest {
                title: "Memory of an idle console, 10,000 connected",
                work: Work::Idle { consoles: IDLE },
                rounds: extent.rounds.min(3),
                contenders: vec![
                    ("oneroom", oneroom::oneroom(&[], EventSize::default())?),
                    ("uwebsockets", uwebsockets::uwebsockets(EventSize::default())?),
                ],
                claims: vec![
                    Claim::beside(4, "resident bytes a console", "bytes_per_console", "uwebsockets", Reach::AtMost(1.5)),
                    Claim::alone(4, "consoles lost", "consoles_lost", Reach::AtMost(0.0)),
                ],
            },
            Self::OneClient => Contest {
                title: "A durable commit (incident, assignment, chain), one client",
                work: Work::Commits { seconds: extent.seconds, clients: 1 },
                rounds: extent.rounds,
                contenders: vec![
                    ("oneroom", oneroom::oneroom(&[], EventSize::default())?),
                    ("sqlite", BareSqlite::contender(pair::probe().await?)),
                ],
                claims: vec![
                    Claim::beside(6, "commit, one client, p50 ms", "p50_ms", "sqlite", Reach::AtMost(1.3)),
                    Claim::alone(6, "commits refused, one client", "failed", Reach::AtMost(0.0)),
                ],
            },
            Self::ManyClients => Contest {
                title: "Durable commits by 64 clients",
                work: Work::Commits { seconds: extent.seconds, clients: CLIENTS },
                rounds: extent.rounds,
                contenders: vec![
                    ("oneroom", oneroom::oneroom(&["--crews".to_owned(), CREWS.to_owned()], EventSize::default())?),
                    ("postgresql", postgres::postgresql(pair::probe().await?).await?),
                ],
                claims: vec![
                    Claim::beside(6, "commits /s, 64 clients", "commits_per_s", "postgresql", Reach::AtLeast(1.0)),
                    Claim::alone(6, "commits refused, 64 clients", "failed", Reach::AtMost(0.0)),
                ],
            },
            Self::Pair => {
                let mut scenario = Scenario::parse(PAIR).map_err(cannot)?;
                scenario.seconds = extent.calls_s;
                pair_contest(&scenario, extent.rounds).await?
            }
            Self::Nation => crate::nation::contest(extent.nation_s)?,
        };
        contest.claims.retain(|claim| wanted.contains(&claim.row));
        Ok(contest)
    }
}

/// From a call to the frame, beside the null server.
pub(crate) async fn pair_contest(scenario: &Scenario, rounds: u64) -> Result<Contest, Failure> {
    let shape = pair::probe().await?;
    Ok(Contest {
        title: "From a call to the frame at the unit's socket",
        work: Work::Calls,
        rounds,
        contenders: vec![("oneroom", pair::oneroom(scenario)), ("null", pair::null(scenario, &shape)?)],
        claims: vec![
            Claim::beside(8, "call → frame, p50 ms", "p50_ms", "null", Reach::AtMost(1.3)),
            Claim::beside(8, "call → frame, p99 ms", "p99_ms", "null", Reach::AtMost(2.0)),
            Claim::beside(8, "server CPU a call, µs", "cpu_us_per_call", "null", Reach::Stated),
            Claim::alone(8, "calls without a frame", "missing", Reach::AtMost(0.0)),
        ],
    })
}

/// Calls that a turn's server did not take, or whose frame did not come.
pub(crate) fn missing(figures: &Figures) -> f64 {
    figures.get("refused") + figures.get("lost")
}
