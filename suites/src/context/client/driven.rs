//! One started client, driven over its protocol.

use super::asked::Asked;
use super::launched::Launched;
use super::voice::Voice;
use crate::bounds;
use crate::context::Context;
use crate::verdict::{Outcome, Stop};
use harness::driver::{Driver, DriverError, DriverEvent, Hello};
use harness::process::{Exit, Identity, Process, Signal};
use harness::standin::fresh_hex;
use serde_json::{Map, Value};
use std::cell::OnceCell;
use std::rc::Rc;
use std::time::Duration;

/// One started client. It lives until the case ends, whatever becomes of this value. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Client {
    context: Context,
    process: Rc<Process>,
    driver: Rc<Driver>,
    hello: Rc<OnceCell<Hello>>,
}

/// What a client says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The state, a name from the protocol.
    pub state: String,
    /// The address, if one may be handed out.
    pub address: Option<String>,
}

impl Client {
    pub(super) fn new(context: Context, process: Rc<Process>, driver: Driver) -> Self {
        let driver = Rc::new(driver);
        context.remember_driver(&driver);
        Self {
            context,
            process,
            driver,
            hello: Rc::default(),
        }
    }

    pub(super) const fn context(&self) -> &Context {
        &self.context
    }

    /// The process that was started: the client, or the adapter beside it.
    #[must_use]
    pub fn process(&self) -> Rc<Process> {
        Rc::clone(&self.process)
    }

    /// The conversation, for what is no plain question.
    #[must_use]
    pub fn driver(&self) -> Rc<Driver> {
        Rc::clone(&self.driver)
    }

    /// The client's own process id, where an adapter stands in front of it too.
    #[must_use]
    pub fn pid(&self) -> u32 {
        let named = self.hello.get().and_then(|hello| hello.pid);
        named.unwrap_or_else(|| self.process.pid())
    }

    fn voice(&self) -> Voice {
        Voice::new(self.context.clone(), self.process())
    }

    /// A result of the conversation, its error explained.
    async fn explained<T>(&self, result: Result<T, DriverError>) -> Result<T, String> {
        self.voice().explained(result).await
    }

    /// Hears its hello, and makes sure that it does not just say yes to everything.
    ///
    /// # Errors
    /// [`Stop::Fail`] when it does not keep to the driver protocol.
    pub async fn greets(&self) -> Outcome {
        let hello = self.driver.hello(bounds::HELLO).await;
        let hello = self.explained(hello).await;
        let step = "it says hello";
        let hello = self.context.expect_ok(step, "a hello", hello)?;
        if let Some(pid) = hello.pid.filter(|pid| !self.process.includes(*pid)) {
            let seen = format!("process {pid}, which was not started by it");
            self.context
                .expect(step, "the process id of a client", seen, false)?;
        }
        let _ = self.hello.set(hello);
        let nonsense = format!("x-{}", fresh_hex(12));
        let mut asked = self.ask(&nonsense, Map::new(), bounds::ANSWER);
        asked
            .is_refused("it knows what it does not know", &["unsupported"])
            .await?;
        Ok(())
    }

    /// Expects it to find that another client has its user-data directory, and not to go on: it ends without a hello, or does not
    /// start.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it goes on, or does not come to a decision.
    pub async fn is_turned_away(&self, step: &str) -> Outcome {
        match self.driver.hello(bounds::HELLO).await {
            Err(DriverError::Ended { .. }) => {
                let exit = self.ends(step).await?;
                let expected = "an exit code other than 0";
                self.context.expect(step, expected, exit, exit.refused())
            }
            _ => {
                self.greets().await?;
                let kinds = &["second-instance"];
                self.start().is_refused(step, kinds).await.map(drop)
            }
        }
    }

    /// Asks a question of the protocol.
    pub fn ask(&self, verb: &str, fields: Map<String, Value>, within: Duration) -> Asked {
        let asked = self.driver.ask(verb, fields);
        Asked::new(self.voice(), verb, within, asked)
    }

    /// Asks it to start its backend.
    #[must_use]
    pub fn start(&self) -> Asked {
        self.ask("start", Map::new(), self.context.start_bound())
    }

    /// Asks it to restart its backend.
    #[must_use]
    pub fn restart(&self) -> Asked {
        let within = self.context.bounds().stop + self.context.start_bound();
        self.ask("restart", Map::new(), within)
    }

    /// Asks it to stop its backend.
    #[must_use]
    pub fn stop(&self) -> Asked {
        self.ask("stop", Map::new(), self.context.bounds().stop)
    }

