//! How many backends the clients of a case launched.

use super::stage::standin_program;
use crate::bounds;
use crate::context::Context;
use crate::verdict::{Outcome, Stop};
use harness::pace::poll;
use harness::process::{Identity, command_line};
use harness::standin::{Stage, Standin};
use std::path::Path;

impl Context {
    /// How many backends were launched up to now, and how many of them live. Those are counted too that have not said so yet.
    ///
    /// # Errors
    /// [`Stop::Harness`] when the harness cannot listen, or a launched stand-in does not say so within the bound of a deed.
    pub async fn launches(&self) -> Outcome<(usize, usize)> {
        let stage = self.stage().await?;
        let program = standin_program()?;
        let mut unheard = Vec::new();
        let all_heard = poll(bounds::DEED, async || {
            unheard = self.unheard(&stage, &program);
            unheard.is_empty().then_some(())
        });
        if all_heard.await.is_none() {
            let message = format!("nothing was heard of the stand-ins {unheard:?}");
            return Err(Stop::Harness(message));
        }
        Ok((stage.all().len(), stage.alive().len()))
    }

    /// Stand-ins whose launch or death is still to be heard of, by process id.
    fn unheard(&self, stage: &Stage, program: &Path) -> Vec<u32> {
        let known: Vec<u32> = (stage.all().iter().chain(&stage.children()))
            .map(Standin::pid)
            .collect();
        // The system shows a program by the path at which it was placed, or by that of the file behind it.
        let places = [
            self.root().display().to_string(),
            program.display().to_string(),
        ];
        let is_standin = |pid: &u32| {
            let shown = command_line(*pid).unwrap_or_default();
            places.iter().any(|place| shown.starts_with(place.as_str()))
        };
        let launched = (self.started().iter())
            .flat_map(|process| process.descendants())
            .map(Identity::pid)
            .filter(|pid| !known.contains(pid) && is_standin(pid))
            .collect::<Vec<_>>();
        let dead = (stage.alive().into_iter())
            .map(|standin| standin.pid())
            .filter(|pid| Identity::of_pid(*pid).is_none());
        launched.into_iter().chain(dead).collect()
    }
}
