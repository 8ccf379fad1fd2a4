//! Systems without named pipes: cases that need them are gated by platform.

use super::{Access, Look};
use std::io::{Error, ErrorKind, Result};
use std::time::Duration;

/// Tries once to open a pipe.
///
/// # Errors
/// Always `Unsupported`.
pub fn look(_name: &str) -> Result<Look> {
    Err(Error::from(ErrorKind::Unsupported))
}

/// Who may open a pipe.
///
/// # Errors
/// Always `Unsupported`.
pub async fn access(_name: &str, _within: Duration) -> Result<Access> {
    Err(Error::from(ErrorKind::Unsupported))
}
