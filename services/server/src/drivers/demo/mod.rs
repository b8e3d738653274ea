//! `oneroom demo`: a whole invented county in this process, with callers, crews, a slow operator and the console.

mod callers;
mod guide;

use super::cast::{Cast, CastPlan};
use super::county::{County, bearer, cannot, found, people};
use super::crews::CrewStyle;
use super::link::Link;
use super::operator::DeskStyle;
use super::site::Site;
use crate::app::AppError;
use crate::commands::serve::wait_for_signal;
use crate::exit::{Failure, print_line};
use crate::record::Record;
use crate::{App, AppOptions};
use domain::policy::DEFAULT_TEXT;
use sim::county::invented_county;
use sim::crew::CrewProfile;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// The unit without a simulated crew: whoever reads the guide is its crew.
pub const YOUR_UNIT: &str = "A01";
/// How long an order waits for its unit in the demo, in milliseconds: time to read, to copy an id and to type.
pub const ACKNOWLEDGE_MS: u64 = 120_000;
/// The fastest a demo runs: a drone at this speed still moves as slowly as the server believes a unit can.
const SPEED_MAX: f64 = 7.0;
const SPEED_MIN: f64 = 0.1;
/// Most calls an hour.
const CALLS_PER_HOUR_MAX: f64 = 36_000.0;
/// HTTP/2 connections to the server.
const CONNECTIONS: usize = 2;

/// The flags of `demo`.
#[derive(Clone, Debug, clap::Args)]
pub struct DemoFlags {
    /// Which county: the same number is the same county, with the same callers.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Address and port to listen on.
    #[arg(long, env = "ONEROOM_LISTEN", value_name = "ADDR", default_value = crate::config::DEFAULT_LISTEN)]
    pub listen: SocketAddr,
    /// How many times faster than the clock callers call and crews work, 0.1 to 7.
    #[arg(long, value_name = "X", default_value_t = 1.0)]
    pub speed: f64,
    /// Calls an hour at speed 1, averaged over a day; the demo begins in the evening, when more come in.
    #[arg(long, value_name = "N", default_value_t = 180.0)]
    pub calls_per_hour: f64,
    /// Leaves every call that the rules don't dispatch to you.
    #[arg(long)]
    pub no_operator: bool,
}

impl DemoFlags {
    fn check(&self) -> Result<(), Failure> {
        if !(SPEED_MIN..=SPEED_MAX).contains(&self.speed) {
            return Err(Failure::input(format!("--speed {}: expected a number from {SPEED_MIN} to {SPEED_MAX}", self.speed)));
        }
        if !(0.0..=CALLS_PER_HOUR_MAX).contains(&self.calls_per_hour) {
            return Err(Failure::input(format!(
                "--calls-per-hour {}: expected a number from 0 to {CALLS_PER_HOUR_MAX}",
                self.calls_per_hour
            )));
        }
        Ok(())
    }
}

/// A demo that is running.
pub struct Demo {
    /// The server.
    pub app: App,
    /// Everybody's tokens.
    pub county: County,
    cast: Cast,
    stop: CancellationToken,
    callers: tokio::task::JoinHandle<()>,
    // Removed when it is dropped, after everything else.
    _dir: tempfile::TempDir,
}

impl Demo {
    /// Starts a county with everybody in it.
    ///
    /// # Errors
    /// [`Failure::BadInput`] for flags out of range or an address that is taken; [`Failure::DoesNotHold`] when the server fails.
    pub async fn start(flags: &DemoFlags) -> Result<Self, Failure> {
        flags.check()?;
        let layout = invented_county(flags.seed).map_err(cannot)?;
        let site = Site::of_layout(layout.clone(), &demo_policy())?;
        let dir = tempfile::Builder::new().prefix("oneroom-demo-").tempdir().map_err(cannot)?;
        let record = Record::open(dir.path()).map_err(cannot)?;
        found(&record, &site).await?;
        let options = AppOptions { desk_log: Some(site.log_id.clone()), ..AppOptions::new(flags.listen) };
        let app = App::start(record, options).await.map_err(|error| match error {
            AppError::Listen { address, source } => {
                Failure::input(format!("--listen {address}: {source}: expected a free address, such as 127.0.0.1:0 for any free port"))
            }
            other => cannot(other),
        })?;
        let county = people(&app.authenticator, &site).await?;
        let link = Arc::new(Link::open(app.local_addr, CONNECTIONS).await.map_err(cannot)?);
        let profile = CrewProfile::human().at_speed(flags.speed);
        let crews = CrewStyle { profile, drives: true, seed: flags.seed, left_to_people: Some(YOUR_UNIT) };
        let desk = (!flags.no_operator).then(DeskStyle::slow);
        let cast = Cast::start(&link, &county, CastPlan { crews, desk }).await?;
        let stop = CancellationToken::new();
        let calling = callers::Calling {
            link,
            bearer: bearer(&county.operator)?,
            desk: county.log_id.clone(),
            seed: flags.seed,
            rate_per_hour: flags.calls_per_hour,
            speed: flags.speed,
        };
        let callers = tokio::spawn(calling.run(layout, stop.clone()));
        Ok(Self { app, county, cast, stop, callers, _dir: dir })
    }

    /// What to tell the person who started it.
    #[must_use]
    pub fn guide(&self) -> String {
        guide::text(&self.app.url(), &self.county)
    }

    /// Stops callers, crews and server; what was acknowledged is answered first. The record is removed.
    pub async fn stop(self) {
        self.stop.cancel();
        if self.callers.await.is_err() {
            tracing::error!("the callers ended in a panic");
        }
        self.cast.stop().await;
        self.app.stop().await;
    }
}

/// The policy that ships, with time for a person to type.
fn demo_policy() -> String {
    DEFAULT_TEXT.replace("acknowledge_ms = 30000", &format!("acknowledge_ms = {ACKNOWLEDGE_MS}"))
}

/// Runs a demo until Ctrl-C or SIGTERM.
///
/// # Errors
/// As [`Demo::start`].
pub async fn run(flags: DemoFlags) -> Result<(), Failure> {
    let demo = Demo::start(&flags).await?;
    print_line(demo.guide().trim_end());
    let stopped = wait_for_signal().await;
    print_line("\nstopping: what was acknowledged is being finished");
    demo.stop().await;
    stopped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_waits_longer_for_a_unit_and_changes_nothing_else() {
        let (policy, shipped) = (demo_policy(), DEFAULT_TEXT);
        domain::policy::parse("demo.toml", &policy).unwrap();
        let differ: Vec<_> = policy.lines().zip(shipped.lines()).filter(|(ours, theirs)| ours != theirs).collect();
        assert_eq!(differ.len(), 1);
        assert!(differ[0].0.starts_with("acknowledge_ms = 120000"), "{differ:?}");
    }
}
