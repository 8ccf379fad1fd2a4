//! What the target has started, when the target itself is killed.

use crate::bounds;
use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::target::Capability;

pub(super) const AFTER_KILL: Case = Case {
    id: "crash.its-workers-end-after-sigkill",
    clause: "crash.ends-workers",
    needs: &[Need::Alone, Need::Local, Need::Claim(Capability::Workers)],
    proofs: &[fails_at("leaves-workers-on-crash", "its workers are gone")],
    run: |cx| Box::pin(end_after_kill(cx)),
};

/// An orphaned worker keeps ports, locks and state of the dead instance, and the next one meets it there.
async fn end_after_kill(cx: &Context) -> Outcome {
    let start = cx.start().with(Capability::Workers);
    let backend = start.ready("it becomes ready").await?;
    let workers = backend.workers("it has workers")?;

    backend.kill().await?;

    backend.workers_end("its workers are gone", &workers).await
}

pub(super) const AFTER_LAUNCHER: Case = Case {
    id: "crash.its-workers-end-after-the-death-of-its-launcher",
    clause: "crash.parent-bound-ends-with-launcher",
    needs: &[
        Need::Alone,
        Need::UnixSocket,
        Need::Claim(Capability::ParentBound),
        Need::Claim(Capability::Workers),
    ],
    proofs: &[
        fails_at("leaves-workers-on-stop", "its workers are gone"),
        fails_at("outlives-launcher", "it ends with its launcher"),
        fails_at("stops-late", "it ends with its launcher"),
    ],
    run: |cx| Box::pin(end_after_launcher(cx)),
};

/// A force-quit takes the app, the app's end takes the backend, and the backend's end has to take the rest.
async fn end_after_launcher(cx: &Context) -> Outcome {
    let start = cx.start().with(Capability::ParentBound);
    let start = start.with(Capability::Workers).through_launcher();
    let backend = start.ready("it becomes ready").await?;
    let workers = backend.workers("it has workers")?;

    let killed = backend.process().kill_launcher();
    cx.expect_ok("its launcher is there to be killed", "a launcher", killed)?;

    backend
        .ends("it ends with its launcher", bounds::PARENT_DEATH)
        .await?;
    backend.workers_end("its workers are gone", &workers).await
}
