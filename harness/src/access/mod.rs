//! Who may open what a target has made, on Windows: access lists are read back, and the system is asked what it makes of them. Where
//! there are none, each question is answered with `Unsupported`.

#[cfg(windows)]
mod descriptor;
#[cfg(not(windows))]
mod elsewhere;
mod list;
#[cfg(windows)]
mod others;
#[cfg(windows)]
mod share;
#[cfg(windows)]
mod token;

#[cfg(windows)]
pub use descriptor::{of_path, of_pipe};
#[cfg(not(windows))]
pub use elsewhere::{of_path, of_pipe, share};
pub use list::{Access, Entry, Kind};
#[cfg(windows)]
pub use share::share;
