//! How a conversation with a client can go wrong. All of it is the client's doing.

use std::time::Duration;

/// The client does not keep to the protocol.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DriverError {
    /// A line that is no JSON object.
    #[error(
        "line {number} on standard output is no JSON object: `{line}`; standard output belongs to the driver protocol, logs go to \
         standard error"
    )]
    NotJson {
        /// Which line, from 1.
        number: u64,
        /// Its beginning.
        line: String,
    },
    /// An object that is neither hello, nor answer, nor event.
    #[error("line {number} on standard output is {why}: `{line}`; see docs/driver-protocol.md")]
    Malformed {
        /// Which line, from 1.
        number: u64,
        /// What is wrong with it.
        why: String,
        /// Its beginning.
        line: String,
    },
    /// A line without measure.
    #[error("line {number} on standard output is longer than {limit} bytes; it begins `{line}`")]
    TooLong {
        /// Which line, from 1.
        number: u64,
        /// The limit.
        limit: usize,
        /// Its beginning.
        line: String,
    },
    /// A last line without its end.
    #[error("standard output ended in the middle of line {number}: `{line}`")]
    HalfALine {
        /// Which line, from 1.
        number: u64,
        /// Its beginning.
        line: String,
    },
    /// More lines than anybody can read.
    #[error("standard output was flooded with lines, and some were lost after line {number}")]
    Flood {
        /// The last line that was read.
        number: u64,
    },
    /// Another version of the protocol.
    #[error(
        "the client speaks version {found} of the driver protocol; this harness speaks version 1"
    )]
    Version {
        /// What the hello said.
        found: String,
    },
    /// An answer to nothing.
    #[error("line {number} answers question {id}, which was never asked: `{line}`")]
    NeverAsked {
        /// Which line, from 1.
        number: u64,
        /// The id.
        id: u64,
        /// Its beginning.
        line: String,
    },
    /// A second answer.
    #[error("line {number} answers question {id} (`{verb}`) a second time: `{line}`")]
    AnsweredTwice {
        /// Which line, from 1.
        number: u64,
        /// The id.
        id: u64,
        /// What had been asked.
        verb: String,
        /// Its beginning.
        line: String,
    },
    /// The conversation is over and something is open.
    #[error(
        "the client ended, or closed its standard output, before {waiting_for}; the last line was {last}"
    )]
    Ended {
        /// What was waited for.
        waiting_for: String,
        /// The last line, quoted, or words for none.
        last: String,
    },
    /// Nothing came.
    #[error("{waiting_for} did not come within {within:?}; the last line was {last}")]
    Silent {
        /// What was waited for.
        waiting_for: String,
        /// The bound.
        within: Duration,
        /// The last line, quoted, or words for none.
        last: String,
    },
}
