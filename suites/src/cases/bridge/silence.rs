//! A backend that lives and says nothing, or nothing more.

use super::NEEDS;
use crate::case::{Case, fails_at};
use crate::context::{Context, Fetch};
use crate::verdict::Outcome;
use harness::standin::{Reaction, Rule, Then};

const ENDS: &str = "the call ends within the bound";

/// Expects a call that is treated so to end with an error within the client's own bound.
async fn ends(cx: &Context, reaction: Reaction) -> Outcome {
    let rule = Rule::at("/stuck", reaction);
    let (client, backend) = cx.running_client_with([rule]).await?;

    let mut asked = client.fetch(&Fetch::get("/stuck"));
    backend.receives("the call arrives", "/stuck").await?;
    asked.fails(ENDS).await?;

    client.carries_on("the next call is answered").await
}

pub(super) const SILENT: Case = Case {
    id: "bridge.silent-backend-ends-the-call",
    clause: "bridge.ends-calls-in-time",
    needs: NEEDS,
    proofs: &[fails_at("waits-for-ever-for-answer", ENDS)],
    run: |cx| Box::pin(silent(cx)),
};

/// A deadlock in the backend closes no connection. Only a clock in the client ends the spinner.
async fn silent(cx: &Context) -> Outcome {
    ends(cx, Reaction::Then(Then::Silence)).await
}

pub(super) const STALLED: Case = Case {
    id: "bridge.stalled-body-ends-the-call",
    clause: "bridge.ends-calls-in-time",
    needs: NEEDS,
    proofs: &[fails_at("limit-ends-with-the-head", ENDS)],
    run: |cx| Box::pin(stalled(cx)),
};

/// Many a clock stops at the head of the answer. A body that comes to a halt then is waited for without one.
async fn stalled(cx: &Context) -> Outcome {
    let reaction = Reaction::Raw {
        bytes: "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthe beginning".into(),
        then: Then::Silence,
    };
    ends(cx, reaction).await
}
