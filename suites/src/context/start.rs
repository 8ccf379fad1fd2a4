//! Starting the target in one way or another.

use super::backend::Backend;
use super::refusal::Refusal;
use super::world::{Context, expand};
use crate::verdict::Outcome;
use harness::endpoint::Endpoint;
use harness::process::{Launch, Process};
use harness::readiness::{self, Health, Ready};
use harness::sandbox::{choose_state_directory, forget_state_directory};
use harness::target::Capability;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

/// A start in preparation. Nothing runs before one of [`Start::launch`], [`Start::ready`] and [`Start::refused`].
#[derive(Clone, Debug)]
pub struct Start {
    context: Context,
    address: Address,
    env: BTreeMap<OsString, OsString>,
    extra: Vec<Capability>,
    umask: Option<u32>,
    descriptor_limit: Option<u64>,
    through_launcher: bool,
}

#[derive(Clone, Debug)]
enum Address {
    Text(String),
    Tcp { host: String, port: String },
}

impl Context {
    /// A start at the address that the manifest states.
    #[must_use]
    pub fn start(&self) -> Start {
        Start {
            address: Address::Text(self.address()),
            env: self.env(),
            context: self.clone(),
            extra: Vec::new(),
            umask: None,
            descriptor_limit: None,
            through_launcher: false,
        }
    }

    /// Starts the target as the manifest says and waits until it is ready: how nearly every case begins.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] when it does not become ready.
    pub async fn ready(&self) -> Outcome<Backend> {
        self.start().ready("it becomes ready").await
    }

    /// Shows that the target as such works, in this very sandbox, and ends it in good order, before a case asks it for a
    /// refusal: otherwise a target that can do nothing at all would pass.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] when it does not become ready.
    pub async fn proven_alive(&self) -> Outcome {
        let backend = self.ready().await?;
        backend.end().await
    }

    pub(super) fn health(&self) -> Health {
        let health = &self.manifest().health;
        Health {
            path: health.path.clone(),
            status: health.status,
            identity_header: health.identity_header.clone(),
            its_own: true,
        }
    }
}

impl Start {
    /// At this address, as it is written.
    #[must_use]
    pub fn at(mut self, address: impl Into<String>) -> Self {
        self.address = Address::Text(address.into());
        self
    }

    /// At the socket of this path.
    #[must_use]
    pub fn at_path(self, path: impl Into<PathBuf>) -> Self {
        let path: PathBuf = path.into();
        self.at(path.to_string_lossy())
    }

    /// On TCP.
    #[must_use]
    pub fn on_tcp(mut self, host: &str, port: &str) -> Self {
        self.address = Address::Tcp {
            host: host.to_owned(),
            port: port.to_owned(),
        };
        self
    }

    /// With the further arguments of a capability.
    #[must_use]
    pub fn with(mut self, capability: Capability) -> Self {
        self.extra.push(capability);
        self
    }

