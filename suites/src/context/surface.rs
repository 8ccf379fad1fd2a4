//! Requests that stay in flight, over the paths that a manifest names for it.

use super::backend::Backend;
use super::world::{Context, expand};
use crate::verdict::{Outcome, Stop};
use harness::dial::InFlight;
use std::time::Duration;

impl Context {
    /// The path whose answer begins at once and ends after this time.
    ///
    /// # Errors
    /// [`Stop::Harness`] when the manifest names none: the case does not say that it needs one.
    pub fn slow_path(&self, takes: Duration) -> Outcome<String> {
        self.timed_path(self.manifest().surface.slow.as_deref(), takes)
    }

    /// The path whose answer never ends, with this time between two pieces.
    ///
    /// # Errors
    /// [`Stop::Harness`] when the manifest names none: the case does not say that it needs one.
    pub fn stream_path(&self, between: Duration) -> Outcome<String> {
        self.timed_path(self.manifest().surface.stream.as_deref(), between)
    }

    fn timed_path(&self, path: Option<&str>, time: Duration) -> Outcome<String> {
        let path = path.ok_or_else(|| {
            Stop::Harness("the case needs a path that takes time and does not say so".to_owned())
        })?;
        let values = self.values(&self.env());
        expand(&values.with("ms", time.as_millis().to_string()), path)
    }

    /// How long requests in flight may go on after the signal.
    ///
    /// # Errors
    /// [`Stop::Harness`] when the manifest does not say: the case does not say that it needs it.
    pub fn drain_limit(&self) -> Outcome<Duration> {
        self.bounds().drain.ok_or_else(|| {
            Stop::Harness("the case needs a drain limit and does not say so".to_owned())
        })
    }
}

impl Backend {
    /// Sends a request whose answer takes its time, and yields it as soon as its head is there: it is in flight.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when no head comes, or another one than that of a success.
    pub async fn in_flight(&self, step: &str, path: &str) -> Outcome<InFlight> {
        let begun = async { self.try_connect().await?.begin(path).await };
        let begun = begun.await;
        let context = self.context();
        let begun = context.expect_ok(step, format!("an answer to GET {path} begins"), begun)?;
        context.expect_eq(step, &200, &begun.status)?;
        Ok(begun)
    }
}
