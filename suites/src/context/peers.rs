//! The harness as somebody else whom the target comes across.

use super::world::{Context, expand};
use crate::verdict::{Outcome, Stop};
use harness::endpoint::Endpoint;
use harness::peer::{Peer, Reply};
use std::io::ErrorKind;

impl Context {
    /// Listens at an address and behaves so.
    ///
    /// # Errors
    /// [`Stop::Harness`] when the address cannot be listened on, [`Stop::CouldNotRun`] when the harness knows no listener of its kind
    /// on this platform.
    pub async fn peer(&self, at: &Endpoint, reply: Reply) -> Outcome<Peer> {
        Peer::listen(at, reply, self.recorder())
            .await
            .map_err(|error| {
                let why = format!("the harness could not listen at {at}: {error}");
                match error.kind() {
                    // It is of a kind that this platform does not have.
                    ErrorKind::Unsupported => Stop::CouldNotRun(why),
                    _ => Stop::Harness(why),
                }
            })
    }

    /// Listens on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// [`Stop::Harness`] when there is none.
    pub async fn tcp_peer(&self, reply: Reply) -> Outcome<Peer> {
        self.peer(&Endpoint::Tcp(([127, 0, 0, 1], 0).into()), reply)
            .await
    }

    /// What a healthy instance with this identity answers.
    #[must_use]
    pub fn healthy(&self, identity: &str) -> Reply {
        self.healthy_answer(Some(identity))
    }

    /// What somebody answers who is as well as an instance and does not say who it is.
    #[must_use]
    pub fn healthy_without_identity(&self) -> Reply {
        self.healthy_answer(None)
    }

    fn healthy_answer(&self, identity: Option<&str>) -> Reply {
        let health = self.health();
        let mut head = format!("HTTP/1.1 {} Healthy\r\n", health.status);
        if let (Some(name), Some(identity)) = (&health.identity_header, identity) {
            head.push_str(&format!("{name}: {identity}\r\n"));
        }
        if !matches!(health.status, 204 | 304) {
            head.push_str("Content-Length: 0\r\n");
        }
        head.push_str("\r\n");
        Reply::Answer(head.into_bytes())
    }

    /// What the other side of the target's dependency says when all is well.
    ///
    /// # Errors
    /// [`Stop::Harness`] when the manifest describes none.
    pub fn dependency(&self) -> Outcome<(Endpoint, Reply)> {
        let dependency = self.manifest().dependency.as_ref();
        let dependency = dependency.ok_or_else(|| {
            Stop::Harness("the case needs a dependency and does not say so".to_owned())
        })?;
        let address = dependency.address().ok_or_else(|| {
            Stop::Harness("the dependency has no address on this platform".to_owned())
        })?;
        let address = expand(&self.values(&self.env()), address)?;
        let greeting = dependency.greeting.clone().into_bytes();
        Ok((Endpoint::from_text(&address), Reply::Greeting(greeting)))
    }

    /// Whether somebody listens at this abstract name.
    ///
    /// # Errors
    /// [`Stop::CouldNotRun`] where there are none; see [`crate::case::Need::AbstractNames`].
    pub fn is_abstract_name(&self, name: &str) -> Outcome<bool> {
        harness::open::is_abstract_name(name)
            .map_err(|error| Stop::CouldNotRun(format!("abstract names: {error}")))
    }
}
