//! `oneroom user`, `device` and `token`: who may speak to the service.

use crate::cli::DataFlag;
use crate::exit::{Failure, print_line};
use crate::record::Record;
use clap::{Args, Subcommand, ValueEnum};
use domain::ids::{AgencyId, PrincipalId, UnitId};
use domain::principal::Role;
use rand::RngExt;
use runtime::clock::{Clock, WallClock};
use runtime::identity::{Authenticator, hash_password, token_sha256};
use std::collections::BTreeSet;
use std::io::BufRead;
use std::sync::Arc;
use std::time::Duration;
use store::{Identities, PrincipalRecord};

/// Characters of a generated password: none that is mistaken for another. 20 of them are 99 bits.
const PASSWORD_ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
const PASSWORD_GROUPS: usize = 4;
const PASSWORD_GROUP_LEN: usize = 5;
/// Longest life of a device's token that can be asked for, in days.
const MAX_DAYS: u32 = 3_650;

/// What a person may do.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum PersonRole {
    /// Takes calls and dispatches.
    Operator,
    /// Sees what an operator sees and changes nothing.
    Observer,
}

/// Where a new password comes from.
#[derive(Args, Clone, Copy, Debug)]
pub struct PasswordFlags {
    /// Read the password from the first line of stdin, instead of making one and showing it.
    #[arg(long)]
    password_stdin: bool,
}

/// People.
#[derive(Subcommand, Debug)]
pub enum UserCommand {
    /// Adds a person.
    Add {
        /// Where the record is.
        #[command(flatten)]
        data: DataFlag,
        /// A code, never a person's real name.
        name: String,
        /// What the person may do.
        #[arg(long, value_enum, default_value = "operator")]
        role: PersonRole,
        /// Agency node in which it may, with all below it; may be given more than once.
        #[arg(long = "jurisdiction", required = true, value_name = "ID")]
        jurisdictions: Vec<String>,
        /// Where the password comes from.
        #[command(flatten)]
        password: PasswordFlags,
    },
    /// Shows everybody, people and devices.
    List {
        /// Where the record is.
        #[command(flatten)]
        data: DataFlag,
        /// One JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Shuts somebody out, at once, and revokes the tokens.
    Disable {
        /// Where the record is.
        #[command(flatten)]
        data: DataFlag,
        /// Who.
        name: String,
    },
    /// Lets somebody in again, who then signs in anew.
    Enable {
        /// Where the record is.
        #[command(flatten)]
        data: DataFlag,
        /// Who.
        name: String,
    },
    /// Sets a new password and revokes the tokens.
    Password {
        /// Where the record is.
        #[command(flatten)]
        data: DataFlag,
        /// Whose.
        name: String,
        /// Where the password comes from.
        #[command(flatten)]
        password: PasswordFlags,
    },
}

/// Devices and gateways.
#[derive(Subcommand, Debug)]
pub enum DeviceCommand {
    /// Makes a token and shows it this once.
    Add {
        /// Where the record is.
        #[command(flatten)]
        data: DataFlag,
        /// The unit that the device speaks for; its principal has the same code.
        #[arg(long, value_name = "ID", conflicts_with = "gateway", required_unless_present = "gateway")]
        unit: Option<String>,
        /// A gateway that reports positions of many units: its name.
        #[arg(long, value_name = "NAME", requires = "jurisdictions")]
        gateway: Option<String>,
        /// Agency node whose units a gateway reports; may be given more than once.
        #[arg(long = "jurisdiction", value_name = "ID", conflicts_with = "unit")]
        jurisdictions: Vec<String>,
        /// Days until the token ends by itself; it does not when left out.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_DAYS)))]
        days: Option<u32>,
    },
}

/// Tokens.
#[derive(Subcommand, Debug)]
pub enum TokenCommand {
    /// Revokes all tokens of a principal, or the one that is on the first line of stdin. Refused everywhere within 5 s.
    Revoke {
        /// Where the record is.
        #[command(flatten)]
        data: DataFlag,
        /// Whose tokens.
        #[arg(required_unless_present = "token_stdin", conflicts_with = "token_stdin")]
        name: Option<String>,
        /// Read one token from stdin: on the command line it would be seen by others.
        #[arg(long)]
        token_stdin: bool,
    },
}

/// A principal that is to be kept, and its password if it was made up.
pub struct NewPrincipal {
    /// What is kept.
    pub record: PrincipalRecord,
    /// What is shown once.
    pub generated: Option<String>,
}

/// Checks codes of agency nodes.
///
/// # Errors
/// [`Failure::BadInput`], naming the code.
pub fn jurisdictions(codes: &[String]) -> Result<BTreeSet<AgencyId>, Failure> {
    codes.iter().map(|code| AgencyId::new(code).map_err(|error| Failure::BadInput(format!("--jurisdiction: {error}")))).collect()
}

fn principal_id(name: &str) -> Result<PrincipalId, Failure> {
    PrincipalId::new(name).map_err(Failure::input)
}

/// Takes or makes a password; gives its hash, and itself if it was made.
fn new_password(flags: PasswordFlags) -> Result<(String, Option<String>), Failure> {
    let (password, generated) = if flags.password_stdin { (first_line_of_stdin()?, false) } else { (generate_password(), true) };
    let hash = hash_password(&password).map_err(Failure::input)?;
    Ok((hash, generated.then_some(password)))
}

fn first_line_of_stdin() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|error| Failure::BadInput(format!("stdin: {error}")))?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

