//! The one process that all Windows programs of a prefix share.

use super::environment::environment;
use super::find::Wine;
use crate::bounded;
use anyhow::{Context as _, Result};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// A server that is told to end ends its programs first, and writes the registry.
const ENDS_WITHIN: Duration = Duration::from_secs(30);

/// Whether a server of this prefix lives: signal 0 is sent to it.
pub(super) fn lives(wine: &Wine, prefix: &Path) -> Result<bool> {
    asked(wine, prefix, "-k0")
}

/// Ends the server of this prefix and all its programs, and waits for that.
pub(super) fn end(wine: &Wine, prefix: &Path) -> Result<()> {
    asked(wine, prefix, "-k")?;
    bounded::quiet(command(wine, prefix).arg("-w"), ENDS_WITHIN)
        .map(drop)
        .with_context(|| {
            format!(
                "a wineserver does not end; to end it: {}",
                forceful(wine, prefix)
            )
        })
}

/// Waits until the server has ended by itself.
pub(super) fn wait(wine: &Wine, prefix: &Path, within: Duration) -> Result<()> {
    bounded::quiet(command(wine, prefix).arg("-w"), within).map(drop)
}

/// The command that ends a server, as words.
pub(super) fn ending(wine: &Wine, prefix: &Path) -> Vec<String> {
    vec![
        "env".to_owned(),
        format!("WINEPREFIX={}", prefix.display()),
        wine.server.display().to_string(),
        "-k".to_owned(),
    ]
}

fn forceful(wine: &Wine, prefix: &Path) -> String {
    format!("{}9", ending(wine, prefix).join(" "))
}

fn asked(wine: &Wine, prefix: &Path, what: &str) -> Result<bool> {
    let status =
        bounded::quiet(command(wine, prefix).arg(what), ENDS_WITHIN).with_context(|| {
            format!(
                "a wineserver does not answer; to end it: {}",
                forceful(wine, prefix)
            )
        })?;
    Ok(status.success())
}

fn command(wine: &Wine, prefix: &Path) -> Command {
    let mut command = Command::new(&wine.server);
    environment(&mut command, prefix);
    command
}
