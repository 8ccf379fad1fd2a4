//! A run with Wine: what has to be there, and what cargo and the tests are told.

use super::environment::environment;
use super::find::{Surroundings, Wine, find};
use super::prefix::Prefix;
use super::server;
use crate::bounded;
use anyhow::{Result, bail};
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

/// What Windows executables are built for.
pub(crate) const TARGET: &str = "x86_64-pc-windows-gnu";

/// What links them.
pub(crate) const LINKER: &str = "x86_64-w64-mingw32-gcc";

/// The variable by which cargo and nextest know what runs them.
const RUNNER: &str = "CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER";

/// The drive that Wine shows the machine's own files on.
const DRIVE: &str = "Z:";

const SAYS_VERSION_WITHIN: Duration = Duration::from_secs(20);

/// A Wine with a warm server and a prefix of our own. The server ends with this value.
#[derive(Debug)]
pub(crate) struct Lane {
    wine: Wine,
    prefix: Prefix,
    anchor: Option<Child>,
}

impl Lane {
    /// Makes everything ready.
    pub(crate) fn open() -> Result<Self> {
        if let Some(why) = missing_target().or_else(missing_linker) {
            bail!("{why}");
        }
        let wine = find(&Surroundings::here()).map_err(anyhow::Error::msg)?;
        let prefix = Prefix::take(&wine)?;
        let mut lane = Self {
            wine,
            prefix,
            anchor: None,
        };
        lane.anchor = Some(lane.prefix.warm(&lane.wine)?);
        Ok(lane)
    }

    /// What it is, for reports.
    pub(crate) fn name(&self) -> String {
        format!("Wine {}", self.wine.version)
    }

    /// Tells cargo or nextest to run what was built for Windows.
    pub(crate) fn apply(&self, command: &mut Command) {
        environment(command, self.prefix.directory());
        command.env(RUNNER, &self.wine.loader);
    }

    /// A Windows program, to be run.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(&self.wine.loader);
        environment(&mut command, self.prefix.directory());
        command.arg(program);
        command
    }

    /// A path of this machine, as its Windows programs know it.
    pub(crate) fn path(path: &Path) -> String {
        format!("{DRIVE}{}", path.display().to_string().replace('/', "\\"))
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        // Its input ends first, and it with that.
        let anchor = self.anchor.take().map(|mut anchor| {
            drop(anchor.stdin.take());
            anchor
        });
        let ended = server::end(&self.wine, self.prefix.directory());
        if let Some(mut anchor) = anchor {
            let _ = anchor.kill();
            let _ = anchor.wait();
        }
        if let Err(error) = ended {
            eprintln!("{error:#}");
        }
    }
}

/// Why nothing can be compiled for Windows here, with the command that mends it.
pub(crate) fn missing_target() -> Option<String> {
    (!has_target()).then(|| {
        format!(
            "nothing can be compiled for Windows: the target {TARGET} is missing; to install it: rustup target add {TARGET}"
        )
    })
}

/// Why nothing can be linked for Windows here, with the command that mends it.
pub(crate) fn missing_linker() -> Option<String> {
    let mut ask = Command::new(LINKER);
    let said = bounded::quiet(ask.arg("--version"), SAYS_VERSION_WITHIN);
    said.is_err().then(|| {
        format!(
            "nothing can be linked for Windows: {LINKER} is missing; to install it: apt-get install -y gcc-mingw-w64-x86-64"
        )
    })
}

/// Whether the standard library for Windows is there. The compiler is asked, so that it need not have come by rustup.
fn has_target() -> bool {
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.args(["--print", "target-libdir", "--target", TARGET]);
    let said = bounded::output(&mut rustc, SAYS_VERSION_WITHIN);
    said.is_ok_and(|said| said.status.success() && Path::new(said.stdout.trim()).is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_drive() {
        assert_eq!(Lane::path(Path::new("/a b/c")), r"Z:\a b\c");
    }
}
