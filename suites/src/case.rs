//! What a case is: a behaviour that is tried, with the proof that the trial can fail.

use crate::context::Context;
use crate::verdict::Outcome;
use harness::platform::Behaviour;
use harness::target::{Capability, Role};
use std::pin::Pin;

/// The run of a case.
pub type Running<'a> = Pin<Box<dyn Future<Output = Outcome> + 'a>>;

/// One case.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Its stable name: `chapter.what-is-so`.
    pub id: &'static str,
    /// The clause that it tries.
    pub clause: &'static str,
    /// What a target must have for the case to mean anything.
    pub needs: &'static [Need],
    /// The defects that it must catch, each at the step at which it must.
    pub proofs: &'static [Proof],
    /// Given, when, then.
    pub run: for<'a> fn(&'a Context) -> Running<'a>,
}

impl Case {
    /// The proof that it catches a defect on this machine.
    #[must_use]
    pub fn proof(&self, defect: &str) -> Option<&'static Proof> {
        let mut own = self.proofs.iter().filter(|proof| proof.defect == defect);
        own.find(|proof| proof.holds_here())
    }

    /// Whether it runs when no other case does, because it is about time.
    #[must_use]
    pub fn is_alone(&self) -> bool {
        self.needs.contains(&Need::Alone)
    }

    /// What kind of target it is for: its chapter decides.
    #[must_use]
    pub fn role(&self) -> Role {
        match self.id.split('.').next() {
            Some("client" | "bridge" | "pair") => Role::Client,
            _ => Role::Backend,
        }
    }
}

/// A defect that a case catches, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The defect's name.
    pub defect: &'static str,
    /// The step that fails; empty for any, which only chance may claim.
    pub step: &'static str,
    /// Whether it is caught each time. What a case of sampled moments catches only by chance is said, so that it surprises nobody,
    /// and proves nothing: another case must catch it for certain.
    pub certain: bool,
    /// Where that is so.
    pub shown: Shown,
}

/// On which platforms a proof holds. A defect may need what only one of them has, such as a socket that outlives its process, and may
/// show itself at another step where the system forbids what it does elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// On each of them.
    Everywhere,
    /// On Linux and macOS.
    OnUnix,
    /// On Windows.
    OnWindows,
}

impl Shown {
    /// Where, as the end of a sentence; nothing for everywhere.
    #[must_use]
    pub const fn place(self) -> Option<&'static str> {
        match self {
            Self::Everywhere => None,
            Self::OnUnix => Some("on UNIX"),
            Self::OnWindows => Some("on Windows"),
        }
    }

    /// Why it cannot be shown on this machine, if that is so.
    #[must_use]
    pub const fn lacking(self) -> Option<&'static str> {
        match self {
            Self::OnUnix if !cfg!(unix) => Some("it shows itself on UNIX alone"),
            Self::OnWindows if !cfg!(windows) => Some("it shows itself on Windows alone"),
            _ => None,
        }
    }
}

impl Proof {
    /// The same proof, on Linux and macOS alone.
    #[must_use]
    pub const fn on_unix(mut self) -> Self {
        self.shown = Shown::OnUnix;
        self
    }

    /// The same proof, on Windows alone.
    #[must_use]
    pub const fn on_windows(mut self) -> Self {
        self.shown = Shown::OnWindows;
        self
    }

    /// Whether it holds on this machine.
    #[must_use]
    pub const fn holds_here(&self) -> bool {
        self.shown.lacking().is_none()
    }
}

/// Short for [`Proof`] in the lists of cases.
#[must_use]
pub const fn fails_at(defect: &'static str, step: &'static str) -> Proof {
    Proof {
        defect,
        step,
        certain: true,
        shown: Shown::Everywhere,
    }
}

/// Short for a [`Proof`] that holds only by chance.
#[must_use]
pub const fn may_fail_at(defect: &'static str, step: &'static str) -> Proof {
    Proof {
        defect,
        step,
        certain: false,
        shown: Shown::Everywhere,
    }
}

