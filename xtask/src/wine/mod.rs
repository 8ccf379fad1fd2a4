//! The Wine lane: the same suites and tests, as Windows executables, on Linux.

mod decide;
mod environment;
mod find;
mod lane;
mod prefix;
mod root;
mod server;

pub(crate) use decide::decide;
pub(crate) use find::{Surroundings, Wine, find};
pub(crate) use lane::{LINKER, Lane, TARGET, missing_linker, missing_target};
pub(crate) use prefix::State;
pub(crate) use root::{is_root, set_up};
