//! Which case is tried on which target. Everything is decided before anything runs, so that what is left out shows as such.

use crate::case::{Case, Need};
use crate::targets::LoadedTarget;
use harness::target::{Capability, Manifest, Role};

/// One case on one target.
#[derive(Clone, Debug)]
pub struct Planned<'a> {
    /// The target.
    pub target: &'a LoadedTarget,
    /// The case.
    pub case: &'a Case,
    /// Whether it is tried.
    pub gate: Gate,
}

/// Whether a case is tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gate {
    /// It is.
    Run,
    /// It means nothing for this target or platform, for this reason.
    NotApplicable(String),
    /// It would mean something, and cannot be tried here, for this reason.
    CouldNotRun(String),
}

/// Every case on every target.
#[must_use]
pub fn plan<'a>(targets: &'a [LoadedTarget], cases: &[&'a Case]) -> Vec<Planned<'a>> {
    targets
        .iter()
        .flat_map(|target| {
            cases.iter().map(move |case| Planned {
                target,
                case,
                gate: gate(&target.manifest, case),
            })
        })
        .map(|planned| match (&planned.gate, &planned.target.missing) {
            (Gate::Run, Some(why)) => Planned {
                gate: Gate::CouldNotRun(why.clone()),
                ..planned
            },
            _ => planned,
        })
        .collect()
}

/// Decides for one case by what the manifest says and the machine has.
#[must_use]
pub fn gate(manifest: &Manifest, case: &Case) -> Gate {
    if manifest.target.role != Role::Backend {
        return Gate::NotApplicable("this chapter is for backends".to_owned());
    }
    case.needs
        .iter()
        .find_map(|need| lacking(*need, manifest))
        .map_or(Gate::Run, |lacking| Gate::NotApplicable(lacking.to_owned()))
}

/// What is lacking, in words, if anything is.
fn lacking(need: Need, manifest: &Manifest) -> Option<&'static str> {
    let identity = manifest.health.identity_header.is_some();
    let discovery = manifest.discovery.as_ref();
    let (has, lacking) = match need {
        Need::Claim(claim) => (
            manifest.capabilities.supports.contains(&claim),
            unclaimed(claim),
        ),
        Need::UnixSocket => (
            cfg!(unix) && manifest.address.unix.is_some(),
            "it has no UNIX socket on this platform",
        ),
        Need::Discovery => (discovery.is_some(), "it writes no discovery record"),
        Need::StartTime => (
            discovery.is_some_and(|discovery| discovery.started_at.is_some()),
            "its record holds no time of the start",
        ),
        Need::Identity => (identity, "its health answer carries no identity"),
        Need::RecordedIdentity => (
            identity && discovery.is_some_and(|discovery| discovery.identity.is_some()),
            "its record and health answer carry no identity",
        ),
        Need::NoContentHealth => (
            matches!(manifest.health.status, 204 | 205 | 304),
            "the status of its health answer allows a body",
        ),
        Need::Echo => (
            manifest.surface.echo.is_some(),
            "it has no path that echoes",
        ),
        Need::Status => (
            manifest.surface.status.is_some(),
            "it has no path that answers with any status",
        ),
        Need::Slow => (
            manifest.surface.slow.is_some(),
            "it has no path that answers slowly",
        ),
        Need::Stream => (
            manifest.surface.stream.is_some(),
            "it has no path that streams",
        ),
        Need::SeesListeners => (
            cfg!(target_os = "linux"),
            "which addresses a process listens on can be seen on Linux only",
        ),
        Need::SeesDescriptors => (
            cfg!(target_os = "linux"),
            "how many descriptors a process has open can be seen on Linux only",
        ),
        Need::SeesFirstMode => (
            cfg!(target_os = "linux"),
            "the first mode of a path can be seen on Linux only",
        ),
        Need::Ipv6 => (has_ipv6(), "this machine has no IPv6 loopback address"),
    };
    (!has).then_some(lacking)
}

fn has_ipv6() -> bool {
    std::net::TcpListener::bind(("::1", 0)).is_ok()
}

const fn unclaimed(claim: Capability) -> &'static str {
    match claim {
        Capability::CreatesParents => "it does not claim to make missing directories",
        Capability::Drain => "it does not claim to let requests in flight finish",
        Capability::Dependency => "it does not claim to watch what it depends on",
        Capability::Independent => "it does not claim to outlive its launcher",
        Capability::Limits => "it does not claim to limit the size of requests",
        Capability::ParentBound => "it does not claim to end with its launcher",
        Capability::SingleInstance => "it does not claim to run once per state directory",
        Capability::Tcp => "it does not claim to listen on TCP",
        Capability::Workers => "it does not claim to have workers",
    }
}
