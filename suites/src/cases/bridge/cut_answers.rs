//! Answers that begin well and are never whole.

use super::NEEDS;
use crate::case::{Case, fails_at, may_fail_at};
use crate::context::{Context, Fetch};
use crate::verdict::Outcome;
use harness::standin::{Reaction, Rule, Then};

const ERROR: &str = "a cut answer is an error";

fn raw(text: &str, then: Then) -> Reaction {
    Reaction::Raw {
        bytes: text.into(),
        then,
    }
}

pub(super) const CUT: Case = Case {
    id: "bridge.cut-body-is-an-error",
    clause: "bridge.a-cut-answer-is-an-error",
    needs: NEEDS,
    proofs: &[
        fails_at("cut-body-is-an-answer", ERROR),
        fails_at("hangs-mid-body", ERROR),
    ],
    run: |cx| Box::pin(cut(cx)),
};

/// Half a list looks like a list. Who saves it back has lost the other half.
async fn cut(cx: &Context) -> Outcome {
    let by_length = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[1, 2, 3";
    let by_chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n[1, 2, 3\r\n";
    let (client, _backend) = cx
        .running_client_with([
            Rule::at("/length", raw(by_length, Then::Close)),
            Rule::at("/chunks", raw(by_chunks, Then::Close)),
        ])
        .await?;

    for path in ["/length", "/chunks"] {
        client.fetch(&Fetch::get(path)).fails(ERROR).await?;
    }
    client.carries_on("the next call is answered").await
}

pub(super) const DEATH: Case = Case {
    id: "bridge.death-mid-body-ends-the-call",
    clause: "bridge.a-cut-answer-is-an-error",
    needs: NEEDS,
    proofs: &[
        // The news of the death may come before the bytes.
        may_fail_at("cut-body-is-an-answer", ERROR),
        may_fail_at("hangs-mid-body", ERROR),
        fails_at("crash-leaves-calls-open", ERROR),
    ],
    run: |cx| Box::pin(death(cx)),
};

/// The same when the backend dies of it, as of a lack of memory in the middle of a large export.
async fn death(cx: &Context) -> Outcome {
    let bytes = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[1, 2, 3";
    let rule = Rule::at("/export", raw(bytes, Then::Die));
    let (client, _backend) = cx.running_client_with([rule]).await?;

    client.fetch(&Fetch::get("/export")).fails(ERROR).await?;

    client.status("the client still answers").await?;
    Ok(())
}
