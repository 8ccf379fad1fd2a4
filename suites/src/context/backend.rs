//! One started instance of the target.

use super::world::Context;
use crate::bounds;
use crate::verdict::{Outcome, Stop};
use harness::dial::{Connection, DialError, Response, Wire, dial};
use harness::endpoint::Endpoint;
use harness::process::{Exit, Process, Signal};
use harness::readiness::{Ready, Stage};
use harness::record::{Fields, Record, RecordError};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

/// One started instance. It lives until the case ends, whatever becomes of this value.
#[derive(Clone, Debug)]
pub struct Backend {
    context: Context,
    process: Rc<Process>,
    endpoint: Option<Endpoint>,
    env: BTreeMap<OsString, OsString>,
    ready: Option<Ready>,
}

impl Backend {
    pub(super) fn new(
        context: Context,
        process: Rc<Process>,
        endpoint: Option<Endpoint>,
        env: BTreeMap<OsString, OsString>,
    ) -> Self {
        Self {
            context,
            process,
            endpoint,
            env,
            ready: None,
        }
    }

    pub(super) const fn context(&self) -> &Context {
        &self.context
    }

    /// Its process.
    #[must_use]
    pub fn process(&self) -> Rc<Process> {
        Rc::clone(&self.process)
    }

    /// Its pid.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    pub(super) fn found(&mut self, ready: Ready) {
        self.endpoint = Some(ready.endpoint.clone());
        self.ready = Some(ready);
    }

    /// Where it is to be found, as far as that is known by now.
    pub(super) fn locate(&self) -> Option<Endpoint> {
        match &self.endpoint {
            Some(Endpoint::Unix(path)) => path.exists().then(|| Endpoint::Unix(path.clone())),
            Some(endpoint) => Some(endpoint.clone()),
            // A port that the system chose: only the record knows, and only once it is this instance's own.
            None => {
                let record = self.read_record().ok()?;
                let own = record.pid().ok() == Some(self.pid());
                own.then(|| record.endpoint().ok()).flatten()
            }
        }
    }

    /// Where it is; the socket's path from the start, a port once it is ready.
    ///
    /// # Errors
    /// [`Stop::Harness`] when a case asks too early.
    pub fn endpoint(&self) -> Outcome<Endpoint> {
        self.endpoint.clone().ok_or_else(|| {
            Stop::Harness("the case asked for an address before it was known".to_owned())
        })
    }

    /// The identity that it answered with when it became ready.
    #[must_use]
    pub fn identity(&self) -> Option<String> {
        self.ready.as_ref().and_then(|ready| ready.identity.clone())
    }

    /// When each stage of readiness was first seen, since the wait began.
    #[must_use]
    pub fn reached(&self, stage: Stage) -> Option<Duration> {
        let stages = &self.ready.as_ref()?.stages;
        stages
            .iter()
            .find(|(one, _)| *one == stage)
            .map(|(_, at)| *at)
    }

    /// The place of its record.
    ///
    /// # Errors
    /// [`Stop::Harness`] when the target writes none.
    pub fn record_path(&self) -> Outcome<PathBuf> {
        self.context.record_path_with(&self.env)
    }

    /// Its record.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it cannot be read.
    pub fn record(&self, step: &str) -> Outcome<Record> {
        let record = self.read_record();
        self.context
            .expect_ok(step, "a record that can be read", record)
    }

    pub(super) fn read_record(&self) -> Result<Record, RecordError> {
        let path = self.record_path().unwrap_or_default();
        let fields: Fields = self.context.fields().unwrap_or_else(|_| Fields {
            url: String::new(),
            pid: String::new(),
            identity: None,
            started_at: None,
        });
        Record::read(&path, &fields)
    }

    /// A connection to it.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it is not taken.
    pub async fn connect(&self, step: &str) -> Outcome<Connection> {
        let connection = self.try_connect().await;
        self.context
            .expect_ok(step, "the connection is taken", connection)
    }

    /// Tries to connect.
    ///
    /// # Errors
    /// [`DialError`] when nobody takes the connection.
    pub async fn try_connect(&self) -> Result<Connection, DialError> {
        let endpoint = self
            .endpoint()
            .map_err(|_| DialError::Request("no address is known".to_owned()))?;
        Connection::open(&endpoint, bounds::HEALTH, self.context.recorder()).await
    }

    /// A connection on which every byte is the case's own.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it is not taken.
    pub async fn wire(&self, step: &str) -> Outcome<Wire> {
        let wire = Wire::open(&self.endpoint()?, bounds::HEALTH, self.context.recorder()).await;
        self.context
            .expect_ok(step, "the connection is taken", wire)
    }

    /// `GET` on a connection of its own.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when no whole answer comes.
    pub async fn get(&self, step: &str, path: &str) -> Outcome<Response> {
        let answer = async { self.try_connect().await?.get(path).await };
        let answer = answer.await;
        self.context
            .expect_ok(step, format!("an answer to GET {path}"), answer)
    }

    /// `GET` on a connection that may have carried answers before. A target that has closed it meanwhile is asked on another:
    /// whether it keeps connections is the subject of cases of its own.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when no whole answer comes.
    pub async fn get_on(
        &self,
        step: &str,
        connection: &mut Connection,
        path: &str,
    ) -> Outcome<Response> {
        match connection.get(path).await {
            Err(error) if error.was_closed() => {
                *connection = self.connect(step).await?;
                let answer = connection.get(path).await;
                self.context
                    .expect_ok(step, format!("an answer to GET {path}"), answer)
            }
            answer => self
                .context
                .expect_ok(step, format!("an answer to GET {path}"), answer),
        }
    }

    /// Expects it to be well, asked on a connection of its own, with the identity that it had when it became ready.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it is not.
    pub async fn is_well(&self, step: &str) -> Outcome {
        let health = self.context.health();
        let endpoint = self.endpoint()?;
        let stream = dial(&endpoint, bounds::HEALTH, self.context.recorder()).await;
        let stream = self
            .context
            .expect_ok(step, "the connection is taken", stream)?;
        if let Some(stranger) = stream.peer_pid().filter(|pid| !self.process.includes(*pid)) {
            let seen =
                format!("process {stranger} listens there, and it was not started by this one");
            self.context
                .expect(step, "it listens there itself", seen, false)?;
        }
        let answer = async {
            let mut connection = Connection::over(stream, &endpoint, bounds::HEALTH).await?;
            connection.get(&health.path).await
        };
        let expected = format!("an answer to GET {}", health.path);
        let answer = self.context.expect_ok(step, expected, answer.await)?;
        let identity = health
            .identity_header
            .as_deref()
            .and_then(|name| answer.header(name))
            .map(str::to_owned);
        let seen = (answer.status, identity);
        self.context
            .expect_eq(step, &(health.status, self.identity()), &seen)
    }

    /// The TCP addresses that it, or something that it started, listens on.
    ///
    /// # Errors
    /// [`Stop::CouldNotRun`] where that cannot be seen; see [`crate::case::Need::SeesListeners`].
    pub fn tcp_listeners(&self) -> Outcome<Vec<SocketAddr>> {
        let mut found = Vec::new();
        for pid in self.pids() {
            let own = harness::open::listening(pid);
            found.extend(own.map_err(|error| Stop::CouldNotRun(format!("listeners: {error}")))?);
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// How many descriptors it has open, or something that it started, whichever has more.
    ///
    /// # Errors
    /// [`Stop::CouldNotRun`] where that cannot be seen; see [`crate::case::Need::SeesDescriptors`].
    pub fn open_descriptors(&self) -> Outcome<usize> {
        let mut most = 0;
        for pid in self.pids() {
            let open = harness::open::open_descriptors(pid);
            most =
                most.max(open.map_err(|error| Stop::CouldNotRun(format!("descriptors: {error}")))?);
        }
        Ok(most)
    }

    /// It and all that it started.
    fn pids(&self) -> Vec<u32> {
        let started = self.process.descendants();
        started
            .iter()
            .map(|one| one.pid())
            .chain([self.pid()])
            .collect()
    }

    /// Sends a signal.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it is gone already.
    pub fn signal(&self, step: &str, signal: Signal) -> Outcome {
        let sent = self.process.signal(signal);
        self.context
            .expect_ok(step, format!("it is there to receive {signal}"), sent)
    }

    /// Kills it, as a crash does, and waits until it is gone.
    ///
    /// # Errors
    /// [`Stop::Harness`] when the system does not end it.
    pub async fn kill(&self) -> Outcome<Exit> {
        self.process
            .kill()
            .await
            .map_err(|error| Stop::Harness(error.to_string()))
    }
}
