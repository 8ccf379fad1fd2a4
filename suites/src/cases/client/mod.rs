//! Chapter client: a client that owns its backend.

mod readiness;

use crate::case::Case;

pub(super) const CASES: &[Case] = &[readiness::LATE_PATH];
