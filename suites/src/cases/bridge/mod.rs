//! Chapter bridge: requests through the client.

mod aborts;
mod bodies;
mod broken_answers;
mod cut_answers;
mod dead_paths;
mod elsewhere;
mod endings;
mod framing;
mod kept_connections;
mod limits;
mod line_ends;
mod no_body;
mod pipes;
mod request_headers;
mod request_line;
mod response_headers;
mod side_by_side;
mod silence;
mod statuses;

use crate::case::{Case, Need};
use harness::target::Capability;

/// What every case of this chapter needs.
const NEEDS: &[Need] = &[Need::Claim(Capability::Bridge)];

pub(super) const CASES: &[Case] = &[
    request_line::METHODS,
    request_line::PATH,
    request_headers::ARRIVE,
    request_headers::REPEATED,
    request_headers::TRACE,
    request_headers::CALLERS,
    request_headers::HOST,
    response_headers::ARRIVE,
    response_headers::COOKIES,
    bodies::BINARY_REQUEST,
    bodies::BINARY_RESPONSE,
    bodies::LARGE_REQUEST,
    bodies::LARGE_RESPONSE,
    bodies::CHUNKED,
    limits::REQUEST,
    limits::RESPONSE,
    framing::DELETE,
    framing::GET,
    no_body::EMPTY,
    no_body::SWITCHING,
    no_body::NO_CONTENT,
    no_body::RESET_CONTENT,
    no_body::NOT_MODIFIED,
    no_body::HEAD,
    statuses::INTERIM,
    statuses::ERRORS,
    elsewhere::REDIRECTS,
    elsewhere::ABSOLUTE,
    line_ends::HEADER,
    line_ends::PATH,
    dead_paths::NO_BACKEND,
    dead_paths::MISSING,
    dead_paths::FILE,
    dead_paths::DIRECTORY,
    pipes::GONE,
    pipes::BUSY,
    pipes::STAYS_BUSY,
    pipes::MISSING,
    broken_answers::CLOSED,
    broken_answers::GARBAGE,
    broken_answers::ENDLESS_HEAD,
    cut_answers::CUT,
    cut_answers::DEATH,
    silence::SILENT,
    silence::STALLED,
    endings::CRASH,
    endings::STOP,
    side_by_side::SLOW,
    aborts::REACHES,
    aborts::ENDS_THE_CALL,
    aborts::AFTER_HEAD,
    aborts::UNKNOWN,
    aborts::OTHERS,
    kept_connections::RESTART,
    kept_connections::IDLE,
];
