//! The stand-ins of a case: where they lie, and what they do unless the case says otherwise.

use super::launched::Launched;
use crate::bounds;
use crate::context::Context;
use crate::targets::FIXTURES_VARIABLE;
use crate::verdict::{Outcome, Stop};
use harness::driver::DriverError;
use harness::standin::{Reaction, Rule, Script, Stage, fresh_hex};
use std::future::poll_fn;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::task::Poll;

/// The name of the executable where the client does not insist on one.
const NAME: &str = "backend";

impl Context {
    /// What a healthy backend of this client does: it serves at once, answers health as the manifest says, echoes the rest, and
    /// ends when it is asked to.
    #[must_use]
    pub fn healthy_script(&self) -> Script {
        let ends_with_client = self
            .manifest()
            .backend
            .as_ref()
            .map_or_else(Default::default, |backend| backend.ends_with_client);
        Script {
            ends_with_client,
            rules: vec![self.health_rule(self.manifest().health.version.as_deref())],
            ..Script::default()
        }
    }

    /// The rule by which a stand-in is healthy, with a fresh identity, and of this version.
    #[must_use]
    pub fn health_rule(&self, version: Option<&str>) -> Rule {
        let health = &self.manifest().health;
        let digits = health.identity_length.unwrap_or(32);
        let identity = health.identity_header.as_ref();
        let identity = identity.map(|name| (name.clone(), fresh_hex(digits)));
        let version = health
            .version_header
            .clone()
            .zip(version.map(str::to_owned));
        let reaction = Reaction::Answer {
            status: health.status,
            headers: identity.into_iter().chain(version).collect(),
            body: Default::default(),
        };
        let path = health.path.split('?').next().unwrap_or_default();
        Rule::at(path, reaction)
    }

    /// The place where the client looks for its backend.
    #[must_use]
    pub fn backend_path(&self) -> PathBuf {
        let backend = self.manifest().backend.as_ref();
        let name = backend.and_then(|backend| backend.name.clone());
        let name = name.unwrap_or_else(|| format!("{NAME}{}", std::env::consts::EXE_SUFFIX));
        self.root().join("backend").join(name)
    }

    /// Where stand-ins report, and what they do. Made when it is first asked for.
    ///
    /// # Errors
    /// [`Stop`] when the harness cannot listen, or the stand-in's program is not built.
    pub async fn stage(&self) -> Outcome<Rc<Stage>> {
        if let Some(stage) = self.stage_cell().get() {
            return Ok(Rc::clone(stage));
        }
        let backend = self.manifest().backend.as_ref();
        let backend = backend.ok_or_else(|| {
            Stop::Harness("a case for clients was put to a target that is none".to_owned())
        })?;
        let stage = Stage::open(
            backend.address.clone(),
            self.healthy_script(),
            self.recorder(),
        )
        .await?;
        stage.place(&standin_program()?, &self.backend_path())?;
        let stage = Rc::new(stage);
        Ok(Rc::clone(self.stage_cell().get_or_init(|| stage)))
    }

    /// Puts the stand-in back where the client looks for its backend.
    ///
    /// # Errors
    /// [`Stop`] when that cannot be done.
    pub async fn place_backend(&self) -> Outcome {
        self.place_backend_at(&self.backend_path()).await
    }

    /// Puts a stand-in at another place, for a client that is told to look there.
    ///
    /// # Errors
    /// [`Stop`] when that cannot be done.
    pub async fn place_backend_at(&self, path: &Path) -> Outcome {
        let stage = self.stage().await?;
        Ok(stage.place(&standin_program()?, path)?)
    }

    /// A place for a backend, in a directory of this name, in which nothing is yet.
    ///
    /// # Errors
    /// [`Stop::Harness`] when the directory cannot be made.
    pub fn other_backend_path(&self, directory: &str) -> Outcome<PathBuf> {
        let path = self.backend_path();
        let name = path.file_name().unwrap_or_default();
        let directory = self.root().join(directory);
        self.make_directory(&directory)?;
        Ok(directory.join(name))
    }

    /// What the next launch does, in place of what all others do.
    ///
    /// # Errors
    /// [`Stop`] when the harness cannot listen.
    pub async fn next_launch(&self, script: Script) -> Outcome {
        self.stage().await?.next(script);
        Ok(())
    }

    /// Waits for the next launch of a backend that was not waited for yet.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when there is none within the bound of a deed.
    pub async fn launched(&self, step: &str) -> Outcome<Launched> {
        let stage = self.stage().await?;
        let launched = tokio::select! {
            launched = stage.launched(bounds::DEED) => launched.map_err(|error| error.to_string()),
            breach = self.breach() => Err(breach.to_string()),
        };
        let standin = self.expect_ok(step, "a backend is launched", launched)?;
        Ok(Launched::new(self.clone(), standin))
    }

    /// Waits until one of the clients breaks the driver protocol, for as long as that takes.
    async fn breach(&self) -> DriverError {
        let drivers = self.drivers();
        let waits = drivers.iter().map(|driver| Box::pin(driver.broken()));
        let mut waits: Vec<_> = waits.collect();
        poll_fn(|task| {
            let broken = waits
                .iter_mut()
                .find_map(|wait| match wait.as_mut().poll(task) {
                    Poll::Ready(breach) => Some(breach),
                    Poll::Pending => None,
                });
            broken.map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }

    /// Expects that every client kept to the driver protocol, also where no check waited for it.
    ///
    /// # Errors
    /// [`Stop::Fail`] when one did not.
    pub(crate) fn kept_to_the_protocol(&self) -> Outcome {
        for breach in self.drivers().iter().filter_map(|driver| driver.breach()) {
            let step = "it keeps to the driver protocol";
            self.expect(
                step,
                "questions, answers and events as it has them",
                breach,
                false,
            )?;
        }
        Ok(())
    }
}

/// The stand-in's program, among the fixtures.
fn standin_program() -> Outcome<PathBuf> {
    let directory = std::env::var_os(FIXTURES_VARIABLE).filter(|directory| !directory.is_empty());
    let directory = directory.ok_or_else(|| {
        Stop::Harness(format!(
            "{FIXTURES_VARIABLE} is not set, so the stand-in for the backend cannot be found; run `cargo xtask e2e`, or \
             `cargo nextest run` with the default profile, which build it"
        ))
    })?;
    let program =
        PathBuf::from(directory).join(format!("stand-in{}", std::env::consts::EXE_SUFFIX));
    if program.is_file() {
        return Ok(program);
    }
    Err(Stop::Harness(format!(
        "the stand-in is not at {}; build it with `cargo build --package fixtures`",
        program.display()
    )))
}
