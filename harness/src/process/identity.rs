//! Who a process is: a pid alone is reused, a pid with its start time is not.

use super::platform;

/// A process that cannot be mistaken for a later one with the same pid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    pid: u32,
    started: u64,
}

impl Identity {
    /// The process that has this pid now, if there is one that is not a zombie.
    #[must_use]
    pub fn of_pid(pid: u32) -> Option<Self> {
        let entry = platform::entry(pid)?;
        (!entry.zombie).then_some(Self {
            pid,
            started: entry.started,
        })
    }

    pub(crate) const fn new(pid: u32, started: u64) -> Self {
        Self { pid, started }
    }

    /// The process id.
    #[must_use]
    pub const fn pid(self) -> u32 {
        self.pid
    }

    /// When it started, in the platform's own unit since its own epoch; only good for comparing.
    #[must_use]
    pub const fn started(self) -> u64 {
        self.started
    }

    /// Whether this very process still runs. A zombie is dead.
    #[must_use]
    pub fn is_alive(self) -> bool {
        Self::of_pid(self.pid) == Some(self)
    }
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "pid {}", self.pid)
    }
}
