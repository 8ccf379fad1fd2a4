//! What a case works with: a sandbox, the target in it, and the checks that make its evidence.

mod backend;
mod checks;
mod claims;
mod client;
mod endings;
mod files;
mod moments;
mod outcome;
mod oversized;
mod paths;
mod peers;
mod records;
mod refusal;
mod start;
mod stopping;
mod strangers;
mod surface;
mod told;
mod waiting;
mod world;

pub use backend::Backend;
pub use client::{
    Answered, Asked, Client, ClientStart, Done, Fetch, Launched, Pair, RealBackend, Status,
};
pub use files::Snapshot;
pub use outcome::Came;
pub use refusal::{Refusal, Settled};
pub use start::Start;
pub use told::Told;
pub use waiting::Waiting;
pub use world::{Context, Defect};
