//! The good end of an instance: asked for by a signal, or by a request where there are none.

use super::backend::Backend;
use crate::verdict::{Outcome, Stop};
use harness::dial::{DialError, Response};
use harness::process::Signal;
use std::time::Duration;

impl Backend {
    /// Asks it to stop: by SIGTERM, or by the request that its manifest states where there are no signals.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it is gone already, or does not take the request.
    pub async fn is_asked_to_stop(&self, step: &str) -> Outcome {
        if Signal::Term.is_known_here() {
            return self.signal(step, Signal::Term);
        }
        self.is_requested_to_stop(step).await
    }

    /// Asks it to stop by the request that its manifest states, which names the instance that is meant.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it does not take the request.
    pub async fn is_requested_to_stop(&self, step: &str) -> Outcome {
        let answer = self.stop_request(self.identity().as_deref()).await?;
        let answer = self
            .context()
            .expect_ok(step, "an answer to the request to stop", answer)?;
        let taken = (200..300).contains(&answer.status);
        self.context()
            .expect(step, "it takes the request", answer.status, taken)
    }

    /// The answer to the request that its manifest states, with this identity in it.
    ///
    /// # Errors
    /// [`Stop::Harness`] when the manifest states none: the case does not say that it needs one.
    pub async fn stop_request(
        &self,
        identity: Option<&str>,
    ) -> Outcome<Result<Response, DialError>> {
        let manifest = self.context().manifest();
        let request = manifest.stop.request.as_ref().ok_or_else(|| {
            Stop::Harness("the case asks for a stop and does not say so".to_owned())
        })?;
        let name = manifest.health.identity_header.as_deref();
        let headers: Vec<(&str, &str)> = name.zip(identity).into_iter().collect();
        let answer = async {
            let mut connection = self.try_connect().await?;
            connection
                .request(&request.method, &request.path, &headers, &[])
                .await
        };
        Ok(answer.await)
    }

    /// Expects it to end as one that was asked to by this signal.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it runs on or ends in another way.
    pub async fn ends_as_asked(&self, step: &str, signal: Signal, within: Duration) -> Outcome {
        let expected = format!("exit code 0, or the end by {signal}, within {within:?}");
        let exit = self.process().wait(within).await;
        let exit = self.context().expect_ok(step, &expected, exit)?;
        self.context()
            .expect(step, expected, exit, exit.as_asked(signal))
    }

    /// Stops it as the contract says: SIGTERM, or what stands for it, and a good end within the bound.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it does not end so.
    pub async fn stops(&self, step: &str) -> Outcome {
        self.is_asked_to_stop(step).await?;
        self.ends_as_asked(step, Signal::Term, self.context().bounds().stop)
            .await
    }

    /// Ends it in whatever way works, politely first; for a case in which how it ends is not the question.
    ///
    /// # Errors
    /// [`Stop::Harness`] when the system does not end it.
    pub async fn end(&self) -> Outcome {
        let asked = self.process().exit().is_none() && self.asked_to_end().await;
        if !asked
            || self
                .process()
                .wait(self.context().bounds().stop)
                .await
                .is_err()
        {
            self.kill().await?;
        }
        Ok(())
    }

    async fn asked_to_end(&self) -> bool {
        if Signal::Term.is_known_here() {
            return self.process().signal(Signal::Term).is_ok();
        }
        let requested = self.context().manifest().stop.request.is_some();
        if !requested {
            return false;
        }
        let answer = self.stop_request(self.identity().as_deref()).await;
        matches!(answer, Ok(Ok(answer)) if (200..300).contains(&answer.status))
    }
}
