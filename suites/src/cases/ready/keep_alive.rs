//! What comes next on a connection after an answer without content.

use crate::case::{Case, Need, fails_at};
use crate::context::{Backend, Context};
use crate::verdict::Outcome;
use harness::dial::{Connection, Response, request_head};

const NEXT: &str = "the next answer on the connection is whole";
const IN_ORDER: &str = "the answers come in the order of the requests";

/// Often enough that a connection that is closed a moment later is seen to be.
const ROUNDS: u32 = 3;

pub(super) const AFTER_HEALTH: Case = Case {
    id: "ready.connection-lives-on-after-health",
    clause: "ready.keep-alive-continues",
    needs: &[Need::NoContentHealth],
    proofs: &[
        fails_at("body-on-204", NEXT),
        fails_at("drops-connection-after-no-content", NEXT),
    ],
    run: |cx| Box::pin(after_health(cx)),
};

/// A client probes health and goes on with the user's call on the same connection. When health has spoiled or closed it, the call
/// fails for no reason that anybody could find.
async fn after_health(cx: &Context) -> Outcome {
    continues_after(cx, "GET", &cx.manifest().health.path).await
}

pub(super) const AFTER_204: Case = Case {
    id: "ready.connection-lives-on-after-204",
    clause: "ready.keep-alive-continues",
    needs: &[Need::Status],
    proofs: &[
        fails_at("body-on-204", NEXT),
        fails_at("drops-connection-after-no-content", NEXT),
    ],
    run: |cx| Box::pin(after_204(cx)),
};

/// Clients keep connections in a pool and take the next one that is free. What a 204 did to it shows in another call, at random and
/// under load only.
async fn after_204(cx: &Context) -> Outcome {
    continues_after(cx, "GET", &cx.status_path(204)?).await
}

pub(super) const AFTER_304: Case = Case {
    id: "ready.connection-lives-on-after-304",
    clause: "ready.keep-alive-continues",
    needs: &[Need::Status],
    proofs: &[fails_at("body-on-304", NEXT)],
    run: |cx| Box::pin(after_304(cx)),
};

/// A window that reloads gets one 304 after the other. One byte behind any of them garbles what is loaded next.
async fn after_304(cx: &Context) -> Outcome {
    continues_after(cx, "GET", &cx.status_path(304)?).await
}

pub(super) const AFTER_HEAD: Case = Case {
    id: "ready.connection-lives-on-after-head",
    clause: "ready.keep-alive-continues",
    needs: &[],
    proofs: &[fails_at("body-on-head", NEXT)],
    run: |cx| Box::pin(after_head(cx)),
};

/// Clients ask with HEAD how large something is, and then for the thing itself on the same connection.
async fn after_head(cx: &Context) -> Outcome {
    continues_after(cx, "HEAD", cx.unknown_path()).await
}

pub(super) const PIPELINED: Case = Case {
    id: "ready.pipelined-requests-are-answered-in-order",
    clause: "ready.keep-alive-continues",
    needs: &[Need::Status],
    proofs: &[
        fails_at("body-on-204", IN_ORDER),
        fails_at("body-on-304", IN_ORDER),
    ],
    run: |cx| Box::pin(pipelined(cx)),
};

/// A proxy between the window and the backend may send requests without waiting. If an answer is lost or displaced then, the user is
/// shown the answer to another question.
async fn pipelined(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    let mut wire = backend.wire("a connection is taken").await?;
    let asked = [204, 304, 204, 304];
    let mut requests = String::new();
    for code in asked {
        requests.push_str(&request_head("GET", &cx.status_path(code)?, &[]));
    }
    let last = request_head("GET", &cx.status_path(404)?, &[("Connection", "close")]);

    let sent = wire.send((requests + &last).as_bytes()).await;
    cx.expect_ok("the requests are taken", "all of them at once", sent)?;

    for code in asked.into_iter().chain([404]) {
        let head = wire.head().await.map(|head| head.status);
        let expected = format!("the head of the answer with {code}");
        let status = cx.expect_ok(IN_ORDER, expected, head)?;
        cx.expect_eq("each is the answer to its request", &code, &status)?;
    }
    Ok(())
}

async fn continues_after(cx: &Context, method: &str, path: &str) -> Outcome {
    let backend = cx.ready().await?;
    let mut connection = backend.connect("a connection is taken").await?;

    for _ in 0..ROUNDS {
        let answer = connection.request(method, path, &[], &[]).await;
        let expected = format!("an answer to {method} {path}");
        let answer = cx.expect_ok("it is answered", expected, answer)?;

        if says_close(&answer) {
            // It may close when it says so: the client then knows.
            connection = backend.connect("another connection is taken").await?;
        }
        next_is_whole(cx, &backend, &mut connection).await?;
    }
    Ok(())
}

fn says_close(answer: &Response) -> bool {
    let options = answer.header("connection").unwrap_or_default();
    options
        .split(',')
        .any(|option| option.trim().eq_ignore_ascii_case("close"))
}

/// Asks for an answer with a body where the target has one that can be foretold, else for health.
async fn next_is_whole(cx: &Context, backend: &Backend, connection: &mut Connection) -> Outcome {
    let Ok(echo) = cx.echo_path() else {
        let health = &cx.manifest().health;
        let answer = connection.get(&health.path).await;
        let answer = cx.expect_ok(NEXT, "an answer to health", answer)?;
        let identity = health
            .identity_header
            .as_deref()
            .and_then(|name| answer.header(name));
        let seen = (answer.status, identity.map(str::to_owned));
        return cx.expect_eq(
            "it is that of health",
            &(health.status, backend.identity()),
            &seen,
        );
    };
    let answer = connection
        .request("POST", &echo, &[], b"what comes next")
        .await;
    let answer = cx.expect_ok(NEXT, "an answer that repeats the request's body", answer)?;
    let seen = (answer.status, answer.text());
    cx.expect_eq(
        "it is that to the next request",
        &(200, "what comes next".to_owned()),
        &seen,
    )
}
