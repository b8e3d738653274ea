//! The console's files: the operators' console at `/`, the officers' app at `/unit`, built into the binary.

use axum::body::Body;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri};
use rust_embed::RustEmbed;

/// What `npm run build` made. Read from disk in a debug build, part of the binary in a release build.
#[derive(RustEmbed)]
#[folder = "../../web-console/dist"]
#[allow_missing = true]
struct Dist;

/// What a page may load and talk to, and that nobody may frame it. WebSockets to the page's own host count as `'self'`
/// (CSP Level 3 § 6.7.2.8).
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; connect-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; \
     style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'";

/// Names with a hash in them never change.
const CACHED_FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASKED_EACH_TIME: HeaderValue = HeaderValue::from_static("no-cache");

const NOT_BUILT: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>OneRoom</title>\n\
<h1>The console is not part of this build</h1>\n\
<p>The server runs; its gRPC services and the stream are there. To see the console, build it and then the server again:</p>\n\
<pre>cd web-console\nnpm ci\nnpm run build\ncd ..\ncargo build</pre>\n</html>\n";

/// Answers a request for a page or a file of the console.
pub async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response<Body> {
    if method != Method::GET && method != Method::HEAD {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "expected GET\n");
    }
    let name = match uri.path() {
        "/" => "index.html",
        "/unit" | "/unit/" => "unit.html",
        path => path.trim_start_matches('/'),
    };
    match Dist::get(name) {
        Some(file) => found(name, &file, &headers, method == Method::HEAD),
        None if name == "index.html" || name == "unit.html" => {
            let mut page = Response::new(Body::from(NOT_BUILT));
            page.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
            page.headers_mut().insert(CACHE_CONTROL, ASKED_EACH_TIME);
            page
        }
        None => plain(StatusCode::NOT_FOUND, "not found\n"),
    }
}

fn found(name: &str, file: &rust_embed::EmbeddedFile, asked: &HeaderMap, head_only: bool) -> Response<Body> {
    let tag = format!("\"{}\"", hex::encode(file.metadata.sha256_hash()));
    let unchanged = asked.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let body = if unchanged || head_only { Body::empty() } else { Body::from(file.data.clone().into_owned()) };
    let mut response = Response::new(body);
    if unchanged {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    if let Ok(kind) = HeaderValue::from_str(&content_type(name, file.metadata.mimetype())) {
        headers.insert(CONTENT_TYPE, kind);
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    headers.insert(CACHE_CONTROL, if name.starts_with("assets/") { CACHED_FOR_GOOD } else { ASKED_EACH_TIME });
    response
}

/// Text is UTF-8; a web manifest has its own type, which the guess does not know.
fn content_type(name: &str, guessed: &str) -> String {
    if name.ends_with(".webmanifest") {
        return "application/manifest+json".to_owned();
    }
    if guessed.starts_with("text/") && !guessed.contains("charset") { format!("{guessed}; charset=utf-8") } else { guessed.to_owned() }
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
