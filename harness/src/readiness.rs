//! Being ready, in stages. A failure names the furthest stage that was reached.

use crate::dial::{Connection, DialError, dial};
use crate::endpoint::Endpoint;
use crate::events::{Event, Recorder};
use crate::pace::{Deadline, Pace};
use crate::process::{Exit, Process};
use std::time::Duration;

/// A look that lasts as long as this and sees nothing is worth telling.
const TELLING: Duration = Duration::from_millis(50);

/// How far a start has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The process runs.
    Spawned,
    /// Its address is there: the socket's path, or the record that names it.
    Present,
    /// A connection to it is taken.
    Connects,
    /// It does something with a connection, if only to close it.
    Accepts,
    /// It answers HTTP.
    Answers,
    /// It answers what a healthy instance answers, and says who it is.
    Identified,
}

impl std::fmt::Display for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Spawned => "spawned",
            Self::Present => "address present",
            Self::Connects => "connects",
            Self::Accepts => "accepts",
            Self::Answers => "answers",
            Self::Identified => "identified",
        })
    }
}

/// What a healthy instance answers.
#[derive(Clone, Debug)]
pub struct Health {
    /// The path of the request.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
    /// The header that carries the identity, if there is one.
    pub identity_header: Option<String>,
    /// Whether only an answer of the process itself counts, or of one that it started, where the system tells who listens.
    /// Otherwise a predecessor, or a worker that it left, can answer in its place.
    pub its_own: bool,
}

/// A target that is ready.
#[derive(Clone, Debug)]
pub struct Ready {
    /// Where it is.
    pub endpoint: Endpoint,
    /// Its identity, if it has one.
    pub identity: Option<String>,
    /// When each stage was first reached, since the wait began.
    pub stages: Vec<(Stage, Duration)>,
}

/// A target that did not become ready.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    /// It ended first.
    #[error(
        "{process} ended before it was ready ({exit}); furthest stage: {furthest}; its last lines: {last_lines:?}"
    )]
    Exited {
        /// The harness's name for it.
        process: String,
        /// How it ended.
        exit: Exit,
        /// The furthest stage.
        furthest: Stage,
        /// The last lines that it wrote.
        last_lines: Vec<String>,
    },
    /// It took too long.
    #[error(
        "{process} was not ready within {within:?}; furthest stage: {furthest}; last seen: {last_seen}; its last lines: {last_lines:?}"
    )]
    TimedOut {
        /// The harness's name for it.
        process: String,
        /// How long was waited.
        within: Duration,
        /// The furthest stage.
        furthest: Stage,
        /// What the last look saw.
        last_seen: String,
        /// The last lines that it wrote.
        last_lines: Vec<String>,
    },
}

impl NotReady {
    /// The furthest stage that was reached.
    #[must_use]
    pub const fn furthest(&self) -> Stage {
        match self {
            Self::Exited { furthest, .. } | Self::TimedOut { furthest, .. } => *furthest,
        }
    }
}

/// Waits until a process answers as a healthy instance does, or ends, or the time is over.
///
/// `locate` says where it is to be found, as soon as that is known: for a socket when its path exists, for a port that the
/// system chose when the record names it.
///
/// # Errors
/// [`NotReady`] with the furthest stage and what was last seen.
pub async fn wait(
    process: &Process,
    locate: impl Fn() -> Option<Endpoint>,
    health: &Health,
    within: Duration,
    recorder: &Recorder,
) -> Result<Ready, NotReady> {
    let mut look = Look {
        process,
        health,
        recorder,
        stages: Vec::new(),
        last_seen: String::new(),
    };
    look.reached(Stage::Spawned, Duration::ZERO);
    let deadline = Deadline::after(within);
    let outcome = tokio::select! {
        biased;
        ready = look.until_ready(&locate, deadline) => ready,
        Ok(exit) = process.wait(within) => Err(Some(exit)),
    };
    let furthest = look.furthest();
    let (process, last_lines) = (process.name().to_owned(), process.last_lines());
    match outcome {
        Ok((endpoint, identity)) => Ok(Ready {
            endpoint,
            identity,
            stages: look.stages,
        }),
        Err(Some(exit)) => Err(NotReady::Exited {
            process,
            exit,
            furthest,
            last_lines,
        }),
        Err(None) => Err(NotReady::TimedOut {
            process,
            within,
            furthest,
            last_seen: look.last_seen,
            last_lines,
        }),
    }
}

