//! A house: a record made with the command line, and the binary that serves it as a child process.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc;
use std::time::Duration;
use tonic::Request;
use tonic::transport::{Channel, Endpoint};
use wire::v1alpha1::dispatch_service_client::DispatchServiceClient;
use wire::v1alpha1::intake_service_client::IntakeServiceClient;
use wire::v1alpha1::record_service_client::RecordServiceClient;
use wire::v1alpha1::session_service_client::SessionServiceClient;
use wire::v1alpha1::unit_service_client::UnitServiceClient;
use wire::v1alpha1::{Classification, CreateSessionRequest, Position, ReportIncidentRequest, SignOnRequest};

pub(crate) const LOG: &str = "610824";
pub(crate) const OPERATOR: &str = "operator-1";
const PASSWORD: &str = "correct horse battery";
/// Every unit of the organisation, and its token's owner.
pub(crate) const UNITS: [&str; 6] = ["610824-a11", "610824-a12", "610824-a13", "610824-b21", "610824-b22", "610824-d01"];
/// In the east station, near its seat.
pub(crate) const EAST: (f64, f64) = (37.601, 108.851);
/// Nothing in these tests waits longer for an answer; only a server that hangs is met by it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The organisation that is imported.
pub(crate) fn org_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("org")
}

/// The built binary: named by ONEROOM_BIN, beside this test, or built once.
pub(crate) fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        if let Some(named) = std::env::var_os("ONEROOM_BIN") {
            return named.into();
        }
        // target/<profile>/deps/e2e-… stands two below the binary.
        let own = std::env::current_exe().unwrap();
        let profile = own.ancestors().nth(2).unwrap();
        let beside = profile.join("oneroom");
        if !beside.is_file() {
            let mut build = Command::new(env!("CARGO"));
            build.args(["build", "-q", "-p", "server", "--target-dir"]).arg(profile.parent().unwrap());
            if profile.ends_with("release") {
                build.arg("--release");
            }
            let built = build.current_dir(env!("CARGO_MANIFEST_DIR")).status().unwrap();
            assert!(built.success(), "`oneroom` could not be built");
        }
        beside
    })
}

