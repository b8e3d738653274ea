//! One that sends too much is told when to try again, and nobody else waits for it.

use super::house::{House, OPERATOR, with};
use tonic::Code;
use tonic_types::StatusExt;
use wire::v1alpha1::GetSessionRequest;
use wire::v1alpha1::session_service_client::SessionServiceClient;

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_too_much_is_told_when_to_try_again() {
    let house = House::open_with(&["--requests-per-s", "1"]).await;
    let sessions = SessionServiceClient::new(house.channel().await);
    let ask = |token: String| {
        let mut sessions = sessions.clone();
        async move { sessions.get_session(with(&token, GetSessionRequest {})).await }
    };
    let answers = futures_util::future::join_all((0..30).map(|_| ask(house.operator.clone()))).await;
    let refused: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().err()).collect();
    assert!(answers.iter().any(Result::is_ok), "nothing was taken");
    assert!(!refused.is_empty(), "30 requests at once, and 1 a second is allowed");
    for status in &refused {
        assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
        assert!(status.message().contains("at most 1 a second"), "{status:?}");
        assert!(!status.message().contains(OPERATOR), "it names nobody: {status:?}");
    }
    ask(house.gateway.clone()).await.expect("another principal has its own rate");
    let delay = refused.last().and_then(|status| status.get_details_retry_info()).and_then(|info| info.retry_delay);
    let mut wait = delay.expect("when to try again");
    while let Err(status) = {
        tokio::time::sleep(wait).await;
        ask(house.operator.clone()).await
    } {
        wait = status.get_details_retry_info().and_then(|info| info.retry_delay).expect("a refusal for another reason");
    }
}