struct Look<'a> {
    process: &'a Process,
    health: &'a Health,
    recorder: &'a Recorder,
    stages: Vec<(Stage, Duration)>,
    last_seen: String,
}

impl Look<'_> {
    async fn until_ready(
        &mut self,
        locate: &impl Fn() -> Option<Endpoint>,
        deadline: Deadline,
    ) -> Result<(Endpoint, Option<String>), Option<Exit>> {
        let mut pace = Pace::until(deadline);
        loop {
            match locate() {
                None => self.last_seen = "no address yet".to_owned(),
                Some(endpoint) => {
                    // Only an attempt to open it tells whether a pipe is there.
                    if !matches!(endpoint, Endpoint::Pipe(_)) {
                        self.reached(Stage::Present, deadline.elapsed());
                    }
                    if let Some(identity) = self.ask(&endpoint, deadline).await {
                        return Ok((endpoint, identity));
                    }
                }
            }
            if !pace.step().await {
                return Err(None);
            }
            if let Some(exit) = self.process.exit() {
                return Err(Some(exit));
            }
        }
    }

    /// One look: connects, asks for health, and compares. `None`: not ready yet.
    async fn ask(&mut self, endpoint: &Endpoint, deadline: Deadline) -> Option<Option<String>> {
        // A refused connection is the ordinary state of a start and would only fill the evidence.
        let stream = match dial(endpoint, deadline.left(), self.recorder).await {
            Ok(stream) => stream,
            Err(error) => {
                if matches!(endpoint, Endpoint::Pipe(_)) && !error.nobody_there() {
                    self.reached(Stage::Present, deadline.elapsed());
                }
                return self.saw(&error);
            }
        };
        self.reached(Stage::Present, deadline.elapsed());
        if let Some(stranger) = stream.peer_pid().filter(|pid| self.is_strange(*pid)) {
            self.last_seen =
                format!("process {stranger} listens there, and it was not started by this one");
            return None;
        }
        self.reached(Stage::Connects, deadline.elapsed());
        let answer = async {
            let mut connection = Connection::over(stream, endpoint, deadline.left()).await?;
            connection.get(&self.health.path).await
        };
        let answer = match answer.await {
            Ok(answer) => answer,
            Err(error) => {
                if matches!(
                    error,
                    DialError::Closed { .. } | DialError::Malformed { .. }
                ) {
                    self.reached(Stage::Accepts, deadline.elapsed());
                }
                return self.saw(&error);
            }
        };
        self.reached(Stage::Accepts, deadline.elapsed());
        self.reached(Stage::Answers, deadline.elapsed());
        if answer.status != self.health.status {
            self.last_seen = format!("status {} instead of {}", answer.status, self.health.status);
            return None;
        }
        let identity = match &self.health.identity_header {
            None => None,
            Some(name) => match answer.header(name) {
                Some(identity) => Some(identity.to_owned()),
                None => {
                    self.last_seen = format!("status {} without the header {name}", answer.status);
                    return None;
                }
            },
        };
        self.reached(Stage::Identified, deadline.elapsed());
        Some(identity)
    }

    fn is_strange(&self, pid: u32) -> bool {
        self.health.its_own && !self.process.includes(pid)
    }

    fn saw(&mut self, error: &DialError) -> Option<Option<String>> {
        match error {
            // The end of the wait cut this look short, which says less than the look before it.
            DialError::TimedOut { within, .. } | DialError::Busy { within, .. }
                if *within < TELLING && !self.last_seen.is_empty() => {}
            DialError::TimedOut { .. } | DialError::Busy { .. } if !self.last_seen.is_empty() => {
                self.last_seen = format!("{}; then {error}", self.last_seen);
            }
            _ => self.last_seen = error.to_string(),
        }
        None
    }

    fn reached(&mut self, stage: Stage, at: Duration) {
        if self.stages.iter().all(|(known, _)| *known != stage) {
            self.stages.push((stage, at));
            self.recorder.record(Event::Reached {
                process: self.process.name().to_owned(),
                stage: stage.to_string(),
            });
        }
    }

    fn furthest(&self) -> Stage {
        self.stages
            .iter()
            .map(|(stage, _)| *stage)
            .max()
            .unwrap_or(Stage::Spawned)
    }
}
