//! `oneroom backup` and `oneroom restore`: one file out of a running service, and back into an empty directory, proven.

use crate::cli::DataFlag;
use crate::exit::{Failure, print_line};
use domain::event::Event;
use domain::ids::{PrivateRef, Seq};
use std::path::PathBuf;
use store::backup::{self, BackupError};

/// The flags of `backup`.
#[derive(clap::Args, Debug)]
pub struct BackupFlags {
    /// The new file.
    file: PathBuf,
    #[command(flatten)]
    data: DataFlag,
}

/// The flags of `restore`.
#[derive(clap::Args, Debug)]
pub struct RestoreFlags {
    /// The backup.
    file: PathBuf,
    #[command(flatten)]
    data: DataFlag,
    /// A later list of erasures that was kept off the machine: they are done again.
    #[arg(long, value_name = "FILE")]
    erasures: Option<PathBuf>,
}

fn failure(error: BackupError) -> Failure {
    match error {
        BackupError::NotSound(_) | BackupError::Chain(_) => Failure::DoesNotHold(error.to_string()),
        BackupError::Exists(_) | BackupError::Store(_) => Failure::input(error),
    }
}

/// Copies the record into a file.
///
/// # Errors
/// [`Failure::BadInput`] when there is no record, or the file is there already.
pub async fn backup(flags: BackupFlags) -> Result<(), Failure> {
    let dir = &flags.data.data;
    if !dir.join(store::RECORD_FILE).is_file() {
        return Err(Failure::BadInput(format!("{}: there is no record here", dir.display())));
    }
    backup::backup(dir, &flags.file).await.map_err(failure)?;
    print_line(format_args!("{}: complete; keep {} off this machine too", flags.file.display(), dir.join(store::ERASURES_FILE).display()));
    Ok(())
}

/// Makes a record out of a backup.
///
/// # Errors
/// [`Failure::DoesNotHold`] when the backup is damaged; [`Failure::BadInput`] when the directory is not empty.
pub async fn restore(flags: RestoreFlags) -> Result<(), Failure> {
    let dir = &flags.data.data;
    let restored = backup::restore(&flags.file, dir, flags.erasures.as_deref(), &erased_by).await.map_err(failure)?;
    for (log_id, verified) in &restored.logs {
        print_line(format_args!("log {log_id}: {} events hold", verified.events));
    }
    print_line(format_args!("{}: restored, {} entries erased again", dir.display(), restored.erased_again));
    Ok(())
}

/// What a stored event erased from the vault.
fn erased_by(stored: &[u8]) -> Option<PrivateRef> {
    match wire::event::decode(stored, Seq(0)).ok()?.recorded.event {
        Event::PrivateErased { private_ref } => Some(private_ref),
        _ => None,
    }
}
