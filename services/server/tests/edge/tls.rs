//! TLS with the own authority that `oneroom init` makes.

use super::bench::{Bench, OPERATOR, PASSWORD, read_to_end, status};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use server::commands::certificates;
use server::config::own_tls;
use std::path::Path;
use std::sync::Arc;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint};
use wire::v1alpha1::CreateSessionRequest;
use wire::v1alpha1::session_service_client::SessionServiceClient;

fn connector(authority: &Path, alpn: &[&[u8]]) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(authority).unwrap()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
    TlsConnector::from(Arc::new(config))
}

#[tokio::test]
async fn a_client_that_trusts_the_own_authority_is_served_over_both_protocols() {
    let keys = tempfile::tempdir().unwrap();
    certificates::write(keys.path(), &["room.example".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let bench = Bench::start_with(Some(own_tls(keys.path())), &[]).await;
    let authority = keys.path().join("tls/ca.crt");

    let name = ServerName::try_from("room.example").unwrap();
    for (alpn, chosen) in [(&[b"http/1.1".as_slice()][..], Some(b"http/1.1".as_slice())), (&[][..], None)] {
        let stream = TcpStream::connect(bench.addr()).await.unwrap();
        let mut stream = connector(&authority, alpn).connect(name.clone(), stream).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), chosen);
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: room.example\r\nConnection: close\r\n\r\n").await.unwrap();
        assert_eq!(status(&read_to_end(&mut stream).await), 200);
    }

    let trust =
        ClientTlsConfig::new().ca_certificate(Certificate::from_pem(std::fs::read(&authority).unwrap())).domain_name("room.example");
    let channel = Endpoint::from_shared(bench.app.url()).unwrap().tls_config(trust).unwrap().connect().await.unwrap();
    let credentials = CreateSessionRequest { principal_id: OPERATOR.to_owned(), password: PASSWORD.to_owned() };
    assert!(SessionServiceClient::new(channel).create_session(credentials).await.is_ok());

    let stream = TcpStream::connect(bench.addr()).await.unwrap();
    let wrong = connector(&authority, &[]).connect(ServerName::try_from("other.example").unwrap(), stream).await;
    assert!(wrong.is_err(), "a name that is not in the certificate was accepted");
    assert!(!bench.get("/healthz", "").await.contains("200 OK"), "plain HTTP was answered on a TLS port");
    bench.app.stop().await;
}
