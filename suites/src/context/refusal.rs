//! A start that was refused, and what it said.

use super::backend::Backend;
use super::world::Context;
use crate::bounds;
use crate::verdict::{Finding, Outcome, Stop};
use harness::dial::{Connection, DialError, Response, dial};
use harness::endpoint::Endpoint;
use harness::pace::poll;
use harness::process::{Exit, Process};
use std::rc::Rc;
use std::time::Duration;

/// A start that ended by itself with a code other than 0.
#[derive(Clone, Debug)]
pub struct Refusal {
    context: Context,
    process: Rc<Process>,
}

/// What came of a start.
#[derive(Clone, Debug, PartialEq)]
pub enum Settled {
    /// It ended by itself.
    Ended(Exit),
    /// It serves, beyond doubt itself.
    Serves(Endpoint),
    /// Neither within the bound; how it is, in words.
    Neither(String),
}

impl std::fmt::Display for Settled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ended(exit) => write!(f, "it ended: {exit}"),
            Self::Serves(endpoint) => write!(f, "it serves at {endpoint}"),
            Self::Neither(seen) => f.write_str(seen),
        }
    }
}

impl Refusal {
    pub(super) fn new(context: Context, process: Rc<Process>) -> Self {
        Self { context, process }
    }

    /// How it ended.
    #[must_use]
    pub fn exit(&self) -> Option<Exit> {
        self.process.exit()
    }

    /// What it wrote, standard error first.
    #[must_use]
    pub fn words(&self) -> String {
        format!(
            "{}{}",
            self.process.stderr().text(),
            self.process.stdout().text()
        )
    }

    /// Expects a sentence: at least three words on standard error or output.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] when there is none.
    pub fn explains(&self, step: &str) -> Outcome {
        self.context.explains(step, &self.words())
    }

    /// Expects that no process is left that it had started.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] when one lives on past the contract's bound.
    pub async fn leaves_no_process(&self, step: &str) -> Outcome {
        let within = bounds::DESCENDANTS;
        let none = async || self.process.descendants().is_empty().then_some(());
        let gone = poll(within, none).await.is_some();
        let left = self.process.descendants().len();
        let expected = format!("none of its processes {within:?} after it");
        self.context
            .expect(step, expected, format!("{left} of them"), gone)
    }

    /// Expects this process id in the sentence on standard error.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] when it is not there.
    pub fn names_pid(&self, step: &str, pid: u32) -> Outcome {
        let said = self.process.stderr().text();
        // A longer number that holds this one is another pid.
        let named = said
            .split(|one: char| !one.is_ascii_digit())
            .any(|number| number.parse() == Ok(pid));
        self.context.expect(
            step,
            format!("a sentence on standard error that names the process id {pid}"),
            format!("`{}`", said.trim()),
            named,
        )
    }

    /// Expects this address in the sentence on standard error, as its URL or as a path or host and port.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] when it is not there.
    pub fn names_address(&self, step: &str, address: &Endpoint) -> Outcome {
        let said = self.process.stderr().text();
        let (url, plain) = (address.to_url(), address.to_string());
        self.context.expect(
            step,
            format!("a sentence on standard error that names the address {url}"),
            format!("`{}`", said.trim()),
            said.contains(&url) || said.contains(&plain),
        )
    }

    /// Expects this text in what it wrote.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] when it is not there.
    pub fn names(&self, step: &str, what: &str) -> Outcome {
        let words = self.words();
        self.context.expect(
            step,
            format!("a sentence that names `{what}`"),
            format!("`{}`", words.trim()),
            words.contains(what),
        )
    }
}

impl Backend {
    /// Expects it to end by itself, in time, with a code that is not 0. If it serves instead, that is not waited out.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it runs on, or ends in another way.
    pub async fn is_refused(&self, step: &str) -> Outcome<Refusal> {
        let within = bounds::REFUSAL;
        let expected = format!("ends by itself within {within:?} with a code other than 0");
        let context = self.context();
        let seen = match self.settles(within).await {
            Settled::Ended(exit) if exit.refused() => {
                context.expect(step, expected, exit, true)?;
                return Ok(Refusal::new(context.clone(), self.process()));
            }
            Settled::Ended(exit) => {
                format!("{exit}; its last lines: {:?}", self.process().last_lines())
            }
            Settled::Serves(endpoint) => format!("it serves at {endpoint}"),
            Settled::Neither(seen) => seen,
        };
        context.expect(step, &expected, &seen, false)?;
        Err(Stop::Fail(Finding {
            step: step.to_owned(),
            expected,
            seen,
        }))
    }

    /// Waits until it has ended, or serves.
    pub async fn settles(&self, within: Duration) -> Settled {
        let process = self.process();
        tokio::select! {
            biased;
            exit = process.wait(within) => match exit {
                Ok(exit) => Settled::Ended(exit),
                Err(running) => Settled::Neither(running.to_string()),
            },
            Some(endpoint) = poll(within, async || self.serving().await) => Settled::Serves(endpoint),
        }
    }

    /// Where this very instance serves, if that is beyond doubt.
    async fn serving(&self) -> Option<Endpoint> {
        match self.serving_as_recorded().await {
            Some(endpoint) => Some(endpoint),
            None => self.serving_itself().await,
        }
    }

    /// The system says that its own process listens at the address that it was given, and it is well there.
    async fn serving_itself(&self) -> Option<Endpoint> {
        let (endpoint, context) = (self.asked_for()?, self.context());
        let stream = dial(&endpoint, bounds::HEALTH, context.recorder()).await;
        let stream = stream.ok()?;
        if !self.process().includes(stream.peer_pid()?) {
            return None;
        }
        let mut connection = Connection::over(stream, &endpoint, bounds::HEALTH)
            .await
            .ok()?;
        let health = context.health();
        let answer = connection.get(&health.path).await.ok()?;
        (answer.status == health.status).then_some(endpoint)
    }

    /// The record names its process, and an answer repeats the identity in the record.
    async fn serving_as_recorded(&self) -> Option<Endpoint> {
        let record = self.read_record().ok()?;
        let header = self.context().health().identity_header?;
        let identity = record.identity().ok()?;
        if record.pid().ok()? != self.pid() {
            return None;
        }
        // An address that should have been refused need not be one that a reader accepts.
        for endpoint in [record.endpoint().ok(), self.asked_for()]
            .into_iter()
            .flatten()
        {
            let answer = self.health_at(&endpoint).await;
            if answer.is_ok_and(|answer| answer.header(&header) == Some(identity)) {
                return Some(endpoint);
            }
        }
        None
    }

    fn asked_for(&self) -> Option<Endpoint> {
        match self.endpoint().ok()? {
            Endpoint::Unix(path) => {
                let directory = self.context().directory().ok()?;
                Some(Endpoint::Unix(directory.join(path)))
            }
            endpoint => Some(endpoint),
        }
    }

    async fn health_at(&self, endpoint: &Endpoint) -> Result<Response, DialError> {
        let context = self.context();
        let mut connection = Connection::open(endpoint, bounds::HEALTH, context.recorder()).await?;
        connection.get(&context.health().path).await
    }
}
