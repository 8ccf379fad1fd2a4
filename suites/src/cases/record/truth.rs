//! What the record says of the instance that wrote it.

use crate::case::{Case, Need, fails_at};
use crate::context::{Backend, Context};
use crate::verdict::Outcome;
use harness::rfc3339;
use std::time::{Duration, SystemTime};

pub(super) const OWN_PROCESS: Case = Case {
    id: "record.names-the-process-that-serves",
    clause: "record.names-own-process",
    needs: &[Need::Discovery, Need::Local],
    proofs: &[fails_at(
        "records-parent-pid",
        "the recorded process id is that of the process that serves",
    )],
    run: |cx| Box::pin(own_process(cx)),
};

/// "End the hung backend" goes to the process in the record. If that is the launcher, it ends the app that asked; if it is
/// nobody, the hung one stays.
async fn own_process(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;

    names_serving_process(
        cx,
        "the recorded process id is that of the process that serves",
        &backend,
    )
    .await
}

async fn names_serving_process(cx: &Context, step: &str, backend: &Backend) -> Outcome {
    let wire = backend.wire("it takes a connection").await?;
    let serving = wire.peer_pid().unwrap_or(backend.pid());
    let recorded = backend.record("it has a record")?.pid();
    let recorded = cx.expect_ok(step, "a record with a process id", recorded)?;
    cx.expect_eq(step, &serving, &recorded)
}

pub(super) const RENEWED: Case = Case {
    id: "record.is-about-the-latest-start",
    clause: "record.names-own-process",
    needs: &[Need::Discovery, Need::Local],
    proofs: &[fails_at(
        "records-parent-pid",
        "the record names the second process",
    )],
    run: |cx| Box::pin(renewed(cx)),
};

/// After a crash the record of the dead one is still there. If the next start keeps it, everybody is sent to a process that
/// is gone, or to the one that has its number by now.
async fn renewed(cx: &Context) -> Outcome {
    cx.ready().await?.kill().await?;

    let start = cx.start().at(cx.address_beside("second"));
    let second = start.ready("it becomes ready again").await?;

    names_serving_process(cx, "the record names the second process", &second).await
}

pub(super) const ZONE: Case = Case {
    id: "record.start-time-has-a-zone",
    clause: "record.true-start-time",
    needs: &[Need::Discovery, Need::StartTime, Need::Local],
    proofs: &[fails_at("records-local-time", HAS_ZONE)],
    run: |cx| Box::pin(async { start_time(cx).await.map(drop) }),
};

pub(super) const START_TIME: Case = Case {
    id: "record.start-time-is-that-of-this-start",
    clause: "record.true-start-time",
    needs: &[Need::Discovery, Need::StartTime, Need::Local],
    proofs: &[
        fails_at(
            "records-wrong-start-time",
            "the recorded time lies within this start",
        ),
        fails_at("records-local-time", HAS_ZONE),
    ],
    run: |cx| Box::pin(time_of_this_start(cx)),
};

const HAS_ZONE: &str = "the recorded time is RFC 3339 with its zone";

/// What a clock of whole seconds may cut off, and a clock of other processors may be apart.
const GRAIN: Duration = Duration::from_secs(1);

/// A time without a zone is hours off for whoever reads it elsewhere, or on the day on which the clocks change: a backend that
/// was just started looks like one from the future, and is taken for a stranger.
async fn start_time(cx: &Context) -> Outcome<SystemTime> {
    let backend = cx.ready().await?;

    let record = backend.record("it has a record")?;

    let text = cx.expect_ok(HAS_ZONE, "a record with a time", record.started_at())?;
    cx.expect_ok(HAS_ZONE, "a time of RFC 3339", rfc3339::read(text))
}

/// The time of the start tells this backend from an earlier one with the same process id. A wrong one makes the app end a
/// stranger, or keep away from its own.
async fn time_of_this_start(cx: &Context) -> Outcome {
    let before = SystemTime::now();
    let recorded = start_time(cx).await?;
    let after = SystemTime::now();

    let since = recorded
        .duration_since(before)
        .map_or_else(|late| -late.duration().as_secs_f64(), |s| s.as_secs_f64());
    cx.expect(
        "the recorded time lies within this start",
        "a time between the launch and the first healthy answer",
        format!("a time {since:.3} s after the launch"),
        recorded + GRAIN >= before && recorded <= after + GRAIN,
    )
}
