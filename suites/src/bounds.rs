//! The contract's bounds: the longest that a conformant target may take (suites/contract/README.md). A manifest may state
//! lower ones for its own target, never higher. They are part of the contract and no knobs of a run.

use harness::target::Manifest;
use std::time::Duration;

/// From the start of the process to its first health answer.
pub const READY: Duration = Duration::from_secs(15);
/// From the moment that the path is there to the first answer.
pub const PATH_TO_ANSWER: Duration = Duration::from_secs(1);
/// One health answer.
pub const HEALTH: Duration = Duration::from_secs(5);
/// The end of a start that is refused.
pub const REFUSAL: Duration = Duration::from_secs(10);
/// What a peer that never answers may add to a start.
pub const SILENT_PEER: Duration = Duration::from_secs(10);
/// A stop with nothing in flight.
pub const STOP: Duration = Duration::from_secs(5);
/// What a stop may take beyond the drain limit that the target states.
pub const AFTER_DRAIN: Duration = Duration::from_secs(2);
/// From the signal to the first refused connection.
pub const CLOSED_TO_NEW: Duration = Duration::from_secs(1);
/// For how long no instance of a pipe is free before its server counts as one that takes nobody: well below [`CLOSED_TO_NEW`], and well
/// above what a server needs between two instances.
pub const NOBODY_TAKEN: Duration = Duration::from_millis(200);
/// From the launcher's death to the end of a backend that is bound to it.
pub const PARENT_DEATH: Duration = Duration::from_secs(5);
/// From the end of a backend to the end of what it started.
pub const DESCENDANTS: Duration = Duration::from_secs(2);

/// From the start of a client to its hello.
pub const HELLO: Duration = Duration::from_secs(15);
/// One answer of a client to a question that asks for nothing to be done.
pub const ANSWER: Duration = Duration::from_secs(5);
/// From a question to what a client does about it: the launch of a backend, a request on its way, an event.
pub const DEED: Duration = Duration::from_secs(10);
/// One call through a client, whatever the backend does.
pub const CALL: Duration = Duration::from_secs(60);
/// The body that a client carries which states no limit of its own, in bytes.
pub const CARRIED_BODY: usize = 4 * 1024 * 1024;
/// How long a client outlasts that the name of its backend's pipe is missing.
pub const HAND_OVER: Duration = Duration::from_millis(500);
/// The end of a client that was asked to quit, whatever its backend does.
pub const QUIT: Duration = Duration::from_secs(15);

/// From something that happened to the news of it: a moment, for what is on its way already.
pub const NEWS: Duration = Duration::from_secs(2);

/// The bounds of one target.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// See [`READY`].
    pub ready: Duration,
    /// See [`STOP`].
    pub stop: Duration,
    /// See [`CALL`].
    pub call: Duration,
    /// How long requests in flight may go on after the signal, if the target says so.
    pub drain: Option<Duration>,
}

impl Bounds {
    /// What a manifest states, else what the contract does.
    #[must_use]
    pub fn of(manifest: &Manifest) -> Self {
        let stated =
            |ms: Option<u64>, bound: Duration| ms.map_or(bound, Duration::from_millis).min(bound);
        Self {
            ready: stated(manifest.ready.within_ms, READY),
            stop: stated(manifest.stop.within_ms, STOP),
            call: stated(manifest.bridge.within_ms, CALL),
            drain: manifest.stop.drain_ms.map(Duration::from_millis),
        }
    }
}