fn generate_password() -> String {
    let mut random = rand::rng();
    let mut group = || -> String {
        let letters = (0..PASSWORD_GROUP_LEN).filter_map(|_| PASSWORD_ALPHABET.get(random.random_range(0..PASSWORD_ALPHABET.len())));
        letters.map(|byte| char::from(*byte)).collect()
    };
    (0..PASSWORD_GROUPS).map(|_| group()).collect::<Vec<_>>().join("-")
}

/// A principal with a password.
///
/// # Errors
/// [`Failure::BadInput`] when name or password are not acceptable.
pub fn new_principal(name: &str, role: Role, password: &PasswordFlags) -> Result<NewPrincipal, Failure> {
    let principal_id = principal_id(name)?;
    let (hash, generated) = new_password(*password)?;
    let created_at_ms = WallClock::default().now().0;
    Ok(NewPrincipal {
        record: PrincipalRecord { principal_id, role, password_hash: Some(hash), created_at_ms, disabled: false },
        generated,
    })
}

async fn known(identities: &Arc<dyn Identities>, name: &str) -> Result<PrincipalRecord, Failure> {
    let found = identities.get_principal(&principal_id(name)?).await.map_err(Failure::input)?;
    found.ok_or_else(|| Failure::BadInput(format!("{name}: there is no such principal: see `oneroom user list`")))
}

/// Runs a `user` command.
///
/// # Errors
/// [`Failure::BadInput`].
pub async fn run_user(command: UserCommand) -> Result<(), Failure> {
    match command {
        UserCommand::Add { data, name, role, jurisdictions: codes, password } => {
            let jurisdictions = jurisdictions(&codes)?;
            let role = match role {
                PersonRole::Operator => Role::Operator { jurisdictions },
                PersonRole::Observer => Role::Observer { jurisdictions },
            };
            let principal = new_principal(&name, role, &password)?;
            let record = Record::open_existing(&data.data)?;
            let identities = record.identities();
            if identities.get_principal(&principal.record.principal_id).await.map_err(Failure::input)?.is_some() {
                return Err(Failure::BadInput(format!("{name}: is there already: expected a new name")));
            }
            identities.put_principal(principal.record).await.map_err(Failure::input)?;
            record.close().await;
            show_password(&name, principal.generated);
        }
        UserCommand::List { data, json } => {
            let record = Record::open_existing(&data.data)?;
            let principals = record.identities().list_principals().await.map_err(Failure::input)?;
            record.close().await;
            show(&principals, json);
        }
        UserCommand::Disable { data, name } => set_disabled(&data, &name, true).await?,
        UserCommand::Enable { data, name } => set_disabled(&data, &name, false).await?,
        UserCommand::Password { data, name, password } => {
            let record = Record::open_existing(&data.data)?;
            let identities = record.identities();
            let principal = known(&identities, &name).await?;
            let (hash, generated) = new_password(password)?;
            identities.set_password_hash(&principal.principal_id, Some(hash)).await.map_err(Failure::input)?;
            identities.revoke_all_of(&principal.principal_id).await.map_err(Failure::input)?;
            record.close().await;
            show_password(&name, generated);
        }
    }
    Ok(())
}

async fn set_disabled(data: &DataFlag, name: &str, disabled: bool) -> Result<(), Failure> {
    let record = Record::open_existing(&data.data)?;
    let identities = record.identities();
    let principal = known(&identities, name).await?;
    let principal_id = principal.principal_id.clone();
    identities.put_principal(PrincipalRecord { disabled, ..principal }).await.map_err(Failure::input)?;
    if disabled {
        let revoked = identities.revoke_all_of(&principal_id).await.map_err(Failure::input)?;
        print_line(format_args!("{name} is shut out, {revoked} tokens revoked"));
    } else {
        print_line(format_args!("{name} may sign in again"));
    }
    record.close().await;
    Ok(())
}

