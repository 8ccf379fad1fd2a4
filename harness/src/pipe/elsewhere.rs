//! Systems without named pipes: cases that need them are gated by platform.

use super::Look;
use std::io::{Error, ErrorKind, Result};

/// Tries once to open a pipe.
///
/// # Errors
/// Always `Unsupported`.
pub fn look(_name: &str) -> Result<Look> {
    Err(Error::from(ErrorKind::Unsupported))
}
