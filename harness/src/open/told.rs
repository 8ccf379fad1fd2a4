//! Which of the questions this system answers, found out by asking what is known.

use super::platform::{listening, open_descriptors};
use std::net::{Ipv4Addr, TcpListener};

/// Whether it tells which addresses a process listens on.
#[must_use]
pub fn tells_listeners() -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).is_ok_and(|listener| {
        let told = listening(std::process::id()).unwrap_or_default();
        listener.local_addr().is_ok_and(|own| told.contains(&own))
    })
}

/// Whether it tells how many descriptors a process has open: a process has some.
#[must_use]
pub fn tells_descriptors() -> bool {
    open_descriptors(std::process::id()).is_ok_and(|open| open > 0)
}

/// Whether it has names of sockets that no file stands for.
#[must_use]
pub const fn has_abstract_names() -> bool {
    cfg!(target_os = "linux")
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn linux_tells_all() {
        assert!(tells_listeners() && tells_descriptors());
    }
}
