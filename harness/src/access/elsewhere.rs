//! Systems without access lists of this kind: cases that need them are gated by platform.

use super::Access;
use std::io::{Error, ErrorKind, Result};
use std::path::Path;
use std::time::Duration;

/// Who may open the pipe of this name.
///
/// # Errors
/// Always `Unsupported`.
pub async fn of_pipe(_name: &str, _within: Duration) -> Result<Access> {
    Err(Error::from(ErrorKind::Unsupported))
}

/// Who may open the file or directory at this path.
///
/// # Errors
/// Always `Unsupported`.
pub fn of_path(_path: &Path) -> Result<Access> {
    Err(Error::from(ErrorKind::Unsupported))
}

/// Lets everybody read a directory, and what is made in it from now on.
///
/// # Errors
/// Always `Unsupported`.
pub fn share(_directory: &Path) -> Result<()> {
    Err(Error::from(ErrorKind::Unsupported))
}
