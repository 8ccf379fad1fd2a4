//! Chapter ready: readiness and health.

mod dependency;
mod empty;
mod health;
mod identity;
mod keep_alive;
mod limits;

use crate::case::Case;

pub(super) const CASES: &[Case] = &[
    health::SOON_AFTER_PATH,
    health::STATED_STATUS,
    health::UNKNOWN_PATH,
    empty::HEALTH,
    empty::STATUS_204,
    empty::STATUS_304,
    empty::HEAD_OF_HEALTH,
    empty::HEAD_OF_UNKNOWN_PATH,
    keep_alive::AFTER_HEALTH,
    keep_alive::AFTER_204,
    keep_alive::AFTER_304,
    keep_alive::AFTER_HEAD,
    keep_alive::PIPELINED,
    identity::NAMED_EACH_TIME,
    identity::RECORDED,
    identity::FRESH,
    identity::STATED_FORM,
    identity::UNGUESSABLE,
    dependency::GONE,
    dependency::GONE_WITHOUT_IDENTITY,
    dependency::HUNG,
    dependency::BACK,
    limits::LARGE_HEADER,
    limits::LARGE_BODY,
    limits::LARGE_CHUNKED_BODY,
    limits::LARGE_HEADER_REFUSED,
    limits::LARGE_BODY_REFUSED,
    limits::LARGE_CHUNKED_BODY_REFUSED,
];
