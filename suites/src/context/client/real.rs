//! The real backend that a client has launched: found from outside, as other programs of its user find it.

use super::driven::Client;
use super::fetch::Fetch;
use super::pair::Pair;
use super::reach;
use crate::bounds;
use crate::context::Context;
use crate::verdict::{Outcome, Stop};
use harness::dial::{Connection, DialError, InFlight, dial};
use harness::endpoint::Endpoint;
use harness::pace::poll;
use harness::process::{Identity, Process, Signal};
use harness::record::Record;
use harness::target::Capability;
use std::rc::Rc;

/// A real backend that a client has launched.
#[derive(Clone, Debug)]
pub struct RealBackend {
    pair: Pair,
    client: Client,
    /// The started process below which it runs: its client, or one before that.
    launcher: Rc<Process>,
    process: Identity,
    address: String,
    endpoint: Endpoint,
    identity: Option<String>,
}

/// What a healthy answer says of who answered.
#[derive(Debug)]
struct Seen {
    listener: Option<u32>,
    identity: Option<String>,
}

impl RealBackend {
    /// Finds the backend of a client: well at the address that the client hands out, named by its record where it writes one,
    /// and launched by a client of this case.
    pub(super) async fn find(pair: &Pair, client: &Client, step: &str) -> Outcome<Self> {
        let context = pair.context();
        let address = client.address(step).await?;
        let address = context.expect_some(step, "an address for its backend", address)?;
        let read = reach::read(&address).map_err(|why| format!("`{address}`: {why}"));
        let endpoint = context.expect_ok(step, "an address at which somebody can be", read)?;
        let seen = ask(pair.backend(), step, &endpoint).await?;

        let mut pid = seen.listener;
        if let Some(path) = pair.record_path()? {
            let record = Record::read(&path, &pair.backend().fields()?);
            let record = context.expect_ok(step, "its record in its state home", record)?;
            pid = Some(context.expect_ok(step, "its process id in its record", record.pid())?);
            if let (Some(identity), Ok(recorded)) = (&seen.identity, record.identity()) {
                context.expect_eq(step, &recorded, &identity.as_str())?;
            }
        }
        let pid = pid.ok_or_else(|| {
            Stop::CouldNotRun(format!("nothing says which process answers at {endpoint}"))
        })?;
        let started = context.started().into_iter();
        let below = |pid: u32| move |one: &Identity| one.pid() == pid;
        let mut found = started.filter_map(|process| {
            let own = process.descendants().into_iter().find(below(pid))?;
            Some((process, own))
        });
        let found = found.next().ok_or_else(|| format!("process {pid}"));
        let expected = "a process that a client of this case has started";
        let (launcher, process) = context.expect_ok(step, expected, found)?;
        Ok(Self {
            pair: pair.clone(),
            client: client.clone(),
            launcher,
            process,
            address,
            endpoint,
            identity: seen.identity,
        })
    }

    /// Its process id.
    #[must_use]
    pub const fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Its address as the client hands it out.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Expects it to be well: asked by the harness at its address, and through its client where that carries requests.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it is not, or another one answers.
    pub async fn is_well(&self, step: &str) -> Outcome {
        let context = self.pair.context();
        let seen = ask(self.pair.backend(), step, &self.endpoint).await?;
        context.expect_eq(step, &self.identity, &seen.identity)?;
        if context.claims(Capability::Bridge) {
            self.answers_through_its_client(step).await?;
        }
        Ok(())
    }

    /// Expects a call through its client to reach it and no other.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when no answer of its own comes back.
    pub async fn answers_through_its_client(&self, step: &str) -> Outcome {
        let context = self.pair.context();
        let health = &context.manifest().health;
        let answer = self.client.carries(step, &Fetch::get(&health.path)).await?;
        let header = health.identity_header.as_deref();
        let identity = header.and_then(|name| answer.header(name).first().copied());
        let expected = (
            u64::from(health.status),
            self.identity.as_deref().filter(|_| header.is_some()),
        );
        context.expect_eq(step, &expected, &(answer.status, identity))
    }

    /// Sends it a request of the harness's own, whose answer takes its time, and yields that as soon as its head is there.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when no head comes, or another one than that of a success.
    pub async fn in_flight(&self, step: &str, path: &str) -> Outcome<InFlight> {
        let context = self.pair.context();
        let begun = async {
            let recorder = context.recorder();
            let connection = Connection::open(&self.endpoint, bounds::HEALTH, recorder).await?;
            connection.begin(path).await
        };
        let begun = begun.await;
        let begun = context.expect_ok(step, format!("an answer to GET {path} begins"), begun)?;
        context.expect_eq(step, &200, &begun.status)?;
        Ok(begun)
    }

    /// Kills it under its client, as a crash does, and waits until it is gone.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it is gone already, [`Stop::Harness`] when the system does not end it.
    pub async fn kill(&self, step: &str) -> Outcome {
        self.signal(step, Signal::Kill)?;
        let dead = async || (!self.process.is_alive()).then_some(());
        poll(bounds::DEED, dead)
            .await
            .ok_or_else(|| Stop::Harness(format!("{} does not die", self.process)))
    }

    /// Sends it a signal.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it is gone already.
    pub fn signal(&self, step: &str, signal: Signal) -> Outcome {
        let sent = self.launcher.signal_descendant(self.pid(), signal);
        let expected = format!("it is there to receive {signal}");
        self.pair.context().expect_ok(step, expected, sent)
    }
}

/// Asks for health at an address, as anybody can.
async fn ask(backend: &Context, step: &str, endpoint: &Endpoint) -> Outcome<Seen> {
    let health = backend.health();
    let answer = async {
        let stream = dial(endpoint, bounds::HEALTH, backend.recorder()).await?;
        let listener = stream.peer_pid();
        let mut connection = Connection::over(stream, endpoint, bounds::HEALTH).await?;
        Ok::<_, DialError>((listener, connection.get(&health.path).await?))
    };
    let expected = format!("an answer to GET {} at {endpoint}", health.path);
    let (listener, answer) = backend.expect_ok(step, expected, answer.await)?;
    backend.expect_eq(step, &health.status, &answer.status)?;
    let header = health.identity_header.as_deref();
    let identity = header.and_then(|name| answer.header(name));
    Ok(Seen {
        listener,
        identity: identity.map(str::to_owned),
    })
}
