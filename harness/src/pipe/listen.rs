//! Listening on a pipe.

use super::{Look, look};
use crate::endpoint::PIPE_PREFIX;
use crate::pace::poll;
use std::io;
use std::time::Duration;
use tokio::net::windows::named_pipe::{NamedPipeServer, ServerOptions};
use windows_sys::Win32::Foundation::ERROR_ACCESS_DENIED;

/// How long clients of a listener that is gone may take to notice that and let go of the name.
const LET_GO: Duration = Duration::from_secs(2);

/// A pipe of the harness. One instance waits at any time, so that the name never vanishes between two clients.
#[derive(Debug)]
pub(crate) struct PipeListener {
    path: String,
    waiting: NamedPipeServer,
}

impl PipeListener {
    /// Takes the name, if it is nobody's.
    pub(crate) fn bind(name: &str) -> io::Result<Self> {
        let path = format!("{PIPE_PREFIX}{name}");
        let waiting = options().first_pipe_instance(true).create(&path)?;
        Ok(Self { path, waiting })
    }

    /// As [`PipeListener::bind`], and waits a moment for clients of a listener that is gone.
    pub(crate) async fn bind_after_the_dead(name: &str) -> io::Result<Self> {
        let bound = poll(LET_GO, async || match Self::bind(name) {
            Err(error) if is_left_by_the_dead(&error, || look(name)) => None,
            done => Some(done),
        });
        bound.await.unwrap_or_else(|| {
            let why = "clients of an earlier listener still hold the name";
            Err(io::Error::new(io::ErrorKind::AddrInUse, why))
        })
    }

    /// The next client. The instance after it is there before it is handed over.
    pub(crate) async fn accept(&mut self) -> io::Result<NamedPipeServer> {
        self.waiting.connect().await?;
        let next = options().create(&self.path)?;
        Ok(std::mem::replace(&mut self.waiting, next))
    }
}

/// Whether nobody listens, and the first instance is denied all the same.
fn is_left_by_the_dead(error: &io::Error, look: impl FnOnce() -> io::Result<Look>) -> bool {
    error.raw_os_error() == Some(ERROR_ACCESS_DENIED.cast_signed())
        && matches!(look(), Ok(Look::Missing))
}

fn options() -> ServerOptions {
    let mut options = ServerOptions::new();
    options.reject_remote_clients(true);
    options
}

#[cfg(test)]
mod tests {
    use super::{PipeListener, is_left_by_the_dead};
    use crate::dial::{DialError, Wire, dial};
    use crate::endpoint::Endpoint;
    use crate::events::Recorder;
    use crate::pace::poll;
    use crate::pipe::{Look, fresh_path, look};
    use rstest::rstest;
    use std::io;
    use std::time::Duration;
    use windows_sys::Win32::Foundation::{ERROR_ACCESS_DENIED, ERROR_INVALID_NAME};

    const SOON: Duration = Duration::from_secs(10);

    fn fresh_name() -> String {
        match Endpoint::from_text(&fresh_path()) {
            Endpoint::Pipe(name) => name,
            other => panic!("{other} is no pipe"),
        }
    }

    #[tokio::test]
    async fn its_name_never_vanishes_between_two_clients() {
        let name = fresh_name();
        assert_eq!(look(&name).unwrap(), Look::Missing);
        let mut listener = PipeListener::bind(&name).unwrap();
        for _ in 0..50 {
            assert_eq!(look(&name).unwrap(), Look::Free);
            // The client has opened the only instance that waits, and is gone; the name stays all the same.
            assert_eq!(look(&name).unwrap(), Look::Busy);
            drop(listener.accept().await.unwrap());
        }
        drop(listener);
        // The runtime lets go of the last instance when it has heard of the end of what was pending on it.
        let gone = poll(SOON, async || {
            (look(&name).unwrap() == Look::Missing).then_some(())
        });
        assert!(gone.await.is_some());
    }

    #[rstest]
    #[case::held_by_clients(ERROR_ACCESS_DENIED, Ok(Look::Missing), true)]
    #[case::served(ERROR_ACCESS_DENIED, Ok(Look::Busy), false)]
    #[case::served_by_another_user(ERROR_ACCESS_DENIED, Err(io::ErrorKind::PermissionDenied.into()), false)]
    #[case::no_name(ERROR_INVALID_NAME, Ok(Look::Missing), false)]
    fn asks_again_for_a_name(
        #[case] error: u32,
        #[case] found: io::Result<Look>,
        #[case] again: bool,
    ) {
        let error = io::Error::from_raw_os_error(error.cast_signed());
        assert_eq!(is_left_by_the_dead(&error, || found), again);
    }

    #[tokio::test]
    async fn a_client_that_finds_no_instance_free_is_told_so() {
        let name = fresh_name();
        let _listener = PipeListener::bind(&name).unwrap();
        assert_eq!(look(&name).unwrap(), Look::Free);

        let within = Duration::from_millis(50);
        let dialled = dial(&Endpoint::Pipe(name), within, &Recorder::off()).await;

        let error = dialled.err().unwrap();
        assert!(error.was_busy() && !error.nobody_there(), "{error}");
    }

    #[tokio::test]
    async fn a_sender_learns_that_nobody_reads() {
        let name = fresh_name();
        let mut listener = PipeListener::bind(&name).unwrap();
        let endpoint = Endpoint::Pipe(name);
        let off = Recorder::off();
        let within = Duration::from_millis(200);
        let (wire, taken) = tokio::join!(Wire::open(&endpoint, within, &off), listener.accept());
        let (mut wire, _deaf) = (wire.unwrap(), taken.unwrap());

        let sent = wire.send(&vec![b'x'; 1024 * 1024]).await;

        assert!(matches!(sent, Err(DialError::TimedOut { .. })), "{sent:?}");
    }

    #[tokio::test]
    async fn its_name_has_no_case() {
        let name = fresh_name();
        let _listener = PipeListener::bind(&name.to_uppercase()).unwrap();
        assert_eq!(look(&name).unwrap(), Look::Free);
    }
}
