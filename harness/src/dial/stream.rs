//! One byte stream to an endpoint, with its bytes in the evidence.

use super::error::DialError;
use crate::endpoint::Endpoint;
use crate::events::{Event, Recorder};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
#[cfg(windows)]
use tokio::net::windows::named_pipe::NamedPipeClient;

/// What is given to a pipe at once, in bytes. It is taken whole, whatever its size; only the next piece waits until the peer has read it, and
/// hears that the peer is gone. So a sender learns as much of its peer as over a socket, which holds about as much.
#[cfg(windows)]
const LONGEST_PIECE: usize = 64 * 1024;

/// A connected stream.
#[derive(Debug)]
pub struct Stream {
    inner: Inner,
    name: String,
    recorder: Recorder,
    closed: bool,
}

#[derive(Debug)]
enum Inner {
    #[cfg(unix)]
    Unix(UnixStream),
    /// Of tokio's kind for TCP, see `windows_unix`.
    #[cfg(windows)]
    Unix(TcpStream),
    #[cfg(windows)]
    Pipe(NamedPipeClient),
    Tcp(TcpStream),
}

/// Connects.
///
/// # Errors
/// [`DialError::Connect`] when nobody takes the connection; after `within`, [`DialError::Busy`] from a pipe and
/// [`DialError::TimedOut`] from all else.
pub async fn dial(
    to: &Endpoint,
    within: Duration,
    recorder: &Recorder,
) -> Result<Stream, DialError> {
    let inner = match tokio::time::timeout(within, connect(to)).await {
        Ok(Ok(inner)) => inner,
        Ok(Err(source)) => {
            return Err(DialError::Connect {
                to: to.to_string(),
                source,
            });
        }
        Err(_) => {
            let to_whom = to.to_string();
            return Err(match to {
                Endpoint::Pipe(_) => DialError::Busy {
                    to: to_whom,
                    within,
                },
                Endpoint::Unix(_) | Endpoint::Tcp(_) => DialError::TimedOut {
                    to: to_whom,
                    what: "take the connection",
                    within,
                    seen: "nothing".to_owned(),
                },
            });
        }
    };
    let name = recorder.name("connection");
    recorder.record(Event::Connected {
        connection: name.clone(),
        to: to.to_string(),
    });
    Ok(Stream {
        inner,
        name,
        recorder: recorder.clone(),
        closed: false,
    })
}

async fn connect(to: &Endpoint) -> io::Result<Inner> {
    match to {
        #[cfg(unix)]
        Endpoint::Unix(path) => Ok(Inner::Unix(UnixStream::connect(path).await?)),
        Endpoint::Tcp(address) => {
            #[cfg(unix)]
            let stream = TcpStream::connect(address).await?;
            #[cfg(windows)]
            let stream = super::loopback::connect(*address).await?;
            stream.set_nodelay(true)?;
            Ok(Inner::Tcp(stream))
        }
        #[cfg(windows)]
        Endpoint::Unix(path) => Ok(Inner::Unix(crate::windows_unix::connect(path).await?)),
        #[cfg(windows)]
        Endpoint::Pipe(name) => Ok(Inner::Pipe(crate::pipe::connect(name).await?)),
        #[cfg(not(windows))]
        Endpoint::Pipe(_) => Err(io::Error::from(io::ErrorKind::Unsupported)),
    }
}

impl Stream {
    /// Its name in the evidence.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The pid of the process at the other end, where the system tells it (UNIX sockets and pipes): the one that began to
    /// listen, or that made the instance; on macOS the one that last did something with the socket that listens.
    #[must_use]
    pub fn peer_pid(&self) -> Option<u32> {
        match &self.inner {
            #[cfg(unix)]
            Inner::Unix(stream) => {
                let pid = stream.peer_cred().ok()?.pid()?.try_into().ok();
                // One that cannot be seen from here, as in another container, is told as 0.
                pid.filter(|pid| *pid != 0)
            }
            #[cfg(windows)]
            Inner::Unix(stream) => crate::windows_unix::server_pid(stream),
            #[cfg(windows)]
            Inner::Pipe(pipe) => crate::pipe::server_pid(pipe),
            Inner::Tcp(_) => None,
        }
    }

    /// Whether it leads to a named pipe, which has no halves.
    #[must_use]
    pub const fn is_pipe(&self) -> bool {
        match &self.inner {
            Inner::Unix(_) => false,
            #[cfg(windows)]
            Inner::Pipe(_) => true,
            Inner::Tcp(_) => false,
        }
    }

    fn inner(self: Pin<&mut Self>) -> &mut Inner {
        &mut self.get_mut().inner
    }

    fn close(&mut self, by: &str) {
        if !std::mem::replace(&mut self.closed, true) {
            self.recorder.record(Event::Closed {
                connection: self.name.clone(),
                by: by.to_owned(),
            });
        }
    }

    fn evidence(&self, sent: bool, bytes: &[u8]) {
        if bytes.is_empty() || !self.recorder.is_on() {
            return;
        }
        self.recorder.record(if sent {
            Event::sent(&self.name, bytes)
        } else {
            Event::received(&self.name, bytes)
        });
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.close("harness");
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = match self.as_mut().inner() {
            Inner::Unix(stream) => Pin::new(stream).poll_read(cx, buf),
            #[cfg(windows)]
            Inner::Pipe(stream) => Pin::new(stream).poll_read(cx, buf),
            Inner::Tcp(stream) => Pin::new(stream).poll_read(cx, buf),
        };
        let read = &buf.filled()[before..];
        match &polled {
            Poll::Ready(Ok(())) if read.is_empty() && buf.remaining() > 0 => self.close("peer"),
            Poll::Ready(Ok(())) => self.evidence(false, read),
            Poll::Ready(Err(_)) => self.close("peer"),
            Poll::Pending => {}
        }
        polled
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = match self.as_mut().inner() {
            Inner::Unix(stream) => Pin::new(stream).poll_write(cx, buf),
            #[cfg(windows)]
            Inner::Pipe(stream) => {
                let piece = &buf[..buf.len().min(LONGEST_PIECE)];
                Pin::new(stream).poll_write(cx, piece)
            }
            Inner::Tcp(stream) => Pin::new(stream).poll_write(cx, buf),
        };
        if let Poll::Ready(Ok(length)) = polled {
            self.evidence(true, &buf[..length]);
        }
        polled
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.inner() {
            Inner::Unix(stream) => Pin::new(stream).poll_flush(cx),
            #[cfg(windows)]
            Inner::Pipe(stream) => Pin::new(stream).poll_flush(cx),
            Inner::Tcp(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.inner() {
            Inner::Unix(stream) => Pin::new(stream).poll_shutdown(cx),
            #[cfg(windows)]
            Inner::Pipe(stream) => Pin::new(stream).poll_shutdown(cx),
            Inner::Tcp(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
