//! The launch after a SIGKILL.

use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::target::Capability;
use std::time::Duration;

pub(super) const AFTER_KILL: Case = Case {
    id: "crash.a-start-after-sigkill-is-ready",
    clause: "crash.relaunch-after-kill",
    needs: &[Need::Local],
    proofs: &[
        fails_at("keeps-stale-socket", "the next start is ready").on_unix(),
        fails_at("probes-itself", "the next start is ready"),
    ],
    run: |cx| Box::pin(after_kill(cx)),
};

/// To its user a crash that is over after a relaunch is a hiccup. One that needs a file deleted by hand is the end of the app.
async fn after_kill(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;

    backend.kill().await?;

    let next = cx.start().ready("the next start is ready").await?;
    next.is_well("it goes on answering").await
}

pub(super) const WITH_A_REQUEST_IN_FLIGHT: Case = Case {
    id: "crash.a-start-after-sigkill-in-the-middle-of-a-request-is-ready",
    clause: "crash.relaunch-after-kill",
    needs: &[Need::Local, Need::Stream],
    proofs: &[
        fails_at("keeps-stale-socket", "the next start is ready").on_unix(),
        fails_at("probes-itself", "the next start is ready"),
    ],
    run: |cx| Box::pin(with_a_request_in_flight(cx)),
};

/// Backends die when they are busy, and the client that waited holds its end of the connection for a while.
async fn with_a_request_in_flight(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    let path = cx.stream_path(Duration::from_millis(20))?;
    let request = backend.in_flight("a request is in flight", &path).await?;
    let mut client = cx.waits_for(request);

    backend.kill().await?;
    client.lets_go_of_a_pipe().await;

    let next = cx.start().ready("the next start is ready").await?;
    next.is_well("it goes on answering").await?;
    drop(client);
    Ok(())
}

pub(super) const RECORD: Case = Case {
    id: "crash.the-record-of-the-dead-is-replaced",
    clause: "crash.relaunch-after-kill",
    needs: &[Need::Local, Need::Discovery, Need::RecordedIdentity],
    proofs: &[
        fails_at("records-parent-pid", "the record names the new process"),
        fails_at("constant-nonce", "it is somebody else than before"),
        fails_at(
            "nonce-differs-from-record",
            "the record names the new identity",
        ),
        fails_at("keeps-stale-socket", "the next start is ready").on_unix(),
        fails_at("probes-itself", "the next start is ready"),
    ],
    run: |cx| Box::pin(record_is_replaced(cx)),
};

/// A client that reads what the dead one left takes the new one for a stranger, or waits for a process that is long gone.
async fn record_is_replaced(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    backend.kill().await?;
    backend.record("the dead one leaves its record")?;

    let next = cx.start().ready("the next start is ready").await?;

    let (before, now) = (backend.identity(), next.identity());
    cx.expect(
        "it is somebody else than before",
        format!("another identity than {before:?}"),
        format!("{now:?}"),
        before != now,
    )?;
    let record = next.record("it has a record")?;
    let pid = cx.expect_ok("the record has a pid", "a process id", record.pid())?;
    cx.expect_eq("the record names the new process", &next.pid(), &pid)?;
    let identity = record.identity().ok().map(str::to_owned);
    cx.expect_eq("the record names the new identity", &now, &identity)
}

pub(super) const SAME_PORT: Case = Case {
    id: "crash.a-start-after-sigkill-gets-its-port-back",
    clause: "crash.relaunch-after-kill",
    needs: &[Need::Local, Need::Discovery, Need::Claim(Capability::Tcp)],
    proofs: &[
        fails_at("probes-itself", "the next start is ready"),
        fails_at("records-parent-pid", "it becomes ready"),
        fails_at("records-requested-port", "it becomes ready"),
        fails_at("serves-one-connection-at-a-time", "it answers"),
    ],
    run: |cx| Box::pin(same_port(cx)),
};

/// The kernel keeps the dead one's connections for a minute. A backend that does not say that it may share their port cannot
/// come back before that, and the user sees "address already in use".
async fn same_port(cx: &Context) -> Outcome {
    let first = cx.start().on_tcp("127.0.0.1", "0");
    let backend = first.ready("it becomes ready").await?;
    let port = match backend.endpoint()? {
        harness::endpoint::Endpoint::Tcp(address) => address.port(),
        _ => 0,
    };
    let client = backend.connect("a client connects").await?;
    backend.is_well("it answers").await?;

    backend.kill().await?;

    let again = cx.start().on_tcp("127.0.0.1", &port.to_string());
    let next = again.ready("the next start is ready").await?;
    next.is_well("it goes on answering").await?;
    drop(client);
    Ok(())
}