    /// Asks it to quit.
    #[must_use]
    pub fn quit(&self) -> Asked {
        self.ask("quit", Map::new(), bounds::QUIT)
    }

    /// Asks it to give up the request of this name.
    #[must_use]
    pub fn abort(&self, name: &str) -> Asked {
        let mut fields = Map::new();
        fields.insert("request".to_owned(), name.into());
        self.ask("abort", fields, bounds::ANSWER)
    }

    /// Starts its backend, which serves at once, and waits until both say so.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it does not come that far.
    pub async fn starts(&self, step: &str) -> Outcome<Launched> {
        let mut starting = self.start();
        let done = starting.succeeds(step).await?;
        let backend = self.context.launched(step).await?;
        let address = done.text("address").map(str::to_owned);
        let expected = format!(
            "the address that its backend was told, {:?}",
            backend.address()
        );
        let same = address.is_some() && address == backend.address();
        let seen = format!("{address:?}");
        self.context.expect(step, expected, seen, same)?;
        // Whether it waited for that is the subject of cases of its own.
        backend.is_bound(step).await?;
        Ok(backend)
    }

    /// Restarts its backend, and waits until the new one serves.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it does not come that far.
    pub async fn restarts(&self, step: &str) -> Outcome<Launched> {
        self.restart().succeeds(step).await?;
        self.context.launched(step).await
    }

    /// How things are.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it does not say so at once.
    pub async fn status(&self, step: &str) -> Outcome<Status> {
        let done = self
            .ask("status", Map::new(), bounds::ANSWER)
            .succeeds(step)
            .await?;
        let state = done.text("state").unwrap_or_default().to_owned();
        const STATES: [&str; 5] = ["stopped", "starting", "running", "stopping", "external"];
        let known = STATES.contains(&state.as_str());
        let expected = format!("a state: one of {}", STATES.join(", "));
        self.context.expect(step, expected, &state, known)?;
        Ok(Status {
            state,
            address: done.text("address").map(str::to_owned),
        })
    }

    /// Expects this state, and an address only if it may be handed out in it.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it is another.
    pub async fn is(&self, step: &str, state: &str) -> Outcome {
        let status = self.status(step).await?;
        let handed_out = matches!(state, "running" | "external");
        let expected = if handed_out { "with" } else { "without" };
        let expected = format!("`{state}`, {expected} an address");
        let holds = status.state == state && status.address.is_some() == handed_out;
        self.context
            .expect(step, expected, format!("{status:?}"), holds)
    }

    /// Where the next request would go.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it does not say so at once.
    pub async fn address(&self, step: &str) -> Outcome<Option<String>> {
        let done = self
            .ask("address", Map::new(), bounds::ANSWER)
            .succeeds(step)
            .await?;
        Ok(done.text("address").map(str::to_owned))
    }

    /// Expects that it hands out no address.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it does.
    pub async fn hands_out_nothing(&self, step: &str) -> Outcome {
        let address = self.address(step).await?;
        self.context.expect_eq(step, &None, &address)
    }

    /// The next event of this name that was not taken yet.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when none comes within the bound of a deed.
    pub async fn says(&self, step: &str, name: &str) -> Outcome<DriverEvent> {
        let event = self.driver.event(name, bounds::DEED).await;
        let event = self.explained(event).await;
        self.context
            .expect_ok(step, format!("an event `{name}`"), event)
    }

    /// Sends a signal to the client itself.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it is gone already.
    pub fn signal(&self, step: &str, signal: Signal) -> Outcome {
        let sent = if self.pid() == self.process.pid() {
            self.process.signal(signal)
        } else {
            self.process.signal_descendant(self.pid(), signal)
        };
        self.context
            .expect_ok(step, format!("it is there to receive {signal}"), sent)
    }

    /// Kills it, as a force-quit does, and waits until it is gone. What it launched may live on.
    ///
    /// # Errors
    /// [`Stop::Harness`] when the system does not end it.
    pub async fn kill(&self) -> Outcome {
        let own = Identity::of_pid(self.pid());
        self.signal("it is there to be killed", Signal::Kill)?;
        let dead = async || own.is_none_or(|own| !own.is_alive()).then_some(());
        harness::pace::poll(bounds::DEED, dead)
            .await
            .ok_or_else(|| Stop::Harness(format!("pid {} does not die", self.pid())))
    }

    /// Expects it to end within the bound of a quit.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it runs on.
    pub async fn ends(&self, step: &str) -> Outcome<Exit> {
        let exit = self.process.wait(bounds::QUIT).await;
        let expected = format!("it ends within {:?}", bounds::QUIT);
        self.context.expect_ok(step, expected, exit)
    }
}
