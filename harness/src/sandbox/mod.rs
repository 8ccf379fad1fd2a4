//! A world of its own for each case: directories, environment, and their certain end.

mod base;
mod environment;
mod error;
#[cfg(unix)]
mod guard;
#[cfg(windows)]
mod hold;
mod naming;
#[cfg(windows)]
mod removal;
mod root;
mod world;

pub use base::base;
pub(crate) use environment::taken_over;
pub use environment::{choose_state_directory, forget_state_directory, state_directory};
pub use error::SandboxError;
#[cfg(unix)]
pub(crate) use root::{root_guard, sweep_at_end};
pub use world::{Sandbox, SandboxOptions};
