//! Processes that have nothing to do with the target, for records that name them.

use super::world::Context;
use crate::bounds;
use crate::verdict::{Outcome, Stop};
use harness::pace::poll;
use harness::process::{Identity, Launch, Process, Zombie};
use std::rc::Rc;

/// A program that does nothing for much longer than a case may take.
const IDLER: &[&str] = if cfg!(windows) {
    &["ping", "-n", "3600", "127.0.0.1"]
} else {
    &["sleep", "3600"]
};

impl Context {
    /// A living process that is no instance of the target. It is a child of the harness and not the harness itself: a target
    /// that kills whom its record names must not end the run.
    ///
    /// # Errors
    /// [`Stop`] when it cannot be started.
    pub fn stranger(&self) -> Outcome<Rc<Process>> {
        let (program, arguments) = IDLER.split_first().unwrap_or((&"", &[]));
        let launch = Launch::new(program)
            .args(arguments)
            .envs(self.env())
            .directory(self.work())
            .name("stranger")
            .recorder(self.recorder());
        Ok(self.adopt(launch.start()?))
    }

    /// A stranger that can be told from that process by its start. Systems count starts in steps of up to 10 ms, and a fast machine
    /// does much in one; a real successor to a process id comes later than that.
    ///
    /// # Errors
    /// [`Stop`] when it cannot be started.
    pub async fn stranger_started_after(&self, earlier: Identity) -> Outcome<Rc<Process>> {
        let later = async || match self.stranger() {
            Ok(stranger) if stranger.identity().started() == earlier.started() => None,
            outcome => Some(outcome),
        };
        let same = || Stop::CouldNotRun("every process starts at the same time".into());
        poll(bounds::DEED, later).await.ok_or_else(same)?
    }

    /// A process that has ended and was not collected by its parent.
    ///
    /// # Errors
    /// [`Stop::CouldNotRun`] where there are none.
    pub fn zombie(&self) -> Outcome<Zombie> {
        Zombie::make().map_err(|error| Stop::CouldNotRun(format!("no zombie: {error}")))
    }
}
