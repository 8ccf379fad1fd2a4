//! A client that reads an answer on to its end, and so notices when there is nobody any more who could finish it.

use super::http::InFlight;
use tokio::task::JoinHandle;

/// Reads on in the background until it is dropped.
#[derive(Debug)]
pub struct Follower(JoinHandle<()>);

impl InFlight {
    /// Reads on. When the answer is over, or cut, the connection is closed.
    #[must_use]
    pub fn follow(mut self) -> Follower {
        Follower(tokio::spawn(async move {
            while let Some(Ok(_)) = self.frame().await {}
        }))
    }
}

impl Follower {
    /// Waits until it has let go of the connection. May be given up and called again.
    pub async fn has_let_go(&mut self) {
        if !self.0.is_finished() {
            // However it came to its end, it holds nothing any more.
            let _ = (&mut self.0).await;
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use crate::dial::Connection;
    use crate::endpoint::Endpoint;
    use crate::events::Recorder;
    use crate::peer::{Peer, Reply};
    use std::time::Duration;

    const SOON: Duration = Duration::from_secs(10);

    #[cfg(unix)]
    fn local() -> (Option<tempfile::TempDir>, Endpoint) {
        let dir = tempfile::tempdir().unwrap();
        let endpoint = Endpoint::Unix(dir.path().join("s"));
        (Some(dir), endpoint)
    }

    #[cfg(windows)]
    fn local() -> (Option<tempfile::TempDir>, Endpoint) {
        (None, Endpoint::from_text(&crate::pipe::fresh_path()))
    }

    #[tokio::test]
    async fn lets_go_when_its_server_is_gone_and_not_before() {
        let (_dir, endpoint) = local();
        let begun = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhi".to_vec();
        let peer = Peer::listen(&endpoint, Reply::Answer(begun), &Recorder::off())
            .await
            .unwrap();
        let connection = Connection::open(&endpoint, SOON, &Recorder::off()).await;
        let request = connection.unwrap().begin("/").await.unwrap();
        assert_eq!(request.is_on_pipe(), cfg!(windows));
        let mut follower = request.follow();
        let moment = Duration::from_millis(20);
        let early = tokio::time::timeout(moment, follower.has_let_go()).await;
        assert!(early.is_err());

        drop(peer);

        let noticed = tokio::time::timeout(SOON, follower.has_let_go()).await;
        assert!(noticed.is_ok());
        // A second time there is nothing to wait for.
        follower.has_let_go().await;
    }
}
