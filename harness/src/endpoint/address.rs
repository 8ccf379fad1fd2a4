//! The kinds of address.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Longest path of a UNIX socket in bytes: `sun_path` without its terminating NUL (unix(7); macOS sys/un.h).
pub const SOCKET_PATH_LIMIT: usize = if cfg!(target_os = "macos") { 103 } else { 107 };

/// What every pipe's path begins with, in any case: the kernel's pipe namespace does not tell cases apart.
pub const PIPE_PREFIX: &str = r"\\.\pipe\";

/// An address that a local backend listens on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// A UNIX socket at an absolute path.
    Unix(PathBuf),
    /// A TCP address.
    Tcp(SocketAddr),
    /// A Windows named pipe, by its name without the prefix, in lower case.
    Pipe(String),
}

impl Endpoint {
    /// What a text on a command line means: a pipe where it has the prefix of one, in whatever case, and else a socket's path.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        match text.get(PIPE_PREFIX.len()..) {
            Some(name) if Self::is_pipe_path(text) => Self::Pipe(name.to_lowercase()),
            _ => Self::Unix(PathBuf::from(text)),
        }
    }

    /// Whether this is the path of a named pipe, in whatever case its prefix is written.
    #[must_use]
    pub fn is_pipe_path(text: &str) -> bool {
        text.get(..PIPE_PREFIX.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(PIPE_PREFIX))
    }

    /// The path of the socket, for those that have one.
    #[must_use]
    pub fn socket_path(&self) -> Option<&std::path::Path> {
        match self {
            Self::Unix(path) => Some(path),
            Self::Tcp(_) | Self::Pipe(_) => None,
        }
    }
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "{}", path.display()),
            Self::Tcp(address) => write!(f, "{address}"),
            Self::Pipe(name) => write!(f, "{PIPE_PREFIX}{name}"),
        }
    }
}
