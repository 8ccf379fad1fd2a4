//! Answers that are none.

use super::NEEDS;
use crate::case::{Case, fails_at};
use crate::context::{Context, Fetch};
use crate::verdict::Outcome;
use harness::standin::{Reaction, Rule, Then};

const ENDS: &str = "the call ends with an error";
const NEXT: &str = "the next call is answered";

/// Expects calls that are treated so to end with an error, and the next one not to suffer.
async fn fails(cx: &Context, reactions: impl IntoIterator<Item = Reaction>) -> Outcome {
    let path = |index: usize| format!("/broken-{index}");
    let rules = reactions.into_iter().enumerate();
    let rules: Vec<_> = rules
        .map(|(index, reaction)| Rule::at(&path(index), reaction))
        .collect();
    let count = rules.len();
    let (client, _backend) = cx.running_client_with(rules).await?;

    for index in 0..count {
        client.fetch(&Fetch::get(&path(index))).fails(ENDS).await?;
        client.carries_on(NEXT).await?;
    }
    Ok(())
}

pub(super) const CLOSED: Case = Case {
    id: "bridge.closed-without-answer-ends-the-call",
    clause: "bridge.ends-calls-that-are-not-answered",
    needs: NEEDS,
    proofs: &[fails_at("hangs-when-closed", ENDS)],
    run: |cx| Box::pin(closed(cx)),
};

/// A handler of the backend fell over and took the connection with it. That is known at once; a spinner for a minute hides it.
async fn closed(cx: &Context) -> Outcome {
    let reactions = [Then::Close, Then::Reset].map(Reaction::Then);
    fails(cx, reactions).await
}

pub(super) const GARBAGE: Case = Case {
    id: "bridge.garbage-ends-the-call",
    clause: "bridge.refuses-what-is-no-answer",
    needs: NEEDS,
    proofs: &[
        fails_at("hangs-on-garbage", ENDS),
        fails_at("garbage-is-an-answer", ENDS),
    ],
    run: |cx| Box::pin(garbage(cx)),
};

/// Another program took the port, or the backend printed to the wrong descriptor. Whatever comes, it must not be shown as data.
async fn garbage(cx: &Context) -> Outcome {
    let raw = |text: &str, then| Reaction::Raw {
        bytes: text.into(),
        then,
    };
    let reactions = [
        raw("SSH-2.0-OpenSSH_9.6\r\n\r\n", Then::Close),
        raw("\x16\x03\x01 this is no HTTP\r\n\r\n", Then::Silence),
        raw(
            "HTTP/1.1 two hundred\r\nContent-Length: 0\r\n\r\n",
            Then::Close,
        ),
    ];
    fails(cx, reactions).await
}

pub(super) const ENDLESS_HEAD: Case = Case {
    id: "bridge.head-without-end-ends-the-call",
    clause: "bridge.ends-calls-on-endless-heads",
    needs: NEEDS,
    proofs: &[fails_at("reads-head-for-ever", ENDS)],
    run: |cx| Box::pin(endless_head(cx)),
};

/// A backend that loops while it writes headers fills the memory of a client that reads them to the end.
async fn endless_head(cx: &Context) -> Outcome {
    let line = format!("X-Loop: {}\r\n", "x".repeat(1014));
    let head = format!("HTTP/1.1 200 OK\r\n{}", line.repeat(1280));
    let reaction = Reaction::Raw {
        bytes: head.into_bytes().into(),
        then: Then::Silence,
    };
    fails(cx, [reaction]).await
}
