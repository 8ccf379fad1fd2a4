//! Requests that are in flight when the signal comes, and those that come after it.

use crate::bounds;
use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::process::Signal;
use harness::target::Capability;
use std::time::Duration;

pub(super) const COMPLETES: Case = Case {
    id: "stop.a-request-in-flight-gets-its-whole-answer",
    clause: "stop.drains-in-flight",
    needs: &[
        Need::Local,
        Need::Stop,
        Need::Claim(Capability::Drain),
        Need::Slow,
    ],
    proofs: &[
        fails_at("drops-in-flight", "the answer arrives whole"),
        fails_at("exits-nonzero-on-stop", "it ends well"),
        fails_at("stops-late", "it ends well"),
    ],
    run: |cx| Box::pin(in_flight_completes(cx)),
};

/// It is the save that the user pressed before quitting.
async fn in_flight_completes(cx: &Context) -> Outcome {
    let limit = cx.drain_limit()?;
    let takes = (limit / 5).min(Duration::from_millis(200));
    let backend = cx.ready().await?;
    let request = backend
        .in_flight("a request is in flight", &cx.slow_path(takes)?)
        .await?;

    backend
        .is_asked_to_stop("it is there to be asked to stop")
        .await?;

    let body = request.rest(limit + bounds::AFTER_DRAIN).await;
    let body = cx.expect_ok("the answer arrives whole", "the whole body", body)?;
    cx.expect(
        "the answer has a body",
        "at least one byte",
        body.len(),
        !body.is_empty(),
    )?;
    backend
        .ends_as_asked("it ends well", Signal::Term, limit + bounds::AFTER_DRAIN)
        .await
}

pub(super) const LIMIT: Case = Case {
    id: "stop.a-request-without-end-is-cut-at-the-limit",
    clause: "stop.drain-limit",
    needs: &[
        Need::Alone,
        Need::Local,
        Need::Stop,
        Need::Claim(Capability::Drain),
        Need::Stream,
    ],
    proofs: &[
        fails_at("drains-without-limit", "it is gone soon after its limit"),
        fails_at("stops-late", "it is gone soon after its limit"),
        fails_at("leaves-record", "the record is gone"),
        fails_at("leaves-socket", "the socket is gone").on_unix(),
    ],
    run: |cx| Box::pin(endless_is_cut(cx)),
};

/// A log that is being followed never ends. It must not keep the app from closing, nor make the launcher kill a backend that
/// could have cleared up.
async fn endless_is_cut(cx: &Context) -> Outcome {
    let limit = cx.drain_limit()?;
    let backend = cx.ready().await?;
    let path = cx.stream_path(Duration::from_millis(20))?;
    let _request = backend
        .in_flight("an endless request is in flight", &path)
        .await?;

    backend
        .is_asked_to_stop("it is there to be asked to stop")
        .await?;

    backend
        .ends(
            "it is gone soon after its limit",
            limit + bounds::AFTER_DRAIN,
        )
        .await?;
    cx.no_record("the record is gone")?;
    cx.no_socket("the socket is gone")
}

pub(super) const CLOSED_TO_NEW: Case = Case {
    id: "stop.new-clients-are-turned-away-while-it-drains",
    clause: "stop.refuses-new-connections",
    needs: &[
        Need::Alone,
        Need::Local,
        Need::Stop,
        Need::Claim(Capability::Drain),
        Need::Stream,
    ],
    proofs: &[fails_at(
        "accepts-during-drain",
        "new clients are turned away",
    )],
    run: |cx| Box::pin(closed_to_new(cx)),
};

/// A client that is turned away at once goes to the new instance. One that is let in loses its request at the end of the
/// drain.
async fn closed_to_new(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    let path = cx.stream_path(Duration::from_millis(20))?;
    let _request = backend.in_flight("a request is in flight", &path).await?;

    backend
        .is_asked_to_stop("it is there to be asked to stop")
        .await?;

    backend
        .turns_new_clients_away("new clients are turned away")
        .await
}
