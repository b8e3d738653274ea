//! The demo's controls on the same port: how fast it runs, a pause, a new beginning, and which stories have been told.

use crate::drivers::clock::on_the_wire;
use crate::edge::web::Web;
use axum::extract::{Extension, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::time::Timestamp;
use http::{HeaderMap, StatusCode};
use parking_lot::Mutex;
use runtime::clock::Clock;
use runtime::paced_clock::PacedClock;
use serde::{Deserialize, Serialize};
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
    began_at: Mutex<Timestamp>,
    told: Mutex<Vec<Told>>,
    reset: Notify,
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
    began_at: String,
    now: String,
    stories: Vec<Told>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pace {
    pace: f64,
}

impl Control {
    pub(super) fn new(clock: Arc<PacedClock>, seed: u64, training: bool) -> Self {
        let began_at = Mutex::new(clock.now());
        Self { clock, seed, training, began_at, told: Mutex::default(), reset: Notify::new() }
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
        *self.began_at.lock() = self.clock.now();
    }

    /// Resolves when somebody asks for a new beginning.
    pub(super) async fn reset_asked(&self) {
        self.reset.notified().await;
    }

    /// The routes: everybody may look, operators may change.
    pub(super) fn routes(self: &Arc<Self>) -> Router<Web> {
        Router::new()
            .route("/demo", get(show))
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
        began_at: text(*control.began_at.lock()),
        now: text(control.clock.now()),
        stories: control.told.lock().clone(),
    })
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
