//! Instances that are stopped with SIGSTOP: a laptop that sleeps, a debugger, a machine without memory.

use crate::bounds;
use crate::case::{Case, Need, fails_at};
use crate::context::{Came, Context, Snapshot};
use crate::verdict::Outcome;
use harness::process::Signal;
use std::time::Duration;

pub(super) const RESUMES: Case = Case {
    id: "crash.it-answers-again-after-a-pause",
    clause: "crash.resumes-after-pause",
    needs: &[Need::UnixSocket],
    proofs: &[fails_at("exits-after-pause", "it answers again, as itself")],
    run: |cx| Box::pin(resumes(cx)),
};

/// The pause itself is what is tried: long enough for a watchdog that looks several times a second.
const PAUSE: Duration = Duration::from_millis(500);

/// A laptop that sleeps does just this. A watchdog that takes the gap for a fault ends the backend each time the lid is closed.
async fn resumes(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;

    backend.signal("it is there to be stopped", Signal::Stop)?;
    tokio::time::sleep(PAUSE).await;
    backend.signal("it is there to be continued", Signal::Cont)?;

    backend.is_well("it answers again, as itself").await?;
    let exit = backend.process().exit();
    cx.expect_eq("it is the same process", &None, &exit)
}

pub(super) const HOLDS_NOBODY_UP: Case = Case {
    id: "crash.a-hung-instance-does-not-hang-the-next-start",
    clause: "crash.hung-holder-holds-nobody-up",
    needs: &[Need::UnixSocket],
    proofs: &[
        fails_at("unbounded-probe", "the next start comes to an end in time"),
        fails_at(
            "exits-after-pause",
            "the first goes on as if nothing had been",
        ),
        fails_at("dies-on-reset", "the first goes on as if nothing had been"),
        fails_at(
            "refuses-with-exit-zero",
            "the next start comes to an end in time",
        ),
    ],
    run: |cx| Box::pin(holds_nobody_up(cx)),
};

/// The user starts the app again just because it hangs. The kernel takes connections on behalf of a hung process, so only a
/// wait with a bound tells it from a slow one.
async fn holds_nobody_up(cx: &Context) -> Outcome {
    let first = cx.ready().await?;
    let record = record_now(cx)?;
    first.signal("it is there to be stopped", Signal::Stop)?;

    let within = cx.bounds().ready.max(bounds::REFUSAL) + bounds::SILENT_PEER;
    let came = cx
        .start()
        .comes_to_an_outcome("the next start comes to an end in time", within)
        .await?;

    first.signal("the first is there to be continued", Signal::Cont)?;
    match came {
        Came::Refused(refusal) => {
            refusal.explains("the refusal says why")?;
            first
                .is_well("the first goes on as if nothing had been")
                .await?;
            cx.expect_eq("its record is untouched", &record, &record_now(cx)?)
        }
        Came::Ready(second) => second.is_well("the second goes on answering").await,
    }
}

fn record_now(cx: &Context) -> Outcome<Option<Snapshot>> {
    let has_one = cx.manifest().discovery.is_some();
    has_one
        .then(|| Ok(cx.snapshot(&cx.record_path()?)))
        .transpose()
}
