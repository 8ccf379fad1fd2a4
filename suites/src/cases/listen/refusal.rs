//! What all refusals of this chapter have in common.

use crate::case::{Proof, fails_at};

pub(super) const REFUSED: &str = "the start is refused";
pub(super) const EXPLAINED: &str = "it says why";

/// Two defects that break every refusal.
pub(super) const EXIT_ZERO: Proof = fails_at("refuses-with-exit-zero", REFUSED);
pub(super) const WORDLESS: Proof = fails_at("refuses-without-words", EXPLAINED);
