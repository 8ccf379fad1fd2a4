//! Finding and ending what a target started where no kernel keeps track of it: macOS, and Linux when it is asked for.
//!
//! A sweep reads the table of processes, tells who belongs (`kin`), kills them, and reads again until there is nobody. The
//! keeper sweeps when its target's time is over, the guard when all keepers are gone. Both are forks, so everything is laid
//! out before: a sweep allocates nothing, and waits for nothing without a bound.
//!
//! What it cannot find: a process that has left the keeper's session, was made by one that ended before any sweep saw it, and shows
//! no environment, because it was started without one or is a program that macOS protects.

mod broom;
mod kin;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
mod tag;

#[cfg(target_os = "linux")]
use linux as platform;
#[cfg(target_os = "macos")]
use macos as platform;

pub(crate) use broom::{Look, Sweep};
pub(crate) use tag::{Tag, VARIABLE};
