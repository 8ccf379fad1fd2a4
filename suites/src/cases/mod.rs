//! The cases, a chapter each. To add one, write it in its chapter's directory and name it in the list there.

mod address;
mod bridge;
mod claims;
mod client;
mod crash;
mod listen;
mod pair;
mod ready;
mod record;
mod single;
mod stop;

use crate::case::Case;

/// All cases in the order of a life.
pub fn all() -> impl Iterator<Item = &'static Case> + Clone {
    [
        address::CASES,
        listen::CASES,
        ready::CASES,
        record::CASES,
        single::CASES,
        stop::CASES,
        crash::CASES,
        claims::CASES,
        client::CASES,
        bridge::CASES,
        pair::CASES,
    ]
    .into_iter()
    .flatten()
}