fn show_password(name: &str, generated: Option<String>) {
    match generated {
        Some(password) => print_line(format_args!("{name}  password {password} (shown this once)")),
        None => print_line(name),
    }
}

fn described(role: &Role) -> (&'static str, String) {
    let joined = |codes: &BTreeSet<AgencyId>| codes.iter().map(AgencyId::as_str).collect::<Vec<_>>().join(",");
    match role {
        Role::Operator { jurisdictions } => ("operator", joined(jurisdictions)),
        Role::Observer { jurisdictions } => ("observer", joined(jurisdictions)),
        Role::Gateway { jurisdictions } => ("gateway", joined(jurisdictions)),
        Role::Unit { unit_id } => ("unit", unit_id.to_string()),
        Role::System => ("system", String::new()),
    }
}

fn show(principals: &[PrincipalRecord], json: bool) {
    let rows = principals.iter().map(|principal| (principal, described(&principal.role)));
    if json {
        let rows: Vec<_> = rows
            .map(|(principal, (role, scope))| {
                serde_json::json!({ "principal_id": principal.principal_id, "role": role, "scope": scope, "disabled": principal.disabled })
            })
            .collect();
        print_line(serde_json::json!({ "principals": rows }));
        return;
    }
    for (principal, (role, scope)) in rows {
        let disabled = if principal.disabled { "  disabled" } else { "" };
        print_line(format_args!("{:<32}  {role:<8}  {scope}{disabled}", principal.principal_id.as_str()));
    }
}

/// Runs a `device` command.
///
/// # Errors
/// [`Failure::BadInput`].
pub async fn run_device(command: DeviceCommand) -> Result<(), Failure> {
    let DeviceCommand::Add { data, unit, gateway, jurisdictions: codes, days } = command;
    let (name, role) = match (unit, gateway) {
        (Some(unit), _) => {
            let unit_id = UnitId::new(&unit).map_err(|error| Failure::BadInput(format!("--unit: {error}")))?;
            (unit, Role::Unit { unit_id })
        }
        (None, Some(gateway)) => (gateway, Role::Gateway { jurisdictions: jurisdictions(&codes)? }),
        (None, None) => return Err(Failure::BadInput("expected --unit ID or --gateway NAME".to_owned())),
    };
    let principal_id = principal_id(&name)?;
    let record = Record::open_existing(&data.data)?;
    let identities = record.identities();
    match identities.get_principal(&principal_id).await.map_err(Failure::input)? {
        Some(there) if there.role != role || there.disabled => {
            return Err(Failure::BadInput(format!("{name}: is there already as something else, or is shut out: see `oneroom user list`")));
        }
        Some(_) => {}
        None => {
            let created_at_ms = WallClock::default().now().0;
            let new = PrincipalRecord { principal_id: principal_id.clone(), role, password_hash: None, created_at_ms, disabled: false };
            identities.put_principal(new).await.map_err(Failure::input)?;
        }
    }
    let ttl = days.map(|days| Duration::from_secs(u64::from(days) * 86_400));
    let authenticator = Authenticator::new(identities, Arc::new(WallClock::default()));
    let token = authenticator.issue_device_token(&principal_id, ttl).await.map_err(Failure::input)?;
    record.close().await;
    print_line(token);
    Ok(())
}

/// Runs a `token` command.
///
/// # Errors
/// [`Failure::BadInput`].
pub async fn run_token(command: TokenCommand) -> Result<(), Failure> {
    let TokenCommand::Revoke { data, name, token_stdin } = command;
    let record = Record::open_existing(&data.data)?;
    let identities = record.identities();
    let revoked = match name {
        Some(name) => identities.revoke_all_of(&known(&identities, &name).await?.principal_id).await.map_err(Failure::input)?,
        None if token_stdin => {
            let token = first_line_of_stdin()?;
            let sha256 =
                token_sha256(token.trim()).ok_or_else(|| Failure::BadInput("stdin: this is no token: expected or_…".to_owned()))?;
            u64::from(identities.revoke_token(sha256).await.map_err(Failure::input)?)
        }
        None => 0,
    };
    record.close().await;
    print_line(format_args!("{revoked} tokens revoked"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_password_is_acceptable_and_new_each_time() {
        let (one, other) = (generate_password(), generate_password());
        assert_ne!(one, other);
        assert_eq!(one.len(), PASSWORD_GROUPS * (PASSWORD_GROUP_LEN + 1) - 1);
        assert!(hash_password(&one).is_ok());
    }
}
