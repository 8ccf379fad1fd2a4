//! Chapter crash: SIGKILL, orphans, relaunch.

mod accumulation;
mod launcher;
mod moments;
mod pause;
mod relaunch;
mod workers;

use crate::case::Case;

pub(super) const CASES: &[Case] = &[
    relaunch::AFTER_KILL,
    relaunch::WITH_A_REQUEST_IN_FLIGHT,
    relaunch::RECORD,
    relaunch::SAME_PORT,
    moments::OF_A_START,
    moments::ASKING_A_PREDECESSOR,
    moments::OF_A_STOP,
    moments::DRAINING,
    accumulation::MANY_LIVES,
    pause::RESUMES,
    pause::HOLDS_NOBODY_UP,
    launcher::PARENT_BOUND,
    launcher::PARENT_BOUND_AND_BUSY,
    launcher::INDEPENDENT,
    workers::AFTER_KILL,
    workers::AFTER_LAUNCHER,
];
