//! What can go wrong between the harness and a target.

use std::time::Duration;

/// A conversation that did not come about or broke off.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// No connection.
    #[error("could not connect to {to}: {source}")]
    Connect {
        /// The address.
        to: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The peer closed or reset without the answer being whole.
    #[error("{to} closed the connection {when}: {detail}")]
    Closed {
        /// The address.
        to: String,
        /// At which point.
        when: &'static str,
        /// What was last seen.
        detail: String,
    },
    /// Each instance of a pipe was in use for all the time that was waited: a server at its limit, or one that takes nobody any more.
    #[error("{to} had no instance free within {} ms", within.as_millis())]
    Busy {
        /// The address.
        to: String,
        /// How long.
        within: Duration,
    },
    /// Nothing, or not all, came in time.
    #[error("{to} did not {what} within {} ms; last seen: {seen}", within.as_millis())]
    TimedOut {
        /// The address.
        to: String,
        /// What was waited for.
        what: &'static str,
        /// How long.
        within: Duration,
        /// What was last seen.
        seen: String,
    },
    /// What came is no answer in the protocol.
    #[error("{to} answered what is not HTTP/1.1: {detail}")]
    Malformed {
        /// The address.
        to: String,
        /// What was wrong, with an excerpt.
        detail: String,
    },
    /// The harness itself asked for something impossible.
    #[error("the request itself is not valid: {0}")]
    Request(String),
}

/// What some systems say of a UNIX socket's path where no socket is, by number: on macOS that it is none (`ENOTSOCK`), on Windows, where
/// nothing is, that the network is down (`WSAENETDOWN`).
const NO_SUCH_SOCKET: &[i32] = if cfg!(target_os = "macos") {
    &[38]
} else if cfg!(windows) {
    &[10_050]
} else {
    &[]
};

impl DialError {
    /// Whether there was nobody to talk to: no such path, or nobody listens there.
    #[must_use]
    pub fn nobody_there(&self) -> bool {
        matches!(self, Self::Connect { source, .. } if matches!(
            source.kind(),
            std::io::ErrorKind::NotFound | std::io::ErrorKind::ConnectionRefused
        ) || source.raw_os_error().is_some_and(|code| NO_SUCH_SOCKET.contains(&code)))
    }

    /// Whether there is somebody, who takes no connection: each instance of the pipe was in use.
    #[must_use]
    pub const fn was_busy(&self) -> bool {
        matches!(self, Self::Busy { .. })
    }

    /// Whether the peer took the connection and ended it without an answer.
    #[must_use]
    pub const fn was_closed(&self) -> bool {
        matches!(self, Self::Closed { .. })
    }
}
