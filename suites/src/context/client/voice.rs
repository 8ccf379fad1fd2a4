//! What a client has to say when a conversation with it goes wrong.

use crate::bounds;
use crate::context::Context;
use harness::driver::DriverError;
use harness::process::Process;
use std::rc::Rc;

/// The process behind a conversation, and the case that it belongs to.
#[derive(Clone, Debug)]
pub(super) struct Voice {
    context: Context,
    process: Rc<Process>,
}

impl Voice {
    pub(super) const fn new(context: Context, process: Rc<Process>) -> Self {
        Self { context, process }
    }

    pub(super) const fn context(&self) -> &Context {
        &self.context
    }

    /// What went wrong in a conversation, with what the process has to say to it.
    pub(super) async fn explain(&self, error: &DriverError) -> String {
        // The end of its output is seen before its own; which of the two it was is worth a moment.
        if matches!(error, DriverError::Ended { .. }) {
            let _ = self.process.wait(bounds::NEWS).await;
        }
        let life = match self.process.exit() {
            Some(exit) => format!("the process ended: {exit}"),
            None => "the process still runs".to_owned(),
        };
        let lines = self.process.stderr().last_lines(3);
        let words = if lines.is_empty() {
            "it wrote nothing to standard error".to_owned()
        } else {
            format!("last on standard error: `{}`", lines.join(" | "))
        };
        format!("{error}; {life}; {words}")
    }

    /// A result of the conversation, its error explained.
    pub(super) async fn explained<T>(&self, result: Result<T, DriverError>) -> Result<T, String> {
        match result {
            Ok(value) => Ok(value),
            Err(error) => Err(self.explain(&error).await),
        }
    }
}
