//! Requests beyond any sensible size.

use super::backend::Backend;
use super::world::Context;
use crate::verdict::Outcome;
use harness::dial::{DialError, Head, request_head};

/// The size of a body that is too large for what talks to a window.
const LARGE_BODY: usize = 2 * 1024 * 1024;

impl Context {
    /// A request for health with a header of this size, in bytes.
    #[must_use]
    pub fn with_large_header(&self, size: usize) -> Vec<u8> {
        let value = "x".repeat(size);
        request_head("GET", &self.manifest().health.path, &[("X-Large", &value)]).into_bytes()
    }

    /// A request with a large body whose length is announced.
    #[must_use]
    pub fn with_large_body(&self, path: &str) -> Vec<u8> {
        let length = LARGE_BODY.to_string();
        let head = request_head("POST", path, &[("Content-Length", &length)]);
        [head.into_bytes(), vec![b'x'; LARGE_BODY]].concat()
    }

    /// A request with a large body in chunks, whose length nobody knows before.
    #[must_use]
    pub fn with_large_chunked_body(&self, path: &str) -> Vec<u8> {
        const CHUNK: usize = 64 * 1024;
        let head = request_head("POST", path, &[("Transfer-Encoding", "chunked")]);
        let chunk = format!("{CHUNK:x}\r\n{}\r\n", "x".repeat(CHUNK));
        (head + &chunk.repeat(LARGE_BODY / CHUNK) + "0\r\n\r\n").into_bytes()
    }
}

impl Backend {
    /// Sends a request as far as it is taken, and reads what comes back, to the end of the connection: a target that dies of the
    /// request has done so by then.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] when no connection is taken.
    pub async fn answer_to(&self, request: &[u8]) -> Outcome<Result<Head, DialError>> {
        let mut wire = self.wire("a connection is taken").await?;
        // A target need not read on when it has seen enough; its answer counts.
        if wire.send(request).await.is_ok() {
            let _ = wire.half_close().await;
        }
        let head = wire.head().await;
        let _ = wire.until_closed().await;
        Ok(head)
    }
}
