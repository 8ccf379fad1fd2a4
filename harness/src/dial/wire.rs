//! Raw bytes: for requests that no client library would send and answers that none would let pass.

use super::error::DialError;
use super::stream::{Stream, dial};
use crate::endpoint::Endpoint;
use crate::events::{Recorder, excerpt};
use crate::pace::Deadline;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Longest head that is read; no honest one comes near.
const HEAD_LIMIT: usize = 256 * 1024;

/// A connection on which every byte is the caller's own.
#[derive(Debug)]
pub struct Wire {
    stream: Stream,
    to: String,
    within: Duration,
    unread: Vec<u8>,
}

/// The head of a request as it goes over the wire, whole.
#[must_use]
pub fn request_head(method: &str, path: &str, headers: &[(&str, &str)]) -> String {
    let headers: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n")
}

/// The head of an answer as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The status code.
    pub status: u16,
    /// Header names in lower case and their values, in order.
    pub headers: Vec<(String, String)>,
}

impl Head {
    /// The first value of a header, by name in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(one, _)| one.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

impl Wire {
    /// Connects. `within` bounds the connecting, and then each read and write.
    ///
    /// # Errors
    /// [`DialError`] as for [`dial`].
    pub async fn open(
        to: &Endpoint,
        within: Duration,
        recorder: &Recorder,
    ) -> Result<Self, DialError> {
        let stream = dial(to, within, recorder).await?;
        Ok(Self {
            stream,
            to: to.to_string(),
            within,
            unread: Vec::new(),
        })
    }

