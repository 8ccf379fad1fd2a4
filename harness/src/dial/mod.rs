//! Talking to a target: plain streams, HTTP over them, and raw bytes where the wire itself is what is tested.

mod error;
mod follow;
mod http;
#[cfg(windows)]
mod loopback;
mod stream;
mod wire;

pub use error::DialError;
pub use follow::Follower;
pub use http::{Connection, InFlight, Response};
pub use stream::{Stream, dial};
pub use wire::{Head, Wire, request_head};
