//! A server on a free port over a record of its own, with one county.

use domain::ids::{AgencyId, PrincipalId};
use domain::principal::Role;
use runtime::clock::WallClock;
use runtime::identity::hash_password;
use server::commands::org::{self, Organisation};
use server::edge::tls::TlsFiles;
use server::record::Record;
use server::{App, AppOptions};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store::PrincipalRecord;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::transport::{Channel, Endpoint};

pub(crate) const OPERATOR: &str = "operator-1";
pub(crate) const PASSWORD: &str = "correct horse battery";
/// Nothing in these tests waits longer for an answer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

const ORG: &str = r#"
log_id = "610824"
time_zone = "Asia/Shanghai"
[[agency]]
agency_id = "610824"
level = "county"
name_zh = "靖边县"
name_en = "Jingbian"
"#;
const BOUNDARIES: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature",
"properties":{"agency_id":"610824-01","parent":"610824","level":"station","name_zh":"城关派出所","name_en":"Chengguan","seat":[108.75,37.5]},
"geometry":{"type":"Polygon","coordinates":[[[108.5,37.25],[109.0,37.25],[109.0,37.75],[108.5,37.75],[108.5,37.25]]]}}]}"#;
const UNITS: &str = "unit_id,call_sign,kind,home,team,sworn,auxiliary,capabilities\n610824-a1,A1,car,610824-01,community,2,1,\n";

/// A running server and where its record is.
pub(crate) struct Bench {
    pub(crate) app: App,
    pub(crate) dir: tempfile::TempDir,
}

/// Writes an organisation that `org import` can read.
pub(crate) fn write_org(dir: &std::path::Path) {
    std::fs::write(dir.join("org.toml"), ORG).unwrap();
    std::fs::write(dir.join("boundaries.geojson"), BOUNDARIES).unwrap();
    std::fs::write(dir.join("units.csv"), UNITS).unwrap();
}

impl Bench {
    pub(crate) async fn start() -> Self {
        Self::start_with(None, &[]).await
    }

    pub(crate) async fn start_with(tls: Option<TlsFiles>, allowed_origins: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        write_org(dir.path());
        let record = Record::open(&dir.path().join("data")).unwrap();
        let organisation: Organisation = org::read(dir.path(), None).unwrap();
        org::apply(&record, &organisation, Arc::new(WallClock::default())).await.unwrap();
        let role = Role::Operator { jurisdictions: BTreeSet::from([AgencyId::new("610824").unwrap()]) };
        let principal = PrincipalRecord {
            principal_id: PrincipalId::new(OPERATOR).unwrap(),
            role,
            password_hash: Some(hash_password(PASSWORD).unwrap()),
            created_at_ms: 0,
            disabled: false,
        };
        record.identities().put_principal(principal).await.unwrap();
        let allowed_origins = allowed_origins.iter().map(ToString::to_string).collect();
        let options = AppOptions { tls, allowed_origins, ..AppOptions::new("127.0.0.1:0".parse().unwrap()) };
        Self { app: App::start(record, options).await.unwrap(), dir }
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.app.local_addr
    }

    pub(crate) async fn channel(&self) -> Channel {
        Endpoint::from_shared(self.app.url()).unwrap().connect().await.unwrap()
    }

    pub(crate) async fn token(&self) -> String {
        self.app.authenticator.sign_in(OPERATOR, PASSWORD).await.unwrap().token
    }

    /// Sends bytes on a new connection, and gives what comes back until the server closes.
    pub(crate) async fn exchange(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.addr()).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        read_to_end(&mut stream).await
    }

    /// GET with `Connection: close`.
    pub(crate) async fn get(&self, path: &str, headers: &str) -> String {
        let host = self.addr();
        self.exchange(&format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n")).await
    }
}

/// What comes until the server closes, in one way or another. A server that does not close fails the test.
pub(crate) async fn read_to_end(stream: &mut (impl AsyncReadExt + Unpin)) -> String {
    let mut answer = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    // A reset is a close too: the server may not have read everything.
    let _ = read.expect("the server did not close the connection");
    String::from_utf8_lossy(&answer).into_owned()
}

/// Status code of an HTTP/1.1 answer.
pub(crate) fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_else(|| panic!("no status in {answer:?}"))
}
