//! How the process ends when it is asked to.

use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::process::Signal;
use harness::target::Capability;

pub(super) const SIGTERM: Case = Case {
    id: "stop.sigterm-is-no-failure",
    clause: "stop.ends-as-asked",
    needs: &[Need::UnixSocket],
    proofs: &[
        fails_at("exits-nonzero-on-stop", "it ends well"),
        fails_at("stops-late", "it ends well"),
    ],
    run: |cx| Box::pin(no_failure(cx, Signal::Term)),
};

pub(super) const SIGINT: Case = Case {
    id: "stop.sigint-is-no-failure",
    clause: "stop.ends-as-asked",
    needs: &[Need::UnixSocket],
    proofs: &[
        fails_at("ignores-interrupt", "it ends well"),
        fails_at("exits-nonzero-on-stop", "it ends well"),
        fails_at("stops-late", "it ends well"),
    ],
    run: |cx| Box::pin(no_failure(cx, Signal::Int)),
};

/// An exit code that says "failed" makes launchers start it again, and show the user a crash that was none. Terminals and many
/// launchers send SIGINT where others send SIGTERM.
async fn no_failure(cx: &Context, signal: Signal) -> Outcome {
    let backend = cx.ready().await?;

    backend.signal("it is there to be asked to stop", signal)?;

    backend
        .ends_as_asked("it ends well", signal, cx.bounds().stop)
        .await
}

pub(super) const ZERO_AFTER_SIGTERM: Case = Case {
    id: "stop.sigterm-ends-it-with-exit-code-0",
    clause: "stop.exits-zero",
    needs: &[Need::UnixSocket],
    proofs: &[
        fails_at("dies-of-its-signal", "its exit code is 0"),
        fails_at("exits-nonzero-on-stop", "its exit code is 0"),
        fails_at("stops-late", "it ends by itself"),
    ],
    run: |cx| Box::pin(exits_zero(cx, Signal::Term)),
};

pub(super) const ZERO_AFTER_SIGINT: Case = Case {
    id: "stop.sigint-ends-it-with-exit-code-0",
    clause: "stop.exits-zero",
    needs: &[Need::UnixSocket],
    proofs: &[
        fails_at("dies-of-its-signal", "its exit code is 0"),
        fails_at("ignores-interrupt", "it ends by itself"),
        fails_at("exits-nonzero-on-stop", "its exit code is 0"),
        fails_at("stops-late", "it ends by itself"),
    ],
    run: |cx| Box::pin(exits_zero(cx, Signal::Int)),
};

/// A launcher that only looks at the code cannot tell the death of a signal that was asked for from one of another signal.
async fn exits_zero(cx: &Context, signal: Signal) -> Outcome {
    let backend = cx.ready().await?;

    backend.signal("it is there to be asked to stop", signal)?;

    let exit = backend.ends("it ends by itself", cx.bounds().stop).await?;
    cx.expect("its exit code is 0", "exit code 0", exit, exit.success())
}

pub(super) const IN_TIME: Case = Case {
    id: "stop.one-that-was-used-ends-in-time",
    clause: "stop.within-bound",
    needs: &[Need::Local, Need::Stop],
    proofs: &[fails_at("stops-late", "it is gone in time")],
    run: |cx| Box::pin(ends_in_time(cx)),
};

/// Past its grace period a launcher kills, and then nothing is cleared away. A backend that has served requests has more to
/// put in order than one that has just come up.
async fn ends_in_time(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    for _ in 0..10 {
        backend.is_well("it serves requests").await?;
    }

    backend
        .is_asked_to_stop("it is there to be asked to stop")
        .await?;

    backend
        .ends("it is gone in time", cx.bounds().stop)
        .await
        .map(drop)
}

pub(super) const WORKERS: Case = Case {
    id: "stop.its-workers-end-with-it",
    clause: "stop.ends-workers",
    needs: &[
        Need::Alone,
        Need::Local,
        Need::Stop,
        Need::Claim(Capability::Workers),
    ],
    proofs: &[
        fails_at("leaves-workers-on-stop", "its workers are gone"),
        fails_at("stops-late", "it stops"),
        fails_at("exits-nonzero-on-stop", "it stops"),
    ],
    run: |cx| Box::pin(workers_end(cx)),
};

/// The user closed the app. Workers that stay hold memory, files and ports, and each day adds some.
async fn workers_end(cx: &Context) -> Outcome {
    let start = cx.start().with(Capability::Workers);
    let backend = start.ready("it becomes ready").await?;
    let workers = backend.workers("it has workers")?;

    backend.stops("it stops").await?;

    backend.workers_end("its workers are gone", &workers).await
}
