//! The address of a launched backend as the harness itself can use it, past the client.

use super::launched::Launched;
use crate::bounds;
use crate::verdict::Outcome;
use harness::dial::Connection;
use harness::endpoint::Endpoint;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

impl Launched {
    /// Where it was told to listen.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it was told nothing, or what is no local address.
    pub fn endpoint(&self, step: &str) -> Outcome<Endpoint> {
        let told = self.address();
        let read = told.as_deref().ok_or("none").and_then(read);
        let read = read.map_err(|why| format!("{told:?}: {why}"));
        self.context()
            .expect_ok(step, "it is told an address to listen at", read)
    }

    /// The path of the socket at which it was told to listen.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it was told nothing, or what is no path; see [`crate::case::Need::SocketPath`].
    pub fn socket_path(&self, step: &str) -> Outcome<PathBuf> {
        let endpoint = self.endpoint(step)?;
        let path = endpoint.socket_path().map(Path::to_owned);
        self.context().expect_some(step, "a socket's path", path)
    }

    /// Expects it to answer health to the harness, at the address that it was told.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it does not.
    pub async fn is_well(&self, step: &str) -> Outcome {
        let context = self.context();
        let endpoint = self.endpoint(step)?;
        let health = &context.manifest().health;
        let answer = async {
            let recorder = context.recorder();
            let mut connection = Connection::open(&endpoint, bounds::HEALTH, recorder).await?;
            connection.get(&health.path).await
        };
        let expected = format!("it answers at {endpoint}");
        let answer = context.expect_ok(step, expected, answer.await)?;
        context.expect_eq(step, &health.status, &answer.status)
    }
}

/// An address in any of the forms in which clients write them.
pub(super) fn read(text: &str) -> Result<Endpoint, &'static str> {
    if Endpoint::is_pipe_path(text) || Path::new(text).is_absolute() {
        return Ok(Endpoint::from_text(text));
    }
    if let Ok(port) = text.parse() {
        return Ok(Endpoint::Tcp((Ipv4Addr::LOCALHOST, port).into()));
    }
    let address = text.parse::<SocketAddr>().map(Endpoint::Tcp);
    address.or_else(|_| Endpoint::from_url(text).map_err(|error| error.why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[cfg(unix)]
    #[rstest]
    #[case("/run/a b.sock", "unix:///run/a%20b.sock")]
    #[case("unix:///run/a%20b.sock", "unix:///run/a%20b.sock")]
    fn paths_are_read(#[case] text: &str, #[case] url: &str) {
        assert_eq!(read(text).map(|endpoint| endpoint.to_url()), Ok(url.into()));
    }

    #[rstest]
    #[case("8080", "http://127.0.0.1:8080")]
    #[case("127.0.0.1:8080", "http://127.0.0.1:8080")]
    #[case("[::1]:8080", "http://[::1]:8080")]
    #[case("http://127.0.0.1:8080", "http://127.0.0.1:8080")]
    #[case(r"\\.\PIPE\My-App", "npipe://my-app")]
    fn all_other_forms_are_read(#[case] text: &str, #[case] url: &str) {
        assert_eq!(read(text).map(|endpoint| endpoint.to_url()), Ok(url.into()));
    }

    #[rstest]
    #[case("")]
    #[case("app.sock")]
    #[case("70000")]
    #[case("ftp://127.0.0.1:1")]
    fn what_is_no_address_is_refused(#[case] text: &str) {
        assert!(read(text).is_err());
    }
}
