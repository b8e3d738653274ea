//! `oneroom init`: certificates, audit key and the first operator of a new record.

use super::certificates;
use super::users::{PasswordFlags, new_principal};
use crate::cli::DataFlag;
use crate::exit::{Failure, print_line};
use crate::record::Record;
use domain::principal::Role;
use store::AuditKey;

/// The flags of `init`.
#[derive(clap::Args, Debug)]
pub struct InitFlags {
    #[command(flatten)]
    data: DataFlag,
    /// Name or address under which others reach the server; may be given more than once.
    #[arg(long = "host", required = true, value_name = "NAME")]
    hosts: Vec<String>,
    /// The first operator's name: a code, never a person's real name.
    #[arg(long, value_name = "NAME")]
    operator: String,
    /// Agency node in which the operator acts, with all below it; may be given more than once.
    #[arg(long = "jurisdiction", required = true, value_name = "ID")]
    jurisdictions: Vec<String>,
    #[command(flatten)]
    password: PasswordFlags,
}

/// Makes everything that a server beyond loopback needs. What is there already is never overwritten.
///
/// # Errors
/// [`Failure::BadInput`] when something is there already, or an argument is not valid.
pub async fn run(flags: InitFlags) -> Result<(), Failure> {
    let dir = &flags.data.data;
    let jurisdictions = super::users::jurisdictions(&flags.jurisdictions)?;
    let principal = new_principal(&flags.operator, Role::Operator { jurisdictions }, &flags.password)?;
    let record = Record::open(dir).map_err(Failure::input)?;
    let identities = record.identities();
    if !identities.list_principals().await.map_err(Failure::input)?.is_empty() {
        record.close().await;
        return Err(Failure::BadInput(format!("{}: has operators already: use `oneroom user add`", dir.display())));
    }
    certificates::write(dir, &flags.hosts)?;
    let key = AuditKey::load_or_make(dir).map_err(Failure::input)?;
    identities.put_principal(principal.record).await.map_err(Failure::input)?;
    record.close().await;
    let tls = dir.join(certificates::TLS_DIR);
    print_line(format_args!("certificate authority  {} (install it on phones and computers of the room)", tls.join("ca.crt").display()));
    print_line(format_args!("server certificate     {} for {}", tls.join("server.crt").display(), flags.hosts.join(", ")));
    print_line(format_args!("audit key, public      {} (keep a copy off this machine)", key.public()));
    print_line(format_args!("operator               {}", flags.operator));
    if let Some(password) = principal.generated {
        print_line(format_args!("password               {password} (shown this once)"));
    }
    Ok(())
}
