//! The form of a manifest. Unknown keys are refused, so that a slip of the pen is never a silent default.

use super::capability::Capability;
use super::expectation::Expectation;
use crate::standin::{EndsWithClient, Where};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the form that this program reads.
pub(super) const VERSION: u32 = 1;

/// A target manifest.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the form: 1.
    pub manifest: u32,
    /// What is described.
    pub target: Target,
    /// How it is started.
    pub launch: Launch,
    /// Files that it needs, written before each start.
    #[serde(default)]
    pub file: Vec<Provided>,
    /// Where it listens, if it is a backend.
    #[serde(default)]
    pub address: Address,
    /// The backend that it launches, if it is a client.
    pub backend: Option<Backend>,
    /// The words by which it knows why its backend ended: a name for each, and the words.
    #[serde(default)]
    pub reasons: BTreeMap<String, String>,
    /// How it carries requests, if it is a client.
    #[serde(default)]
    pub bridge: Bridge,
    /// The real backend that it is tried with, if it is a client.
    pub pair: Option<Pair>,
    /// When it counts as ready.
    #[serde(default)]
    pub ready: Ready,
    /// What it answers when it is well; for a client, what its backend has to answer.
    pub health: Health,
    /// Its discovery record, if it writes one.
    pub discovery: Option<Discovery>,
    /// How it is stopped.
    #[serde(default)]
    pub stop: Stop,
    /// What it depends on, if it says not-ready without it.
    pub dependency: Option<Dependency>,
    /// Paths on which the wire can be tried.
    #[serde(default)]
    pub surface: Surface,
    /// What it claims to do beyond the core.
    #[serde(default)]
    pub capabilities: Capabilities,
    /// For targets that can be broken on purpose.
    pub calibration: Option<Calibration>,
    /// Failures that are known, which make no run red.
    #[serde(default)]
    pub expected: Vec<Expectation>,
    /// Cases that fail now and then, which make no run red either.
    #[serde(default)]
    pub quarantine: Vec<Expectation>,
}

/// What is described.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// A short name: lower-case letters, digits and `-`.
    pub id: String,
    /// The version, for the report.
    pub version: Option<String>,
    /// What it is.
    pub role: Role,
    /// One sentence on it, for the report.
    pub about: Option<String>,
    /// The command that installs it, shown when it is missing.
    pub install: Option<String>,
    /// The version that its program must have, for what comes with an interpreter.
    pub requires: Option<Requires>,
}

/// The version that a program must have.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requires {
    /// The program and the arguments that make it say its version.
    pub argv: Vec<String>,
    /// The least version, such as `20` or `3.11`.
    pub at_least: String,
}

/// What a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Serves HTTP on a local address.
    Backend,
    /// Launches such a backend and talks to it.
    Client,
    /// Speaks messages over an inherited channel.
    Toolhost,
    /// Speaks lines of JSON over a socket.
    Ndjson,
    /// Speaks JSON-RPC over a WebSocket.
    Gateway,
}

impl Role {
    /// The name in a manifest.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Backend => "backend",
            Self::Client => "client",
            Self::Toolhost => "toolhost",
            Self::Ndjson => "ndjson",
            Self::Gateway => "gateway",
        }
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// How a target is started.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Launch {
    /// The program: a name that is looked up along `PATH`, or a path, relative to the manifest.
    pub bin: String,
    /// Program and arguments when it listens on a socket or pipe.
    pub argv: Vec<String>,
    /// Program and arguments when it listens on TCP. `{host}` and `{port}` are apart here, and `{address}` is both as they are
    /// written together.
    pub tcp_argv: Option<Vec<String>>,
    /// Further arguments for a capability, given only to cases that need it.
    #[serde(default)]
    pub extra: BTreeMap<Capability, Vec<String>>,
    /// Variables beyond those of the sandbox.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Further variables for a capability, given only to cases that need it.
    #[serde(default)]
    pub extra_env: BTreeMap<Capability, BTreeMap<String, String>>,
    /// The working directory; the sandbox's own if nothing is said.
    pub cwd: Option<String>,
    /// Whether what it starts leaves its job on Windows (`CREATE_BREAKAWAY_FROM_JOB`), which is else refused.
    #[serde(default)]
    pub breakaway: bool,
}

/// A file that is written into the sandbox before each start, so that it may hold the address of that start.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provided {
    /// Where, usually below `{config}`.
    pub path: String,
    /// What it holds; placeholders are expanded.
    pub content: String,
}

/// The backend that a client launches.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backend {
    /// The file name of its executable, if the client insists on one.
    pub name: Option<String>,
    /// Where the client tells it its address.
    pub address: Where,
    /// Where the client tells it a port, if it has an option for that.
    pub port: Option<Where>,
    /// How it learns that its client is gone, if it does.
    #[serde(default)]
    pub ends_with_client: EndsWithClient,
    /// Over what the client talks with it.
    #[serde(default)]
    pub transport: Transport,
}