/// Runs a command to its end, with `input` on stdin.
pub(crate) fn run_with(input: &str, arguments: &[&str]) -> Output {
    let mut child = Command::new(binary())
        .args(arguments)
        .env_remove("ONEROOM_DATA")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// Runs a command to its end.
pub(crate) fn run(arguments: &[&str]) -> Output {
    run_with("", arguments)
}

/// Runs a command that has to succeed; gives what it printed.
pub(crate) fn done(output: &Output) -> String {
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{shown}{}", String::from_utf8_lossy(&output.stderr));
    shown
}

/// What a command wrote to stderr.
pub(crate) fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A serving child. It is killed when this is dropped.
struct Serving {
    child: Child,
    address: SocketAddr,
}

impl Serving {
    fn start(data: &Path, more: &[&str]) -> Self {
        Self::start_by(Command::new(binary()), data, more)
    }

    fn start_by(mut command: Command, data: &Path, more: &[&str]) -> Self {
        let mut child = command
            .args(["serve", "--listen", "127.0.0.1:0", "--log-format", "json", "--data"])
            .arg(data)
            .args(more)
            .env_remove("ONEROOM_LISTEN")
            .env_remove("ONEROOM_DATA")
            .env_remove("OTEL_EXPORTER_OTLP_ENDPOINT")
            .env("RUST_LOG", "info")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (sender, found) = mpsc::channel();
        // Read to the end: a full pipe would stop the server.
        std::thread::spawn(move || {
            let mut before = Vec::new();
            for line in lines.map_while(Result::ok) {
                match serde_json::from_str::<serde_json::Value>(&line).ok().and_then(|line| line["url"].as_str().map(str::to_owned)) {
                    Some(url) => drop(sender.send(Ok(url))),
                    None => before.push(line),
                }
            }
            drop(sender.send(Err(before.join("\n"))));
        });
        let url = match found.recv_timeout(PATIENCE) {
            Ok(Ok(url)) => url,
            Ok(Err(said)) => panic!("the server ended: {said}"),
            Err(_) => panic!("the server does not say where it listens"),
        };
        Self { child, address: url.trim_start_matches("http://").parse().unwrap() }
    }

    fn kill(&mut self) {
        // SIGKILL on Unix: nothing is flushed, nothing is finished.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A record with its people, and the server on it.
pub(crate) struct House {
    dir: tempfile::TempDir,
    serving: Serving,
    pub(crate) operator: String,
    pub(crate) gateway: String,
    tokens: BTreeMap<&'static str, String>,
}

impl House {
    /// Imports the organisation, makes an operator, a device for each unit and a gateway, and serves.
    pub(crate) async fn open() -> Self {
        Self::open_with(&[]).await
    }

    /// The same, with more flags for `serve`.
    pub(crate) async fn open_with(flags: &[&str]) -> Self {
        Self::open_in(&[], flags).await
    }

    /// The same organisation under another policy.
    pub(crate) async fn open_under(policy: &str) -> Self {
        let beside = tempfile::tempdir().unwrap();
        let file = beside.path().join("policy.toml");
        std::fs::write(&file, policy).unwrap();
        Self::open_in(&["--policy", file.to_str().unwrap()], &[]).await
    }

    /// Another organisation, whose units need have no device.
    pub(crate) async fn open_of(org: &Path) -> Self {
        Self::open_all(org, &[], &[]).await
    }

    async fn open_in(import: &[&str], flags: &[&str]) -> Self {
        Self::open_all(&org_dir(), import, flags).await
    }

    async fn open_all(org: &Path, import: &[&str], flags: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        let at = data.to_str().unwrap();
        done(&run(&[&["org", "import", org.to_str().unwrap(), "--data", at], import].concat()));
        let password = format!("{PASSWORD}\n");
        done(&run_with(&password, &["user", "add", OPERATOR, "--jurisdiction", LOG, "--password-stdin", "--data", at]));
        let token = |more: &[&str]| done(&run(&[&["device", "add", "--data", at], more].concat())).trim().to_owned();
        let tokens = UNITS.map(|unit| (unit, token(&["--unit", unit]))).into();
        let gateway = token(&["--gateway", "gateway-1", "--jurisdiction", LOG]);
        let serving = Serving::start(&data, flags);
        let mut house = Self { dir, serving, operator: String::new(), gateway, tokens };
        let credentials = CreateSessionRequest { principal_id: OPERATOR.to_owned(), password: PASSWORD.to_owned() };
        let session = SessionServiceClient::new(house.channel().await).create_session(credentials).await.unwrap();
        house.operator = session.into_inner().token;
        house
    }

    /// Adds an operator of one agency; gives its token.
    pub(crate) async fn operator_of(&self, name: &str, agency: &str) -> String {
        let data = self.data();
        done(&run_with(&format!("{PASSWORD}\n"), &["user", "add", name, "--jurisdiction", agency, "--password-stdin", "--data", &data]));
        let credentials = CreateSessionRequest { principal_id: name.to_owned(), password: PASSWORD.to_owned() };
        let session = SessionServiceClient::new(self.channel().await).create_session(credentials).await.unwrap();
        session.into_inner().token
    }

    /// Where the record is.
    pub(crate) fn data(&self) -> String {
        self.dir.path().join("data").to_str().unwrap().to_owned()
    }

    /// A path beside the record.
    pub(crate) fn beside(&self, name: &str) -> String {
        self.dir.path().join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.serving.address
    }

    pub(crate) fn token_of(&self, unit: &str) -> String {
        self.tokens.get(unit).unwrap_or_else(|| panic!("{unit} is not in the fixture")).clone()
    }

    /// Kills the server as a power cut would.
    pub(crate) fn kill(&mut self) {
        self.serving.kill();
    }

    /// Serves the same record again, on a new port.
    pub(crate) fn serve_again(&mut self) {
        self.serving.kill();
        self.serving = Serving::start(&self.dir.path().join("data"), &[]);
    }

    /// Serves the same record again with files that may not grow beyond this: a write beyond it fails as one to a broken disk.
    pub(crate) fn serve_within_kib(&mut self, kib: u64) {
        self.serving.kill();
        // Without the trap the signal that comes with the error would end the process.
        let limited = format!("trap '' XFSZ; ulimit -f {kib}; exec \"$0\" \"$@\"");
        let mut shell = Command::new("bash");
        shell.args(["-c", &limited]).arg(binary());
        self.serving = Serving::start_by(shell, &self.dir.path().join("data"), &[]);
    }

    /// The serving process.
    pub(crate) fn process(&self) -> u32 {
        self.serving.child.id()
    }

    /// Serves another record instead, on a new port.
    pub(crate) fn serve_other(&mut self, data: &str) {
        self.serving.kill();
        self.serving = Serving::start(Path::new(data), &[]);
    }

    pub(crate) async fn channel(&self) -> Channel {
        Endpoint::from_shared(format!("http://{}", self.address())).unwrap().connect().await.unwrap()
    }

    pub(crate) async fn intake(&self) -> IntakeServiceClient<Channel> {
        IntakeServiceClient::new(self.channel().await)
    }

    pub(crate) async fn dispatch(&self) -> DispatchServiceClient<Channel> {
        DispatchServiceClient::new(self.channel().await)
    }

    pub(crate) async fn units(&self) -> UnitServiceClient<Channel> {
        UnitServiceClient::new(self.channel().await)
    }

    pub(crate) async fn records(&self) -> RecordServiceClient<Channel> {
        RecordServiceClient::new(self.channel().await)
    }

    /// Brings every unit on duty.
    pub(crate) async fn all_on_duty(&self) {
        for unit in UNITS {
            self.on_duty(unit).await;
        }
    }

    /// Brings one unit on duty.
    pub(crate) async fn on_duty(&self, unit: &str) {
        let request = SignOnRequest { request_id: fresh(), log_id: LOG.to_owned(), unit_id: unit.to_owned(), ..SignOnRequest::default() };
        self.units().await.sign_on(with(&self.token_of(unit), request)).await.unwrap();
    }
}

/// A fresh request id.
pub(crate) fn fresh() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// A request with a bearer token.
pub(crate) fn with<T>(token: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    request
}

/// A position from degrees.
pub(crate) fn position((lat, lon): (f64, f64)) -> Option<Position> {
    #[allow(clippy::cast_possible_truncation, reason = "degrees times ten million fit")]
    let e7 = |degrees: f64| (degrees * 1e7).round() as i32;
    Some(Position { lat_e7: e7(lat), lon_e7: e7(lon) })
}

/// `category/type`.
pub(crate) fn classification(what: &str) -> Option<Classification> {
    let (category, kind) = what.split_once('/').unwrap_or((what, ""));
    Some(Classification { category: category.to_owned(), r#type: kind.to_owned() })
}

/// A call near the east station's seat.
pub(crate) fn call(what: &str) -> ReportIncidentRequest {
    ReportIncidentRequest {
        request_id: fresh(),
        classification: classification(what),
        position: position(EAST),
        narrative: "有人持刀".to_owned(),
        address: "东街一号".to_owned(),
        caller_phone: "13900001111".to_owned(),
        ..ReportIncidentRequest::default()
    }
}
