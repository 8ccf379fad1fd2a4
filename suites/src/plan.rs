//! Which case is tried on which target. Everything is decided before anything runs, so that what is left out shows as such.

mod machine;

use crate::case::{Case, Need};
use crate::targets::LoadedTarget;
use harness::endpoint::Endpoint;
use harness::platform::Behaviour;
use harness::target::{Capability, Manifest, Role, Transport};
use machine::machine_lacks;
use serde::{Deserialize, Serialize};

pub use machine::of_another_machine;

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    /// It is.
    Run,
    /// It means nothing for this target or platform, for this reason.
    NotApplicable(String),
    /// It would mean something, and cannot be tried here, for this reason.
    CouldNotRun(String),
}

/// Every case on every target that it is for: a chapter of another role has nothing to say of a target.
#[must_use]
pub fn plan<'a>(targets: &'a [LoadedTarget], cases: &[&'a Case]) -> Vec<Planned<'a>> {
    targets
        .iter()
        .flat_map(|target| {
            let role = target.manifest.target.role;
            let own = cases.iter().filter(move |case| case.role() == role);
            own.map(move |case| Planned {
                target,
                case,
                gate: gate(target, case),
            })
        })
        .map(|planned| match (&planned.gate, missing(&planned)) {
            (Gate::Run, Some(why)) => Planned {
                gate: Gate::CouldNotRun(why.to_owned()),
                ..planned
            },
            _ => planned,
        })
        .collect()
}

/// What is missing for this very case: the other chapters of a client do without its real backend.
fn missing<'a>(planned: &Planned<'a>) -> Option<&'a str> {
    let real = planned.case.needs.contains(&Need::Pair);
    let pair = planned.target.pair.as_ref().filter(|_| real);
    let pair = pair.and_then(|pair| pair.missing.as_deref());
    planned.target.missing.as_deref().or(pair)
}

/// Decides for one case by what the manifest says and the machine has.
#[must_use]
pub fn gate(target: &LoadedTarget, case: &Case) -> Gate {
    if target.manifest.target.role != case.role() {
        return Gate::NotApplicable(format!("this chapter is for the role {}", case.role()));
    }
    if case.role() == Role::Backend && target.manifest.address.here().is_none() {
        return Gate::NotApplicable("it has no address on this platform".to_owned());
    }
    case.needs
        .iter()
        .find_map(|need| match (need, &target.pair) {
            (Need::Paired(need), Some(pair)) => lacking(**need, &pair.manifest)
                .map(|lacking| format!("its real backend lacks something: {lacking}")),
            (need, _) => lacking(*need, &target.manifest).map(str::to_owned),
        })
        .map_or(Gate::Run, Gate::NotApplicable)
}

/// What is lacking, in words, if anything is.
fn lacking(need: Need, manifest: &Manifest) -> Option<&'static str> {
    let identity = manifest.health.identity_header.is_some();
    let discovery = manifest.discovery.as_ref();
    if let Some(lacking) = machine_lacks(need) {
        return Some(lacking);
    }
    let (has, lacking) = match need {
        Need::Claim(Capability::Dependency) if nowhere(manifest) => {
            (false, "what it depends on has no address on this platform")
        }
        Need::Claim(claim) => (
            manifest.capabilities.supports.contains(&claim),
            unclaimed(claim),
        ),
        Need::Refusal(refused) => (
            manifest.capabilities.refuses.contains(&refused),
            "its manifest does not say that it refuses this",
        ),
        Need::Silence(capability) => (
            manifest.capabilities.are_silent_about(capability),
            "its manifest says whether it does this",
        ),
        Need::Local if has_windows_socket(manifest) => return Behaviour::UnixSockets.lacking(),
        Need::UnixSocket => (
            manifest.address.unix.is_some(),
            "it has no UNIX socket on this platform",
        ),
        Need::Pipe => (has_pipe(manifest), "it has no named pipe on this platform"),
        Need::Local => (
            (cfg!(unix) && manifest.address.unix.is_some()) || has_pipe(manifest),
            "it has neither a UNIX socket nor a named pipe on this platform",
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
        Need::SocketPath => (
            uses_sockets(manifest),
            "it uses no UNIX socket on this platform",
        ),
        Need::PipePath => (
            uses_sockets(manifest),
            "it uses no named pipe on this platform",
        ),
        Need::Reasons => (
            !manifest.reasons.is_empty(),
            "its manifest names no reasons for the end of its backend",
        ),
        Need::BodyLimit => (
            manifest.bridge.body_limit.is_some(),
            "it has no limit to the bodies that it carries",
        ),
        Need::Pair | Need::Paired(_) => (
            manifest.pair.is_some(),
            "its manifest names no real backend to try it with",
        ),
        Need::Skew => (
            (manifest.pair.as_ref()).is_some_and(|pair| !pair.skew.is_empty()),
            "its real backend cannot be made one of another version",
        ),
        Need::Stop => (
            cfg!(unix) || manifest.stop.request.is_some(),
            "this platform has no signals, and its manifest states no request that stops it",
        ),
        Need::StopRequest => (
            manifest.stop.request.is_some(),
            "its manifest states no request that stops it",
        ),
        Need::HalfClose => (
            !has_pipe(manifest),
            "no half of a pipe can be closed by itself",
        ),
        Need::Alone
        | Need::Pipes
        | Need::AccessLists
        | Need::SeesListeners
        | Need::SeesDescriptors
        | Need::SeesFirstMode
        | Need::AbstractNames
        | Need::Ipv6
        | Need::Signals
        | Need::Shows(_) => return None,
    };
    (!has).then_some(lacking)
}

fn uses_sockets(manifest: &Manifest) -> bool {
    let backend = manifest.backend.as_ref();
    backend.is_some_and(|backend| backend.transport == Transport::Socket)
}

fn nowhere(manifest: &Manifest) -> bool {
    let dependency = manifest.dependency.as_ref();
    dependency.is_some_and(|dependency| dependency.address().is_none())
}

fn is_pipe(address: &str) -> bool {
    address.contains("{pipe}") || Endpoint::is_pipe_path(address)
}

fn has_pipe(manifest: &Manifest) -> bool {
    cfg!(windows)
        && manifest
            .address
            .windows
            .as_ref()
            .is_some_and(|address| is_pipe(address))
}

/// Whether its address on Windows is a UNIX socket, which is an address of its own kind there.
fn has_windows_socket(manifest: &Manifest) -> bool {
    let address = manifest.address.windows.as_ref();
    cfg!(windows) && address.is_some_and(|address| !is_pipe(address))
}

const fn unclaimed(claim: Capability) -> &'static str {
    match claim {
        Capability::Abort => "it does not claim to give up a request when it is asked to",
        Capability::Bridge => "it does not claim to carry requests",
        Capability::External => "it does not claim to use a backend that it does not own",
        Capability::PortOption => "it does not claim to have an option for a port",
        Capability::Restart => "it does not claim to restart its backend",
        Capability::VersionCheck => "it does not claim to look at its backend's version",
        Capability::CreatesParents => "it does not claim to make missing directories",
        Capability::Drain => "it does not claim to let requests in flight finish",
        Capability::Dependency => "it does not claim to watch what it depends on",
        Capability::Independent => "it does not claim to outlive its launcher",
        Capability::Limits => "it does not claim to limit the size of requests",
        Capability::ParentBound => "it does not claim to end with its launcher",
        Capability::SingleInstance => {
            "it does not claim to run once per state directory, or per user-data directory"
        }
        Capability::Tcp => "it does not claim to listen on TCP",
        Capability::Workers => "it does not claim to have workers",
    }
}
