//! Many lives, one after the other.

use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use std::time::Instant;

pub(super) const MANY_LIVES: Case = Case {
    id: "crash.many-lives-leave-no-more-than-two",
    clause: "crash.accumulates-nothing",
    needs: &[Need::Local],
    proofs: &[
        fails_at("leaks-temporary-files", "many lives leave no more than two"),
        fails_at("exits-nonzero-on-stop", "each stop ends well"),
        fails_at("stops-late", "each stop ends well"),
        fails_at("keeps-stale-socket", "each start is ready").on_unix(),
        fails_at("probes-itself", "each start is ready"),
    ],
    run: |cx| Box::pin(many_lives(cx)),
};

/// One file a launch is invisible to its author. Two years later it is a directory that takes seconds to read.
async fn many_lives(cx: &Context) -> Outcome {
    let begun = Instant::now();
    two_lives(cx).await?;
    let before = cx.listing();

    for _ in 1..cx.times(begun.elapsed(), 5, 25) {
        two_lives(cx).await?;
    }

    let now = cx.listing();
    let new = cx.new_since(&before, &[]);
    cx.expect(
        "many lives leave no more than two",
        format!("at most {} files and directories", before.len()),
        format!("{}; new are {new:?}", now.len()),
        now.len() <= before.len(),
    )
}

/// One that ends by SIGKILL, and one that stops in good order.
async fn two_lives(cx: &Context) -> Outcome {
    let killed = cx.start().ready("each start is ready").await?;
    killed.kill().await?;
    let stopped = cx.start().ready("each start is ready").await?;
    stopped.stops("each stop ends well").await
}
