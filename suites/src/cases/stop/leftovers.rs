//! What a stop leaves behind.

use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::process::Signal;

pub(super) const RECORD: Case = Case {
    id: "stop.its-record-is-gone",
    clause: "stop.removes-record",
    needs: &[Need::Local, Need::Stop, Need::Discovery],
    proofs: &[
        fails_at("leaves-record", "the record is gone"),
        fails_at("stops-late", "it ends in time"),
    ],
    run: |cx| Box::pin(record_is_gone(cx)),
};

/// Whoever looks for the backend next reads the record first, and would wait for an address at which nobody answers.
async fn record_is_gone(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    backend.record("it has a record")?;

    backend
        .is_asked_to_stop("it is there to be asked to stop")
        .await?;
    backend.ends("it ends in time", cx.bounds().stop).await?;

    cx.no_record("the record is gone")
}

pub(super) const SOCKET: Case = Case {
    id: "stop.its-socket-is-gone",
    clause: "stop.removes-socket",
    needs: &[Need::UnixSocket],
    proofs: &[
        fails_at("leaves-socket", "the socket is gone"),
        fails_at("stops-late", "it ends in time"),
    ],
    run: |cx| Box::pin(socket_is_gone(cx)),
};

/// Many clients take the path for the backend: they find it, connect, and show an error where they would have started one.
async fn socket_is_gone(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;

    backend
        .is_asked_to_stop("it is there to be asked to stop")
        .await?;
    backend.ends("it ends in time", cx.bounds().stop).await?;

    cx.no_socket("the socket is gone")
}

pub(super) const NOTHING_ELSE: Case = Case {
    id: "stop.a-second-life-leaves-nothing-that-the-first-did-not",
    clause: "stop.removes-record",
    needs: &[Need::Local, Need::Stop],
    proofs: &[
        fails_at(
            "leaks-temporary-files",
            "the second life leaves nothing new",
        ),
        fails_at("exits-nonzero-on-stop", "the first life ends well"),
        fails_at("stops-late", "the first life ends well"),
    ],
    run: |cx| Box::pin(nothing_else_stays(cx)),
};

/// A lock or a temporary file with the name of one life is in the way of the next, or one more in a heap. What is made once
/// for good, such as directories and the lock file, is there after the first life.
async fn nothing_else_stays(cx: &Context) -> Outcome {
    let first = cx.ready().await?;
    first.stops("the first life ends well").await?;
    let before = cx.listing();

    let second = cx.start().ready("the second life begins").await?;
    second.stops("the second life ends well").await?;

    cx.expect_eq(
        "the second life leaves nothing new",
        &Vec::new(),
        &cx.new_since(&before, &[]),
    )
}

pub(super) const CLOSED_OUTPUT: Case = Case {
    id: "stop.it-is-whole-though-nobody-reads-its-output",
    clause: "stop.survives-closed-output",
    needs: &[Need::Local, Need::Stop],
    proofs: &[
        fails_at("dies-of-broken-pipe", "it ends well"),
        fails_at("exits-nonzero-on-stop", "it ends well"),
        fails_at("stops-late", "it ends well"),
        fails_at("leaves-record", "the record is gone"),
        fails_at("leaves-socket", "the socket is gone").on_unix(),
    ],
    run: |cx| Box::pin(closed_output(cx)),
};

/// When an app quits, its reading ends close first and its backend is told to stop afterwards. One that dies of its own
/// farewell message leaves everything to the next launch.
async fn closed_output(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    backend.process().close_output().await;

    backend
        .is_asked_to_stop("it is there to be asked to stop")
        .await?;

    backend
        .ends_as_asked("it ends well", Signal::Term, cx.bounds().stop)
        .await?;
    cx.no_record("the record is gone")?;
    cx.no_socket("the socket is gone")
}
