//! Chapter crash: SIGKILL, orphans, relaunch.

use crate::case::Case;

pub(super) const CASES: &[Case] = &[];
