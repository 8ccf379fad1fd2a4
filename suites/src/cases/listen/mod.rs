//! Chapter listen: the listener.

mod clients;
mod failed_setup;
mod modes;
mod occupied;
mod occupied_by_link;
mod pipes;
mod reclaim;
mod refusal;
mod shortage;
mod slow_clients;
mod strangers;

use crate::case::Case;

pub(super) const CASES: &[Case] = &[
    modes::SOCKET,
    modes::SOCKET_FROM_THE_FIRST,
    modes::NEW_PARENTS,
    modes::EXISTING_PARENT,
    reclaim::STALE_SOCKET,
    occupied::REGULAR_FILE,
    occupied::EMPTY_DIRECTORY,
    occupied::DIRECTORY_TREE,
    occupied_by_link::TO_FILE,
    occupied_by_link::TO_NOTHING,
    occupied_by_link::TO_DEAD_SOCKET,
    strangers::ANSWERING,
    strangers::SILENT,
    failed_setup::RECORD_IN_THE_WAY,
    failed_setup::NO_STATE_DIRECTORY,
    clients::GARBAGE,
    clients::LONG_GARBAGE,
    clients::HALF_REQUEST,
    clients::HALF_CLOSE,
    clients::RESET_BEFORE_ANSWER,
    clients::RESET_IN_ANSWER,
    slow_clients::SILENT,
    slow_clients::DRIPPING,
    slow_clients::SLOW_ANSWER,
    slow_clients::MANY_IDLE,
    shortage::DESCRIPTORS,
    pipes::LIST,
    pipes::VERDICT,
    pipes::TAKEN,
    pipes::SECOND_START,
    pipes::AT_ONCE,
    pipes::NO_GAP,
    pipes::CROWD,
];
