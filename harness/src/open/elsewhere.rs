//! Systems that are not asked: cases that need it are gated.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;

/// The TCP addresses that a process listens on.
///
/// # Errors
/// Always `Unsupported`.
pub fn listening(_pid: u32) -> Result<Vec<SocketAddr>> {
    Err(Error::from(ErrorKind::Unsupported))
}

/// Whether somebody listens at this abstract name.
///
/// # Errors
/// Always `Unsupported`: only Linux has such names.
pub fn is_abstract_name(_name: &str) -> Result<bool> {
    Err(Error::from(ErrorKind::Unsupported))
}

/// How many descriptors a process has open.
///
/// # Errors
/// Always `Unsupported`.
pub fn open_descriptors(_pid: u32) -> Result<usize> {
    Err(Error::from(ErrorKind::Unsupported))
}
