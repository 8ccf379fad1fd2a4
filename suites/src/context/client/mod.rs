//! What a case on a client works with: the client itself, driven over its protocol, and the stand-ins that it launches.

mod asked;
mod count;
mod door;
mod driven;
mod fetch;
mod foreign;
mod launched;
mod pair;
mod paired;
mod reach;
mod real;
mod stage;
mod start;
mod traces;
mod voice;

pub use asked::{Asked, Done};
pub use driven::{Client, Status};
pub use fetch::{Answered, Fetch};
pub use launched::Launched;
pub use pair::Pair;
pub use real::RealBackend;
pub use start::ClientStart;