/// Short for a [`Proof`] that holds only by chance, and then at whatever step comes first.
#[must_use]
pub const fn may_fail(defect: &'static str) -> Proof {
    may_fail_at(defect, "")
}

/// What a target, or the machine, must have for a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The target claims it.
    Claim(Capability),
    /// The target refuses it, and says so.
    Refusal(Capability),
    /// The target says neither that it does it nor that it refuses it.
    Silence(Capability),
    /// The target listens on a UNIX socket, on a system of that kind.
    UnixSocket,
    /// The target listens on a named pipe, and the machine has such.
    Pipe,
    /// The target listens on a UNIX socket or a named pipe, whichever is usual on the machine.
    Local,
    /// The machine has named pipes, on which the harness plays others.
    Pipes,
    /// Files and directories have access lists.
    AccessLists,
    /// The target writes a discovery record.
    Discovery,
    /// The record holds the time of the start.
    StartTime,
    /// The target's health answer says who it is.
    Identity,
    /// The record holds the identity too.
    RecordedIdentity,
    /// The health answer's status forbids a body.
    NoContentHealth,
    /// A path that answers with the body of the request.
    Echo,
    /// A path that answers with any status.
    Status,
    /// A path whose answer takes its time.
    Slow,
    /// A path whose answer never ends.
    Stream,
    /// The machine can tell which network addresses a process listens on.
    SeesListeners,
    /// The platform has names of sockets that no file stands for.
    AbstractNames,
    /// The machine can tell how many descriptors a process has open.
    SeesDescriptors,
    /// The machine announces a path early enough to see its first mode.
    SeesFirstMode,
    /// The machine has an IPv6 loopback address.
    Ipv6,
    /// The client talks with its backend over a UNIX socket, and the machine has such.
    SocketPath,
    /// The client talks with its backend over a named pipe, and the machine has such.
    PipePath,
    /// The client's manifest names words by which it knows why its backend ended.
    Reasons,
    /// The client has a limit to the bodies that it carries.
    BodyLimit,
    /// The client's manifest names a real backend.
    Pair,
    /// That real backend has this.
    Paired(&'static Need),
    /// The real backend can be made one of a version that the client does not know.
    Skew,
    /// The machine has signals, and not just an end by force.
    Signals,
    /// The target can be asked to stop: by a signal, or by the request that its manifest states.
    Stop,
    /// The manifest states a request that asks the target to stop.
    StopRequest,
    /// One half of a connection to the target can be closed.
    HalfClose,
    /// The platform shows this behaviour.
    Shows(Behaviour),
    /// The machine does nothing else of the run meanwhile: the case is about time.
    Alone,
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const ONE: Case = Case {
        id: "stop.it-ends",
        clause: "stop.ends",
        needs: &[],
        proofs: &[
            fails_at("hangs", "it ends on UNIX").on_unix(),
            fails_at("hangs", "it ends on Windows").on_windows(),
            may_fail("waits"),
        ],
        run: |_| Box::pin(async { Ok(()) }),
    };

    #[rstest]
    #[case("hangs", Some(if cfg!(windows) { "it ends on Windows" } else { "it ends on UNIX" }))]
    #[case("waits", Some(""))]
    #[case("leaks", None)]
    fn a_defect_has_the_proof_of_this_platform(#[case] defect: &str, #[case] step: Option<&str>) {
        assert_eq!(ONE.proof(defect).map(|proof| proof.step), step);
    }

    #[rstest]
    #[case(Shown::Everywhere, true, true)]
    #[case(Shown::OnUnix, true, false)]
    #[case(Shown::OnWindows, false, true)]
    fn what_is_shown_elsewhere_says_where(
        #[case] shown: Shown,
        #[case] unix: bool,
        #[case] windows: bool,
    ) {
        let here = if cfg!(windows) { windows } else { unix };
        assert_eq!(shown.lacking().is_none(), here);
        assert_eq!(shown.place().is_none(), shown == Shown::Everywhere);
    }
}
