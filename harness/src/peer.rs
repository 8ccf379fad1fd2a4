//! The harness as somebody else: a listener that a target may come across, with an answer that never varies.

use crate::endpoint::Endpoint;
use crate::events::{Event, Recorder};
#[cfg(windows)]
use crate::pipe::PipeListener;
#[cfg(windows)]
use crate::windows_unix;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// What a peer does with a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Takes it and never says a word.
    Silence,
    /// Says this at once, and then nothing more.
    Greeting(Vec<u8>),
    /// Says this each time when an empty line has ended a request.
    Answer(Vec<u8>),
}

/// A listener of the harness. It ends when it is dropped, and so do its connections; a socket's path is removed then.
#[derive(Debug)]
pub struct Peer {
    endpoint: Endpoint,
    connections: Arc<AtomicU32>,
    reply: watch::Sender<Reply>,
    task: JoinHandle<()>,
}

enum Listener {
    #[cfg(unix)]
    Unix(UnixListener),
    #[cfg(windows)]
    Unix(windows_unix::Listener),
    #[cfg(windows)]
    Pipe(PipeListener),
    Tcp(TcpListener),
}

trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Duplex for T {}

impl Peer {
    /// Listens. Port 0 lets the system choose; see [`Peer::endpoint`].
    ///
    /// # Errors
    /// The system's own when the address cannot be listened on.
    pub async fn listen(at: &Endpoint, reply: Reply, recorder: &Recorder) -> std::io::Result<Self> {
        let (listener, endpoint) = match at {
            #[cfg(unix)]
            Endpoint::Unix(path) => (Listener::Unix(UnixListener::bind(path)?), at.clone()),
            Endpoint::Tcp(address) => {
                let listener = TcpListener::bind(address).await?;
                let real: SocketAddr = listener.local_addr()?;
                (Listener::Tcp(listener), Endpoint::Tcp(real))
            }
            #[cfg(windows)]
            Endpoint::Unix(path) => (
                Listener::Unix(windows_unix::Listener::bind(path)?),
                at.clone(),
            ),
            #[cfg(windows)]
            Endpoint::Pipe(name) => (
                Listener::Pipe(PipeListener::bind_after_the_dead(name).await?),
                at.clone(),
            ),
            #[cfg(not(windows))]
            Endpoint::Pipe(_) => return Err(std::io::Error::from(std::io::ErrorKind::Unsupported)),
        };
        recorder.note(format!("the harness listens at {endpoint} as a peer"));
        let connections = Arc::new(AtomicU32::new(0));
        let (sender, replies) = watch::channel(reply);
        let task = tokio::spawn(accept(
            listener,
            replies,
            Arc::clone(&connections),
            recorder.clone(),
        ));
        Ok(Self {
            endpoint,
            connections,
            reply: sender,
            task,
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// How many connections it has taken.
    #[must_use]
    pub fn connections(&self) -> u32 {
        self.connections.load(Ordering::Acquire)
    }

    /// What it does with connections from now on.
    pub fn turn_to(&self, reply: Reply) {
        self.reply.send_replace(reply);
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.task.abort();
        if let Endpoint::Unix(path) = &self.endpoint {
            // A target may have replaced or removed it; then there is nothing of ours to remove.
            let _ = std::fs::remove_file(path);
        }
    }
}

async fn accept(
    mut listener: Listener,
    replies: watch::Receiver<Reply>,
    connections: Arc<AtomicU32>,
    recorder: Recorder,
) {
    // They end with this task: a pipe's name is not free before the last of its connections is closed.
    let mut serving = JoinSet::new();
    loop {
        while serving.try_join_next().is_some() {}
        let accepted: std::io::Result<Box<dyn Duplex>> = match &mut listener {
            #[cfg(unix)]
            Listener::Unix(listener) => listener
                .accept()
                .await
                .map(|(stream, _)| Box::new(stream) as _),
            #[cfg(windows)]
            Listener::Unix(listener) => listener.accept().await.map(|stream| Box::new(stream) as _),
            #[cfg(windows)]
            Listener::Pipe(listener) => listener.accept().await.map(|stream| Box::new(stream) as _),
            Listener::Tcp(listener) => listener
                .accept()
                .await
                .map(|(stream, _)| Box::new(stream) as _),
        };
        let Ok(stream) = accepted else {
            tokio::task::yield_now().await;
            continue;
        };
        connections.fetch_add(1, Ordering::AcqRel);
        let name = recorder.name("taken");
        recorder.record(Event::Connected {
            connection: name.clone(),
            to: "the harness as a peer".into(),
        });
        let reply = replies.borrow().clone();
        serving.spawn(serve(stream, reply, name, recorder.clone()));
    }
}

async fn serve(mut stream: Box<dyn Duplex>, reply: Reply, connection: String, recorder: Recorder) {
    if let Reply::Greeting(greeting) = &reply {
        let _ = stream.write_all(greeting).await;
        let _ = stream.flush().await;
    }
    let mut unread = Vec::new();
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let length = match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => {
                recorder.record(Event::Closed {
                    connection,
                    by: "peer".to_owned(),
                });
                return;
            }
            Ok(length) => length,
        };
        recorder.record(Event::received(&connection, &buffer[..length]));
        let Reply::Answer(answer) = &reply else {
            continue;
        };
        unread.extend_from_slice(&buffer[..length]);
        while let Some(end) = unread.windows(4).position(|window| window == b"\r\n\r\n") {
            unread.drain(..end + 4);
            if stream.write_all(answer).await.is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dial::Connection;
    use std::time::Duration;

    const SOON: Duration = Duration::from_secs(10);

    #[tokio::test]
    async fn answers_each_request_and_counts() {
        let any = Endpoint::Tcp(([127, 0, 0, 1], 0).into());
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi".to_vec();
        let peer = Peer::listen(&any, Reply::Answer(answer), &Recorder::off())
            .await
            .unwrap();
        let mut connection = Connection::open(peer.endpoint(), SOON, &Recorder::off())
            .await
            .unwrap();
        for _ in 0..3 {
            assert_eq!(connection.get("/").await.unwrap().text(), "hi");
        }
        assert_eq!(peer.connections(), 1);
    }

    #[tokio::test]
    async fn its_connections_end_with_it() {
        let any = Endpoint::Tcp(([127, 0, 0, 1], 0).into());
        let greeting = Reply::Greeting(b"hi".to_vec());
        let peer = Peer::listen(&any, greeting, &Recorder::off())
            .await
            .unwrap();
        let mut client = crate::dial::dial(peer.endpoint(), SOON, &Recorder::off())
            .await
            .unwrap();
        let mut heard = [0; 2];
        client.read_exact(&mut heard).await.unwrap();

        drop(peer);

        let end = tokio::time::timeout(SOON, client.read(&mut heard)).await;
        assert!(matches!(end, Ok(Ok(0) | Err(_))), "{end:?}");
    }

    #[cfg(windows)]
    #[tokio::test]
    async fn answers_many_clients_of_a_pipe_at_once() {
        let endpoint = Endpoint::from_text(&crate::pipe::fresh_path());
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi".to_vec();
        let peer = Peer::listen(&endpoint, Reply::Answer(answer), &Recorder::off())
            .await
            .unwrap();
        let mut clients = Vec::new();
        for _ in 0..32 {
            let endpoint = endpoint.clone();
            clients.push(tokio::spawn(async move {
                let stream = crate::dial::dial(&endpoint, SOON, &Recorder::off()).await;
                let stream = stream.unwrap();
                assert_eq!(stream.peer_pid(), Some(std::process::id()));
                let mut connection = Connection::over(stream, &endpoint, SOON).await.unwrap();
                for _ in 0..3 {
                    assert_eq!(connection.get("/").await.unwrap().text(), "hi");
                }
            }));
        }
        for client in clients {
            client.await.unwrap();
        }
        assert_eq!(peer.connections(), 32);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn removes_its_path() {
        let dir = tempfile::tempdir().unwrap();
        let endpoint = Endpoint::Unix(dir.path().join("s"));
        let peer = Peer::listen(&endpoint, Reply::Silence, &Recorder::off())
            .await
            .unwrap();
        assert!(dir.path().join("s").exists());
        drop(peer);
        assert!(!dir.path().join("s").exists());
    }
}