/// Over what a client talks with its backend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// A UNIX socket, or a named pipe on Windows.
    #[default]
    Socket,
    /// A loopback port.
    Tcp,
}

/// How a client carries requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bridge {
    /// The longest that a call takes when the backend never answers, in milliseconds; the contract's bound if nothing is said.
    pub within_ms: Option<u64>,
    /// The largest body that it carries, in bytes, if it has a limit.
    pub body_limit: Option<u64>,
}

/// The real backend that a client is tried with.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// Its program, which the client launches.
    pub bin: String,
    /// Its own manifest, relative to this one: where its record and its health are.
    pub manifest: String,
    /// Further arguments of the client that make its backend one of a version that it does not know.
    #[serde(default)]
    pub skew: Vec<String>,
}

/// Where a target listens.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// The path of its UNIX socket.
    pub unix: Option<String>,
    /// The path of its named pipe on Windows, usually `{pipe}`; or that of a UNIX socket there.
    pub windows: Option<String>,
}

impl Address {
    /// The one of the platform that this is compiled for.
    #[must_use]
    pub fn here(&self) -> Option<&str> {
        if cfg!(windows) {
            self.windows.as_deref()
        } else {
            self.unix.as_deref()
        }
    }
}

/// When a target counts as ready.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ready {
    /// The longest that it may take, in milliseconds; the contract's bound if nothing is said, and never above it.
    pub within_ms: Option<u64>,
}

/// What a target answers when it is well.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Health {
    /// The path of the request.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
    /// The header that carries its identity.
    pub identity_header: Option<String>,
    /// How many characters an identity has.
    pub identity_length: Option<usize>,
    /// The characters of an identity; `hex` stands for `0-9a-f`.
    pub identity_alphabet: Option<String>,
    /// The header that carries the version of what is spoken, if a client looks at one.
    pub version_header: Option<String>,
    /// The version that the client works with.
    pub version: Option<String>,
}

/// The discovery record of a target.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discovery {
    /// The file.
    pub file: String,
    /// Its lock file, which may stay behind.
    pub lock: Option<String>,
    /// The field that holds the address as a URL.
    pub url: String,
    /// The field that holds the process id.
    pub pid: String,
    /// The field that holds the identity.
    pub identity: Option<String>,
    /// The field that holds the time of the start.
    pub started_at: Option<String>,
}

/// How a target is stopped.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    /// The longest that a stop may take with nothing in flight, in milliseconds; the contract's bound if nothing is said.
    pub within_ms: Option<u64>,
    /// How long requests in flight may go on after the signal, in milliseconds. Needed for `drain`.
    pub drain_ms: Option<u64>,
    /// The request that asks it to stop: the only polite way where there are no signals.
    pub request: Option<StopRequest>,
}

/// A request that asks a target to stop. It carries the identity header with the identity of the instance that is meant, where
/// there is one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StopRequest {
    /// The method, such as `POST`.
    pub method: String,
    /// The path.
    pub path: String,
}

/// What a target depends on: a UNIX socket, or a named pipe, on which the harness plays the other side.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dependency {
    /// The path of the socket.
    pub socket: String,
    /// The path of the named pipe that stands for it on Windows, if it can be one.
    pub pipe: Option<String>,
    /// What the other side says as soon as it is connected to.
    pub greeting: String,
}

impl Dependency {
    /// Where it is on this platform, if it can be there.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        if cfg!(windows) {
            self.pipe.as_deref()
        } else {
            Some(&self.socket)
        }
    }
}

/// Paths on which the wire can be tried. Each is optional.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Surface {
    /// Answers 200 with the body of the request.
    pub echo: Option<String>,
    /// Answers with the status `{code}`.
    pub status: Option<String>,
    /// Sends its head at once and the end of its body after `{ms}` milliseconds.
    pub slow: Option<String>,
    /// Sends pieces for ever, `{ms}` milliseconds apart.
    pub stream: Option<String>,
}

/// What a target says that it does beyond the core, and that it does not.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capabilities {
    /// What it does.
    #[serde(default)]
    pub supports: Vec<Capability>,
    /// What it refuses when it is asked for it.
    #[serde(default)]
    pub refuses: Vec<Capability>,
}

impl Capabilities {
    /// Whether they say nothing of this, one way or the other.
    #[must_use]
    pub fn are_silent_about(&self, capability: Capability) -> bool {
        !self.supports.contains(&capability) && !self.refuses.contains(&capability)
    }
}

/// For targets that can be broken on purpose.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Arguments that switch on the defect `{defect}`.
    pub defect_argv: Vec<String>,
}
