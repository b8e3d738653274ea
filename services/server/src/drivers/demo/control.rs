//! The demo's controls on the same port: how fast it runs, a pause, a new beginning, and which stories have been told.

use super::DemoFlags;
use super::lesson::Lesson;
use crate::drivers::clock::on_the_wire;
use crate::edge::web::Web;
use axum::extract::{Extension, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use domain::time::Timestamp;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use parking_lot::Mutex;
use runtime::clock::Clock;
use runtime::paced_clock::PacedClock;
use serde::{Deserialize, Serialize};
use sim::county::County;
use sim::story::StoryKey;
use std::sync::Arc;
use tokio::sync::Notify;

/// Story calls remembered for the screen; the newest are kept.
const TOLD_MAX: usize = 64;

/// What can be done to a running demo, and what it tells.
pub struct Control {
    clock: Arc<PacedClock>,
    seed: u64,
    training: bool,
    tour: bool,
    /// Streets and water of the county: one JSON object of two GeoJSON collections.
    map: Mutex<Bytes>,
    began_at: Mutex<Timestamp>,
    told: Mutex<Vec<Told>>,
    course: Mutex<Option<HowItWent>>,
    reset: Notify,
}

/// How a training shift goes, or went.
#[derive(Clone, Serialize, Debug, PartialEq)]
struct HowItWent {
    /// Whether the shift is over.
    over: bool,
    #[serde(flatten)]
    lesson: Lesson,
}

/// A call of a story that has come in.
#[derive(Clone, Serialize, Debug, PartialEq)]
struct Told {
    story: &'static str,
    /// The incident's number, as it is spoken of.
    number: u32,
    at: String,
}

/// What the page `/demo` shows.
#[derive(Serialize)]
struct Shown {
    seed: u64,
    /// How many times faster than the wall; 0 is a pause.
    pace: f64,
    training: bool,
    /// Whether the tour's card is open at the beginning.
    tour: bool,
    began_at: String,
    now: String,
    stories: Vec<Told>,
    /// How a training shift goes; none outside of training.
    lesson: Option<HowItWent>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pace {
    pace: f64,
}

impl Control {
    pub(super) fn new(clock: Arc<PacedClock>, flags: &DemoFlags) -> Self {
        let (seed, training, tour) = (flags.seed, flags.train.is_some(), !flags.no_tour);
        let began_at = Mutex::new(clock.now());
        Self {
            clock,
            seed,
            training,
            tour,
            map: Mutex::default(),
            began_at,
            told: Mutex::default(),
            course: Mutex::default(),
            reset: Notify::new(),
        }
    }

    /// What the county's map shows under its boundaries.
    pub(super) fn set_map(&self, county: &County) {
        let text = format!("{{\"roads\":{},\"water\":{}}}", county.geojson_roads(), county.geojson_water());
        *self.map.lock() = Bytes::from(text);
    }

    /// A story's call came in and became this incident.
    pub(super) fn told(&self, story: StoryKey, number: u32, at: Timestamp) {
        let mut told = self.told.lock();
        if told.len() >= TOLD_MAX {
            told.remove(0);
        }
        told.push(Told { story: story.name(), number, at: text(at) });
    }

    /// It begins anew: nothing has been told.
    pub(super) fn begin_again(&self) {
        self.told.lock().clear();
        *self.course.lock() = None;
        *self.began_at.lock() = self.clock.now();
    }

    /// How the training shift goes.
    pub(super) fn lesson(&self, lesson: Lesson, over: bool) {
        *self.course.lock() = Some(HowItWent { over, lesson });
    }

    /// Stops the clock.
    pub(super) fn pause(&self) {
        if let Err(error) = self.clock.set_pace(0.0) {
            tracing::error!(%error, "the clock can't be stopped");
        }
    }

    /// Resolves when somebody asks for a new beginning.
    pub(super) async fn reset_asked(&self) {
        self.reset.notified().await;
    }

    /// The routes: everybody may look, operators may change.
    pub(super) fn routes(self: &Arc<Self>) -> Router<Web> {
        Router::new()
            .route("/demo", get(show))
            .route("/demo/map", get(show_map))
            .route("/demo/pace", post(set_pace))
            .route("/demo/reset", post(reset))
            .layer(Extension(Arc::clone(self)))
    }
}

/// A time as text, RFC 3339.
fn text(at: Timestamp) -> String {
    let stamp = on_the_wire(at);
    jiff::Timestamp::new(stamp.seconds, stamp.nanos).map(|at| at.to_string()).unwrap_or_default()
}

async fn show(Extension(control): Extension<Arc<Control>>) -> Json<Shown> {
    Json(Shown {
        seed: control.seed,
        pace: control.clock.pace(),
        training: control.training,
        tour: control.tour,
        began_at: text(*control.began_at.lock()),
        now: text(control.clock.now()),
        stories: control.told.lock().clone(),
        lesson: control.course.lock().clone(),
    })
}

async fn show_map(Extension(control): Extension<Arc<Control>>) -> Response {
    ([(CONTENT_TYPE, "application/json")], control.map.lock().clone()).into_response()
}

async fn set_pace(
    State(web): State<Web>,
    Extension(control): Extension<Arc<Control>>,
    headers: HeaderMap,
    Json(Pace { pace }): Json<Pace>,
) -> Response {
    if !web.is_operator(&headers).await {
        return not_an_operator();
    }
    match control.clock.set_pace(pace) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
    }
}

async fn reset(State(web): State<Web>, Extension(control): Extension<Arc<Control>>, headers: HeaderMap) -> Response {
    if !web.is_operator(&headers).await {
        return not_an_operator();
    }
    control.reset.notify_one();
    (StatusCode::ACCEPTED, "the demo begins anew\n").into_response()
}

fn not_an_operator() -> Response {
    (StatusCode::UNAUTHORIZED, "expected «authorization: Bearer …» of an operator\n").into_response()
}
