//! A question to a client whose answer is still to come.

use super::voice::Voice;
use crate::context::Context;
use crate::verdict::{Finding, Outcome, Stop};
use harness::driver::{Answer, DriverError, Refused};
use serde_json::{Map, Value};
use std::time::Duration;

/// A question to a client. It has a bound by its verb.
#[derive(Debug)]
pub struct Asked {
    voice: Voice,
    verb: String,
    within: Duration,
    asked: harness::driver::Asked,
}

/// What a client did, from its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    /// Which line of the conversation the answer was.
    pub line: u64,
    /// Its fields.
    pub fields: Map<String, Value>,
}

impl Done {
    /// A text among its fields.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.fields.get(key).and_then(Value::as_str)
    }

    /// A yes or no among its fields.
    #[must_use]
    pub fn flag(&self, key: &str) -> Option<bool> {
        self.fields.get(key).and_then(Value::as_bool)
    }
}

impl Asked {
    pub(super) fn new(
        voice: Voice,
        verb: &str,
        within: Duration,
        asked: harness::driver::Asked,
    ) -> Self {
        Self {
            voice,
            verb: verb.to_owned(),
            within,
            asked,
        }
    }

    /// The case that it was asked in.
    #[must_use]
    pub const fn context(&self) -> &Context {
        self.voice.context()
    }

    /// Whether no answer has come yet.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.asked.is_open()
    }

    /// Waits for the answer, whatever it says.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when none comes within the bound.
    pub async fn comes(&mut self, step: &str) -> Outcome<Result<Done, Refused>> {
        let answer = self.answer().await;
        let context = self.voice.context();
        let expected = format!("an answer to `{}` within {:?}", self.verb, self.within);
        let answer = self.voice.explained(answer).await;
        let answer = context.expect_ok(step, expected, answer)?;
        let line = answer.line;
        Ok(answer.outcome.map(|fields| Done { line, fields }))
    }

    /// Has the answer come within so long from now on.
    #[must_use]
    pub fn due_within(mut self, within: Duration) -> Self {
        self.within = within;
        self
    }

    /// Waits for what `comes_first`, and expects that there is no answer by then.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when the answer is there first; else what the other has to say.
    pub async fn waits_for<T>(
        &mut self,
        step: &str,
        what: &str,
        comes_first: impl Future<Output = Outcome<T>>,
    ) -> Outcome<T> {
        let expected = format!("no answer to `{}` before {what}", self.verb);
        let answered = async {
            match self.asked.answer(Duration::MAX).await {
                Ok(answer) => match answer.outcome {
                    Ok(fields) => format!("done: {}", Value::Object(fields)),
                    Err(refused) => refused.to_string(),
                },
                Err(error) => self.voice.explain(&error).await,
            }
        };
        let first = tokio::select! {
            biased;
            answer = answered => Err(answer),
            came = comes_first => Ok(came?),
        };
        self.voice.context().expect_ok(step, expected, first)
    }

    /// Waits for the answer, whatever it says, and yields which line of the conversation it was.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when none comes within the bound.
    pub async fn ends(&mut self, step: &str) -> Outcome<u64> {
        let answer = self.answer().await;
        let context = self.voice.context();
        let expected = format!("an answer to `{}` within {:?}", self.verb, self.within);
        let answer = self.voice.explained(answer).await;
        Ok(context.expect_ok(step, expected, answer)?.line)
    }

    async fn answer(&mut self) -> Result<Answer, DriverError> {
        self.asked.answer(self.within).await
    }

    /// Waits for the answer, which says that it was done.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it says anything else, or does not come within the bound.
    pub async fn succeeds(&mut self, step: &str) -> Outcome<Done> {
        let outcome = self.comes(step).await?;
        let context = self.voice.context();
        context.expect_ok(step, format!("`{}` is done", self.verb), outcome)
    }

    /// Waits for the answer, which is an error of one of these kinds.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when it says anything else, or does not come within the bound.
    pub async fn is_refused(&mut self, step: &str, kinds: &[&str]) -> Outcome<Refused> {
        let outcome = self.comes(step).await?;
        let context = self.voice.context();
        let expected = format!("an error of the kind {}", kinds.join(" or "));
        match outcome {
            Err(refused) => {
                let fits = kinds.contains(&refused.kind.as_str());
                context.expect(step, expected, &refused, fits)?;
                Ok(refused)
            }
            Ok(done) => {
                let seen = format!("done: {}", Value::Object(done.fields));
                context.expect(step, &expected, &seen, false)?;
                Err(Stop::Fail(Finding {
                    step: step.to_owned(),
                    expected,
                    seen,
                }))
            }
        }
    }
}
