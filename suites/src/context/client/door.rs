//! Whether a backend can be reached, as a case has it.

use super::launched::Launched;
use crate::bounds;
use crate::verdict::{Outcome, Stop};
use harness::dial::{Stream, dial};
use harness::endpoint::Endpoint;
use harness::pace::poll;
use harness::pipe::{Look, look};
use harness::standin::{Door, Report};

impl Launched {
    /// Has it open its address to connections, or close it, and waits until that is done.
    ///
    /// # Errors
    /// [`Stop::Harness`] when it does not within the bound of a deed: the stand-in is ours.
    pub async fn turns(&self, door: Door) -> Outcome {
        self.door(door);
        let is_done = |reports: &[Report]| {
            let last = reports.iter().rev().find_map(|report| match report {
                Report::Door { door } => Some(*door),
                _ => None,
            });
            last.filter(|last| *last == door)
        };
        let done = self.wait("change of its address", bounds::DEED, is_done);
        match done.await {
            Ok(_) => Ok(()),
            Err(error) => Err(Stop::Harness(error.to_string())),
        }
    }

    /// Has it take no more connections at its pipe, and takes the only place there; the place is free again when it goes on, or
    /// when what this yields is dropped.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it was told no pipe to listen at; [`Stop::Harness`] when the pipe is not busy then.
    pub async fn is_busy(&self, step: &str) -> Outcome<Stream> {
        let pipe = self.pipe(step)?;
        self.turns(Door::Unattended).await?;
        let recorder = self.context().recorder();
        let taken = dial(&Endpoint::Pipe(pipe.clone()), bounds::HEALTH, recorder).await;
        let taken = taken.map_err(|error| Stop::Harness(error.to_string()))?;
        match look(&pipe)? {
            Look::Busy => Ok(taken),
            other => Err(Stop::Harness(format!("the pipe is {other:?}, not busy"))),
        }
    }

    /// Has its pipe vanish, and waits until the system knows the name no more.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it was told no pipe to listen at; [`Stop::Harness`] when the name stays.
    pub async fn vanishes(&self, step: &str) -> Outcome {
        let pipe = self.pipe(step)?;
        self.turns(Door::Gone).await?;
        // Instances end when the system has heard of the end of what was pending on them.
        let missing = poll(bounds::NEWS, async || {
            matches!(look(&pipe), Ok(Look::Missing)).then_some(())
        });
        let stays = || Stop::Harness(format!("the pipe {pipe} is still there"));
        missing.await.ok_or_else(stays)
    }

    /// The name of the pipe at which it was told to listen.
    fn pipe(&self, step: &str) -> Outcome<String> {
        let endpoint = self.endpoint(step)?;
        let name = match &endpoint {
            Endpoint::Pipe(name) => Some(name.clone()),
            Endpoint::Unix(_) | Endpoint::Tcp(_) => None,
        };
        self.context().expect_some(step, "a pipe", name)
    }
}
