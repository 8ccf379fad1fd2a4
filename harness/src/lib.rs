//! End-to-end tests of *sidecars*: local backend processes that a desktop app launches or finds, and talks to over a socket.
//!
//! This crate knows the operating system and nothing of the contract: it makes sandboxes, starts processes, waits for what
//! they announce, talks to them, kills them, and proves that nothing of them is left.

pub mod access;
pub mod canonical;
pub mod dial;
pub mod driver;
pub mod endpoint;
pub mod events;
pub mod files;
pub mod open;
pub mod pace;
pub mod peer;
pub mod pipe;
pub mod platform;
pub mod process;
pub mod readiness;
pub mod record;
pub mod rfc3339;
pub mod sandbox;
pub mod standin;
#[cfg(unix)]
mod sweep;
pub mod target;
pub mod watch;
#[cfg(windows)]
mod windows_unix;
