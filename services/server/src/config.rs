//! `oneroom.toml` and the flags of `serve`: what is configured, checked before anything starts.

use crate::edge::rate::DEFAULT_REQUESTS_PER_S;
use crate::edge::tls::TlsFiles;
use crate::exit::Failure;
use clap::ValueEnum;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

/// Where the server listens when nothing else is said.
pub const DEFAULT_LISTEN: &str = "127.0.0.1:8080";
/// Where the record is kept when nothing else is said.
pub const DEFAULT_DATA: &str = "oneroom-data";
/// Largest configuration file, in bytes.
const MAX_CONFIG_BYTES: u64 = 64 << 10;

/// One of the jobs a process can have.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, ValueEnum, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Takes calls.
    Intake,
    /// Orders units.
    Dispatch,
    /// Hears units.
    Units,
    /// Hears where units are.
    Positions,
    /// Tells viewers.
    Push,
    /// Answers about the past.
    Records,
    /// Shows the console.
    Console,
}

impl Role {
    /// All of them: what one process does by default.
    #[must_use]
    pub fn all() -> BTreeSet<Self> {
        Self::value_variants().iter().copied().collect()
    }
}

/// `oneroom.toml`. Flags win over it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigFile {
    /// Address and port.
    pub listen: Option<SocketAddr>,
    /// Directory of the record, relative to the file.
    pub data: Option<PathBuf>,
    /// What this process does.
    pub roles: Option<BTreeSet<Role>>,
    /// Other pages that may talk to this server, as `https://wall.example`.
    #[serde(default)]
    pub allowed_origins: Vec<String>,
    /// Where traces go, as `http://127.0.0.1:4317`.
    pub otlp_endpoint: Option<String>,
    /// The log that takes calls whose place decides none; the first log when it is left out.
    pub desk_log: Option<String>,
    /// Requests a second that each principal may send; 0 sets no limit.
    pub requests_per_s: Option<u32>,
    /// Certificate and key.
    pub tls: Option<TlsSection>,
}

/// `[tls]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsSection {
    /// PEM certificate chain, relative to the file.
    pub cert: PathBuf,
    /// PEM private key, relative to the file.
    pub key: PathBuf,
}

/// The flags of `serve`.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct ServeFlags {
    /// Configuration file.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Address and port to listen on [default: 127.0.0.1:8080].
    #[arg(long, env = "ONEROOM_LISTEN", value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Directory of the record [default: oneroom-data].
    #[arg(long, env = "ONEROOM_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// What this process does [default: all].
    #[arg(long, value_delimiter = ',', value_enum)]
    pub roles: Vec<Role>,
    /// PEM certificate chain.
    #[arg(long, requires = "tls_key", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// PEM private key.
    #[arg(long, requires = "tls_cert", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// Another page that may talk to this server; may be given more than once.
    #[arg(long = "allow-origin", value_name = "ORIGIN")]
    pub allowed_origins: Vec<String>,
    /// The log that takes calls whose place decides none.
    #[arg(long, value_name = "LOG")]
    pub desk_log: Option<String>,
    /// Requests a second that each principal may send, 0 for no limit [default: 1000].
    #[arg(long, value_name = "COUNT")]
    pub requests_per_s: Option<u32>,
    /// Where traces go.
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_name = "URL")]
    pub otlp_endpoint: Option<String>,
    /// How logs are written.
    #[arg(long, value_enum, default_value_t)]
    pub log_format: crate::telemetry::LogFormat,
}

/// What `serve` runs with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServeConfig {
    /// Address and port.
    pub listen: SocketAddr,
    /// Directory of the record.
    pub data: PathBuf,
    /// What this process does.
    pub roles: BTreeSet<Role>,
    /// Certificate and key; none for plain HTTP.
    pub tls: Option<TlsFiles>,
    /// Other pages that may talk to this server.
    pub allowed_origins: Vec<String>,
    /// The log that takes calls whose place decides none.
    pub desk_log: Option<domain::ids::LogId>,
    /// Requests a second that each principal may send; none sets no limit.
    pub requests_per_s: Option<NonZeroU32>,
    /// Where traces go.
    pub otlp_endpoint: Option<String>,
}

/// The files that `oneroom init` makes for TLS.
#[must_use]
pub fn own_tls(data: &Path) -> TlsFiles {
    TlsFiles { cert: data.join("tls/server.crt"), key: data.join("tls/server.key") }
}

/// Reads a configuration file.
///
/// # Errors
/// [`Failure::BadInput`] with file, line and what was expected.
pub fn read(file: &Path) -> Result<ConfigFile, Failure> {
    let shown = file.display();
    let size = std::fs::metadata(file).map_err(|error| Failure::BadInput(format!("{shown}: {error}")))?.len();
    if size > MAX_CONFIG_BYTES {
        return Err(Failure::BadInput(format!("{shown}: {size} bytes: expected at most {MAX_CONFIG_BYTES}")));
    }
    let text = std::fs::read_to_string(file).map_err(|error| Failure::BadInput(format!("{shown}: {error}")))?;
    let mut config: ConfigFile = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| 1 + text.bytes().take(span.start).filter(|byte| *byte == b'\n').count());
        Failure::BadInput(format!("{shown}:{line}: {}", error.message().replace('\n', ", ")))
    })?;
    let beside = file.parent().unwrap_or(Path::new(""));
    config.data = config.data.map(|data| beside.join(data));
    config.tls = config.tls.map(|tls| TlsSection { cert: beside.join(tls.cert), key: beside.join(tls.key) });
    Ok(config)
}

