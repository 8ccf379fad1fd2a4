//! Chapter stop: graceful stop.

use crate::case::Case;

pub(super) const CASES: &[Case] = &[];
