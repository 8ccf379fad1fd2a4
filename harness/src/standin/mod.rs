//! The stand-in: a backend that a client launches in place of the real one. It obeys a script, takes commands, and reports
//! what it saw. The program itself is one of the fixtures; here is what it and the harness say to each other.

mod actor;
mod bytes;
mod filler;
mod placing;
mod script;
mod stage;
mod token;

pub use actor::{NotSeen, Request, Seen, Standin};
pub use bytes::Bytes;
pub use filler::filler;
pub use script::{
    Command, Door, EndsWithClient, OnTerm, Opening, PathAtEnd, Reaction, Report, Rule, Saying,
    Script, Stream, Then, Where,
};
pub use stage::{NotLaunched, Stage};
pub use token::fresh_hex;

/// The file beside the stand-in's executable that says where the harness listens: `127.0.0.1:PORT TOKEN`, one line. It lies at the
/// executable's path as it was launched, with this appended.
pub const CONTROL_SUFFIX: &str = ".control";
/// Names that file where the path of the executable cannot tell.
pub const CONTROL_VARIABLE: &str = "SIDECAR_STANDIN_CONTROL";