impl ServeFlags {
    /// Joins flags, file and defaults, and checks that a server which others can reach is protected.
    ///
    /// # Errors
    /// [`Failure::BadInput`] with what is missing.
    pub fn resolve(&self) -> Result<ServeConfig, Failure> {
        let file = self.config.as_deref().map(read).transpose()?.unwrap_or_default();
        let default_listen = DEFAULT_LISTEN.parse().map_err(Failure::input)?;
        let listen = self.listen.or(file.listen).unwrap_or(default_listen);
        let data = self.data.clone().or(file.data).unwrap_or_else(|| PathBuf::from(DEFAULT_DATA));
        let given = match (&self.tls_cert, &self.tls_key) {
            (Some(cert), Some(key)) => Some(TlsFiles { cert: cert.clone(), key: key.clone() }),
            _ => file.tls.map(|tls| TlsFiles { cert: tls.cert, key: tls.key }),
        };
        let beyond_loopback = !listen.ip().is_loopback();
        let own = own_tls(&data);
        let tls = given.or_else(|| (beyond_loopback && own.cert.is_file()).then_some(own));
        if beyond_loopback && tls.is_none() {
            let data = data.display();
            return Err(Failure::BadInput(format!(
                "listen {listen}: others can reach this address, and there is no certificate: run `oneroom init --data {data} --host NAME --operator NAME --jurisdiction ID` first, or give --tls-cert and --tls-key"
            )));
        }
        let desk_log = self.desk_log.as_deref().or(file.desk_log.as_deref()).map(domain::ids::LogId::new).transpose();
        let desk_log = desk_log.map_err(|error| Failure::BadInput(format!("desk_log: {error}")))?;
        let mut allowed_origins = file.allowed_origins;
        allowed_origins.extend(self.allowed_origins.iter().cloned());
        check_origins(&allowed_origins)?;
        let flags = (!self.roles.is_empty()).then(|| self.roles.iter().copied().collect());
        Ok(ServeConfig {
            listen,
            data,
            roles: flags.or(file.roles).unwrap_or_else(Role::all),
            tls,
            allowed_origins,
            desk_log,
            requests_per_s: NonZeroU32::new(self.requests_per_s.or(file.requests_per_s).unwrap_or(DEFAULT_REQUESTS_PER_S)),
            otlp_endpoint: self.otlp_endpoint.clone().or(file.otlp_endpoint),
        })
    }
}

/// An allowed origin is compared as text, so it must be written the way browsers write it.
fn check_origins(origins: &[String]) -> Result<(), Failure> {
    for origin in origins {
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        if host.is_none_or(|host| host.is_empty() || host.contains(['/', '?', '#', '@', '*', ' '])) {
            return Err(Failure::BadInput(format!(
                "allowed_origins: {origin:?}: expected scheme, host and port only, as https://wall.example:8443"
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve_with(text: &str, change: impl FnOnce(&mut ServeFlags)) -> Result<ServeConfig, Failure> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("oneroom.toml");
        std::fs::write(&path, text).unwrap();
        let mut flags = ServeFlags { config: Some(path), ..ServeFlags::default() };
        change(&mut flags);
        flags.resolve()
    }

    #[test]
    fn flags_win_over_the_file_and_the_file_over_defaults() {
        let config = resolve_with("listen = \"127.0.0.1:9000\"\nroles = [\"intake\"]\n", |_| {}).unwrap();
        assert_eq!(config.listen.port(), 9000);
        assert_eq!(config.roles, BTreeSet::from([Role::Intake]));
        let config = resolve_with("listen = \"127.0.0.1:9000\"\n", |flags| flags.listen = "127.0.0.1:9001".parse().ok()).unwrap();
        assert_eq!(config.listen.port(), 9001);
        assert_eq!(config.roles, Role::all());
        assert_eq!(config.tls, None);
    }

    #[test]
    fn requests_have_a_limit_unless_none_is_wanted() {
        let limit = |text, flag| resolve_with(text, |flags| flags.requests_per_s = flag).unwrap().requests_per_s.map(NonZeroU32::get);
        assert_eq!(limit("", None), Some(DEFAULT_REQUESTS_PER_S));
        assert_eq!(limit("requests_per_s = 50\n", None), Some(50));
        assert_eq!(limit("requests_per_s = 50\n", Some(60)), Some(60));
        assert_eq!(limit("requests_per_s = 0\n", None), None);
    }

    #[test]
    fn a_mistake_is_told_with_file_and_line() {
        let error = resolve_with("data = \"x\"\nlissten = \"127.0.0.1:9000\"\n", |_| {}).unwrap_err().to_string();
        assert!(error.contains("oneroom.toml:2: unknown field `lissten`"), "{error}");
        let error = resolve_with("allowed_origins = [\"https://a.example/\"]\n", |_| {}).unwrap_err().to_string();
        assert!(error.contains("allowed_origins") && error.contains("expected"), "{error}");
    }

    #[test]
    fn beyond_loopback_a_certificate_is_needed() {
        let error = resolve_with("listen = \"0.0.0.0:8443\"\n", |_| {}).unwrap_err();
        assert_eq!(error.code(), 2);
        assert!(error.to_string().contains("oneroom init"), "{error}");
        let config = resolve_with("listen = \"0.0.0.0:8443\"\n[tls]\ncert = \"a.crt\"\nkey = \"a.key\"\n", |_| {}).unwrap();
        assert!(config.tls.unwrap().cert.ends_with("a.crt"));
    }
}