    /// With this variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.env.insert(name.into(), value.as_ref().to_owned());
        self
    }

    /// Without this variable.
    #[must_use]
    pub fn without_env(mut self, name: &str) -> Self {
        self.env.remove(OsStr::new(name));
        self
    }

    /// On an account on which nobody has chosen a state directory: it is where the system has it, below the home directory.
    #[must_use]
    pub fn in_usual_state(mut self) -> Self {
        forget_state_directory(&mut self.env);
        self
    }

    /// With this state directory, and so in another world.
    #[must_use]
    pub fn in_state(mut self, directory: impl AsRef<OsStr>) -> Self {
        choose_state_directory(&mut self.env, directory.as_ref());
        self
    }

    /// The place of the record of what is started so.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Harness`] when the target writes none.
    pub fn record_path(&self) -> Outcome<PathBuf> {
        self.context.record_path_with(&self.env)
    }

    /// With this umask.
    #[must_use]
    pub fn umask(mut self, mask: u32) -> Self {
        self.umask = Some(mask);
        self
    }

    /// With room for so many descriptors only.
    #[must_use]
    pub fn descriptor_limit(mut self, limit: u64) -> Self {
        self.descriptor_limit = Some(limit);
        self
    }

    /// Through a launcher of its own that can be killed.
    #[must_use]
    pub fn through_launcher(mut self) -> Self {
        self.through_launcher = true;
        self
    }

    /// Starts it without waiting for anything.
    ///
    /// # Errors
    /// [`crate::verdict::Stop`] when the harness cannot start it.
    pub fn launch(&self) -> Outcome<Backend> {
        let process = self.context.adopt(self.prepare()?.start()?);
        let endpoint = match &self.address {
            Address::Text(address) => Some(Endpoint::from_text(address)),
            Address::Tcp { .. } => None,
        };
        Ok(Backend::new(
            self.context.clone(),
            process,
            endpoint,
            self.env.clone(),
        ))
    }

    /// Starts it and waits until it is ready.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it does not become ready within its bound.
    pub async fn ready(&self, step: &str) -> Outcome<Backend> {
        self.ready_within(step, self.context.bounds().ready).await
    }

    /// Starts it and waits until it is ready, with a bound of the case's own.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it does not become ready.
    pub async fn ready_within(&self, step: &str, within: Duration) -> Outcome<Backend> {
        let mut backend = self.launch()?;
        backend.becomes_ready(step, within).await?;
        if self.context.manifest().discovery.is_some() {
            self.context.left_record_is_replaced(&self.record_path()?)?;
        }
        Ok(backend)
    }

    /// Starts it and expects a refusal: an end of its own, in time, with a code that is not 0.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it runs on, or ends in another way.
    pub async fn refused(&self, step: &str) -> Outcome<Refusal> {
        let backend = self.launch()?;
        backend.is_refused(step).await
    }

    fn prepare(&self) -> Outcome<Launch> {
        let manifest = self.context.manifest();
        let values = self
            .context
            .values(&self.env)
            .with("bin", self.context.program().display().to_string());
        let dependency = match &manifest.dependency {
            Some(dependency) => expand(&values, dependency.address().unwrap_or_default())?,
            None => String::new(),
        };
        let values = values.with("dependency", dependency);
        let (argv, values) = match &self.address {
            Address::Text(address) => (
                manifest.launch.argv.clone(),
                values
                    .with("address", address)
                    .with("host", "")
                    .with("port", ""),
            ),
            Address::Tcp { host, port } => (
                manifest.launch.tcp_argv.clone().unwrap_or_default(),
                values
                    .with("host", host)
                    .with("port", port)
                    .with("address", host_and_port(host, port)),
            ),
        };
        self.context.provide_files(&values)?;
        let mut words = argv
            .iter()
            .map(|word| expand(&values, word))
            .collect::<Outcome<Vec<_>>>()?;
        for capability in &self.extra {
            for word in manifest.launch.extra.get(capability).into_iter().flatten() {
                words.push(expand(&values, word)?);
            }
        }
        let directory = self.context.directory_with(&self.env)?;
        let mut launch = Launch::new(self.context.program())
            .name(self.context.next_instance())
            .breakaway(manifest.launch.breakaway)
            .directory(directory);
        if let Some(defect) = self.context.defect() {
            let values = values.clone().with("defect", &defect.name);
            for word in manifest
                .calibration
                .iter()
                .flat_map(|calibration| &calibration.defect_argv)
            {
                words.push(expand(&values, word)?);
            }
            launch = launch.env("SIDECAR_DEFECT_REPORT", &defect.report);
        }
        // The first word is the program's own name, which `Launch` puts there.
        launch = launch
            .args(words.get(1..).unwrap_or_default())
            .envs(&self.env);
        for (name, value) in &manifest.launch.env {
            launch = launch.env(name, expand(&values, value)?);
        }
        if let Some(mask) = self.umask {
            launch = launch.umask(mask);
        }
        if let Some(limit) = self.descriptor_limit {
            launch = launch.descriptor_limit(limit);
        }
        if self.through_launcher {
            launch = launch.through_launcher();
        }
        Ok(launch.recorder(self.context.recorder()))
    }
}

/// As they are written together: an IPv6 address in brackets.
fn host_and_port(host: &str, port: &str) -> String {
    if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}

impl Backend {
    /// Waits until it is ready, and from then on knows where it is and who it is.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it does not become ready.
    pub async fn becomes_ready(&mut self, step: &str, within: Duration) -> Outcome {
        let context = self.context().clone();
        let process: Rc<Process> = self.process();
        let expected = format!(
            "answers {} with {} within {within:?}",
            context.health().path,
            context.health().status
        );
        let ready = readiness::wait(
            &process,
            || self.locate(),
            &context.health(),
            within,
            context.recorder(),
        )
        .await;
        let ready: Ready = context.expect_ok(step, expected, ready)?;
        self.found(ready);
        Ok(())
    }
}
