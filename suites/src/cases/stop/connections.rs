//! Connections on which nothing is in flight.

use crate::case::{Case, Need, Proof, fails_at};
use crate::context::{Backend, Context};
use crate::verdict::Outcome;

/// Fails before the stop: the connection that is not to hold it up holds up the others.
const ONE_AT_A_TIME: Proof = fails_at(
    "serves-one-connection-at-a-time",
    "it serves others meanwhile",
);

pub(super) const IDLE: Case = Case {
    id: "stop.an-idle-connection-does-not-hold-it-up",
    clause: "stop.idle-connections-hold-nothing",
    needs: &[Need::Local, Need::Stop],
    proofs: &[
        fails_at(
            "waits-for-idle-connections",
            "it ends in spite of the idle connection",
        ),
        fails_at("stops-late", "it ends in spite of the idle connection"),
    ],
    run: |cx| Box::pin(idle(cx)),
};

/// Every client with a pool keeps a connection for its next request. It hangs up when it hears that the backend is gone, so a
/// backend that waits for that waits for itself.
async fn idle(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    let mut client = backend.connect("a client connects").await?;
    let answer = client.get(&cx.manifest().health.path).await;
    let answer = cx.expect_ok("the client is answered", "an answer", answer)?;
    cx.expect_eq(
        "the client finds it well",
        &cx.manifest().health.status,
        &answer.status,
    )?;

    backend
        .is_asked_to_stop("it is there to be asked to stop")
        .await?;

    let step = "it ends in spite of the idle connection";
    backend.ends(step, cx.bounds().stop).await?;
    drop(client);
    Ok(())
}

pub(super) const SILENT: Case = Case {
    id: "stop.a-silent-connection-does-not-hold-it-up",
    clause: "stop.idle-connections-hold-nothing",
    needs: &[Need::Local, Need::Stop],
    proofs: &[
        fails_at(
            "waits-for-silent-connections",
            "it ends in spite of the connection",
        ),
        fails_at("stops-late", "it ends in spite of the connection"),
        ONE_AT_A_TIME,
    ],
    run: |cx| Box::pin(ends_though_sent(cx, b"")),
};

pub(super) const HALF_REQUEST: Case = Case {
    id: "stop.half-a-request-does-not-hold-it-up",
    clause: "stop.idle-connections-hold-nothing",
    needs: &[Need::Local, Need::Stop],
    proofs: &[
        fails_at(
            "waits-for-half-requests",
            "it ends in spite of the connection",
        ),
        fails_at("stops-late", "it ends in spite of the connection"),
        ONE_AT_A_TIME,
    ],
    run: |cx| Box::pin(ends_though_sent(cx, b"GET / HTTP/1.1\r\nHost: local")),
};

/// Browsers and pools connect ahead of need, and a client can be stuck in the middle of a word. Nothing that the user has
/// asked for is in flight, so nothing is worth the wait.
async fn ends_though_sent(cx: &Context, bytes: &[u8]) -> Outcome {
    let backend = cx.ready().await?;
    let mut client = backend.wire("a client connects").await?;
    let sent = client.send(bytes).await;
    cx.expect_ok(
        "it takes what the client sends",
        "the bytes are taken",
        sent,
    )?;
    has_seen_them(&backend).await?;

    backend
        .is_asked_to_stop("it is there to be asked to stop")
        .await?;

    let step = "it ends in spite of the connection";
    backend.ends(step, cx.bounds().stop).await?;
    drop(client);
    Ok(())
}

/// Connections are taken in the order in which they come: when a later one is answered, the earlier one is known.
async fn has_seen_them(backend: &Backend) -> Outcome {
    for _ in 0..2 {
        backend.is_well("it serves others meanwhile").await?;
    }
    Ok(())
}
