//! The death of the launcher.

use crate::bounds;
use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::target::Capability;
use std::time::Duration;

pub(super) const PARENT_BOUND: Case = Case {
    id: "crash.one-that-is-bound-to-its-launcher-ends-with-it",
    clause: "crash.parent-bound-ends-with-launcher",
    needs: &[Need::UnixSocket, Need::Claim(Capability::ParentBound)],
    proofs: &[
        fails_at("outlives-launcher", "it ends with its launcher"),
        fails_at("stops-late", "it ends with its launcher"),
    ],
    run: |cx| Box::pin(ends_with_launcher(cx, false)),
};

pub(super) const PARENT_BOUND_AND_BUSY: Case = Case {
    id: "crash.one-that-is-bound-to-its-launcher-ends-with-it-though-it-is-busy",
    clause: "crash.parent-bound-ends-with-launcher",
    needs: &[
        Need::UnixSocket,
        Need::Claim(Capability::ParentBound),
        Need::Stream,
    ],
    proofs: &[
        fails_at("outlives-launcher", "it ends with its launcher"),
        fails_at("drains-without-limit", "it ends with its launcher"),
        fails_at("stops-late", "it ends with its launcher"),
    ],
    run: |cx| Box::pin(ends_with_launcher(cx, true)),
};

/// The user has force-quit the app and believes that nothing of it runs. A backend that lives on is found healthy by the next
/// launch, which then ends in "already running" until somebody kills it by hand.
async fn ends_with_launcher(cx: &Context, busy: bool) -> Outcome {
    let start = cx.start().with(Capability::ParentBound).through_launcher();
    let backend = start.ready("it becomes ready").await?;
    let request = if busy {
        let path = cx.stream_path(Duration::from_millis(20))?;
        Some(backend.in_flight("a request is in flight", &path).await?)
    } else {
        None
    };

    let killed = backend.process().kill_launcher();
    cx.expect_ok("its launcher is there to be killed", "a launcher", killed)?;

    backend
        .ends("it ends with its launcher", bounds::PARENT_DEATH)
        .await?;
    drop(request);
    let next = start.ready("the next launch is ready").await?;
    next.is_well("it goes on answering").await
}

pub(super) const INDEPENDENT: Case = Case {
    id: "crash.one-that-is-independent-outlives-its-launcher",
    clause: "crash.independent-outlives-launcher",
    needs: &[Need::UnixSocket, Need::Claim(Capability::Independent)],
    proofs: &[fails_at("dies-with-launcher", "it lives on")],
    run: |cx| Box::pin(outlives_launcher(cx)),
};

/// That something does not happen shows only in time: this long is waited for an end that must not come.
const AFTERWARDS: Duration = Duration::from_millis(400);

/// Other windows and tools were promised that it stays. Losing it with the first of them breaks all the others.
async fn outlives_launcher(cx: &Context) -> Outcome {
    let start = cx.start().with(Capability::Independent).through_launcher();
    let backend = start.ready("it becomes ready").await?;

    let killed = backend.process().kill_launcher();
    cx.expect_ok("its launcher is there to be killed", "a launcher", killed)?;

    backend.runs_on("it lives on", AFTERWARDS).await?;
    backend.is_well("it answers as before").await
}
