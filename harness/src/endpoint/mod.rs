//! Addresses: what a target listens on, and the URL under which it is found.

mod address;
mod url;

pub use address::{Endpoint, PIPE_PREFIX, SOCKET_PATH_LIMIT};
pub use url::UrlError;
