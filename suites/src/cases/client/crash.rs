//! A backend that dies under a client that uses it.

use crate::bounds;
use crate::case::{Case, Need, fails_at};
use crate::context::{Client, Context, Fetch, Launched};
use crate::verdict::Outcome;
use harness::driver::DriverEvent;
use harness::target::Capability;
use serde_json::Value;

const SAYS_SO: &str = "it says that its backend is gone";
const NOT_ASKED: &str = "it does not say that this was asked for";
const NOTHING: &str = "it hands out nothing";

pub(super) const REPORTED: Case = Case {
    id: "client.crash-is-reported",
    clause: "client.tells-of-a-crash",
    needs: &[],
    proofs: &[
        fails_at("misses-crash", SAYS_SO),
        fails_at("crash-reported-as-stopped", NOT_ASKED),
        fails_at("keeps-address-after-crash", NOTHING),
    ],
    run: |cx| Box::pin(reported(cx)),
};

/// Out of memory, a bug, a kill from a task manager. What the window shows from now on hangs on what the client makes of it.
async fn reported(cx: &Context) -> Outcome {
    let (client, backend) = cx.running_client().await?;

    let event = crash(&client, &backend).await?;

    let reason = event.fields.get("reason").and_then(Value::as_str);
    let seen = format!("{reason:?}");
    let unasked = reason.is_some_and(|reason| reason != "stopped");
    cx.expect(NOT_ASKED, "another reason than `stopped`", seen, unasked)?;
    let success = event.fields.get("code").and_then(Value::as_i64) == Some(0);
    let seen = Value::Object(event.fields);
    cx.expect(NOT_ASKED, "no exit code 0", seen, !success)?;
    client.hands_out_nothing(NOTHING).await?;
    client.is(NOTHING, "stopped").await
}

const NOWHERE: &str = "the call has nowhere to go";

pub(super) const CALL: Case = Case {
    id: "client.call-after-a-crash-has-nowhere-to-go",
    clause: "client.tells-of-a-crash",
    needs: &[Need::Claim(Capability::Bridge)],
    proofs: &[
        fails_at("misses-crash", SAYS_SO),
        fails_at("keeps-address-after-crash", NOWHERE),
        fails_at("queues-calls-until-start", NOWHERE),
    ],
    run: |cx| Box::pin(call(cx)),
};

/// "Not running" can be shown with a button beside it. A connection error at a path in a temporary directory cannot.
async fn call(cx: &Context) -> Outcome {
    let (client, backend) = cx.running_client().await?;

    crash(&client, &backend).await?;

    let mut call = client.fetch(&Fetch::get("/")).due_within(bounds::ANSWER);
    call.is_refused(NOWHERE, &["no-address"]).await.map(drop)
}

const AGAIN: &str = "it starts again";

pub(super) const STARTS_AGAIN: Case = Case {
    id: "client.starts-again-after-a-crash",
    clause: "client.starts-again-after-a-crash",
    needs: &[],
    proofs: &[
        fails_at("misses-crash", SAYS_SO),
        fails_at("start-after-crash-refused", AGAIN),
    ],
    run: |cx| Box::pin(starts_again(cx)),
};

/// Twice, because what a crash leaves behind may only be in the way of the start after the next.
async fn starts_again(cx: &Context) -> Outcome {
    let (client, mut backend) = cx.running_client().await?;

    for _ in 0..2 {
        crash(&client, &backend).await?;
        backend = client.starts(AGAIN).await?;
    }

    backend.lives(AGAIN)?;
    cx.expect_eq(AGAIN, &(3, 1), &cx.launches().await?)
}

/// Its backend dies, and the client says so.
async fn crash(client: &Client, backend: &Launched) -> Outcome<DriverEvent> {
    backend.die();
    client.says(SAYS_SO, "exited").await
}
