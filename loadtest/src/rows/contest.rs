//! A contest: the same work for everybody, turn by turn, round by round; then what it says about each claim.

use crate::engine::stats::Estimate;
use crate::figures::Figures;
use crate::peers::{Contender, Work};
use serde::Serialize;
use server::exit::Failure;

/// Whose figures count as ours: the first contender's.
const OURS: &str = "oneroom";

/// What is to be reached.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reach {
    AtLeast(f64),
    AtMost(f64),
    /// Nothing: the figure is only stated.
    Stated,
}

/// One line of the table.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Claim {
    pub(crate) row: u8,
    pub(crate) what: &'static str,
    /// The figure of ours.
    metric: &'static str,
    /// Beside whose, and which figure of theirs; without anybody it is ours alone.
    beside: Option<(&'static str, &'static str)>,
    pub(crate) reach: Reach,
}

impl Claim {
    /// Ours ÷ a peer's.
    pub(crate) fn beside(row: u8, what: &'static str, metric: &'static str, peer: &'static str, reach: Reach) -> Self {
        Self { row, what, metric, beside: Some((peer, metric)), reach }
    }

    /// Ours alone.
    pub(crate) fn alone(row: u8, what: &'static str, metric: &'static str, reach: Reach) -> Self {
        Self { row, what, metric, beside: None, reach }
    }

    /// The figure of ours.
    pub(crate) fn metric(&self) -> &'static str {
        self.metric
    }

    /// With another figure of the peer's.
    pub(crate) fn with(self, theirs: &'static str) -> Self {
        Self { beside: self.beside.map(|(peer, _)| (peer, theirs)), ..self }
    }
}

/// Who meets in which work, and what is claimed.
pub(crate) struct Contest {
    pub(crate) title: &'static str,
    pub(crate) work: Work,
    pub(crate) rounds: u64,
    pub(crate) contenders: Vec<(&'static str, Contender)>,
    pub(crate) claims: Vec<Claim>,
}

/// One contender's rounds.
#[derive(Serialize, Clone, Debug)]
pub(crate) struct Turns {
    pub(crate) key: &'static str,
    pub(crate) name: String,
    /// Why it took no part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) absent: Option<String>,
    pub(crate) rounds: Vec<Figures>,
}

/// Whether a claim holds.
#[derive(Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Holds {
    Yes,
    /// The median does, the interval reaches over the border.
    Narrowly,
    /// The median does not, the interval reaches over the border.
    Unclear,
    No,
    /// Nothing was to be reached.
    Stated,
    /// The peer is not on this machine.
    Unknown,
}

/// A claim with its figures.
#[derive(Serialize, Clone, Debug)]
pub(crate) struct Judged {
    #[serde(flatten)]
    pub(crate) claim: Claim,
    /// Median of ours.
    pub(crate) ours: f64,
    /// Name and version of the peer, with the median of its figure; none when ours counts alone.
    pub(crate) peer: Option<(String, Option<f64>)>,
    /// Ours ÷ the peer's over the rounds, or ours; none without the peer.
    pub(crate) estimate: Option<Estimate>,
    pub(crate) holds: Holds,
}

/// What a contest gave.
#[derive(Serialize, Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) title: &'static str,
    pub(crate) work: String,
    pub(crate) turns: Vec<Turns>,
    pub(crate) claims: Vec<Judged>,
}

impl Contest {
    /// Runs it. `told` hears of every turn. Everybody is stopped at the end.
    ///
    /// # Errors
    /// The first failure of a turn.
    pub(crate) async fn run(self, mut told: impl FnMut(u64, &str, &Figures)) -> Result<Outcome, Failure> {
        let (mut turns, mut here) = (Vec::new(), Vec::new());
        for (key, contender) in self.contenders {
            let (name, absent) = match contender {
                Contender::Here(peer) => {
                    let name = peer.name();
                    here.push((turns.len(), peer));
                    (name, None)
                }
                Contender::NotHere { name, why } => (name.to_owned(), Some(why)),
            };
            turns.push(Turns { key, name, absent, rounds: Vec::new() });
        }
        for round in 0..self.rounds {
            // Whoever comes first changes from round to round: a machine that warms up or gets busy favours nobody. In the first
            // round ours is first, because peers send as many bytes as it does.
            let count = here.len();
            for place in 0..count {
                let at = if round == 0 { place } else { (place + usize::try_from(round).unwrap_or(0)) % count };
                let Some((turn, peer)) = here.get_mut(at) else { continue };
                let figures = peer.load(&self.work, round + 1).await?;
                let figures = if figures.0.contains_key("lost") {
                    let missing = super::missing(&figures);
                    figures.with("missing", missing)
                } else {
                    figures
                };
                told(round + 1, &turns[*turn].name, &figures);
                turns[*turn].rounds.push(figures);
            }
        }
        let claims = self.claims.into_iter().map(|claim| judge(claim, &turns)).collect();
        Ok(Outcome { title: self.title, work: format!("{:?}", self.work), turns, claims })
    }
}

