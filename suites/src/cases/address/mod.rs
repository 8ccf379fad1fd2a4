//! Chapter address: forms of address.

use crate::case::Case;

pub(super) const CASES: &[Case] = &[];
