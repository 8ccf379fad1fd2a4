//! What a target may claim to do beyond the core.

use super::manifest::Role;
use serde::Deserialize;

/// A behaviour that not every honest target has. A manifest lists those that its target has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Capability {
    /// Gives up a request when it is asked to (client).
    Abort,
    /// Carries requests to its backend (client).
    Bridge,
    /// Makes missing directories above its socket.
    CreatesParents,
    /// Is no longer ready when what it depends on is gone.
    Dependency,
    /// Lets requests in flight finish when it is asked to stop.
    Drain,
    /// Can use a backend that it does not own (client).
    External,
    /// Lives on when its launcher dies.
    Independent,
    /// Refuses requests above a size with a status of the 400s.
    Limits,
    /// Ends when its launcher dies.
    ParentBound,
    /// Has an option for a port that it hands to its backend (client).
    PortOption,
    /// Can restart its backend (client).
    Restart,
    /// Runs once per state directory, or, as a client, per user-data directory.
    SingleInstance,
    /// Can listen on TCP, at a port that the system chooses too.
    Tcp,
    /// Refuses a backend of a version that it does not know (client).
    VersionCheck,
    /// Starts processes of its own.
    Workers,
}

/// How a target is asked for a capability: what it refuses must be something that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    /// By an address, or by a verb of the driver protocol: the same for all targets.
    Known,
    /// By arguments or variables of the target's own, which its manifest has to state.
    Own,
    /// By nothing: it is there or not.
    Nothing,
}

impl Capability {
    /// All of them, in alphabetical order.
    pub const ALL: [Self; 15] = [
        Self::Abort,
        Self::Bridge,
        Self::CreatesParents,
        Self::Dependency,
        Self::Drain,
        Self::External,
        Self::Independent,
        Self::Limits,
        Self::ParentBound,
        Self::PortOption,
        Self::Restart,
        Self::SingleInstance,
        Self::Tcp,
        Self::VersionCheck,
        Self::Workers,
    ];

    /// Whether a target of this role can claim it.
    #[must_use]
    pub const fn fits(self, role: Role) -> bool {
        match self {
            Self::SingleInstance => true,
            Self::Abort
            | Self::Bridge
            | Self::External
            | Self::PortOption
            | Self::Restart
            | Self::VersionCheck => matches!(role, Role::Client),
            Self::CreatesParents
            | Self::Dependency
            | Self::Drain
            | Self::Independent
            | Self::Limits
            | Self::ParentBound
            | Self::Tcp
            | Self::Workers => !matches!(role, Role::Client),
        }
    }

    /// How a target is asked for it.
    #[must_use]
    pub const fn asking(self) -> Asking {
        match self {
            Self::Abort | Self::Bridge | Self::CreatesParents | Self::Restart => Asking::Known,
            Self::Dependency
            | Self::External
            | Self::ParentBound
            | Self::PortOption
            | Self::Tcp
            | Self::Workers => Asking::Own,
            Self::Drain
            | Self::Independent
            | Self::Limits
            | Self::SingleInstance
            | Self::VersionCheck => Asking::Nothing,
        }
    }

    /// The name in a manifest.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Abort => "abort",
            Self::Bridge => "bridge",
            Self::CreatesParents => "creates-parents",
            Self::Dependency => "dependency",
            Self::Drain => "drain",
            Self::External => "external",
            Self::Independent => "independent",
            Self::Limits => "limits",
            Self::ParentBound => "parent-bound",
            Self::PortOption => "port-option",
            Self::Restart => "restart",
            Self::SingleInstance => "single-instance",
            Self::Tcp => "tcp",
            Self::VersionCheck => "version-check",
            Self::Workers => "workers",
        }
    }
}

impl std::fmt::Display for Capability {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
