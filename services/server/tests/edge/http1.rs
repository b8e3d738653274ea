//! Pages, health, metrics, and clients that are slow or send too much.

use super::bench::{Bench, read_to_end, status};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

#[tokio::test]
async fn pages_carry_the_security_headers() {
    let bench = Bench::start().await;
    for path in ["/", "/unit", "/healthz", "/nothing/here", "/v1alpha1/watch"] {
        let answer = bench.get(path, "").await.to_ascii_lowercase();
        let policy =
            answer.lines().find(|line| line.starts_with("content-security-policy: ")).unwrap_or_else(|| panic!("{path}: {answer}"));
        for part in ["default-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "img-src 'self' data: blob:"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("script-src") && !policy.contains("unsafe-eval"), "{policy}");
        assert!(answer.contains("x-content-type-options: nosniff"), "{path}: {answer}");
        assert!(answer.contains("referrer-policy: no-referrer"), "{path}: {answer}");
    }
    bench.app.stop().await;
}

#[tokio::test]
async fn the_console_answers_at_its_two_pages_only() {
    let bench = Bench::start().await;
    for path in ["/", "/unit"] {
        let answer = bench.get(path, "").await;
        assert_eq!(status(&answer), 200, "{path}: {answer}");
        assert!(answer.contains("text/html") && answer.to_ascii_lowercase().contains("cache-control: no-cache"), "{answer}");
    }
    assert_eq!(status(&bench.get("/../Cargo.toml", "").await), 404);
    assert_eq!(status(&bench.get("/assets/%2e%2e/%2e%2e/package.json", "").await), 404);
    bench.app.stop().await;
}

#[tokio::test]
async fn health_readiness_and_metrics() {
    let bench = Bench::start().await;
    assert_eq!(status(&bench.get("/healthz", "").await), 200);
    assert_eq!(status(&bench.get("/readyz", "").await), 200);
    let metrics = bench.get("/metrics", "").await;
    assert_eq!(status(&metrics), 200);
    assert!(metrics.contains("\noneroom_connections "), "{metrics}");
    bench.app.stop().await;
}

#[tokio::test]
async fn a_client_that_sends_its_headers_too_slowly_is_closed() {
    let bench = Bench::start().await;
    let openings = ["", "P", "PRI * HTTP/2.0\r\n", "GET / HTTP/1.1\r\nHost: x\r\nX-A: "].map(|opening| {
        let addr = bench.addr();
        tokio::spawn(async move {
            let mut stream = TcpStream::connect(addr).await.unwrap();
            stream.write_all(opening.as_bytes()).await.unwrap();
            let answer = read_to_end(&mut stream).await;
            assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408 "), "{opening:?}: {answer}");
        })
    });
    for opening in openings {
        opening.await.unwrap();
    }
    bench.app.stop().await;
}

#[tokio::test]
async fn too_many_and_too_large_headers_are_refused() {
    let bench = Bench::start().await;
    let many = "X-A: b\r\n".repeat(200);
    assert_eq!(status(&bench.get("/", &many).await), 431);
    let large = format!("X-A: {}\r\n", "b".repeat(200_000));
    let host = bench.addr();
    let mut stream = TcpStream::connect(host).await.unwrap();
    let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\n{large}\r\n");
    // The server may close before it has read everything.
    let _ = stream.write_all(request.as_bytes()).await;
    let answer = read_to_end(&mut stream).await;
    assert!(answer.is_empty() || status(&answer) == 431, "{answer}");
    bench.app.stop().await;
}

#[tokio::test]
async fn a_stopped_server_listens_no_more_and_can_be_started_again_on_its_record() {
    let bench = Bench::start().await;
    let (addr, dir) = (bench.addr(), bench.dir.path().join("data"));
    bench.app.stop().await;
    assert!(TcpStream::connect(addr).await.is_err());
    let record = server::record::Record::open_existing(&dir).unwrap();
    let app = server::App::start(record, server::AppOptions::new("127.0.0.1:0".parse().unwrap())).await.unwrap();
    assert_eq!(app.runtime.logs().len(), 1);
    app.stop().await;
}
