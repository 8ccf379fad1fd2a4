//! Chapter ready: readiness and health.

use crate::case::Case;

pub(super) const CASES: &[Case] = &[];
