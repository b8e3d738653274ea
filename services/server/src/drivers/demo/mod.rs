//! `oneroom demo`: a whole invented county in this process, with callers, crews, a slow operator and the console.

mod callers;
mod control;
mod guide;
mod lesson;
mod training;

pub use control::Control;

use super::cast::{Cast, CastPlan};
use super::clock::now as wall_now;
use super::county::{County, bearer, cannot, found, people, welcome_back};
use super::crews::CrewStyle;
use super::follow_up::FollowUpStyle;
use super::link::Link;
use super::operator::DeskStyle;
use super::site::Site;
use super::truths::Truths;
use crate::app::AppError;
use crate::commands::serve::wait_for_signal;
use crate::exit::{Failure, print_line};
use crate::record::Record;
use crate::{App, AppOptions};
use domain::policy::DEFAULT_TEXT;
use runtime::clock::Clock;
use runtime::paced_clock::{PACE_MAX, PACE_MIN, PacedClock};
use sim::county::{CountyPlan, Router, county as invented_county};
use sim::crew::{CrewProfile, LineProfile};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// The unit without a simulated crew: whoever reads the guide is its crew.
pub const YOUR_UNIT: &str = "A01";
/// How long an order waits for its unit in the demo, in milliseconds: time to read, to copy an id and to type.
pub const ACKNOWLEDGE_MS: u64 = 120_000;
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
    /// How many times faster than the wall everything runs, deadlines and screens included, 0.1 to 60. It can be changed and paused in
    /// the console.
    #[arg(long, value_name = "X", default_value_t = 1.0)]
    pub speed: f64,
    /// Calls an hour of the demo's clock, averaged over a day; the demo begins in the evening, when more come in.
    #[arg(long, value_name = "N", default_value_t = 180.0)]
    pub calls_per_hour: f64,
    /// A training shift of so many minutes of the demo's clock: nobody but you sits at the desk, and at the end you are told how it
    /// went. The same seed is the same shift.
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u16).range(1..=720))]
    pub train: Option<u16>,
    /// With the tour's card put away; it can be brought back in the console.
    #[arg(long)]
    pub no_tour: bool,
    /// Without the story events.
    #[arg(long)]
    pub no_stories: bool,
    /// Crews whose lines never fail, who take every order, wait where they are, are never relieved and need no help.
    #[arg(long)]
    pub no_mishaps: bool,
    /// Leaves every call that the rules don't dispatch to you.
    #[arg(long)]
    pub no_operator: bool,
}

