//! Chapter pair: a client with its real backend.

use crate::case::Case;

pub(super) const CASES: &[Case] = &[];
