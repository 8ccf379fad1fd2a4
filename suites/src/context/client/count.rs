//! How many backends the clients of a case launched.

use crate::bounds;
use crate::context::Context;
use crate::verdict::{Outcome, Stop};
use harness::pace::poll;
use harness::process::Identity;
use harness::standin::{Stage, Standin};

impl Context {
    /// How many backends were launched up to now, and how many of them live. Those are counted too that have not said so yet.
    ///
    /// # Errors
    /// [`Stop::Harness`] when the harness cannot listen, or a launched stand-in does not say so within the bound of a deed.
    pub async fn launches(&self) -> Outcome<(usize, usize)> {
        let stage = self.stage().await?;
        let mut unheard = Vec::new();
        let all_heard = poll(bounds::DEED, async || {
            unheard = self.unheard(&stage);
            unheard.is_empty().then_some(())
        });
        if all_heard.await.is_none() {
            let message = format!("nothing was heard of the stand-ins {unheard:?}");
            return Err(Stop::Harness(message));
        }
        Ok((stage.all().len(), stage.alive().len()))
    }

    /// Stand-ins whose launch or death is still to be heard of, by process id.
    fn unheard(&self, stage: &Stage) -> Vec<u32> {
        let known: Vec<u32> = (stage.all().iter().chain(&stage.children()))
            .map(Standin::pid)
            .collect();
        let launched = (self.started().iter())
            .flat_map(|process| process.descendants())
            .map(Identity::pid)
            .filter(|pid| !known.contains(pid) && stage.plays(*pid))
            .collect::<Vec<_>>();
        let dead = (stage.alive().into_iter())
            .map(|standin| standin.pid())
            .filter(|pid| Identity::of_pid(*pid).is_none());
        launched.into_iter().chain(dead).collect()
    }
}
