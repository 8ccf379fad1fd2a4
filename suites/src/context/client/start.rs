//! Starting a client in one way or another.

use super::driven::Client;
use crate::bounds;
use crate::context::Context;
use crate::context::world::expand;
use crate::verdict::{Outcome, Stop};
use harness::driver::Driver;
use harness::process::{Launch, LineTap};
use harness::sandbox::choose_state_directory;
use harness::standin::{CONTROL_VARIABLE, Rule};
use harness::target::Capability;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// A start of a client in preparation.
#[derive(Clone, Debug)]
pub struct ClientStart {
    context: Context,
    user_data: PathBuf,
    backend: PathBuf,
    staged: bool,
    env: BTreeMap<OsString, OsString>,
    extra: Vec<Capability>,
    words: Vec<String>,
    address: String,
    port: String,
}

impl Context {
    /// A start of the client, with a user-data directory that has been used before, and the stand-in as its backend.
    #[must_use]
    pub fn client(&self) -> ClientStart {
        ClientStart {
            user_data: self.user_data(),
            backend: self.backend_path(),
            staged: true,
            env: self.env(),
            context: self.clone(),
            extra: Vec::new(),
            words: Vec::new(),
            address: String::new(),
            port: String::new(),
        }
    }

    /// The user-data directory of a client, unless the case names another.
    #[must_use]
    pub fn user_data(&self) -> PathBuf {
        self.root().join("user-data")
    }
}

impl ClientStart {
    /// With this user-data directory.
    #[must_use]
    pub fn user_data(mut self, directory: impl Into<PathBuf>) -> Self {
        self.user_data = directory.into();
        self
    }

    /// With this program as its backend.
    #[must_use]
    pub fn backend(mut self, program: impl Into<PathBuf>) -> Self {
        self.backend = program.into();
        self
    }

    /// With this program as its backend, which is a real one: it needs no stage, and sees nothing of one.
    #[must_use]
    pub(super) fn real_backend(self, program: &Path) -> Self {
        Self {
            staged: false,
            ..self.backend(program)
        }
    }

    /// With this variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.env.insert(name.into(), value.as_ref().to_owned());
        self
    }

    /// With this state directory, and so in another world.
    #[must_use]
    pub fn in_state(mut self, directory: impl AsRef<OsStr>) -> Self {
        choose_state_directory(&mut self.env, directory.as_ref());
        self
    }

    /// In external mode, with the backend at this address.
    #[must_use]
    pub fn external(mut self, address: impl Into<String>) -> Self {
        self.extra.push(Capability::External);
        self.address = address.into();
        self
    }

    /// With this text as the value of its port option.
    #[must_use]
    pub fn port(mut self, port: impl Into<String>) -> Self {
        self.extra.push(Capability::PortOption);
        self.port = port.into();
        self
    }

    /// With further arguments.
    #[must_use]
    pub fn words(mut self, words: impl IntoIterator<Item = String>) -> Self {
        self.words.extend(words);
        self
    }

    /// Starts it without waiting for anything.
    ///
    /// # Errors
    /// [`Stop`] when the harness cannot start it.
    pub async fn launch(&self) -> Outcome<Client> {
        // The stand-in has to be there before the client can look for it.
        if self.staged {
            self.context.stage().await?;
        }
        let (tap, lines) = LineTap::new();
        let launch = self.prepare()?.piped_stdin().lines(tap);
        let mut process = launch.start()?;
        let stdin = process.take_stdin();
        let driver = Driver::new(process.name(), lines, stdin, self.context.recorder());
        let process = self.context.adopt(process);
        Ok(Client::new(self.context.clone(), process, driver))
    }

    /// Starts it, hears its hello, and makes sure that it does not just say yes to everything.
    ///
    /// # Errors
    /// [`Stop::Fail`] when it does not keep to the driver protocol.
    pub async fn opens(&self) -> Outcome<Client> {
        let client = self.launch().await?;
        client.greets().await?;
        Ok(client)
    }

    fn prepare(&self) -> Outcome<Launch> {
        let context = &self.context;
        let manifest = context.manifest();
        let values = context
            .values(&self.env)
            .with("bin", context.program().display().to_string())
            .with("user_data", self.user_data.display().to_string())
            .with("backend", self.backend.display().to_string())
            .with("address", &self.address)
            .with("port", &self.port)
            .with("host", "127.0.0.1")
            .with("dependency", "");
        let mut words = manifest
            .launch
            .argv
            .iter()
            .map(|word| expand(&values, word))
            .collect::<Outcome<Vec<_>>>()?;
        let mut launch = Launch::new(context.program())
            .name(context.next_instance())
            .breakaway(manifest.launch.breakaway)
            .directory(context.directory_with(&self.env)?)
            .envs(&self.env);
        if self.staged {
            launch = launch.env(CONTROL_VARIABLE, control_file(context)?);
        }
        for (name, value) in &manifest.launch.env {
            launch = launch.env(name, expand(&values, value)?);
        }
        for capability in &self.extra {
            for word in manifest.launch.extra.get(capability).into_iter().flatten() {
                words.push(expand(&values, word)?);
            }
            let variables = manifest.launch.extra_env.get(capability);
            for (name, value) in variables.into_iter().flatten() {
                launch = launch.env(name, expand(&values, value)?);
            }
        }
        words.extend(self.words.iter().cloned());
        if let Some(defect) = context.defect() {
            let values = values.with("defect", &defect.name);
            let calibration = manifest.calibration.iter();
            for word in calibration.flat_map(|calibration| &calibration.defect_argv) {
                words.push(expand(&values, word)?);
            }
            launch = launch.env("SIDECAR_DEFECT_REPORT", &defect.report);
        }
        // The first word is the program's own name, which `Launch` puts there.
        let words = words.get(1..).unwrap_or_default();
        Ok(launch.args(words).recorder(context.recorder()))
    }
}