    /// The pid of the process at the other end, where the system tells it.
    #[must_use]
    pub fn peer_pid(&self) -> Option<u32> {
        self.stream.peer_pid()
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// [`DialError::Closed`] when the peer no longer takes them, [`DialError::TimedOut`] when it does not read.
    pub async fn send(&mut self, bytes: &[u8]) -> Result<(), DialError> {
        match tokio::time::timeout(self.within, self.stream.write_all(bytes)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(DialError::Closed {
                to: self.to.clone(),
                when: "while it was written to",
                detail: error.to_string(),
            }),
            Err(_) => Err(self.timed_out("take the bytes")),
        }
    }

    /// Ends the writing direction, as a client that has said all.
    ///
    /// # Errors
    /// [`DialError::Closed`] when the peer is gone already, [`DialError::Request`] for a pipe, which is closed as a whole only.
    pub async fn half_close(&mut self) -> Result<(), DialError> {
        if self.stream.is_pipe() {
            return Err(DialError::Request(
                "no half of a pipe can be closed by itself".to_owned(),
            ));
        }
        self.stream
            .shutdown()
            .await
            .map_err(|error| DialError::Closed {
                to: self.to.clone(),
                when: "before it was half-closed",
                detail: error.to_string(),
            })
    }

    /// Reads the head of the next answer. What stands before it, if it is no head, makes the answer malformed.
    ///
    /// # Errors
    /// [`DialError`] when no whole head comes in time or what comes is none.
    pub async fn head(&mut self) -> Result<Head, DialError> {
        let deadline = Deadline::after(self.within);
        loop {
            if let Some(end) = find(&self.unread, b"\r\n\r\n") {
                let head: Vec<u8> = self.unread.drain(..end + 4).collect();
                return parse(&head).ok_or_else(|| self.malformed(&head));
            }
            // An answer that does not begin like one never becomes one.
            let start = &self.unread[..self.unread.len().min(5)];
            if !b"HTTP/".starts_with(start) || self.unread.len() > HEAD_LIMIT {
                return Err(self.malformed(&self.unread));
            }
            if self.fill(deadline).await? == 0 {
                return Err(self.closed("before the head of its answer was whole"));
            }
        }
    }

    /// Reads exactly so many bytes of a body.
    ///
    /// # Errors
    /// [`DialError`] when fewer come in time.
    pub async fn body(&mut self, length: usize) -> Result<Vec<u8>, DialError> {
        let deadline = Deadline::after(self.within);
        while self.unread.len() < length {
            if self.fill(deadline).await? == 0 {
                return Err(self.closed("before its body was whole"));
            }
        }
        Ok(self.unread.drain(..length).collect())
    }

    /// Reads until the peer closes, and yields all that came; a reset counts as a close.
    ///
    /// # Errors
    /// [`DialError::TimedOut`] when it does not close in time.
    pub async fn until_closed(&mut self) -> Result<Vec<u8>, DialError> {
        let deadline = Deadline::after(self.within);
        loop {
            match self.fill(deadline).await {
                Ok(0) | Err(DialError::Closed { .. }) => {
                    return Ok(std::mem::take(&mut self.unread));
                }
                Ok(_) => {}
                Err(error) => return Err(error),
            }
        }
    }

    async fn fill(&mut self, deadline: Deadline) -> Result<usize, DialError> {
        match tokio::time::timeout(deadline.left(), self.stream.read_buf(&mut self.unread)).await {
            Ok(Ok(length)) => Ok(length),
            Ok(Err(error)) => Err(DialError::Closed {
                to: self.to.clone(),
                when: "while it was read from",
                detail: error.to_string(),
            }),
            Err(_) => Err(self.timed_out("send what was waited for")),
        }
    }

    fn timed_out(&self, what: &'static str) -> DialError {
        DialError::TimedOut {
            to: self.to.clone(),
            what,
            within: self.within,
            seen: self.seen(),
        }
    }

    fn closed(&self, when: &'static str) -> DialError {
        DialError::Closed {
            to: self.to.clone(),
            when,
            detail: self.seen(),
        }
    }

    fn malformed(&self, bytes: &[u8]) -> DialError {
        DialError::Malformed {
            to: self.to.clone(),
            detail: format!("`{}`", excerpt(bytes)),
        }
    }

    fn seen(&self) -> String {
        if self.unread.is_empty() {
            "no byte".to_owned()
        } else {
            format!("`{}`", excerpt(&self.unread))
        }
    }
}

fn find(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    bytes
        .windows(pattern.len())
        .position(|window| window == pattern)
}

/// Reads a head that ends with an empty line. Strict where a client depends on it: version, code, a colon in each header.
fn parse(head: &[u8]) -> Option<Head> {
    let text = std::str::from_utf8(head).ok()?;
    let mut lines = text.strip_suffix("\r\n\r\n")?.split("\r\n");
    let status = lines
        .next()?
        .strip_prefix("HTTP/1.")?
        .get(1..)?
        .strip_prefix(' ')?;
    let code = status
        .get(..3)
        .filter(|code| code.bytes().all(|byte| byte.is_ascii_digit()))?;
    if !matches!(status.as_bytes().get(3), None | Some(b' ')) {
        return None;
    }
    let headers = lines
        .map(|line| {
            let (name, value) = line.split_once(':')?;
            let token = !name.is_empty() && !name.contains([' ', '\t']);
            token.then(|| (name.to_ascii_lowercase(), value.trim().to_owned()))
        })
        .collect::<Option<_>>()?;
    Some(Head {
        status: code.parse().ok()?,
        headers,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[test]
    fn reads_a_head() {
        let head = parse(b"HTTP/1.1 204 No Content\r\nX-A: 1\r\nx-a:  2 \r\n\r\n").unwrap();
        assert_eq!(head.status, 204);
        assert_eq!(
            head.headers,
            [("x-a".into(), "1".into()), ("x-a".into(), "2".into())]
        );
        assert_eq!(head.header("X-A"), Some("1"));
    }

    #[rstest]
    #[case("HTTP/1.1 200\r\n\r\n", true)]
    #[case("HTTP/1.0 200 OK\r\n\r\n", true)]
    #[case("HTTP/2 200 OK\r\n\r\n", false)]
    #[case("HTTP/1.1 20 OK\r\n\r\n", false)]
    #[case("HTTP/1.1 2000 OK\r\n\r\n", false)]
    #[case("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", false)]
    #[case("HTTP/1.1 200 OK\r\nspace : x\r\n\r\n", false)]
    #[case("junkHTTP/1.1 200 OK\r\n\r\n", false)]
    fn is_strict(#[case] head: &str, #[case] valid: bool) {
        assert_eq!(parse(head.as_bytes()).is_some(), valid);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes);
        }
    }
}
