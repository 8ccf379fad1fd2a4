//! What can go wrong with a process, in words for the person who has to mend it.

use std::path::PathBuf;
use std::time::Duration;

/// A process could not be started.
#[derive(Debug, thiserror::Error)]
pub enum SpawnError {
    /// No such program.
    #[error("program `{program}` was not found{searched}; check the path or install it")]
    NotFound {
        /// The program as it was named.
        program: String,
        /// Where it was looked for, in words.
        searched: String,
    },
    /// There is a file, and it cannot be executed.
    #[error("program {program} cannot be executed: {why}")]
    NotExecutable {
        /// The resolved path.
        program: PathBuf,
        /// What is wrong and what to do.
        why: String,
    },
    /// The working directory cannot be entered.
    #[error("working directory {directory} of `{program}` cannot be entered: {source}")]
    Directory {
        /// The program.
        program: PathBuf,
        /// The directory.
        directory: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// An argument or a variable that the system cannot take.
    #[error("`{program}` cannot be started with these arguments or variables: {source}")]
    Arguments {
        /// The program.
        program: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The harness could not do its part.
    #[error("could not {what} for `{program}`: {source}")]
    System {
        /// The step that failed.
        what: &'static str,
        /// The program.
        program: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The platform lacks it.
    #[error("{what} is not there on this platform; gate the case by platform")]
    Unsupported {
        /// What was asked for.
        what: &'static str,
    },
}

/// A process did not end in time.
#[derive(Debug, thiserror::Error)]
#[error("{process} (pid {pid}) still runs after {within:?}; its last lines: {last_lines:?}")]
pub struct StillRunning {
    /// The harness's name for it.
    pub process: String,
    /// Its pid.
    pub pid: u32,
    /// How long was waited.
    pub within: Duration,
    /// The last lines that it wrote, stderr first.
    pub last_lines: Vec<String>,
}

/// A signal could not be sent.
#[derive(Debug, thiserror::Error)]
pub enum SignalError {
    /// It is gone already.
    #[error("{process} (pid {pid}) was gone before {signal} could be sent")]
    Gone {
        /// The harness's name for it.
        process: String,
        /// Its pid.
        pid: u32,
        /// The signal.
        signal: super::Signal,
    },
    /// The system refused.
    #[error("{signal} could not be sent to {process} (pid {pid}): {source}")]
    System {
        /// The harness's name for it.
        process: String,
        /// Its pid.
        pid: u32,
        /// The signal.
        signal: super::Signal,
        /// What the system said.
        source: std::io::Error,
    },
}

/// There is no proof that what was started is gone.
#[derive(Debug, thiserror::Error)]
pub enum EndError {
    /// It could not be ended.
    #[error("what {process} started could not be ended within {within:?}; still there: {left:?}")]
    Resists {
        /// The harness's name for the target.
        process: String,
        /// How long was waited.
        within: Duration,
        /// Command lines of what is left.
        left: Vec<String>,
    },
    /// Nobody knows.
    #[error(
        "the keeper of {process} was killed by somebody else, so what {process} started may still run; look for it and end it"
    )]
    Unproved {
        /// The harness's name for the target.
        process: String,
    },
}
