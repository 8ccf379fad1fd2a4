//! HTTP/1.1 over one connection. There is no pool: a reconnect that a pool would hide is a finding.

use super::error::DialError;
use super::stream::{Stream, dial};
use crate::endpoint::Endpoint;
use crate::events::Recorder;
use crate::pace::Deadline;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Frame, Incoming};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use std::time::Duration;

/// A connection that carries one request after the other.
#[derive(Debug)]
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    to: String,
    on_pipe: bool,
    within: Duration,
}

/// An answer, whole.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers in the order in which they came, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// The first value of a header, by name in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(one, _)| one.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The body as text, where it is none with replacement characters.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// An answer whose head is there and whose body is still on its way: proof that the request is in flight.
#[derive(Debug)]
pub struct InFlight {
    /// The status code.
    pub status: u16,
    body: Incoming,
    to: String,
    on_pipe: bool,
    _sender: SendRequest<Full<Bytes>>,
}

impl InFlight {
    /// Whether it came over a named pipe.
    #[must_use]
    pub const fn is_on_pipe(&self) -> bool {
        self.on_pipe
    }

    /// The next piece of the body.
    pub(super) async fn frame(&mut self) -> Option<hyper::Result<Frame<Bytes>>> {
        self.body.frame().await
    }

    /// Takes in the rest of the body.
    ///
    /// # Errors
    /// [`DialError::Closed`] when it was cut, [`DialError::TimedOut`] after `within`.
    pub async fn rest(mut self, within: Duration) -> Result<Vec<u8>, DialError> {
        let mut body = Vec::new();
        let deadline = Deadline::after(within);
        loop {
            match tokio::time::timeout(deadline.left(), self.frame()).await {
                Ok(None) => return Ok(body),
                Ok(Some(Ok(frame))) => {
                    body.extend_from_slice(&frame.into_data().unwrap_or_default());
                }
                Ok(Some(Err(error))) => {
                    return Err(DialError::Closed {
                        to: self.to,
                        when: "in the middle of a body",
                        detail: format!("{error}, after {} bytes", body.len()),
                    });
                }
                Err(_) => {
                    return Err(DialError::TimedOut {
                        to: self.to,
                        what: "finish the body",
                        within,
                        seen: format!("{} bytes", body.len()),
                    });
                }
            }
        }
    }
}

impl Connection {
    /// Connects. `within` bounds the connecting, and then each answer.
    ///
    /// # Errors
    /// [`DialError`] as for [`dial`].
    pub async fn open(
        to: &Endpoint,
        within: Duration,
        recorder: &Recorder,
    ) -> Result<Self, DialError> {
        Self::over(dial(to, within, recorder).await?, to, within).await
    }

    /// Speaks HTTP over a stream that is there already.
    ///
    /// # Errors
    /// [`DialError::Closed`] when the stream is closed at once.
    pub async fn over(stream: Stream, to: &Endpoint, within: Duration) -> Result<Self, DialError> {
        let (sender, connection) = handshake(TokioIo::new(stream))
            .await
            .map_err(|error| from_hyper(&to.to_string(), &error))?;
        tokio::spawn(connection);
        Ok(Self {
            sender,
            to: to.to_string(),
            on_pipe: matches!(to, Endpoint::Pipe(_)),
            within,
        })
    }

    /// `GET` of a path (with its query).
    ///
    /// # Errors
    /// [`DialError`] when no whole answer comes within the connection's bound.
    pub async fn get(&mut self, path: &str) -> Result<Response, DialError> {
        self.request("GET", path, &[], &[]).await
    }

    /// Any request.
    ///
    /// # Errors
    /// [`DialError`] when no whole answer comes within the connection's bound.
    pub async fn request(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Response, DialError> {
        let deadline = Deadline::after(self.within);
        let (status, headers, mut incoming) =
            self.head(method, path, headers, body, deadline).await?;
        let mut collected = Vec::new();
        loop {
            match tokio::time::timeout(deadline.left(), incoming.frame()).await {
                Ok(None) => {
                    return Ok(Response {
                        status,
                        headers,
                        body: collected,
                    });
                }
                Ok(Some(Ok(frame))) => {
                    collected.extend_from_slice(&frame.into_data().unwrap_or_default());
                }
                Ok(Some(Err(error))) => {
                    return Err(DialError::Closed {
                        to: self.to.clone(),
                        when: "in the middle of a body",
                        detail: error.to_string(),
                    });
                }
                Err(_) => {
                    return Err(self.timed_out("finish its answer", "a head and part of a body"));
                }
            }
        }
    }

    /// `GET` of a path whose answer is only wanted up to its head: afterwards the request is known to be in flight.
    ///
    /// # Errors
    /// [`DialError`] when no head comes within the connection's bound.
    pub async fn begin(mut self, path: &str) -> Result<InFlight, DialError> {
        let deadline = Deadline::after(self.within);
        let (status, _, body) = self.head("GET", path, &[], &[], deadline).await?;
        Ok(InFlight {
            status,
            body,
            to: self.to,
            on_pipe: self.on_pipe,
            _sender: self.sender,
        })
    }

    async fn head(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
        deadline: Deadline,
    ) -> Result<(u16, Vec<(String, String)>, Incoming), DialError> {
        let mut request = hyper::Request::builder()
            .method(method)
            .uri(path)
            .header("Host", "localhost");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request
            .body(Full::new(Bytes::copy_from_slice(body)))
            .map_err(|error| DialError::Request(error.to_string()))?;
        let answer = async {
            self.sender.ready().await?;
            self.sender.send_request(request).await
        };
        let answer = match tokio::time::timeout(deadline.left(), answer).await {
            Ok(answer) => answer.map_err(|error| from_hyper(&self.to, &error))?,
            Err(_) => return Err(self.timed_out("answer", "no byte of an answer")),
        };
        let headers = answer
            .headers()
            .iter()
            .map(|(name, value)| {
                (
                    name.to_string(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect();
        Ok((answer.status().as_u16(), headers, answer.into_body()))
    }

    fn timed_out(&self, what: &'static str, seen: &str) -> DialError {
        DialError::TimedOut {
            to: self.to.clone(),
            what,
            within: self.within,
            seen: seen.to_owned(),
        }
    }
}

fn from_hyper(to: &str, error: &hyper::Error) -> DialError {
    use std::error::Error as _;
    let detail = match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    };
    if error.is_parse() {
        return DialError::Malformed {
            to: to.to_owned(),
            detail,
        };
    }
    DialError::Closed {
        to: to.to_owned(),
        when: "without an answer",
        detail,
    }
}
