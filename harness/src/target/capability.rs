//! What a target may claim to do beyond the core.

use serde::Deserialize;

/// A behaviour that not every honest target has. A manifest lists those that its target has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Capability {
    /// Makes missing directories above its socket.
    CreatesParents,
    /// Lets requests in flight finish when it is asked to stop.
    Drain,
    /// Is no longer ready when what it depends on is gone.
    Dependency,
    /// Lives on when its launcher dies.
    Independent,
    /// Refuses requests above a size with a status of the 400s.
    Limits,
    /// Ends when its launcher dies.
    ParentBound,
    /// Runs once per state directory.
    SingleInstance,
    /// Can listen on TCP, at a port that the system chooses too.
    Tcp,
    /// Starts processes of its own.
    Workers,
}

impl Capability {
    /// All of them, in alphabetical order.
    pub const ALL: [Self; 9] = [
        Self::CreatesParents,
        Self::Drain,
        Self::Dependency,
        Self::Independent,
        Self::Limits,
        Self::ParentBound,
        Self::SingleInstance,
        Self::Tcp,
        Self::Workers,
    ];

    /// The name in a manifest.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CreatesParents => "creates-parents",
            Self::Drain => "drain",
            Self::Dependency => "dependency",
            Self::Independent => "independent",
            Self::Limits => "limits",
            Self::ParentBound => "parent-bound",
            Self::SingleInstance => "single-instance",
            Self::Tcp => "tcp",
            Self::Workers => "workers",
        }
    }
}

impl std::fmt::Display for Capability {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
