//! One viewer's session: hello, then snapshot or resumption, then what happens, whatever the transport.

use crate::class::ViewClass;
use crate::convert;
use crate::feed::{FixTick, LogFeed};
use crate::fixes;
use crate::frame::SharedFrame;
use crate::hub::Hub;
use crate::snapshot::{self, Resume};
use domain::ids::{LogId, Seq};
use domain::principal::{Principal, Role};
use runtime::{Committed, LogView};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, mpsc};
use wire::v1alpha1::watch_client_frame::Frame as ClientFrame;
use wire::v1alpha1::watch_response::Frame;
use wire::v1alpha1::{Advance, Heartbeat, LogHead, Resync, Viewport, WatchRequest, WatchResponse, Welcome};

/// Parts of a snapshot a viewer gets before it gives credit for more.
pub(crate) const FIRST_CREDITS: u32 = 64;
/// Credits that can pile up.
const MAX_CREDITS: u32 = 1_024;
/// How often a heartbeat goes out, in milliseconds.
const HEARTBEAT_MS: u64 = 1_000;
/// Logs one session watches at most.
const MAX_LOGS: usize = 64;

/// Where a session's frames go. A sink that is full makes the session wait; what it misses meanwhile it makes good by a
/// snapshot, so no frame is queued without bound.
pub(crate) trait Sink: Send {
    /// Sends one frame; false when the viewer is gone.
    fn send(&mut self, frame: Outgoing) -> impl Future<Output = bool> + Send;
}

/// A frame on its way out.
pub(crate) enum Outgoing {
    /// For this viewer alone.
    Own(WatchResponse),
    /// The same bytes as for others of its class.
    Shared(Arc<SharedFrame>),
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The viewer went away, or stopped reading.
    Gone,
    /// The token is not valid, or its principal may watch nothing.
    Refused(&'static str),
    /// The server is stopping.
    Stopping,
}

enum Source {
    Room(broadcast::Receiver<Arc<SharedFrame>>),
    Unit(broadcast::Receiver<Arc<Committed>>, ViewClass),
}

/// What one session watches of one log.
struct Watched {
    log_id: LogId,
    feed: Arc<LogFeed>,
    source: Source,
    fixes: broadcast::Receiver<FixTick>,
    /// What the viewer has.
    at: Seq,
}

enum Happened {
    Frame(usize, Result<Outgoing, broadcast::error::RecvError>),
    Fixes(usize, FixTick),
}

struct Session<'a, S> {
    hub: &'a Arc<Hub>,
    sink: &'a mut S,
    class: ViewClass,
    token: String,
    viewport: Option<Viewport>,
    credits: u32,
    inbound: mpsc::Receiver<ClientFrame>,
    watched: Vec<Watched>,
}

/// Runs a session until the viewer goes away. `principal` is known already where the transport authenticated it.
pub(crate) async fn run<S: Sink>(
    hub: &Arc<Hub>,
    hello: WatchRequest,
    principal: Option<Principal>,
    sink: &mut S,
    inbound: mpsc::Receiver<ClientFrame>,
) -> End {
    let Some(_place) = hub.enter() else { return End::Refused("the server has all the viewers it takes") };
    let principal = match principal {
        Some(principal) => principal,
        None => match (hub.authenticate)(hello.token.clone()).await {
            Some(principal) => principal,
            None => return End::Refused("the token is not valid"),
        },
    };
    let Some(class) = ViewClass::of(&principal) else { return End::Refused("this principal may not watch") };
    let mut session = Session {
        hub,
        sink,
        class,
        token: hello.token.clone(),
        viewport: hello.viewport,
        credits: FIRST_CREDITS,
        inbound,
        watched: Vec::new(),
    };
    session.subscribe(&hello);
    if session.watched.is_empty() {
        return End::Refused("there is no log here that this principal may watch");
    }
    if !session.welcome(&principal).await {
        return End::Gone;
    }
    for index in 0..session.watched.len() {
        let log_id = session.watched.get(index).map(|watched| watched.log_id.to_string()).unwrap_or_default();
        let point = hello.resume.iter().find(|point| point.log_id == log_id).cloned();
        if !session.begin(index, point).await {
            return End::Gone;
        }
    }
    session.live().await
}

