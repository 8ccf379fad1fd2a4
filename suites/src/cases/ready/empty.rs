//! Answers that have no content.

use crate::case::{Case, Need, Proof, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::dial::{Head, request_head};
use harness::events::excerpt;

const EMPTY: &str = "no byte follows its head";
const NO_LENGTH: &str = "it has no Content-Length";
const NO_CODING: &str = "it has no Transfer-Encoding";

/// Three ways to spoil a 204.
const SPOILS_204: [Proof; 3] = [
    fails_at("body-on-204", EMPTY),
    fails_at("content-length-on-204", NO_LENGTH),
    fails_at("transfer-encoding-on-204", NO_CODING),
];

pub(super) const HEALTH: Case = Case {
    id: "ready.health-without-content-is-empty",
    clause: "ready.no-content-is-empty",
    needs: &[Need::NoContentHealth],
    proofs: &SPOILS_204,
    run: |cx| Box::pin(health(cx)),
};

/// Health is the answer that every client reads first and most often. A byte too many behind it is read as the beginning of the
/// answer to the user's first real call.
async fn health(cx: &Context) -> Outcome {
    let health = &cx.manifest().health;

    has_no_content(cx, &health.path, health.status).await
}

pub(super) const STATUS_204: Case = Case {
    id: "ready.answer-204-is-empty",
    clause: "ready.no-content-is-empty",
    needs: &[Need::Status],
    proofs: &SPOILS_204,
    run: |cx| Box::pin(status_204(cx)),
};

/// A call such as "delete this" is answered with 204. When a body comes with it, strict clients throw and tell the user that it has
/// failed, and it has not.
async fn status_204(cx: &Context) -> Outcome {
    has_no_content(cx, &cx.status_path(204)?, 204).await
}

pub(super) const STATUS_304: Case = Case {
    id: "ready.answer-304-is-empty",
    clause: "ready.no-content-is-empty",
    needs: &[Need::Status],
    proofs: &[fails_at("body-on-304", EMPTY)],
    run: |cx| Box::pin(status_304(cx)),
};

/// "Not modified" makes a client take the copy that it has. Bytes behind it are left in the connection and break another call, far
/// from the cause.
async fn status_304(cx: &Context) -> Outcome {
    has_no_content(cx, &cx.status_path(304)?, 304).await
}

pub(super) const HEAD_OF_HEALTH: Case = Case {
    id: "ready.head-of-health-is-empty",
    clause: "ready.head-is-empty",
    needs: &[],
    proofs: &[fails_at("body-on-head", EMPTY)],
    run: |cx| Box::pin(head_of_health(cx)),
};

/// Monitors like to probe with HEAD. When a body comes with the answer, their next request on the connection fails, and they report
/// a backend as down that is well.
async fn head_of_health(cx: &Context) -> Outcome {
    ends_with_its_head(cx, "HEAD", &cx.manifest().health.path).await?;
    Ok(())
}

pub(super) const HEAD_OF_UNKNOWN_PATH: Case = Case {
    id: "ready.head-of-unknown-path-is-empty",
    clause: "ready.head-is-empty",
    needs: &[],
    proofs: &[fails_at("body-on-head", EMPTY)],
    run: |cx| Box::pin(head_of_unknown_path(cx)),
};

/// An error page is easily sent along by habit, since nobody looks at what an error to HEAD carries but the client that chokes on it.
async fn head_of_unknown_path(cx: &Context) -> Outcome {
    ends_with_its_head(cx, "HEAD", cx.unknown_path()).await?;
    Ok(())
}

async fn has_no_content(cx: &Context, path: &str, status: u16) -> Outcome {
    let head = ends_with_its_head(cx, "GET", path).await?;

    cx.expect_eq(
        "it has the status that was asked for",
        &status,
        &head.status,
    )?;
    cx.expect_eq(NO_CODING, &None, &head.header("transfer-encoding"))?;
    // A 304 may say how long the content would be, and a 205 has to say that it is empty.
    if status == 204 {
        cx.expect_eq(NO_LENGTH, &None, &head.header("content-length"))?;
    }
    Ok(())
}

/// Asks for this answer to be the last on its connection, so that all that follows its head is seen, however late it comes.
async fn ends_with_its_head(cx: &Context, method: &str, path: &str) -> Outcome<Head> {
    let backend = cx.ready().await?;
    let mut wire = backend.wire("a connection is taken").await?;

    let asked = request_head(method, path, &[("Connection", "close")]);
    let answered = async {
        wire.send(asked.as_bytes()).await?;
        wire.head().await
    };
    let answered = answered.await;
    let head = cx.expect_ok(
        "it is answered",
        format!("a head in answer to {method} {path}"),
        answered,
    )?;
    let rest = wire.until_closed().await;

    let rest = cx.expect_ok("the connection is closed as asked", "it is closed", rest)?;
    let seen = format!("{} bytes: `{}`", rest.len(), excerpt(&rest));
    cx.expect(EMPTY, "0 bytes", seen, rest.is_empty())?;
    Ok(head)
}