impl DemoFlags {
    fn check(&self) -> Result<(), Failure> {
        if !(PACE_MIN..=PACE_MAX).contains(&self.speed) {
            return Err(Failure::input(format!("--speed {}: expected a number from {PACE_MIN} to {PACE_MAX}", self.speed)));
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
    /// Pace, pause and a new beginning.
    pub control: Arc<Control>,
    clock: Arc<PacedClock>,
    cast: Cast,
    stop: CancellationToken,
    callers: tokio::task::JoinHandle<()>,
    training: Option<tokio::task::JoinHandle<()>>,
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
        let clock = Arc::new(PacedClock::new(wall_now(), flags.speed).map_err(Failure::input)?);
        let control = Arc::new(Control::new(Arc::clone(&clock), flags));
        Self::begin(flags, flags.listen, (clock, control), None).await
    }

    async fn begin(
        flags: &DemoFlags,
        listen: SocketAddr,
        (clock, control): (Arc<PacedClock>, Arc<Control>),
        before: Option<County>,
    ) -> Result<Self, Failure> {
        let invented = invented_county(&CountyPlan::new(flags.seed).map_err(cannot)?).map_err(cannot)?;
        control.set_map(&invented);
        let (layout, roads) = (invented.layout, Arc::new(Router::new(&invented.network)));
        let site = Site::of_layout(layout.clone(), &demo_policy())?;
        let dir = tempfile::Builder::new().prefix("oneroom-demo-").tempdir().map_err(cannot)?;
        let record = Record::open(dir.path()).map_err(cannot)?;
        found(&record, &site).await?;
        let options = AppOptions {
            desk_log: Some(site.log_id.clone()),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            pages: Some(control.routes()),
            ..AppOptions::new(listen)
        };
        let app = App::start(record, options).await.map_err(|error| match error {
            AppError::Listen { address, source } => {
                Failure::input(format!("--listen {address}: {source}: expected a free address, such as 127.0.0.1:0 for any free port"))
            }
            other => cannot(other),
        })?;
        let mut county = people(&app.authenticator, &site).await?;
        if let Some(before) = before {
            welcome_back(&app.authenticator, &mut county, &before).await?;
        }
        let link = Link::open(app.local_addr, CONNECTIONS).await.map_err(cannot)?;
        let link = Arc::new(link.with_clock(Arc::clone(&clock) as Arc<dyn Clock>));
        let truths = Arc::new(Truths::default());
        let human = CrewProfile::human();
        let crews = CrewStyle {
            profile: if flags.no_mishaps { calm(human) } else { human },
            line: (!flags.no_mishaps).then(LineProfile::rural),
            roads: Some(roads),
            drives: true,
            seed: flags.seed,
            left_to_people: Some(YOUR_UNIT),
        };
        let alone = flags.no_operator || flags.train.is_some();
        let desk = (!alone).then(DeskStyle::slow);
        let follow_up = (!alone).then(|| FollowUpStyle::calm(Arc::clone(&truths)));
        let cast = Cast::start(&link, &county, CastPlan { crews, desk, follow_up }).await?;
        let stop = CancellationToken::new();
        control.begin_again();
        let training = flags.train.map(|minutes| training::Training {
            store: app.record().store(),
            log_id: county.log_id.clone(),
            truths: Arc::clone(&truths),
            control: Arc::clone(&control),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ends_at: clock.now().plus_ms(u64::from(minutes) * 60_000),
        });
        let training = training.map(|training| tokio::spawn(training.run(stop.clone())));
        let calling = callers::Calling {
            link,
            bearer: bearer(&county.operator)?,
            desk: county.log_id.clone(),
            seed: flags.seed,
            rate_per_hour: flags.calls_per_hour,
            truths,
            control: Arc::clone(&control),
            stories: !flags.no_stories,
        };
        let callers = tokio::spawn(calling.run(layout, stop.clone()));
        Ok(Self { app, county, control, clock, cast, stop, callers, training, _dir: dir })
    }

    /// What to tell the person who started it.
    #[must_use]
    pub fn guide(&self) -> String {
        guide::text(&self.app.url(), &self.county)
    }

    /// Ends this county and begins the same one anew, on the same address and with the same tokens.
    ///
    /// # Errors
    /// As [`Demo::start`].
    pub async fn again(self, flags: &DemoFlags) -> Result<Self, Failure> {
        let (listen, parts) = (self.app.local_addr, (Arc::clone(&self.clock), Arc::clone(&self.control)));
        let county = self.stop().await;
        Self::begin(flags, listen, parts, Some(county)).await
    }

    /// Stops callers, crews and server; what was acknowledged is answered first. The record is removed. Gives back who was who.
    pub async fn stop(self) -> County {
        // Who waits for a clock that stands still would never hear of the end.
        if self.clock.pace() == 0.0 && self.clock.set_pace(1.0).is_err() {
            tracing::error!("the clock did not go on");
        }
        self.stop.cancel();
        if self.callers.await.is_err() {
            tracing::error!("the callers ended in a panic");
        }
        if let Some(training) = self.training
            && training.await.is_err()
        {
            tracing::error!("the training ended in a panic");
        }
        self.cast.stop().await;
        self.app.stop().await;
        self.county
    }
}

/// The same crews on a day on which nothing goes wrong.
fn calm(profile: CrewProfile) -> CrewProfile {
    CrewProfile {
        shift: None,
        emergencies_per_hour: 0.0,
        decline_probability: 0.0,
        silence_probability: 0.0,
        patrol_speed_factor: 0.0,
        ..profile
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
    let mut demo = Demo::start(&flags).await?;
    print_line(demo.guide().trim_end());
    let mut stopped = std::pin::pin!(wait_for_signal());
    let stopped = loop {
        let control = Arc::clone(&demo.control);
        tokio::select! {
            stopped = &mut stopped => break stopped,
            () = control.reset_asked() => {
                print_line("\nbeginning anew, with the same addresses and tokens");
                demo = demo.again(&flags).await?;
            }
        }
    };
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