impl<S: Sink> Session<'_, S> {
    fn subscribe(&mut self, hello: &WatchRequest) {
        for log_id in self.hub.runtime.logs() {
            let asked = hello.log_ids.is_empty() || hello.log_ids.iter().any(|asked| asked == log_id.as_str());
            let Some(feed) = self.hub.feed(&log_id).filter(|_| asked && self.watched.len() < MAX_LOGS) else { continue };
            let Some(view) = feed.view() else { continue };
            if !self.class.watches(view.context.agencies(), &view.world) {
                continue;
            }
            let source = subscribe(&feed, &self.class);
            let fixes = feed.subscribe_fixes();
            self.watched.push(Watched { log_id, feed, source, fixes, at: Seq::default() });
        }
    }

    async fn send(&mut self, frame: Frame) -> bool {
        self.sink.send(Outgoing::Own(convert::frame(frame))).await
    }

    async fn welcome(&mut self, principal: &Principal) -> bool {
        let unit_id = match &principal.role {
            Role::Unit { unit_id } => unit_id.to_string(),
            _ => String::new(),
        };
        let welcome = Welcome {
            server_time: Some(convert::timestamp(self.hub.runtime.clock().now())),
            session_id: format!("{:016x}", rand::random::<u64>()),
            principal_id: principal.principal_id.to_string(),
            log_ids: self.watched.iter().map(|watched| watched.log_id.to_string()).collect(),
            unit_id,
            clock_pace: convert::clock_pace(self.hub.runtime.clock().as_ref()),
        };
        self.send(Frame::Welcome(welcome)).await
    }

    /// Brings the viewer to the log's head: by a delta from where it stands, else by a snapshot.
    async fn begin(&mut self, index: usize, point: Option<wire::v1alpha1::ResumePoint>) -> bool {
        let Some(view) = self.watched.get(index).and_then(|watched| watched.feed.view()) else { return true };
        if let Some(point) = point {
            let now = self.hub.runtime.clock().now();
            match snapshot::resume(self.hub.runtime.store().as_ref(), &view, &self.class, &point, now).await {
                Resume::Delta(delta) => {
                    metrics::counter!("oneroom_watch_resumed_total").increment(1);
                    self.at(index, &view);
                    let sent = match delta {
                        Some(delta) => self.sink.send(Outgoing::Own(delta)).await,
                        None => true,
                    };
                    return sent && self.send_all_fixes(index).await;
                }
                Resume::Snapshot(reason) => {
                    let log_id = point.log_id.clone();
                    if !self.send(Frame::Resync(Resync { log_id, reason: reason.to_owned() })).await {
                        return false;
                    }
                }
            }
        }
        self.send_snapshot(index, &view).await && self.send_all_fixes(index).await
    }

    fn at(&mut self, index: usize, view: &LogView) {
        if let Some(watched) = self.watched.get_mut(index) {
            watched.at = view.head.seq;
        }
    }

    async fn send_snapshot(&mut self, index: usize, view: &Arc<LogView>) -> bool {
        metrics::counter!("oneroom_watch_snapshots_total").increment(1);
        self.at(index, view);
        let class = self.class.clone();
        for part in snapshot::parts(view, &class) {
            while self.credits == 0 {
                // The viewer paces its snapshot; heartbeats go on meanwhile, so that it looks alive.
                match tokio::time::timeout(Duration::from_millis(HEARTBEAT_MS), self.inbound.recv()).await {
                    Ok(Some(frame)) => drop(self.heard(frame)),
                    Ok(None) => return false,
                    Err(_) if self.heartbeat().await => {}
                    Err(_) => return false,
                }
            }
            self.credits -= 1;
            if !self.sink.send(Outgoing::Own(part)).await {
                return false;
            }
        }
        true
    }

    async fn send_all_fixes(&mut self, index: usize) -> bool {
        let (Some(watched), Some(viewport)) = (self.watched.get(index), &self.viewport) else { return true };
        let Some(view) = watched.feed.view() else { return true };
        let frames = fixes::all_frames(&self.class, viewport, &view, self.hub.runtime.clock().now());
        for frame in frames {
            if !self.sink.send(Outgoing::Own(frame)).await {
                return false;
            }
        }
        true
    }

    async fn heartbeat(&mut self) -> bool {
        let runtime = &self.hub.runtime;
        let heads = self.watched.iter().filter_map(|watched| {
            let seq = runtime.view(&watched.log_id)?.head.seq.0;
            let age_ms = u32::try_from(runtime.head_age_ms(&watched.log_id)?).unwrap_or(u32::MAX);
            Some(LogHead { log_id: watched.log_id.to_string(), seq, age_ms, trouble: runtime.trouble(&watched.log_id) })
        });
        let (clock, heads) = (runtime.clock(), heads.collect());
        let heartbeat =
            Heartbeat { server_time: Some(convert::timestamp(clock.now())), heads, clock_pace: convert::clock_pace(clock.as_ref()) };
        self.send(Frame::Heartbeat(heartbeat)).await
    }

    /// Takes what the viewer says; true when its window moved.
    fn heard(&mut self, frame: ClientFrame) -> bool {
        match frame {
            ClientFrame::SetViewport(viewport) => {
                self.viewport = Some(viewport);
                true
            }
            ClientFrame::Credit(more) => {
                self.credits = self.credits.saturating_add(more).min(MAX_CREDITS);
                false
            }
            // A second hello changes nothing; what was seen only helps whoever reads the stream.
            ClientFrame::Hello(_) | ClientFrame::Seen(_) => false,
        }
    }

    async fn live(mut self) -> End {
        let mut heart = tokio::time::interval(Duration::from_millis(HEARTBEAT_MS));
        heart.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let stop = self.hub.stop.clone();
        loop {
            let goes_on = tokio::select! {
                biased;
                () = stop.cancelled() => return End::Stopping,
                heard = self.inbound.recv() => match heard {
                    Some(frame) => !self.heard(frame) || self.send_all_window().await,
                    None => return End::Gone,
                },
                happened = next(&mut self.watched, self.viewport.is_some()) => match happened {
                    Happened::Frame(index, Ok(frame)) => self.forward(index, frame).await,
                    Happened::Frame(index, Err(_)) => self.start_over(index).await,
                    Happened::Fixes(index, tick) => self.forward_fixes(index, &tick).await,
                },
                _ = heart.tick() => {
                    // A token that was revoked meanwhile ends the session within 5 s: what the authenticator remembers, and a beat.
                    if !self.token.is_empty() && (self.hub.authenticate)(self.token.clone()).await.is_none() {
                        return End::Refused("the token is not valid any more");
                    }
                    self.heartbeat().await
                }
            };
            if !goes_on {
                return End::Gone;
            }
        }
    }

    async fn send_all_window(&mut self) -> bool {
        for index in 0..self.watched.len() {
            if !self.send_all_fixes(index).await {
                return false;
            }
        }
        true
    }

    /// Passes a frame on, unless the snapshot had it already; a gap means to start over.
    async fn forward(&mut self, index: usize, frame: Outgoing) -> bool {
        let Some(watched) = self.watched.get_mut(index) else { return true };
        match &frame {
            Outgoing::Shared(shared) => {
                if shared.seq <= watched.at.0 {
                    return true;
                }
                if shared.prev_seq != watched.at.0 {
                    return self.start_over(index).await;
                }
                watched.at = Seq(shared.seq);
            }
            Outgoing::Own(_) => {}
        }
        self.sink.send(frame).await
    }

    /// The viewer fell behind its bound: one delta holds what it missed; when that is too much it gets a new snapshot.
    async fn start_over(&mut self, index: usize) -> bool {
        let Some(watched) = self.watched.get_mut(index) else { return true };
        watched.source = subscribe(&watched.feed, &self.class);
        let (log_id, at, view) = (watched.log_id.to_string(), watched.at, watched.feed.view());
        let Some(view) = view else { return false };
        if let Some(delta) = snapshot::changes_since(&view, &self.class, at) {
            metrics::counter!("oneroom_watch_coalesced_total").increment(1);
            self.at(index, &view);
            return self.sink.send(Outgoing::Own(delta)).await;
        }
        metrics::counter!("oneroom_watch_resyncs_total").increment(1);
        self.send(Frame::Resync(Resync { log_id, reason: "too_slow".to_owned() })).await && self.send_snapshot(index, &view).await
    }

    async fn forward_fixes(&mut self, index: usize, tick: &FixTick) -> bool {
        let (Some(watched), Some(viewport)) = (self.watched.get(index), &self.viewport) else { return true };
        let Some(view) = watched.feed.view() else { return true };
        for frame in fixes::frames(tick, &self.class, viewport, &view, self.hub.runtime.clock().now()) {
            if !self.sink.send(Outgoing::Own(frame)).await {
                return false;
            }
        }
        true
    }
}

