//! Named pipes of Windows: names that are nobody else's, connecting, listening. Where there are no pipes, each question is
//! answered with `Unsupported`.

#[cfg(windows)]
mod connect;
#[cfg(not(windows))]
mod elsewhere;
#[cfg(windows)]
mod listen;
mod name;

#[cfg(windows)]
pub use connect::look;
#[cfg(not(windows))]
pub use elsewhere::look;

#[cfg(windows)]
pub(crate) use connect::{connect, server_pid};
#[cfg(windows)]
pub(crate) use listen::PipeListener;
pub use name::{NAME_LIMIT, fresh_path};

/// What one attempt to open a pipe found, without any patience.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// An instance was free. It was opened, and let go at once.
    Free,
    /// There are instances, and none is free.
    Busy,
    /// There is no pipe of this name.
    Missing,
}
