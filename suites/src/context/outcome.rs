//! Starts that may end in either way, as long as they come to an end.

use super::backend::Backend;
use super::refusal::Refusal;
use super::start::Start;
use crate::bounds;
use crate::verdict::{Finding, Outcome, Stop};
use harness::pace::Deadline;
use harness::readiness::{self, NotReady};
use std::time::Duration;

/// A hung instance takes connections and never answers, also when another one has its path by then: so the path is asked
/// anew from time to time.
const LONGEST_LOOK: Duration = bounds::HEALTH;

/// What came of a start.
#[derive(Clone, Debug)]
pub enum Came {
    /// It is ready.
    Ready(Backend),
    /// It ended by itself with a code other than 0.
    Refused(Refusal),
}

impl Came {
    /// In words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Ready(_) => "it became ready".to_owned(),
            Self::Refused(refusal) => format!("it was refused: `{}`", refusal.words().trim()),
        }
    }
}

impl Start {
    /// Starts it and waits until it is ready or refused, whichever it is.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it comes to neither in time, or ends in another way.
    pub async fn comes_to_an_outcome(&self, step: &str, within: Duration) -> Outcome<Came> {
        self.launch()?.comes_to_an_outcome(step, within).await
    }
}

impl Backend {
    /// Waits until it is ready or refused, whichever it is. Only for an address at which nobody else answers.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it comes to neither in time, or ends in another way.
    pub async fn comes_to_an_outcome(mut self, step: &str, within: Duration) -> Outcome<Came> {
        let context = self.context().clone();
        let expected =
            format!("ready, or ends by itself with a code other than 0, within {within:?}");
        let deadline = Deadline::after(within);
        let seen = loop {
            let slice = deadline.left().min(LONGEST_LOOK);
            let ready = readiness::wait(
                &self.process(),
                || self.locate(),
                &context.health(),
                slice,
                context.recorder(),
            )
            .await;
            match ready {
                Ok(ready) => {
                    context.expect(step, expected, "it became ready", true)?;
                    self.found(ready);
                    return Ok(Came::Ready(self));
                }
                Err(NotReady::Exited { exit, .. }) if exit.refused() => {
                    context.expect(step, expected, exit, true)?;
                    return Ok(Came::Refused(Refusal::new(context, self.process())));
                }
                Err(NotReady::TimedOut { .. }) if !deadline.passed() => {}
                Err(neither) => break neither.to_string(),
            }
        };
        context.expect(step, &expected, &seen, false)?;
        Err(Stop::Fail(Finding {
            step: step.to_owned(),
            expected,
            seen,
        }))
    }
}
