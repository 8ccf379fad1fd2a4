//! Clients that do what no client should.

use crate::case::{Case, Need, fails_at};
use crate::context::{Backend, Context};
use crate::verdict::Outcome;
use harness::dial::request_head;

/// Whether it takes the next client's connection, and answers.
const SERVES_ON: &str = "the next client is answered";

pub(super) const GARBAGE: Case = Case {
    id: "listen.garbage-costs-its-sender-only",
    clause: "listen.survives-clients",
    needs: &[],
    proofs: &[fails_at("dies-on-garbage", SERVES_ON)],
    run: |cx| Box::pin(garbage(cx)),
};

/// Port scanners, browsers that try TLS and programs with a wrong address send this every day. The backend has other windows to serve.
async fn garbage(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    let mut tls = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec();
    tls.resize(517, 0x5a);

    for bytes in [
        tls.as_slice(),
        b"good morning, is this the backend?\r\n\r\n",
        b"GET /\r\n\r\n",
        &[0; 1000],
        &[0xff; 1000],
    ] {
        says_nonsense(&backend, bytes).await?;
        serves_on(&backend).await?;
    }
    Ok(())
}

pub(super) const LONG_GARBAGE: Case = Case {
    id: "listen.endless-garbage-costs-its-sender-only",
    clause: "listen.survives-clients",
    needs: &[],
    proofs: &[fails_at("dies-on-large-header", SERVES_ON)],
    run: |cx| Box::pin(long_garbage(cx)),
};

/// A file that is sent to the wrong place has no line end for a long while. A backend that reads until it finds one fills the memory.
async fn long_garbage(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;

    says_nonsense(&backend, &vec![b'A'; 4 * 1024 * 1024]).await?;

    serves_on(&backend).await
}

pub(super) const HALF_REQUEST: Case = Case {
    id: "listen.client-that-leaves-in-a-request-costs-nothing",
    clause: "listen.survives-clients",
    needs: &[],
    proofs: &[
        fails_at("dies-on-half-request", SERVES_ON),
        fails_at("dies-on-reset", SERVES_ON),
    ],
    run: |cx| Box::pin(half_request(cx)),
};

/// A window that is closed while it sends leaves half a request behind.
async fn half_request(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    let body_to_come = request_head("POST", &any_path(cx), &[("Content-Length", "1000")]);

    for half in [
        "G",
        "GET /hal",
        "GET / HTTP/1.1\r\nHost: loc",
        &body_to_come,
    ] {
        let mut wire = backend.wire(SERVES_ON).await?;
        let _ = wire.send(half.as_bytes()).await;
        drop(wire);

        serves_on(&backend).await?;
    }
    Ok(())
}

pub(super) const HALF_CLOSE: Case = Case {
    id: "listen.client-that-only-stops-sending-costs-nothing",
    clause: "listen.survives-clients",
    needs: &[Need::HalfClose],
    proofs: &[fails_at("dies-on-half-request", SERVES_ON)],
    run: |cx| Box::pin(half_close(cx)),
};

/// Scripts close the writing half and wait for what comes. Neither a whole request before that nor half a one may end the backend.
async fn half_close(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    let whole = request_head("GET", &cx.manifest().health.path, &[]);

    for said in [whole.as_str(), "", "GET /hal"] {
        says_and_hangs_up(&backend, said.as_bytes()).await?;
        serves_on(&backend).await?;
    }
    Ok(())
}

pub(super) const RESET_BEFORE_ANSWER: Case = Case {
    id: "listen.client-that-leaves-before-its-answers-costs-nothing",
    clause: "listen.survives-clients",
    needs: &[],
    proofs: &[fails_at("dies-on-reset", SERVES_ON)],
    run: |cx| Box::pin(reset_before_answer(cx)),
};

/// An app that crashes leaves requests whose answers nobody takes. A backend that dies of the broken connection takes the app's next
/// launch with it.
async fn reset_before_answer(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    let requests = request_head("GET", &cx.manifest().health.path, &[]).repeat(64);

    for _ in 0..4 {
        let mut wire = backend.wire(SERVES_ON).await?;
        let _ = wire.send(requests.as_bytes()).await;
        drop(wire);

        serves_on(&backend).await?;
    }
    Ok(())
}

pub(super) const RESET_IN_ANSWER: Case = Case {
    id: "listen.client-that-leaves-in-an-answer-costs-nothing",
    clause: "listen.survives-clients",
    needs: &[Need::Echo],
    proofs: &[fails_at("dies-on-reset", SERVES_ON)],
    run: |cx| Box::pin(reset_in_answer(cx)),
};

/// A user who goes on to the next page while a large answer is still coming closes the connection with bytes unread.
async fn reset_in_answer(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    // More than fits between the two of them, so that part of the answer is still to be written.
    let body = vec![b'x'; 768 * 1024];
    let length = body.len().to_string();
    let head = request_head("POST", &cx.echo_path()?, &[("Content-Length", &length)]);

    for _ in 0..4 {
        let mut wire = backend.wire(SERVES_ON).await?;
        let answer = async {
            wire.send(head.as_bytes()).await?;
            wire.send(&body).await?;
            wire.head().await
        };
        let answer = answer.await;
        let answer = cx.expect_ok("a large answer begins", "the head of the answer", answer)?;
        cx.expect_eq("it is the answer that was asked for", &200, &answer.status)?;
        drop(wire);

        serves_on(&backend).await?;
    }
    Ok(())
}

/// Asks more than once: a target with other things to do notices a moment later that a client is gone.
async fn serves_on(backend: &Backend) -> Outcome {
    for _ in 0..3 {
        backend.is_well(SERVES_ON).await?;
    }
    Ok(())
}

/// Says what nobody can be waiting for the rest of, and listens until the other side has had enough: whoever dies of it has done so by then.
/// Who leaves before the answer may be noticed first.
async fn says_nonsense(backend: &Backend, bytes: &[u8]) -> Outcome {
    let mut wire = backend.wire(SERVES_ON).await?;
    // It may have seen enough before the end.
    let _ = wire.send(bytes).await;
    // Of a pipe no half can be closed.
    let _ = wire.half_close().await;
    let _ = wire.until_closed().await;
    Ok(())
}

/// Says this, ends its writing half, and waits until the other side has closed: whoever dies of it has done so by then. That it
/// closes is not asked for; it may wait for more.
async fn says_and_hangs_up(backend: &Backend, bytes: &[u8]) -> Outcome {
    let mut wire = backend.wire(SERVES_ON).await?;
    // It may have seen enough before the end.
    let _ = wire.send(bytes).await;
    // On a pipe there is nothing between speaking and leaving.
    if wire.half_close().await.is_ok() {
        let _ = wire.until_closed().await;
    }
    Ok(())
}

fn any_path(cx: &Context) -> String {
    let health = || cx.manifest().health.path.clone();
    cx.echo_path().unwrap_or_else(|_| health())
}
