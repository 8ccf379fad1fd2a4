//! Requests that are under way while something else happens.

use crate::context::{Asked, Client, Context, Fetch, Pair};
use crate::verdict::Outcome;
use std::time::Duration;

/// A request that is still being answered when the next thing happens, and is over soon after.
const SLOW: Duration = Duration::from_millis(50);
/// Bursts while one thing happens: enough to fill it, and no more evidence than anybody reads.
const BURSTS: u32 = 25;
const ENDS: &str = "each call is answered, or fails with an error of the protocol";
const ERRORS: [&str; 8] = [
    "no-address",
    "connect",
    "closed",
    "protocol",
    "timeout",
    "aborted",
    "bad-request",
    "too-large",
];

/// Requests through a client: some on connections that are kept, some on ones that are not, and a slow one where the backend
/// has a path for that.
pub(super) struct Load {
    client: Client,
    fetches: Vec<Fetch>,
}

impl Load {
    pub(super) fn of(cx: &Context, pair: &Pair, client: &Client) -> Outcome<Self> {
        let kept = Fetch::get(&cx.manifest().health.path);
        let fresh = kept.clone().header("connection", "close");
        let mut fetches = vec![kept.clone(), fresh.clone(), kept, fresh];
        if pair.backend().manifest().surface.slow.is_some() {
            fetches.push(Fetch::get(&pair.backend().slow_path(SLOW)?));
        }
        Ok(Self {
            client: client.clone(),
            fetches,
        })
    }

    /// Sends a request of each kind.
    pub(super) fn burst(&self) -> Vec<Asked> {
        let send = |fetch: &Fetch| self.client.fetch(fetch);
        self.fetches.iter().map(send).collect()
    }

    /// Sends burst after burst for as long as this question is open.
    pub(super) async fn goes_on_during(&self, asked: &Asked) -> Outcome {
        for _ in 0..BURSTS {
            if !asked.is_open() {
                break;
            }
            settle(self.burst()).await?;
        }
        Ok(())
    }
}

/// Waits until each of them has ended, in one way or the other.
pub(super) async fn settle(calls: Vec<Asked>) -> Outcome {
    for mut call in calls {
        if let Err(refused) = call.comes(ENDS).await? {
            let kind = refused.kind.as_str();
            let known = ERRORS.contains(&kind);
            call.context()
                .expect(ENDS, ERRORS.join(", "), kind, known)?;
        }
    }
    Ok(())
}
