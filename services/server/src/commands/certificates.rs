//! An own certificate authority and a server certificate, so that a phone on the network can open the app over HTTPS.

use crate::exit::Failure;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// The directory of certificates and keys in a record's directory.
pub const TLS_DIR: &str = "tls";
/// Years the authority is good for.
const AUTHORITY_YEARS: i16 = 10;
/// Days the server certificate is good for: phones refuse more than 825.
const SERVER_DAYS: i32 = 800;

/// A moment `days` from today, at midnight UTC.
fn in_days(days: i32) -> Result<(i32, u8, u8), Failure> {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let date = today.checked_add(jiff::Span::new().days(days)).map_err(Failure::input)?;
    Ok((i32::from(date.year()), date.month().unsigned_abs(), date.day().unsigned_abs()))
}

fn validity(params: &mut CertificateParams, days: i32) -> Result<(), Failure> {
    // A day back, for phones whose clock is behind.
    let (year, month, day) = in_days(-1)?;
    params.not_before = date_time_ymd(year, month, day);
    let (year, month, day) = in_days(days)?;
    params.not_after = date_time_ymd(year, month, day);
    Ok(())
}

/// The four files, as PEM.
struct Made {
    authority: String,
    authority_key: String,
    server: String,
    server_key: String,
}

fn make(hosts: &[String]) -> Result<Made, Failure> {
    let mut authority = CertificateParams::default();
    authority.distinguished_name.push(DnType::CommonName, "OneRoom authority");
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    validity(&mut authority, i32::from(AUTHORITY_YEARS) * 365)?;
    let authority_key = KeyPair::generate().map_err(Failure::input)?;
    let authority_pem = authority_key.serialize_pem();
    let authority = CertifiedIssuer::self_signed(authority, authority_key).map_err(Failure::input)?;

    let names = || hosts.join(", ");
    let mut server = CertificateParams::new(hosts.to_vec())
        .map_err(|error| Failure::BadInput(format!("--host {}: {error}: expected host names or IP addresses", names())))?;
    server.distinguished_name.push(DnType::CommonName, hosts.first().map_or("oneroom", String::as_str));
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.use_authority_key_identifier_extension = true;
    validity(&mut server, SERVER_DAYS)?;
    let server_key = KeyPair::generate().map_err(Failure::input)?;
    let certificate = server.signed_by(&server_key, &authority).map_err(Failure::input)?;
    Ok(Made { authority: authority.pem(), authority_key: authority_pem, server: certificate.pem(), server_key: server_key.serialize_pem() })
}

/// Writes a file that only its owner may read; refuses to overwrite one.
fn write_secret(path: &Path, content: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(content.as_bytes())?;
    file.sync_all()
}

/// Makes `tls/` in `data`: `ca.crt`, `ca.key`, `server.crt`, `server.key`. All of it or nothing.
///
/// # Errors
/// [`Failure::BadInput`] when it is there already, a host is not valid, or something can't be written.
pub fn write(data: &Path, hosts: &[String]) -> Result<(), Failure> {
    let dir = data.join(TLS_DIR);
    if dir.exists() {
        return Err(Failure::BadInput(format!("{}: is there already and is not overwritten", dir.display())));
    }
    let made = make(hosts)?;
    let unfinished = data.join("tls.unfinished");
    let at = |path: &Path, error: std::io::Error| Failure::BadInput(format!("{}: {error}", path.display()));
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(|error| at(&unfinished, error))?;
    }
    fs::DirBuilder::new().mode(0o700).create(&unfinished).map_err(|error| at(&unfinished, error))?;
    let files =
        [("ca.crt", &made.authority), ("ca.key", &made.authority_key), ("server.crt", &made.server), ("server.key", &made.server_key)];
    for (name, content) in files {
        let path = unfinished.join(name);
        write_secret(&path, content).map_err(|error| at(&path, error))?;
    }
    fs::rename(&unfinished, &dir).map_err(|error| at(&dir, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn keys_are_for_their_owner_only_and_nothing_is_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), &["room.example".to_owned(), "127.0.0.1".to_owned()]).unwrap();
        for name in ["ca.key", "server.key"] {
            let mode = fs::metadata(dir.path().join(TLS_DIR).join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
        let before = fs::read(dir.path().join("tls/ca.key")).unwrap();
        assert!(write(dir.path(), &["room.example".to_owned()]).unwrap_err().to_string().contains("not overwritten"));
        assert_eq!(fs::read(dir.path().join("tls/ca.key")).unwrap(), before);
    }

    #[test]
    fn a_host_that_is_none_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        assert!(write(dir.path(), &["指挥室".to_owned()]).unwrap_err().to_string().contains("--host"));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
