//! What is at the record's or the socket's place by the time of the stop, and is not the target's own.

use crate::bounds;
use crate::case::{Case, Need, fails_at, may_fail_at};
use crate::context::{Context, Snapshot};
use crate::verdict::Outcome;
use harness::dial::Connection;
use harness::endpoint::Endpoint;
use harness::process::Signal;
use harness::target::Capability;
use std::time::Duration;

pub(super) const RECORD: Case = Case {
    id: "stop.a-successors-record-stays",
    clause: "stop.keeps-what-is-not-its-own",
    needs: &[Need::UnixSocket, Need::Discovery],
    proofs: &[
        fails_at(
            "removes-successors-record",
            "the successor's record is untouched",
        ),
        fails_at("stops-late", "it ends in time"),
    ],
    run: |cx| Box::pin(record_stays(cx)),
};

/// After a quick restart the record is the new instance's. An old one that clears it on its way out leaves a backend that
/// runs and that no client finds.
async fn record_stays(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    let successors = successors_record(cx)?;

    backend
        .is_asked_to_stop("it is there to be asked to stop")
        .await?;
    backend.ends("it ends in time", cx.bounds().stop).await?;

    let step = "the successor's record is untouched";
    cx.unchanged(step, &cx.record_path()?, &successors)
}

pub(super) const RECORD_DURING_DRAIN: Case = Case {
    id: "stop.a-successors-record-stays-when-it-comes-during-the-drain",
    clause: "stop.keeps-what-is-not-its-own",
    needs: &[
        Need::UnixSocket,
        Need::Discovery,
        Need::Claim(Capability::Drain),
        Need::Stream,
    ],
    proofs: &[
        fails_at(
            "removes-successors-record",
            "the successor's record is untouched",
        ),
        fails_at("accepts-during-drain", "the stop has begun"),
        may_fail_at("drops-in-flight", "its record is in its place"),
        fails_at("stops-late", "it ends in time"),
    ],
    run: |cx| Box::pin(record_stays_during_drain(cx)),
};

/// A restart does not wait for the last request of the old instance: the new one is up while the old one still drains.
async fn record_stays_during_drain(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    let path = cx.stream_path(Duration::from_millis(20))?;
    let request = backend.in_flight("a request is in flight", &path).await?;
    backend
        .is_asked_to_stop("it is there to be asked to stop")
        .await?;
    backend.turns_new_clients_away("the stop has begun").await?;

    let successors = successors_record(cx)?;
    drop(request);

    let within = cx.drain_limit()? + bounds::AFTER_DRAIN;
    backend.ends("it ends in time", within).await?;
    let step = "the successor's record is untouched";
    cx.unchanged(step, &cx.record_path()?, &successors)
}

/// Puts the record of an instance that has another address in the place of the target's own.
fn successors_record(cx: &Context) -> Outcome<Snapshot> {
    let pid = i64::from(cx.stranger()?.pid());
    let text = cx.record_text(&cx.url_of_nobody(), pid, &cx.made_up_identity())?;
    let path = cx.replace_record(text)?;
    Ok(cx.snapshot(&path))
}

pub(super) const SOCKET: Case = Case {
    id: "stop.a-successors-socket-stays",
    clause: "stop.keeps-what-is-not-its-own",
    needs: &[Need::UnixSocket],
    proofs: &[
        fails_at(
            "removes-successors-socket",
            "the successor's socket is untouched",
        ),
        fails_at("stops-late", "it ends in time"),
    ],
    run: |cx| Box::pin(socket_stays(cx, Signal::Term)),
};

pub(super) const SOCKET_AFTER_SIGINT: Case = Case {
    id: "stop.a-successors-socket-stays-after-sigint",
    clause: "stop.keeps-what-is-not-its-own",
    needs: &[Need::UnixSocket],
    proofs: &[
        fails_at(
            "removes-successors-socket",
            "the successor's socket is untouched",
        ),
        fails_at("ignores-interrupt", "it ends in time"),
        fails_at("stops-late", "it ends in time"),
    ],
    run: |cx| Box::pin(socket_stays(cx, Signal::Int)),
};

/// The new instance has taken over the path. An old one that clears it on its way out cuts off a backend that runs, and no
/// client can tell why.
async fn socket_stays(cx: &Context, signal: Signal) -> Outcome {
    let backend = cx.ready().await?;
    std::fs::remove_file(cx.socket())?;
    let endpoint = Endpoint::Unix(cx.socket());
    let successor = cx
        .peer(&endpoint, cx.healthy(&cx.made_up_identity()))
        .await?;
    let successors = cx.snapshot(&cx.socket());

    backend.signal("it is there to be asked to stop", signal)?;
    backend.ends("it ends in time", cx.bounds().stop).await?;

    cx.unchanged(
        "the successor's socket is untouched",
        &cx.socket(),
        &successors,
    )?;
    let answer = async {
        let mut client = Connection::open(&endpoint, bounds::HEALTH, cx.recorder()).await?;
        client.get(&cx.manifest().health.path).await
    };
    let answer = answer.await;
    cx.expect_ok("the successor is reached as before", "an answer", answer)?;
    drop(successor);
    Ok(())
}
