//! Backends that the client did not launch, and children that its backends left.

use super::launched::Launched;
use crate::bounds;
use crate::context::Context;
use crate::verdict::{Outcome, Stop};
use harness::pace::poll;
use harness::process::Launch;
use harness::standin::{CONTROL_VARIABLE, Standin, Where};
use std::path::Path;

impl Context {
    /// A backend that the harness itself launched at this path, and that serves.
    ///
    /// # Errors
    /// [`Stop`] when it cannot be started, or does not serve.
    pub async fn foreign_backend(&self, path: &Path) -> Outcome<Launched> {
        let stage = self.stage().await?;
        let backend = self.manifest().backend.as_ref();
        let place = backend.map(|backend| backend.address.clone());
        let place = place.ok_or_else(|| Stop::Harness("it launches no backend".to_owned()))?;
        let program = self.backend_path();
        let address = path.display().to_string();
        let launch = Launch::new(&program)
            .envs(self.env())
            .env(CONTROL_VARIABLE, stage.control_file(&program))
            .directory(self.work())
            .name("foreign-backend")
            .recorder(self.recorder());
        let launch = match place {
            Where::Prefix(prefix) => launch.arg(format!("{prefix}{address}")),
            Where::After(flag) => launch.arg(flag).arg(address),
            Where::Variable(name) => launch.env(name, address),
        };
        self.adopt(launch.start()?);
        let step = "somebody else's backend serves";
        let foreign = self.launched(step).await?;
        foreign.is_bound(step).await?;
        foreign.is_well(step).await?;
        Ok(foreign)
    }

    /// Waits for the child that a backend left to hold its output, as its script said.
    ///
    /// # Errors
    /// [`Stop::Harness`] when there is none within the bound of a deed: it is not the client's to start.
    pub async fn left_child(&self) -> Outcome<Standin> {
        let stage = self.stage().await?;
        poll(bounds::DEED, async || stage.children().pop())
            .await
            .ok_or_else(|| Stop::Harness("no child of a stand-in has come".to_owned()))
    }
}
