//! Processes that have nothing to do with the target, for records that name them.

use super::world::Context;
use crate::verdict::{Outcome, Stop};
use harness::process::{Launch, Process, Zombie};
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

    /// A process that has ended and was not collected by its parent.
    ///
    /// # Errors
    /// [`Stop::CouldNotRun`] where there are none.
    pub fn zombie(&self) -> Outcome<Zombie> {
        Zombie::make().map_err(|error| Stop::CouldNotRun(format!("no zombie: {error}")))
    }
}