fn subscribe(feed: &LogFeed, class: &ViewClass) -> Source {
    match class {
        ViewClass::Room(_) => Source::Room(feed.subscribe_room(class)),
        ViewClass::Unit(unit_id) => Source::Unit(feed.subscribe_unit(unit_id), class.clone()),
    }
}

/// The next thing that happens in any watched log.
async fn next(watched: &mut [Watched], wants_fixes: bool) -> Happened {
    let waits = watched.iter_mut().enumerate().map(|(index, watched)| {
        Box::pin(async move {
            loop {
                tokio::select! {
                    biased;
                    frame = next_frame(&mut watched.source, &watched.feed, &mut watched.at) => return Happened::Frame(index, frame),
                    tick = watched.fixes.recv(), if wants_fixes => match tick {
                        Ok(tick) => return Happened::Fixes(index, tick),
                        // Missed ticks are not made good: the next ones are newer.
                        Err(broadcast::error::RecvError::Lagged(_)) => {}
                        Err(broadcast::error::RecvError::Closed) => return Happened::Frame(index, Err(broadcast::error::RecvError::Closed)),
                    },
                }
            }
        })
    });
    futures_util::future::select_all(waits).await.0
}

/// The next frame of a source. A unit's frames are made for it alone: its delta starts where it stands, so that commits that
/// don't concern it cost it nothing.
async fn next_frame(source: &mut Source, feed: &LogFeed, at: &mut Seq) -> Result<Outgoing, broadcast::error::RecvError> {
    match source {
        Source::Room(frames) => frames.recv().await.map(Outgoing::Shared),
        Source::Unit(commits, class) => loop {
            let committed = commits.recv().await?;
            if committed.head.seq <= *at {
                continue;
            }
            let Some(frame) = unit_frame(feed, &committed, class, *at) else { return Err(broadcast::error::RecvError::Closed) };
            *at = committed.head.seq;
            return Ok(Outgoing::Own(frame));
        },
    }
}

fn unit_frame(feed: &LogFeed, committed: &Committed, class: &ViewClass, at: Seq) -> Option<WatchResponse> {
    let view = feed.view()?;
    let mut message = convert::delta_or_advance(committed, class, view.context.agencies());
    match &mut message.frame {
        Some(Frame::Delta(delta)) => delta.prev_seq = at.0,
        Some(Frame::Advance(Advance { prev_seq, .. })) => *prev_seq = at.0,
        _ => {}
    }
    Some(message)
}
