//! A pair at work: its client, and the real backend that it has launched.

use super::driven::Client;
use super::pair::Pair;
use super::real::RealBackend;
use crate::bounds;
use crate::verdict::Outcome;
use harness::pace::poll;

impl Pair {
    /// Has the client start its backend, and finds that.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it does not come that far.
    pub async fn starts(&self, client: &Client, step: &str) -> Outcome<RealBackend> {
        client.start().succeeds(step).await?;
        self.finds(client, step).await
    }

    /// Has the client restart its backend, and finds the new one.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it does not come that far.
    pub async fn restarts(&self, client: &Client, step: &str) -> Outcome<RealBackend> {
        client.restart().succeeds(step).await?;
        self.finds(client, step).await
    }

    /// Finds the backend that a client says it has.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when there is none, or none that is well and the client's.
    pub async fn finds(&self, client: &Client, step: &str) -> Outcome<RealBackend> {
        RealBackend::find(self, client, step).await
    }

    /// A client whose backend runs: how most cases begin.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] when it does not come that far.
    pub async fn runs(&self) -> Outcome<(Client, RealBackend)> {
        let client = self.opens().await?;
        let backend = self.starts(&client, "it starts its real backend").await?;
        Ok((client, backend))
    }

    /// Expects this backend to be the only one that lives of all that clients have launched in this case, once the others had
    /// the time that a backend may take to notice the end of its client.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when there are others, or it is dead.
    pub async fn only_one_lives(&self, step: &str, backend: &RealBackend) -> Outcome {
        let alone = async || (self.living() == [backend.pid()]).then_some(());
        let _ = poll(bounds::PARENT_DEATH, alone).await;
        self.only_one_lives_by_now(step, backend)
    }

    /// Expects this backend to be the only one that lives at this moment of all that clients have launched in this case.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when there are others, or it is dead.
    pub fn only_one_lives_by_now(&self, step: &str, backend: &RealBackend) -> Outcome {
        let living = self.living();
        self.context()
            .expect_eq(step, &vec![backend.pid()], &living)
    }
}
