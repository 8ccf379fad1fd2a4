//! Chapter record: the discovery record.

use crate::case::Case;

pub(super) const CASES: &[Case] = &[];
