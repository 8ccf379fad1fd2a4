//! The evidence stream: what happened in a case, in order, one JSON object a line.
//!
//! Every line is written with one system call as soon as the event is known, so that a run that was killed can still be read
//! to its last event. Times are microseconds since the stream was opened, from a clock that never goes back.
//! `docs/events.md` describes the form, and `docs/schema/events.json` is its JSON Schema.

mod bytes;
mod error;
mod event;
mod reading;
mod recorder;
mod redact;
mod schema;
mod secrets;

pub use bytes::excerpt;
pub use error::EventsError;
pub use event::{Entry, Event};
pub use reading::{Reading, read, reading};
pub use recorder::Recorder;
pub(crate) use recorder::Source;
pub use schema::SCHEMA;
pub(crate) use secrets::bytes as without_secrets;
