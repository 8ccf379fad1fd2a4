//! Checks: each is one line of evidence, and the first that does not hold ends the case.

use super::world::Context;
use crate::verdict::{Finding, Outcome, Stop};
use harness::events::Event;
use std::fmt::{Debug, Display};

impl Context {
    /// Holds what was seen against what is expected.
    ///
    /// # Errors
    /// [`Stop::Fail`] when it does not hold.
    pub fn expect(
        &self,
        step: &str,
        expected: impl Display,
        seen: impl Display,
        holds: bool,
    ) -> Outcome {
        let (expected, seen) = (expected.to_string(), seen.to_string());
        self.count_check();
        self.recorder().record(Event::Checked {
            step: step.to_owned(),
            expected: expected.clone(),
            seen: seen.clone(),
            holds,
        });
        if holds {
            Ok(())
        } else {
            Err(Stop::Fail(Finding {
                step: step.to_owned(),
                expected,
                seen,
            }))
        }
    }

    /// Expects two values to be equal.
    ///
    /// # Errors
    /// [`Stop::Fail`] when they are not.
    pub fn expect_eq<T: PartialEq + Debug>(&self, step: &str, expected: &T, seen: &T) -> Outcome {
        self.expect(
            step,
            format!("{expected:?}"),
            format!("{seen:?}"),
            expected == seen,
        )
    }

    /// Expects two bodies to be equal. What is told of a difference is its place.
    ///
    /// # Errors
    /// [`Stop::Fail`] when they are not.
    pub fn expect_bytes(&self, step: &str, expected: &[u8], seen: &[u8]) -> Outcome {
        if expected == seen {
            let length = format!("{} bytes", expected.len());
            return self.expect(step, &length, &length, true);
        }
        let apart = (expected.iter().zip(seen)).position(|(one, other)| one != other);
        let apart = apart.unwrap_or(expected.len().min(seen.len()));
        let words = |bytes: &[u8]| {
            let rest = bytes.get(apart..).unwrap_or_default();
            let next = rest.get(..rest.len().min(24)).unwrap_or_default();
            let next = next.escape_ascii();
            format!("{} bytes; `{next}` at byte {apart}", bytes.len())
        };
        self.expect(step, words(expected), words(seen), false)
    }

    /// Expects something to work, and yields what it gave. What is seen of a failure is its error.
    ///
    /// # Errors
    /// [`Stop::Fail`] when it did not.
    pub fn expect_ok<T, E: Display>(
        &self,
        step: &str,
        expected: impl Display,
        result: Result<T, E>,
    ) -> Outcome<T> {
        match result {
            Ok(value) => {
                self.expect(step, expected, "so it is", true)?;
                Ok(value)
            }
            Err(error) => {
                let seen = error.to_string();
                self.expect(step, &expected, &seen, false)?;
                Err(Stop::Fail(Finding {
                    step: step.to_owned(),
                    expected: expected.to_string(),
                    seen,
                }))
            }
        }
    }

    /// Expects something to be there, and yields it.
    ///
    /// # Errors
    /// [`Stop::Fail`] when it is not.
    pub fn expect_some<T>(
        &self,
        step: &str,
        expected: impl Display,
        found: Option<T>,
    ) -> Outcome<T> {
        self.expect_ok(step, expected, found.ok_or("there is none"))
    }
}
