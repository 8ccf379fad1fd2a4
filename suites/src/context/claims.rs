//! What a manifest says of its target, and what is seen of it.

use super::world::Context;
use crate::verdict::Outcome;
use harness::target::Capability;
use std::fmt::Display;

impl Context {
    /// Holds what a target was seen to do against a manifest that says nothing of it.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it does it.
    pub fn does_not_do_unsaid(
        &self,
        step: &str,
        capability: Capability,
        does: bool,
        seen: impl Display,
    ) -> Outcome {
        let expected =
            format!("`{capability}` under capabilities.supports of its manifest, or nothing of it");
        self.expect(step, expected, seen, !does)
    }

    /// Expects a sentence: at least three words.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when there is none.
    pub fn explains(&self, step: &str, words: &str) -> Outcome {
        let with_letters = |word: &&str| word.chars().any(char::is_alphabetic);
        let sentence = words.split_whitespace().filter(with_letters).count() >= 3;
        let seen = format!("`{}`", words.trim());
        self.expect(step, "a sentence that says why", seen, sentence)
    }
}
