//! Calls that are under way when their backend ends.

use super::NEEDS;
use crate::bounds;
use crate::case::{Case, fails_at, may_fail};
use crate::context::{Asked, Client, Context, Fetch, Launched};
use crate::verdict::Outcome;
use harness::standin::{Reaction, Rule};

const ENDS: &str = "the call ends with its backend";

/// A call that has reached the backend and is not answered.
async fn under_way(cx: &Context) -> Outcome<(Client, Launched, Asked)> {
    let rule = Rule::at("/held", Reaction::Hold);
    let (client, backend) = cx.running_client_with([rule]).await?;
    let asked = client.fetch(&Fetch::get("/held")).due_within(bounds::DEED);
    backend.receives("the call arrives", "/held").await?;
    Ok((client, backend, asked))
}

pub(super) const CRASH: Case = Case {
    id: "bridge.crash-ends-calls",
    clause: "bridge.calls-end-with-the-backend",
    needs: NEEDS,
    proofs: &[fails_at("crash-leaves-calls-open", ENDS)],
    run: |cx| Box::pin(crash(cx)),
};

/// The backend is gone, and with it every answer. A window that waits on cannot even offer to start it again.
async fn crash(cx: &Context) -> Outcome {
    let (client, backend, mut asked) = under_way(cx).await?;

    backend.die();
    asked.fails(ENDS).await?;

    client.status("the client still answers").await?;
    Ok(())
}

pub(super) const STOP: Case = Case {
    id: "bridge.stop-ends-calls",
    clause: "bridge.calls-end-with-the-backend",
    needs: NEEDS,
    proofs: &[
        fails_at("stop-leaves-calls-open", ENDS),
        may_fail("stop-answers-before-end"),
    ],
    run: |cx| Box::pin(stop(cx)),
};

/// The same when the client ended it itself: it is the one who knows.
async fn stop(cx: &Context) -> Outcome {
    let (client, backend, mut asked) = under_way(cx).await?;

    let mut stopping = client.stop();
    asked.fails(ENDS).await?;

    stopping.succeeds("the stop is done").await?;
    backend.is_gone_by_now("its backend is gone")
}
