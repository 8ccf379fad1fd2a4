//! The life of a process: start, capture, signal, wait, tree, end, and the proof that nothing is left.

mod capture;
#[cfg(unix)]
mod channel;
mod error;
mod exit;
mod identity;
#[cfg(unix)]
mod image;
#[cfg(unix)]
mod keeper;
#[cfg(unix)]
mod keeper_child;
#[cfg(unix)]
mod keeper_children;
#[cfg(unix)]
mod keepers;
mod launch;
mod lines;
#[cfg(target_os = "linux")]
pub(crate) mod linux;
#[cfg(target_os = "macos")]
pub(crate) mod macos;
#[cfg(unix)]
mod news;
#[cfg(not(unix))]
mod no_zombie;
mod output;
#[cfg(any(test, target_os = "macos"))]
pub(crate) mod procargs;
mod running;
mod signal;
mod table;
#[cfg(unix)]
mod unix;
mod version;
#[cfg(windows)]
mod windows;
#[cfg(windows)]
mod windows_job;
#[cfg(windows)]
mod windows_table;
#[cfg(unix)]
mod zombie;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

pub use capture::Captured;
pub use error::{EndError, SignalError, SpawnError, StillRunning};
pub use exit::Exit;
pub use identity::Identity;
#[cfg(unix)]
pub(crate) use keepers::end_all;
pub use launch::{Launch, resolve};
pub use lines::{LINE_LIMIT, Line, LineTap, Lines};
#[cfg(not(unix))]
pub use no_zombie::Zombie;
pub use platform::Stdin;
pub use running::{Ended, Process};
pub use signal::Signal;
pub use table::{command_line, descendants, parent};
pub use version::{Version, VersionError, version_of};
#[cfg(unix)]
pub use zombie::Zombie;
