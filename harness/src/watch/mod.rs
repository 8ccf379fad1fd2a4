//! Watching a directory: what appears in it, and how it looked at that moment.

#[cfg(not(unix))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;

mod tree;

#[cfg(not(unix))]
use elsewhere as platform;
#[cfg(target_os = "linux")]
use linux as platform;
#[cfg(target_os = "macos")]
use macos as platform;

pub use platform::ModeWatch;
pub use tree::TreeWatch;

/// Whether this system announces a path early enough to see its first mode.
#[must_use]
pub const fn sees_first_modes() -> bool {
    cfg!(unix)
}
