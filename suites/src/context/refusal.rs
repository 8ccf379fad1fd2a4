//! A start that was refused, and what it said.

use super::world::Context;
use crate::verdict::Outcome;
use harness::process::{Exit, Process};
use std::rc::Rc;

/// A start that ended by itself with a code other than 0.
#[derive(Clone, Debug)]
pub struct Refusal {
    context: Context,
    process: Rc<Process>,
}

impl Refusal {
    pub(super) fn new(context: Context, process: Rc<Process>) -> Self {
        Self { context, process }
    }

    /// How it ended.
    #[must_use]
    pub fn exit(&self) -> Option<Exit> {
        self.process.exit()
    }

    /// What it wrote, standard error first.
    #[must_use]
    pub fn words(&self) -> String {
        format!(
            "{}{}",
            self.process.stderr().text(),
            self.process.stdout().text()
        )
    }

    /// Expects a sentence: at least three words on standard error or output.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] when there is none.
    pub fn explains(&self, step: &str) -> Outcome {
        let words = self.words();
        let sentence = words
            .split_whitespace()
            .filter(|word| word.chars().any(char::is_alphabetic))
            .count()
            >= 3;
        self.context.expect(
            step,
            "a sentence that says why",
            format!("`{}`", words.trim()),
            sentence,
        )
    }

    /// Expects this text in what it wrote.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] when it is not there.
    pub fn names(&self, step: &str, what: &str) -> Outcome {
        let words = self.words();
        self.context.expect(
            step,
            format!("a sentence that names `{what}`"),
            format!("`{}`", words.trim()),
            words.contains(what),
        )
    }
}
