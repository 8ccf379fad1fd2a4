//! Signals that come twice, or early.

use crate::bounds;
use crate::case::{Case, Need, fails_at};
use crate::context::{Backend, Context};
use crate::verdict::Outcome;
use harness::pace::poll;
use harness::process::Signal;
use harness::readiness::Stage;
use harness::target::Capability;
use std::time::{Duration, Instant};

pub(super) const SECOND_SIGTERM: Case = Case {
    id: "stop.a-second-sigterm-leaves-the-clean-up-whole",
    clause: "stop.second-signal-keeps-cleanup",
    needs: &[
        Need::Alone,
        Need::UnixSocket,
        Need::Discovery,
        Need::Claim(Capability::Drain),
        Need::Stream,
    ],
    proofs: &[
        fails_at("second-signal-skips-cleanup", "the record is gone"),
        fails_at("leaves-record", "the record is gone"),
        fails_at("leaves-socket", "the socket is gone"),
        fails_at("accepts-during-drain", "the stop has begun"),
        fails_at("stops-late", "it ends"),
    ],
    run: |cx| Box::pin(second_signal(cx, Signal::Term)),
};

pub(super) const SIGINT_AFTER_SIGTERM: Case = Case {
    id: "stop.a-sigint-after-the-sigterm-leaves-the-clean-up-whole",
    clause: "stop.second-signal-keeps-cleanup",
    needs: &[
        Need::Alone,
        Need::UnixSocket,
        Need::Discovery,
        Need::Claim(Capability::Drain),
        Need::Stream,
    ],
    proofs: &[
        fails_at("second-signal-skips-cleanup", "the record is gone"),
        fails_at("leaves-record", "the record is gone"),
        fails_at("leaves-socket", "the socket is gone"),
        fails_at("accepts-during-drain", "the stop has begun"),
        fails_at("stops-late", "it ends"),
    ],
    run: |cx| Box::pin(second_signal(cx, Signal::Int)),
};

/// Impatient users press Ctrl-C twice, and terminal and launcher both pass a signal on. The second one says "quicker", and
/// not "leave a record that leads nowhere".
async fn second_signal(cx: &Context, second: Signal) -> Outcome {
    let backend = cx.ready().await?;
    let path = cx.stream_path(Duration::from_millis(20))?;
    let _request = backend.in_flight("a request is in flight", &path).await?;
    backend
        .is_asked_to_stop("it is there to be asked to stop")
        .await?;
    backend.turns_new_clients_away("the stop has begun").await?;

    // Gone already is as good: then nothing was left for the signal to spoil.
    let _ = backend.process().signal(second);

    let within = cx.drain_limit()? + bounds::AFTER_DRAIN;
    backend.ends("it ends", within).await?;
    cx.no_record("the record is gone")?;
    cx.no_socket("the socket is gone")
}

pub(super) const DURING_START: Case = Case {
    id: "stop.a-sigterm-at-any-moment-of-a-start-leaves-nothing",
    clause: "stop.signal-during-start",
    needs: &[Need::UnixSocket],
    proofs: &[
        fails_at("handles-signals-late", "no socket is left"),
        fails_at("leaves-socket", "no socket is left"),
        fails_at("leaves-record", "no record is left"),
        fails_at("stops-late", "it ends in time"),
    ],
    run: |cx| Box::pin(during_start(cx)),
};

/// An app that is opened and closed at once signals a backend that is not up yet. One that listens to signals late dies with
/// its socket and its record in place.
async fn during_start(cx: &Context) -> Outcome {
    let first = cx.ready().await?;
    let takes = first.reached(Stage::Identified).unwrap_or_default();
    first.end().await?;

    for moment in cx.moments(takes * 3 / 2, cx.times(takes, 10, 30)) {
        let starting = cx.start().launch()?;
        cx.until(Instant::now(), moment).await;
        leaves_nothing(cx, &starting).await?;
    }
    // Whatever the machine does to the moments, this one is met: bound, and perhaps no further.
    let starting = cx.start().launch()?;
    let path = cx.socket();
    let there = poll(cx.bounds().ready, async || path.exists().then_some(())).await;
    cx.expect_some("its socket appears", "the path is there", there)?;
    leaves_nothing(cx, &starting).await?;

    cx.start().ready("the next start is ready").await.map(drop)
}

async fn leaves_nothing(cx: &Context, starting: &Backend) -> Outcome {
    // It may be gone already: what has made nothing yet may die of the signal before.
    let _ = starting.process().signal(Signal::Term);
    starting.ends("it ends in time", cx.bounds().stop).await?;
    cx.no_socket("no socket is left")?;
    cx.no_record("no record is left")
}
