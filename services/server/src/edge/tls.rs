//! TLS of the listener: certificate chain and key from PEM files, HTTP/2 and HTTP/1.1 by ALPN.

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where certificate and key are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TlsFiles {
    /// PEM certificate chain, the server's own first.
    pub cert: PathBuf,
    /// PEM private key.
    pub key: PathBuf,
}

/// Why TLS can't be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file can't be read or holds something else.
    #[error("{}: {why}: expected a PEM {expected}", file.display())]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// Why.
        why: String,
        /// What it should hold.
        expected: &'static str,
    },
    /// Certificate and key do not go together, or are of a kind that is not supported.
    #[error("{}: {source}", cert.display())]
    Unusable {
        /// The certificate.
        cert: PathBuf,
        /// Why.
        source: rustls::Error,
    },
}

fn unreadable(file: &Path, why: impl ToString, expected: &'static str) -> TlsError {
    TlsError::Unreadable { file: file.to_owned(), why: why.to_string(), expected }
}

/// Reads both files.
///
/// # Errors
/// [`TlsError`], naming the file.
pub fn load(files: &TlsFiles) -> Result<Arc<ServerConfig>, TlsError> {
    const CHAIN: &str = "certificate chain";
    let certificates = CertificateDer::pem_file_iter(&files.cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|why| unreadable(&files.cert, why, CHAIN))?;
    if certificates.is_empty() {
        return Err(unreadable(&files.cert, "no certificate in it", CHAIN));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|why| unreadable(&files.key, why, "private key"))?;
    let unusable = |source| TlsError::Unusable { cert: files.cert.clone(), source };
    let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .map_err(unusable)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
