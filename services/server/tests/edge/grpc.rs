//! gRPC and gRPC-Web: tokens, unknown methods, sizes, origins, health, reflection.

use super::bench::{Bench, OPERATOR, PASSWORD, PATIENCE, status};
use tokio_stream::StreamExt;
use tonic::metadata::MetadataValue;
use tonic::transport::Channel;
use tonic::{Code, Request};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use wire::v1alpha1::session_service_client::SessionServiceClient;
use wire::v1alpha1::{CreateSessionRequest, EndSessionRequest, GetSessionRequest, Role};

fn with_token<T>(message: T, token: &str) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", MetadataValue::try_from(format!("Bearer {token}")).unwrap());
    request
}

async fn get_session(client: &mut SessionServiceClient<Channel>, token: &str) -> Result<wire::v1alpha1::GetSessionResponse, Code> {
    client.get_session(with_token(GetSessionRequest {}, token)).await.map(tonic::Response::into_inner).map_err(|status| status.code())
}

#[tokio::test]
async fn a_session_begins_with_a_password_and_ends_when_it_is_ended() {
    let bench = Bench::start().await;
    let mut client = SessionServiceClient::new(bench.channel().await);
    let credentials = |password: &str| CreateSessionRequest { principal_id: OPERATOR.to_owned(), password: password.to_owned() };
    assert_eq!(client.create_session(credentials("wrong password")).await.unwrap_err().code(), Code::Unauthenticated);
    let session = client.create_session(credentials(PASSWORD)).await.unwrap().into_inner();
    let me = get_session(&mut client, &session.token).await.unwrap();
    assert_eq!((me.principal_id.as_str(), me.role()), (OPERATOR, Role::Operator));
    assert_eq!((me.jurisdictions, me.log_ids), (vec!["610824".to_owned()], vec!["610824".to_owned()]));
    client.end_session(with_token(EndSessionRequest {}, &session.token)).await.unwrap();
    assert_eq!(get_session(&mut client, &session.token).await, Err(Code::Unauthenticated));
    bench.app.stop().await;
}

#[tokio::test]
async fn without_a_good_token_nothing_is_answered() {
    let bench = Bench::start().await;
    let mut client = SessionServiceClient::new(bench.channel().await);
    let status = client.get_session(GetSessionRequest {}).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    assert!(status.message().contains("authorization: Bearer"), "{status}");
    for token in ["", "or_x", &format!("or_{}", "A".repeat(43))] {
        assert_eq!(get_session(&mut client, token).await, Err(Code::Unauthenticated), "{token:?}");
    }
    bench.app.stop().await;
}

/// POSTs an empty gRPC message to a path over HTTP/2; gives the gRPC status.
async fn call(channel: Channel, path: &'static str, token: Option<&str>) -> tonic::Status {
    let mut grpc = tonic::client::Grpc::new(channel);
    grpc.ready().await.unwrap();
    let request = token.map_or_else(|| Request::new(GetSessionRequest {}), |token| with_token(GetSessionRequest {}, token));
    let codec = tonic_prost::ProstCodec::<GetSessionRequest, GetSessionRequest>::default();
    grpc.unary(request, path.parse().unwrap(), codec).await.unwrap_err()
}

#[tokio::test]
async fn an_unknown_method_is_answered_as_grpc_does() {
    let bench = Bench::start().await;
    let (channel, token) = (bench.channel().await, bench.token().await);
    for path in ["/oneroom.v1alpha1.SessionService/Nothing", "/oneroom.v1alpha1.NoService/Nothing", "/"] {
        let status = call(channel.clone(), path, Some(&token)).await;
        assert_eq!(status.code(), Code::Unimplemented, "{path}: {status}");
    }
    assert_eq!(call(channel, "/oneroom.v1alpha1.SessionService/Nothing", None).await.code(), Code::Unauthenticated);
    bench.app.stop().await;
}

#[tokio::test]
async fn an_oversized_message_is_refused() {
    let bench = Bench::start().await;
    let mut client = SessionServiceClient::new(bench.channel().await);
    let large = CreateSessionRequest { principal_id: "x".repeat(2 << 20), password: String::new() };
    let status = client.create_session(large).await.unwrap_err();
    assert_eq!(status.code(), Code::OutOfRange, "{status}");
    bench.app.stop().await;
}

#[tokio::test]
async fn health_and_reflection_need_no_token() {
    let bench = Bench::start().await;
    let channel = bench.channel().await;
    let health = HealthClient::new(channel.clone()).check(HealthCheckRequest { service: String::new() }).await.unwrap().into_inner();
    assert_eq!(health.status(), ServingStatus::Serving);
    let ask = ServerReflectionRequest { host: String::new(), message_request: Some(MessageRequest::ListServices(String::new())) };
    let mut answers = ServerReflectionClient::new(channel).server_reflection_info(tokio_stream::once(ask)).await.unwrap().into_inner();
    let answer = tokio::time::timeout(PATIENCE, answers.next()).await.unwrap().unwrap().unwrap().message_response;
    let Some(MessageResponse::ListServicesResponse(list)) = answer else { panic!("{answer:?}") };
    let names: Vec<_> = list.service.into_iter().map(|service| service.name).collect();
    for service in ["IntakeService", "DispatchService", "UnitService", "PositionService", "RecordService", "WatchService", "SessionService"]
    {
        assert!(names.contains(&format!("oneroom.v1alpha1.{service}")), "{names:?}");
    }
    bench.app.stop().await;
}

/// A gRPC-Web call as a browser sends it: HTTP/1.1, a five-byte prefix and an empty message.
async fn web_call(bench: &Bench, origin: &str, token: &str) -> String {
    let head = format!(
        "POST /oneroom.v1alpha1.SessionService/GetSession HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/grpc-web+proto\r\n\
         X-Grpc-Web: 1\r\nContent-Length: 5\r\nAuthorization: Bearer {token}\r\n{origin}\r\n\0\0\0\0\0",
        bench.addr()
    );
    bench.exchange(&head).await
}

#[tokio::test]
async fn grpc_web_is_for_pages_of_this_server_and_named_ones() {
    let bench = Bench::start_with(None, &["https://wall.example"]).await;
    let token = bench.token().await;
    let own = format!("Origin: http://{}\r\n", bench.addr());
    let table = [
        ("", 200),
        (own.as_str(), 200),
        ("Origin: https://wall.example\r\n", 200),
        ("Origin: http://evil.example\r\n", 403),
        ("Origin: null\r\n", 403),
        ("Origin: http://127.0.0.1:1\r\n", 403),
    ];
    for (origin, expected) in table {
        let answer = web_call(&bench, origin, &token).await;
        assert_eq!(status(&answer), expected, "{origin:?}: {answer}");
        assert_eq!(answer.contains(OPERATOR), expected == 200, "{origin:?}: {answer}");
    }
    let refused = web_call(&bench, &own, "or_x").await;
    assert!(refused.to_ascii_lowercase().contains("grpc-status: 16") && refused.contains("application/grpc-web"), "{refused}");
    bench.app.stop().await;
}
