//! Chapter stop: graceful stop.

mod connections;
mod drain;
mod ending;
mod foreign;
mod leftovers;
mod request;
mod timing;

use crate::case::Case;

pub(super) const CASES: &[Case] = &[
    ending::SIGTERM,
    ending::SIGINT,
    ending::ZERO_AFTER_SIGTERM,
    ending::ZERO_AFTER_SIGINT,
    request::ENDS_IT,
    request::FOR_ANOTHER,
    ending::IN_TIME,
    ending::WORKERS,
    leftovers::RECORD,
    leftovers::SOCKET,
    leftovers::NOTHING_ELSE,
    leftovers::CLOSED_OUTPUT,
    drain::COMPLETES,
    drain::LIMIT,
    drain::CLOSED_TO_NEW,
    connections::IDLE,
    connections::SILENT,
    connections::HALF_REQUEST,
    timing::SECOND_SIGTERM,
    timing::SIGINT_AFTER_SIGTERM,
    timing::DURING_START,
    foreign::RECORD,
    foreign::RECORD_DURING_DRAIN,
    foreign::SOCKET,
    foreign::SOCKET_AFTER_SIGINT,
];
