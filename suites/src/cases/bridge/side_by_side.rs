//! Calls side by side.

use super::NEEDS;
use crate::case::{Case, fails_at};
use crate::context::{Context, Fetch};
use crate::verdict::Outcome;
use harness::standin::{Reaction, Rule};

const PAST: &str = "another call is answered before the slow one";

pub(super) const SLOW: Case = Case {
    id: "bridge.slow-call-blocks-nobody",
    clause: "bridge.calls-go-side-by-side",
    needs: NEEDS,
    proofs: &[fails_at("calls-one-after-another", PAST)],
    run: |cx| Box::pin(slow(cx)),
};

/// A window downloads something large. Every other click must not wait for it.
async fn slow(cx: &Context) -> Outcome {
    let rule = Rule::at("/slow", Reaction::Hold);
    let (client, backend) = cx.running_client_with([rule]).await?;
    let mut slow = client.fetch(&Fetch::get("/slow"));
    let held = backend.receives("the slow call arrives", "/slow").await?;

    let quick = client.fetch(&Fetch::get("/quick")).succeeds(PAST).await?;
    client.is("it says that it runs", "running").await?;
    backend.react(&held, Reaction::Echo);

    // The slow one ends after that by its answer, or at the client's own limit. So the order of the answers tells.
    let ended = slow.ends("the slow call ends").await?;
    let seen = format!("lines {} and {ended}", quick.line);
    cx.expect(
        PAST,
        "the quick one's answer comes first",
        seen,
        quick.line < ended,
    )
}
