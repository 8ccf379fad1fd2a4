//! A world of its own for each case: directories, environment, and their certain end.

mod environment;
mod error;
#[cfg(unix)]
mod guard;
mod root;
mod world;

pub use environment::state_directory;
pub use error::SandboxError;
pub use root::base;
#[cfg(unix)]
pub(crate) use root::{root_guard, sweep_at_end};
pub use world::{Sandbox, SandboxOptions};