/// For a client that launches its backend in a way that hides the path: its environment says it too.
fn control_file(context: &Context) -> Outcome<PathBuf> {
    let stage = context.stage_cell().get();
    let stage = stage.ok_or_else(|| Stop::Harness("there is no stage yet".to_owned()))?;
    Ok(stage.control_file(&context.backend_path()))
}

impl Context {
    /// A client that has said hello, in the user-data directory of a used account.
    ///
    /// # Errors
    /// [`Stop::Fail`] when it does not keep to the driver protocol.
    pub async fn opened_client(&self) -> Outcome<Client> {
        self.make_directory(&self.user_data())?;
        self.client().opens().await
    }

    /// As [`Context::opened_client`], with this program as its backend.
    ///
    /// # Errors
    /// [`Stop::Fail`] when it does not keep to the driver protocol.
    pub async fn client_of(&self, program: &Path) -> Outcome<Client> {
        self.make_directory(&self.user_data())?;
        self.client().backend(program).opens().await
    }

    /// A client whose backend runs: how most cases begin.
    ///
    /// # Errors
    /// [`Stop::Fail`] when it does not come that far.
    pub async fn running_client(&self) -> Outcome<(Client, super::launched::Launched)> {
        let client = self.opened_client().await?;
        let backend = client.starts("its backend starts").await?;
        Ok((client, backend))
    }

    /// A client whose backend runs, is healthy, and does this with other requests.
    ///
    /// # Errors
    /// [`Stop::Fail`] when it does not come that far.
    pub async fn running_client_with(
        &self,
        rules: impl IntoIterator<Item = Rule>,
    ) -> Outcome<(Client, super::launched::Launched)> {
        let mut script = self.healthy_script();
        script.rules.extend(rules);
        self.next_launch(script).await?;
        self.running_client().await
    }

    /// Makes a directory, and those above it, that only its user can enter.
    ///
    /// # Errors
    /// [`Stop::Harness`] when that cannot be done.
    pub fn make_directory(&self, path: &Path) -> Outcome {
        self.private_directories(Some(path))
    }

    /// The bound of a start by a client, with what the harness needs to see it.
    pub(super) fn start_bound(&self) -> std::time::Duration {
        self.bounds().ready + bounds::ANSWER
    }
}
