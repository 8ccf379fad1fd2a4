//! Driving a client: the harness's side of the driver protocol (docs/driver-protocol.md), version 1.

mod conversation;
mod error;
mod message;
mod talk;

pub use error::DriverError;
pub use message::{Answer, DriverEvent, Hello, Refused};
pub use talk::{Asked, Driver};

/// The version of the protocol that is spoken here.
pub const VERSION: u64 = 1;
