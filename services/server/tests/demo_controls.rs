//! The demo's controls: stories come in time, the clock stands still, a new beginning keeps everybody signed in, a training shift
//! ends with how it went.
#![allow(clippy::unwrap_used, clippy::panic)] // a failed unwrap in a helper is the test failing too

use serde_json::{Value, json};
use server::drivers::demo::{Demo, DemoFlags};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Looks at the demo's page at most.
const LOOKS: u32 = 600;

fn flags() -> DemoFlags {
    DemoFlags {
        seed: 7,
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        speed: 60.0,
        calls_per_hour: 0.0,
        train: None,
        no_tour: true,
        no_stories: false,
        no_mishaps: true,
        no_operator: true,
    }
}

/// One HTTP/1.1 exchange: status code and body.
async fn http(address: SocketAddr, request: String) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

async fn look(demo: &Demo) -> Value {
    let (code, body) = http(demo.app.local_addr, "GET /demo HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".to_owned()).await;
    assert_eq!(code, 200);
    serde_json::from_str(&body).unwrap()
}

async fn set_pace(demo: &Demo, token: &str, pace: f64) -> (u16, String) {
    let body = json!({ "pace": pace }).to_string();
    let request = format!(
        "POST /demo/pace HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    http(demo.app.local_addr, request).await
}

async fn until(demo: &Demo, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..LOOKS {
        let shown = look(demo).await;
        if holds(&shown) {
            return shown;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("never {what}: {}", look(demo).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn stories_are_told_and_a_new_beginning_keeps_everybody_signed_in() {
    let flags = flags();
    let demo = Demo::start(&flags).await.unwrap();
    let token = demo.county.operator.clone();
    let shown = until(&demo, "all stories", |shown| shown["stories"].as_array().unwrap().len() >= 5).await;
    // At this pace calls overtake each other on the way: what counts is that each was told.
    let told: Vec<&str> = shown["stories"].as_array().unwrap().iter().map(|one| one["story"].as_str().unwrap()).collect();
    let calls = |story: &str| told.iter().filter(|one| **one == story).count();
    assert!(calls("drone_first") >= 1 && calls("dispute_turns_criminal") >= 1 && calls("missing_child") >= 3, "{told:?}");

    let officer = demo.county.seats[0].token.clone();
    assert_eq!(set_pace(&demo, &officer, 0.0).await.0, 401, "an officer does not stop everybody's clock");
    assert_eq!(set_pace(&demo, &token, 0.0).await.0, 204);
    let (first, second) = (look(&demo).await, look(&demo).await);
    assert_eq!((&first["now"], first["pace"].as_f64()), (&second["now"], Some(0.0)), "it stands still");
    let (code, why) = set_pace(&demo, &token, 1_000.0).await;
    assert_eq!((code, why.trim()), (400, "pace 1000: expected 0 (stand still) or 0.1 to 60"));

    let address = demo.app.local_addr;
    let demo = demo.again(&flags).await.unwrap();
    assert_eq!(demo.app.local_addr, address);
    assert_eq!(set_pace(&demo, &token, 60.0).await.0, 204, "the operator's token is still good");
    until(&demo, "a story with number 1 again", |shown| shown["stories"].as_array().unwrap().iter().any(|one| one["number"] == 1)).await;
    demo.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_training_shift_ends_with_how_it_went() {
    let demo = Demo::start(&DemoFlags { train: Some(3), ..flags() }).await.unwrap();
    let shown = until(&demo, "over", |shown| shown["lesson"]["over"] == true).await;
    assert_eq!((shown["pace"].as_f64(), shown["training"].as_bool()), (Some(0.0), Some(true)), "the clock is stopped");
    let lesson = &shown["lesson"];
    assert_eq!(lesson["incidents"], 5);
    assert_eq!(lesson["by_operator"], 0, "nobody sat at the desk");
    let mark = |key: &str| lesson["marks"].as_array().unwrap().iter().find(|mark| mark["key"] == key).cloned().unwrap_or_default();
    let counts = |key: &str| (mark(key)["done"].as_u64(), mark(key)["of"].as_u64());
    assert_eq!(counts("merged"), (Some(0), Some(2)), "two more callers told of the same child: {lesson}");
    assert_eq!(counts("verified"), (Some(0), Some(1)), "nobody found out about the assault: {lesson}");
    let [first, second] = [0, 1].map(|index| mark("merged")["missed"][index].as_u64().unwrap());
    assert!(first < second);
    demo.stop().await;
}
