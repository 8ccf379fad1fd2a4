//! Chapter pair: a client with its real backend.

mod kills;
mod load;
mod neighbours;
mod restarts;
mod starts;
mod versions;

use crate::case::Case;

pub(super) const CASES: &[Case] = &[
    starts::COLD,
    starts::AFTER_QUIT,
    restarts::UNDER_LOAD,
    restarts::BUSY,
    restarts::LEAVE_NOTHING,
    restarts::LEAVE_NOTHING_OPEN,
    kills::OF_THE_BACKEND,
    kills::OF_THE_CLIENT,
    kills::OF_THE_CLIENT_OVER_A_BUSY_BACKEND,
    kills::OF_BOTH,
    neighbours::TWO_PAIRS,
    neighbours::SECOND_CLIENT,
    neighbours::FOREIGN_BACKEND,
    versions::NEWER,
];
