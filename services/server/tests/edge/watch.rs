//! The WebSocket's handshake: origins, subprotocols, limits.

use super::bench::{Bench, PATIENCE, status};
use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};

fn handshake(bench: &Bench, more: &str) -> String {
    format!(
        "GET /v1alpha1/watch HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n",
        bench.addr()
    )
}

/// The head of the answer; the connection may stay open.
async fn head(bench: &Bench, request: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(bench.addr()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut some = [0; 1_024];
        let count = tokio::time::timeout(PATIENCE, stream.read(&mut some)).await.unwrap().unwrap();
        assert!(count > 0, "closed after {:?}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&some[..count]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_foreign_page_is_refused_before_the_upgrade() {
    let bench = Bench::start_with(None, &["http://localhost:5173"]).await;
    let own = format!("Origin: http://{}\r\n", bench.addr());
    let table = [
        ("", 101),
        (own.as_str(), 101),
        ("Origin: http://localhost:5173\r\n", 101),
        ("Origin: http://evil.example\r\n", 403),
        ("Origin: https://127.0.0.1\r\n", 403),
        ("Origin: null\r\n", 403),
        ("Origin: http://localhost:5173\r\nOrigin: http://evil.example\r\n", 403),
    ];
    for (origin, expected) in table {
        let answer = head(&bench, &handshake(&bench, &format!("Sec-WebSocket-Protocol: oneroom.pb\r\n{origin}"))).await;
        assert_eq!(status(&answer), expected, "{origin:?}: {answer}");
    }
    bench.app.stop().await;
}

#[tokio::test]
async fn the_handshake_agrees_on_a_subprotocol_or_is_refused() {
    let bench = Bench::start().await;
    let answer = head(&bench, &handshake(&bench, "Sec-WebSocket-Protocol: x, oneroom.json, oneroom.pb\r\n")).await.to_ascii_lowercase();
    assert_eq!(status(&answer), 101);
    assert!(answer.contains("sec-websocket-protocol: oneroom.json\r\n"), "{answer}");
    // The example of RFC 6455 § 1.3.
    assert!(answer.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n"), "{answer}");
    for (more, expected) in [("", 400), ("Sec-WebSocket-Protocol: graphql-ws\r\n", 400)] {
        let answer = head(&bench, &handshake(&bench, more)).await;
        assert_eq!(status(&answer), expected, "{answer}");
    }
    let old = handshake(&bench, "Sec-WebSocket-Protocol: oneroom.pb\r\n").replace("Version: 13", "Version: 8");
    assert_eq!(status(&head(&bench, &old).await), 426);
    assert_eq!(status(&bench.get("/v1alpha1/watch", "").await), 426);
    bench.app.stop().await;
}

#[tokio::test]
async fn a_message_over_the_limit_closes_the_socket() {
    let bench = Bench::start().await;
    let mut request = format!("ws://{}/v1alpha1/watch", bench.addr()).into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "oneroom.pb".parse().unwrap());
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    socket.send(Message::Binary(vec![0; (64 << 10) + 1].into())).await.unwrap();
    match tokio::time::timeout(PATIENCE, socket.next()).await.unwrap() {
        Some(Ok(Message::Close(Some(frame)))) => assert_eq!(frame.code, CloseCode::Size),
        Some(Err(Error::Protocol(_) | Error::Io(_))) | None => {}
        other => panic!("{other:?}"),
    }
    bench.app.stop().await;
}

#[tokio::test]
async fn an_operator_who_says_hello_is_welcomed_and_a_stranger_is_not() {
    let bench = Bench::start().await;
    let token = bench.token().await;
    for (token, welcome) in [(token.as_str(), true), ("or_x", false)] {
        let mut request = format!("ws://{}/v1alpha1/watch", bench.addr()).into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", "oneroom.json".parse().unwrap());
        let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        let hello = format!(r#"{{"hello":{{"token":"{token}"}}}}"#);
        socket.send(Message::Text(hello.into())).await.unwrap();
        let first = tokio::time::timeout(PATIENCE, socket.next()).await.unwrap().unwrap().unwrap();
        assert_eq!(matches!(&first, Message::Text(text) if text.contains("welcome")), welcome, "{first:?}");
    }
    bench.app.stop().await;
}
