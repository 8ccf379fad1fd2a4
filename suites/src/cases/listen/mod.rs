//! Chapter listen: the listener.

mod reclaim;

use crate::case::Case;

pub(super) const CASES: &[Case] = &[reclaim::STALE_SOCKET];