fn values(turns: &[Turns], key: &str, metric: &str) -> Vec<f64> {
    let of = turns.iter().find(|turns| turns.key == key);
    of.map(|turns| turns.rounds.iter().map(|figures| figures.get(metric)).collect()).unwrap_or_default()
}

fn judge(claim: Claim, turns: &[Turns]) -> Judged {
    let ours = values(turns, OURS, claim.metric);
    let middle = |values: &[f64]| Estimate::of(values).median;
    let Some((key, metric)) = claim.beside else {
        let estimate = Estimate::of(&ours);
        let holds = holds(claim.reach, estimate);
        return Judged { claim, ours: estimate.median, peer: None, estimate: Some(estimate), holds };
    };
    let peer = turns.iter().find(|turns| turns.key == key);
    let name = peer.map(|peer| peer.name.clone()).unwrap_or_default();
    if peer.is_none_or(|peer| peer.absent.is_some()) {
        return Judged { claim, ours: middle(&ours), peer: Some((name, None)), estimate: None, holds: Holds::Unknown };
    }
    let theirs = values(turns, key, metric);
    let ratios: Vec<f64> = ours.iter().zip(&theirs).map(|(ours, theirs)| ours / theirs).collect();
    let estimate = Estimate::of(&ratios);
    let holds = holds(claim.reach, estimate);
    Judged { claim, ours: middle(&ours), peer: Some((name, Some(middle(&theirs)))), estimate: Some(estimate), holds }
}

fn holds(reach: Reach, estimate: Estimate) -> Holds {
    let reached = |value: f64| match reach {
        Reach::AtLeast(border) => value >= border,
        Reach::AtMost(border) => value <= border,
        Reach::Stated => true,
    };
    if reach == Reach::Stated {
        return Holds::Stated;
    }
    let ends = reached(estimate.low) && reached(estimate.high);
    let either = reached(estimate.low) || reached(estimate.high);
    match (reached(estimate.median), ends, either) {
        (true, true, _) => Holds::Yes,
        (true, false, _) => Holds::Narrowly,
        (false, _, true) => Holds::Unclear,
        (false, _, false) => Holds::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::Peer;

    struct Steady(&'static str, f64);

    #[tonic::async_trait]
    impl Peer for Steady {
        fn name(&self) -> String {
            format!("{} 1.0", self.0)
        }

        async fn load(&mut self, _: &Work, seed: u64) -> Result<Figures, Failure> {
            // A machine that gets slower from round to round: the ratio does not.
            Ok(Figures::default().with("per_s", self.1 / seed as f64))
        }
    }

    #[tokio::test]
    async fn only_the_ratio_within_a_round_counts_and_who_is_missing_is_said() {
        let claim = |peer, reach| Claim::beside(1, "x", "per_s", peer, reach);
        let contest = Contest {
            title: "x",
            work: Work::Calls,
            rounds: 5,
            contenders: vec![
                ("oneroom", Contender::here(Steady("ours", 300.0))),
                ("theirs", Contender::here(Steady("theirs", 100.0))),
                ("gone", Contender::not_here("Gone", "not on the PATH")),
            ],
            claims: vec![
                claim("theirs", Reach::AtLeast(3.0)),
                claim("theirs", Reach::AtMost(2.0)),
                claim("gone", Reach::AtLeast(1.0)),
                Claim::alone(1, "x", "per_s", Reach::AtLeast(100.0)),
                claim("theirs", Reach::Stated),
            ],
        };
        let mut order = Vec::new();
        let outcome = contest.run(|round, name, _| order.push((round, name.to_owned()))).await.unwrap();
        assert_eq!(
            outcome.claims.iter().map(|judged| judged.holds).collect::<Vec<_>>(),
            [Holds::Yes, Holds::No, Holds::Unknown, Holds::Narrowly, Holds::Stated]
        );
        let ratio = outcome.claims[0].estimate.unwrap();
        assert!((ratio.median - 3.0).abs() < 1e-9 && (ratio.high - ratio.low).abs() < 1e-9, "{ratio:?}");
        assert_eq!(outcome.claims[2].peer, Some(("Gone".to_owned(), None)));
        assert_eq!(outcome.turns[2].absent.as_deref(), Some("not on this machine: not on the PATH"));
        let first = |round| order.iter().find(|(of, _)| *of == round).unwrap().1.clone();
        assert_eq!([first(1), first(2), first(3)], ["ours 1.0", "theirs 1.0", "ours 1.0"], "who comes first changes");
    }
}
