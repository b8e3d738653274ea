//! Whether a browser's page may talk to this server: its Origin must be this server, or be allowed by name.
//!
//! Browsers send cookies and reach loopback for any page that asks; they say which page it is in `Origin`, which a page can't
//! forge (RFC 6454 § 7.3). A page whose name was re-bound to our address has an Origin equal to its Host, so on loopback the
//! Host must be a loopback name as well.

use http::header::{HOST, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, Uri};

/// What is allowed.
#[derive(Clone, Debug, Default)]
pub struct OriginRule {
    /// Other origins that may, as `https://room.example:8443`.
    pub allowed: Vec<String>,
    /// Whether the server listens on loopback only.
    pub loopback_only: bool,
}

/// Why a page was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this Origin may not talk to this server: expected the server's own, or one of allowed_origins")]
pub struct ForeignOrigin;

impl OriginRule {
    /// Checks the request of a browser; requests without an Origin come from other programs and pass.
    ///
    /// # Errors
    /// [`ForeignOrigin`] for another page, an opaque origin (`null`), more than one, or one that can't be read.
    pub fn check(&self, headers: &HeaderMap, uri: &Uri) -> Result<(), ForeignOrigin> {
        let mut origins = headers.get_all(ORIGIN).iter();
        let Some(origin) = origins.next() else { return Ok(()) };
        if origins.next().is_some() {
            return Err(ForeignOrigin);
        }
        let origin = origin.to_str().map_err(|_| ForeignOrigin)?;
        if self.allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin)) {
            return Ok(());
        }
        let (page, default_port) = parse_origin(origin).ok_or(ForeignOrigin)?;
        let host = host_of(headers, uri).ok_or(ForeignOrigin)?;
        let same_host = page.host().eq_ignore_ascii_case(host.host());
        let same_port = page.port_u16().unwrap_or(default_port) == host.port_u16().unwrap_or(default_port);
        let bound_here = !self.loopback_only || is_loopback_name(host.host());
        if same_host && same_port && bound_here { Ok(()) } else { Err(ForeignOrigin) }
    }
}

/// `scheme://host[:port]`, nothing more, with the scheme's default port.
fn parse_origin(origin: &str) -> Option<(Authority, u16)> {
    let (scheme, rest) = origin.split_once("://")?;
    let default_port = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    let authority: Authority = rest.parse().ok()?;
    if authority.as_str().contains('@') {
        return None;
    }
    Some((authority, default_port))
}

/// HTTP/2 carries the host in the URI, HTTP/1.1 in a header of which there must be exactly one.
fn host_of(headers: &HeaderMap, uri: &Uri) -> Option<Authority> {
    if let Some(authority) = uri.authority() {
        return Some(authority.clone());
    }
    let mut hosts = headers.get_all(HOST).iter();
    let host = hosts.next()?.to_str().ok()?.parse().ok()?;
    if hosts.next().is_some() { None } else { Some(host) }
}

fn is_loopback_name(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rule: &OriginRule, host: &str, origins: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        if !host.is_empty() {
            headers.insert(HOST, host.parse().unwrap());
        }
        for origin in origins {
            headers.append(ORIGIN, origin.parse().unwrap());
        }
        rule.check(&headers, &Uri::from_static("/v1alpha1/watch")).is_ok()
    }

    #[test]
    fn only_the_servers_own_pages_and_named_ones_pass() {
        let rule = OriginRule { allowed: vec!["https://wall.example".to_owned()], loopback_only: false };
        let table: &[(&str, &[&str], bool)] = &[
            ("room.example:8443", &[], true),
            ("room.example:8443", &["https://room.example:8443"], true),
            ("room.example:8443", &["https://ROOM.example:8443"], true),
            ("room.example", &["https://room.example"], true),
            ("room.example", &["https://room.example:443"], true),
            ("room.example:443", &["https://room.example"], true),
            ("room.example:8443", &["https://room.example"], false),
            ("room.example:8443", &["https://room.example:8444"], false),
            ("room.example:8443", &["https://evil.example"], false),
            ("room.example:8443", &["https://room.example.evil.example:8443"], false),
            ("room.example:8443", &["https://room.example:8443@evil.example"], false),
            ("room.example:8443", &["https://evil@room.example:8443"], false),
            ("room.example:8443", &["null"], false),
            ("room.example:8443", &[""], false),
            ("room.example:8443", &["file://"], false),
            ("room.example:8443", &["chrome-extension://abcdef"], false),
            ("room.example:8443", &["https://room.example:8443/"], false),
            ("room.example:8443", &["https://room.example:8443", "https://evil.example"], false),
            ("", &["https://room.example:8443"], false),
            ("room.example:8443", &["https://wall.example"], true),
            ("room.example:8443", &["https://wall.example:444"], false),
            ("room.example:8443", &["http://wall.example"], false),
        ];
        for (host, origins, allowed) in table {
            assert_eq!(check(&rule, host, origins), *allowed, "Host {host}, Origin {origins:?}");
        }
    }

    #[test]
    fn on_loopback_a_name_bound_to_our_address_does_not_pass() {
        let rule = OriginRule { allowed: vec!["http://localhost:5173".to_owned()], loopback_only: true };
        let table: &[(&str, &[&str], bool)] = &[
            ("127.0.0.1:8080", &[], true),
            ("127.0.0.1:8080", &["http://127.0.0.1:8080"], true),
            ("localhost:8080", &["http://localhost:8080"], true),
            ("[::1]:8080", &["http://[::1]:8080"], true),
            ("127.0.0.1:8080", &["http://localhost:8080"], false),
            ("127.0.0.1:8080", &["http://localhost:5173"], true),
            ("127.0.0.1:8080", &["http://evil.example"], false),
            ("evil.example:8080", &["http://evil.example:8080"], false),
            ("127.0.0.1.evil.example:8080", &["http://127.0.0.1.evil.example:8080"], false),
        ];
        for (host, origins, allowed) in table {
            assert_eq!(check(&rule, host, origins), *allowed, "Host {host}, Origin {origins:?}");
        }
    }
}
