//! Showing a file to the person who asked for it.

use anyhow::{Result, bail};
use std::path::Path;
use std::process::{Command, Stdio};

/// Hands the file to what the system opens pages with.
pub(super) fn in_browser(file: &Path) -> Result<()> {
    let mut opener = opener();
    let opened = (opener.arg(file))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match opened {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => bail!(
            "{} could not be opened ({status}); open it in a browser by hand",
            file.display()
        ),
        Err(error) => bail!(
            "{} could not be opened: `{}`: {error}; open it in a browser by hand",
            file.display(),
            opener.get_program().to_string_lossy()
        ),
    }
}

#[cfg(target_os = "macos")]
fn opener() -> Command {
    Command::new("open")
}

#[cfg(windows)]
fn opener() -> Command {
    // Explorer reports 1 for success; the handler that it calls does not.
    let mut command = Command::new("rundll32");
    command.arg("url.dll,FileProtocolHandler");
    command
}

#[cfg(not(any(target_os = "macos", windows)))]
fn opener() -> Command {
    Command::new("xdg-open")
}
