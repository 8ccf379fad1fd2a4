//! What the machine itself lacks, whatever the target.

use crate::case::{Case, Need};

/// Why no target at all can be put through a case on this machine, if that is so: the case is about another platform, or about something that
/// cannot be seen here.
#[must_use]
pub fn of_another_machine(case: &Case) -> Option<&'static str> {
    case.needs.iter().find_map(|need| match need {
        Need::Paired(need) => machine_lacks(**need),
        need => machine_lacks(*need),
    })
}

/// What the machine lacks of a need, in words, if anything.
pub(super) fn machine_lacks(need: Need) -> Option<&'static str> {
    let (has, lacking) = match need {
        Need::UnixSocket => (
            cfg!(unix),
            "it is about what sockets are on UNIX: files with a mode and an owner",
        ),
        Need::SocketPath => (cfg!(unix), "it uses no UNIX socket on this platform"),
        Need::Signals => (cfg!(unix), "this platform has no signals"),
        Need::Pipe => (cfg!(windows), "it has no named pipe on this platform"),
        Need::PipePath => (cfg!(windows), "it uses no named pipe on this platform"),
        Need::Pipes => (cfg!(windows), "this platform has no named pipes"),
        Need::AccessLists => (
            cfg!(windows),
            "files have no access lists of this kind here",
        ),
        Need::SeesListeners => (
            harness::open::tells_listeners(),
            "which addresses a process listens on cannot be seen on this machine",
        ),
        Need::SeesDescriptors => (
            harness::open::tells_descriptors(),
            "how many descriptors a process has open cannot be seen on this machine",
        ),
        Need::SeesFirstMode => (
            harness::watch::sees_first_modes(),
            "the first mode of a path cannot be seen on this platform",
        ),
        Need::AbstractNames => (
            harness::open::has_abstract_names(),
            "this platform has no socket names without a file",
        ),
        Need::Ipv6 => (has_ipv6(), "this machine has no IPv6 loopback address"),
        Need::Shows(behaviour) => return behaviour.lacking(),
        _ => return None,
    };
    (!has).then_some(lacking)
}

fn has_ipv6() -> bool {
    std::net::TcpListener::bind(("::1", 0)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const ONE: Case = Case {
        id: "stop.it-ends",
        clause: "stop.ends",
        needs: &[],
        proofs: &[],
        run: |_| Box::pin(async { Ok(()) }),
    };

    #[rstest]
    #[case(&[], false, false)]
    #[case(&[Need::Discovery], false, false)]
    #[case(&[Need::Discovery, Need::Pipe], true, false)]
    #[case(&[Need::Pair, Need::Paired(&Need::Pipe)], true, false)]
    #[case(&[Need::Signals], false, true)]
    #[case(&[Need::UnixSocket], false, true)]
    fn what_a_manifest_lacks_is_not_the_machines(
        #[case] needs: &'static [Need],
        #[case] on_unix: bool,
        #[case] on_windows: bool,
    ) {
        let case = Case { needs, ..ONE };
        let expected = if cfg!(windows) { on_windows } else { on_unix };
        assert_eq!(of_another_machine(&case).is_some(), expected);
    }
}
