//! The end of an instance, as it is seen from outside.

use super::backend::Backend;
use super::world::Context;
use crate::bounds;
use crate::verdict::Outcome;
use harness::dial::{Connection, dial};
use harness::pace::poll;
use harness::process::{Exit, Identity};
use std::time::Duration;

impl Context {
    /// Expects no record of the target, if it writes one.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when something is at its place.
    pub fn no_record(&self, step: &str) -> Outcome {
        match self.manifest().discovery {
            Some(_) => self.nothing_at(step, &self.record_path()?),
            None => Ok(()),
        }
    }

    /// Expects nothing at the address that the manifest states.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when something is there.
    pub fn no_socket(&self, step: &str) -> Outcome {
        self.nothing_at(step, &self.socket())
    }
}

impl Backend {
    /// Expects it to end by itself, in whatever way.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it runs on.
    pub async fn ends(&self, step: &str, within: Duration) -> Outcome<Exit> {
        let exit = self.process().wait(within).await;
        let expected = format!("ends by itself within {within:?}");
        self.context().expect_ok(step, expected, exit)
    }

    /// Expects it to run on for this time. Only for cases in which the time itself is what matters.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it ends.
    pub async fn runs_on(&self, step: &str, time: Duration) -> Outcome {
        let seen = match self.process().wait(time).await {
            Ok(exit) => format!("{exit}; its last lines: {:?}", self.process().last_lines()),
            Err(_) => "it runs".to_owned(),
        };
        let expected = format!("still runs after {time:?}");
        let holds = self.process().exit().is_none();
        self.context().expect(step, expected, seen, holds)
    }

    /// Expects new connections to be refused, or closed without an answer, within the contract's bound from now on.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when they are still answered then.
    pub async fn turns_new_clients_away(&self, step: &str) -> Outcome {
        let within = bounds::CLOSED_TO_NEW;
        let path = self.context().manifest().health.path.clone();
        let (endpoint, recorder) = (self.endpoint()?, self.context().recorder());
        let mut last = String::new();
        let mut in_a_row = 0;
        let turned_away = poll(within, async || {
            let answer = async {
                let taken = dial(&endpoint, bounds::NOBODY_TAKEN, recorder).await?;
                let mut connection = Connection::over(taken, &endpoint, bounds::HEALTH).await?;
                connection.get(&path).await
            };
            in_a_row += 1;
            match answer.await {
                Ok(answer) => {
                    in_a_row = 0;
                    last = format!("an answer with status {}", answer.status);
                }
                Err(error) if error.nobody_there() || error.was_busy() || error.was_closed() => {}
                Err(error) => {
                    in_a_row = 0;
                    last = error.to_string();
                }
            }
            // The first one may have come before the signal, and be closed as one that is idle.
            (in_a_row == 2).then_some(())
        });
        let turned_away = turned_away.await.is_some();
        let expected = format!("no new connection is answered {within:?} after the signal");
        let seen = if turned_away { "so it is" } else { &last };
        self.context().expect(step, expected, seen, turned_away)
    }

    /// The processes that it has started; at least one is expected.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when there is none.
    pub fn workers(&self, step: &str) -> Outcome<Vec<Identity>> {
        let workers = self.process().descendants();
        let context = self.context();
        context.expect(
            step,
            "at least one process that it started",
            format!("{} of them", workers.len()),
            !workers.is_empty(),
        )?;
        Ok(workers)
    }

    /// Expects these, and whatever else it has started, to be gone within the contract's bound from now on.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when some live on.
    pub async fn workers_end(&self, step: &str, workers: &[Identity]) -> Outcome {
        let within = bounds::DESCENDANTS;
        let process = self.process();
        let mut left = Vec::new();
        let gone = poll(within, async || {
            left = process.descendants();
            left.extend(workers.iter().copied().filter(|worker| worker.is_alive()));
            left.is_empty().then_some(())
        });
        let gone = gone.await.is_some();
        left.sort();
        left.dedup();
        let pids: Vec<u32> = left.iter().map(|one| one.pid()).collect();
        let seen = format!("{} of them: {pids:?}", pids.len());
        let expected = format!("no process that it started lives {within:?} after it");
        self.context().expect(step, expected, seen, gone)
    }
}
