//! Bodies, both ways.

use super::NEEDS;
use crate::bounds;
use crate::case::{Case, fails_at};
use crate::context::{Context, Fetch};
use crate::verdict::Outcome;
use harness::standin::{Reaction, Rule, filler};

const PLAIN: &str = "a body of plain text is carried";
const ARRIVES: &str = "the body arrives byte for byte";
const COMES_BACK: &str = "the body comes back byte for byte";
const WHOLE: &str = "the body comes back whole, without the framing of its chunks";

fn answer(body: impl Into<Vec<u8>>) -> Reaction {
    Reaction::Answer {
        status: 200,
        headers: Vec::new(),
        body: body.into().into(),
    }
}

/// Whatever a text is not: each byte, half a surrogate pair, an overlong slash, a mark of byte order, line ends, zeros.
fn binary() -> Vec<u8> {
    let mut body: Vec<u8> = (0..=255).collect();
    body.extend(b"\xEF\xBB\xBF\xED\xA0\x80\xC0\xAF\r\n\r\n0\r\n\0\0\xFF");
    body
}

/// The length of a large body: as long as the client carries it. It is plain text, so that nothing but its length is special.
fn large(cx: &Context) -> usize {
    let limit = cx.manifest().bridge.body_limit;
    let limit = limit.and_then(|limit| usize::try_from(limit).ok());
    bounds::CARRIED_BODY.min(limit.unwrap_or(usize::MAX))
}

pub(super) const BINARY_REQUEST: Case = Case {
    id: "bridge.binary-request-body",
    clause: "bridge.carries-request-bodies",
    needs: NEEDS,
    proofs: &[fails_at("mangles-request-body", ARRIVES)],
    run: |cx| Box::pin(binary_request(cx)),
};

/// A picture that went through a string is no picture any more, and nobody notices before it is opened. A bridge for text alone
/// can say so.
async fn binary_request(cx: &Context) -> Outcome {
    let rule = Rule::at("/upload", answer(""));
    let (client, backend) = cx.running_client_with([rule]).await?;
    let text = Fetch::post("/upload", "text");
    client.carries(PLAIN, &text).await?;
    let request = backend.receives(PLAIN, "/upload").await?;
    cx.expect_bytes(PLAIN, b"text", &request.body)?;

    let mut asked = client.fetch(&Fetch::post("/upload", binary()));
    let clearly_refused = &["bad-request", "too-large"];
    let answered = asked
        .answers_or_is_refused(ARRIVES, clearly_refused)
        .await?;
    if answered.is_ok() {
        let request = backend.receives(ARRIVES, "/upload").await?;
        cx.expect_bytes(ARRIVES, &binary(), &request.body)?;
    }
    Ok(())
}

pub(super) const BINARY_RESPONSE: Case = Case {
    id: "bridge.binary-response-body",
    clause: "bridge.carries-response-bodies",
    needs: NEEDS,
    proofs: &[fails_at("mangles-response-body", COMES_BACK)],
    run: |cx| Box::pin(binary_response(cx)),
};

/// The same on the way back: an export that is saved and cannot be opened.
async fn binary_response(cx: &Context) -> Outcome {
    let rules = [
        Rule::at("/text", answer("text")),
        Rule::at("/export", answer(binary())),
    ];
    let (client, _backend) = cx.running_client_with(rules).await?;
    let text = client.carries(PLAIN, &Fetch::get("/text")).await?;
    cx.expect_bytes(PLAIN, b"text", text.bytes())?;

    let mut asked = client.fetch(&Fetch::get("/export"));
    let clearly_refused = &["protocol", "too-large"];
    let answered = asked
        .answers_or_is_refused(COMES_BACK, clearly_refused)
        .await?;
    if let Ok(answered) = answered {
        cx.expect_bytes(COMES_BACK, &binary(), answered.bytes())?;
    }
    Ok(())
}

pub(super) const LARGE_REQUEST: Case = Case {
    id: "bridge.large-request-body",
    clause: "bridge.carries-request-bodies",
    needs: NEEDS,
    proofs: &[fails_at("cuts-large-request", ARRIVES)],
    run: |cx| Box::pin(large_request(cx)),
};

/// What fits into one write is sent by any bridge. A backup to restore does not.
async fn large_request(cx: &Context) -> Outcome {
    let rule = Rule::at("/restore", answer(""));
    let (client, backend) = cx.running_client_with([rule]).await?;

    let body = filler(large(cx));
    let fetch = Fetch::post("/restore", body.clone());
    client.carries(ARRIVES, &fetch).await?;

    let request = backend.receives(ARRIVES, "/restore").await?;
    cx.expect_bytes(ARRIVES, &body, &request.body)
}

pub(super) const LARGE_RESPONSE: Case = Case {
    id: "bridge.large-response-body",
    clause: "bridge.carries-response-bodies",
    needs: NEEDS,
    proofs: &[fails_at("cuts-large-response", COMES_BACK)],
    run: |cx| Box::pin(large_response(cx)),
};

/// A log of a long day comes in many reads. The end of it is where the error stands that the user looks for.
async fn large_response(cx: &Context) -> Outcome {
    let rule = Rule::at("/log", Reaction::Filler(large(cx)));
    let (client, _backend) = cx.running_client_with([rule]).await?;

    let answered = client.carries(COMES_BACK, &Fetch::get("/log")).await?;
    cx.expect_bytes(COMES_BACK, &filler(large(cx)), answered.bytes())
}

pub(super) const CHUNKED: Case = Case {
    id: "bridge.chunked-answer-is-whole",
    clause: "bridge.undoes-chunks",
    needs: NEEDS,
    proofs: &[fails_at("keeps-chunk-framing", WHOLE)],
    run: |cx| Box::pin(chunked(cx)),
};

/// A backend that does not know how long its answer gets sends it in chunks, with marks in between. Marks in the middle of JSON are
/// a syntax error in the window.
async fn chunked(cx: &Context) -> Outcome {
    let raw = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
               4\r\n{\"a\"\r\n00A;why=not\r\n: [1,2,3]}\r\n0\r\nX-Trailer: 1\r\n\r\n";
    let reaction = Reaction::Raw {
        bytes: raw.into(),
        then: harness::standin::Then::Continue,
    };
    let (client, _backend) = cx
        .running_client_with([Rule::at("/chunks", reaction)])
        .await?;

    let answered = client.carries(WHOLE, &Fetch::get("/chunks")).await?;
    cx.expect_eq(WHOLE, &200, &answered.status)?;
    cx.expect_bytes(WHOLE, b"{\"a\": [1,2,3]}", answered.bytes())?;
    client.carries_on("the next call is whole").await
}
