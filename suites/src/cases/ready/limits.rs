//! Requests beyond any sensible size.

use crate::case::{Case, Need, Proof, fails_at};
use crate::context::{Backend, Context};
use crate::verdict::Outcome;
use harness::target::Capability;

const SERVES_ON: &str = "the next client is answered";
const ANSWERED: &str = "it is answered";
const REFUSED: &str = "its status is one of the 400s";

pub(super) const LARGE_HEADER: Case = Case {
    id: "ready.large-header-ends-no-process",
    clause: "ready.survives-oversized-requests",
    needs: &[],
    proofs: &[fails_at("dies-on-large-header", SERVES_ON)],
    run: |cx| Box::pin(large_header(cx)),
};

/// A cookie that has grown for months makes a header like this. It may cost one call, and not every window of the app.
async fn large_header(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;

    for size in [64 * 1024, 1024 * 1024] {
        survives(&backend, &cx.with_large_header(size)).await?;
    }
    Ok(())
}

pub(super) const LARGE_BODY: Case = Case {
    id: "ready.large-body-ends-no-process",
    clause: "ready.survives-oversized-requests",
    needs: &[],
    proofs: &[fails_at("dies-on-large-body", SERVES_ON)],
    run: |cx| Box::pin(large_body(cx)),
};

/// Somebody drops a large file on the window. It may be refused, and the backend has to be there afterwards.
async fn large_body(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;

    survives(&backend, &cx.with_large_body(&body_path(cx))).await
}

pub(super) const LARGE_CHUNKED_BODY: Case = Case {
    id: "ready.large-chunked-body-ends-no-process",
    clause: "ready.survives-oversized-requests",
    needs: &[],
    proofs: &[fails_at("dies-on-large-body", SERVES_ON)],
    run: |cx| Box::pin(large_chunked_body(cx)),
};

/// A body in chunks does not say beforehand how large it is, so that a check of its stated length does not help.
async fn large_chunked_body(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;

    survives(&backend, &cx.with_large_chunked_body(&body_path(cx))).await
}

pub(super) const LARGE_HEADER_REFUSED: Case = Case {
    id: "ready.large-header-is-refused",
    clause: "ready.refuses-oversized-requests",
    needs: &[Need::Claim(Capability::Limits)],
    proofs: &[fails_at("dies-on-large-header", SERVES_ON)],
    run: |cx| Box::pin(large_header_refused(cx)),
};

/// A refusal with a status can be shown to the user and found in a log. A connection that ends without a word looks like a crash.
async fn large_header_refused(cx: &Context) -> Outcome {
    is_refused(cx, &cx.with_large_header(1024 * 1024)).await
}

const ACCEPTED: Proof = fails_at("accepts-any-body", REFUSED);
const DIED: Proof = fails_at("dies-on-large-body", ANSWERED);

pub(super) const LARGE_BODY_REFUSED: Case = Case {
    id: "ready.large-body-is-refused",
    clause: "ready.refuses-oversized-requests",
    needs: &[Need::Claim(Capability::Limits), Need::Echo],
    proofs: &[ACCEPTED, DIED],
    run: |cx| Box::pin(large_body_refused(cx)),
};

/// A backend that takes in everything can be filled by one careless upload until the whole session swaps.
async fn large_body_refused(cx: &Context) -> Outcome {
    is_refused(cx, &cx.with_large_body(&cx.echo_path()?)).await
}

pub(super) const LARGE_CHUNKED_BODY_REFUSED: Case = Case {
    id: "ready.large-chunked-body-is-refused",
    clause: "ready.refuses-oversized-requests",
    needs: &[Need::Claim(Capability::Limits), Need::Echo],
    proofs: &[ACCEPTED, DIED],
    run: |cx| Box::pin(large_chunked_body_refused(cx)),
};

/// The limit holds for what comes and not only for what was announced; streams and compressed uploads come in chunks.
async fn large_chunked_body_refused(cx: &Context) -> Outcome {
    is_refused(cx, &cx.with_large_chunked_body(&cx.echo_path()?)).await
}

async fn survives(backend: &Backend, request: &[u8]) -> Outcome {
    // An answer, a close and a reset are all the same here.
    let _ = backend.answer_to(request).await?;

    backend.is_well(SERVES_ON).await
}

async fn is_refused(cx: &Context, request: &[u8]) -> Outcome {
    let backend = cx.ready().await?;

    let head = backend.answer_to(request).await?;

    let head = cx.expect_ok(ANSWERED, "an answer to the large request", head)?;
    let refused = (400..=499).contains(&head.status);
    cx.expect(REFUSED, "400 to 499", head.status, refused)?;
    backend.is_well(SERVES_ON).await
}

fn body_path(cx: &Context) -> String {
    let health = || cx.manifest().health.path.clone();
    cx.echo_path().unwrap_or_else(|_| health())
}
