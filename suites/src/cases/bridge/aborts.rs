//! Calls that are given up.

use crate::bounds;
use crate::case::{Case, Need, fails_at};
use crate::context::{Asked, Client, Context, Fetch, Launched};
use crate::verdict::Outcome;
use harness::standin::{Reaction, Request, Rule, Then};
use harness::target::Capability;

const SEES: &str = "the backend sees that the call was given up";
const ENDS: &str = "the call ends as aborted";
const NOTHING: &str = "an abort of a name that nobody knows is answered with ok";
const LIVES: &str = "the other call is answered";

const ABORTS: &[Need] = &[
    Need::Claim(Capability::Bridge),
    Need::Claim(Capability::Abort),
];

/// A named call that has reached the backend.
struct UnderWay {
    client: Client,
    backend: Launched,
    asked: Asked,
    request: Request,
}

async fn under_way(cx: &Context, reaction: Reaction) -> Outcome<UnderWay> {
    let rules = [
        Rule::at("/given-up", reaction),
        Rule::at("/other", Reaction::Hold),
    ];
    let (client, backend) = cx.running_client_with(rules).await?;
    let fetch = Fetch::get("/given-up").named("r-1");
    let asked = client.fetch(&fetch).due_within(bounds::DEED);
    let request = backend.receives("the call arrives", "/given-up").await?;
    Ok(UnderWay {
        client,
        backend,
        asked,
        request,
    })
}

pub(super) const REACHES: Case = Case {
    id: "bridge.abort-reaches-the-backend",
    clause: "bridge.abort-reaches-the-backend",
    needs: ABORTS,
    proofs: &[fails_at("abort-keeps-connection", SEES)],
    run: |cx| Box::pin(reaches(cx)),
};

/// A search at each key stroke gives up the one before. A backend that does not hear of it works through all of them.
async fn reaches(cx: &Context) -> Outcome {
    let call = under_way(cx, Reaction::Hold).await?;

    call.client
        .abort("r-1")
        .succeeds("the abort is heard")
        .await?;
    call.backend.is_abandoned(SEES, &call.request).await
}

pub(super) const ENDS_THE_CALL: Case = Case {
    id: "bridge.abort-ends-the-call",
    clause: "bridge.abort-ends-the-call",
    needs: ABORTS,
    proofs: &[fails_at("abort-leaves-call-open", ENDS)],
    run: |cx| Box::pin(ends(cx)),
};

/// Who gave up does not want to wait any longer, and not be told of a failure either.
async fn ends(cx: &Context) -> Outcome {
    let mut call = under_way(cx, Reaction::Hold).await?;

    call.client
        .abort("r-1")
        .succeeds("the abort is heard")
        .await?;
    call.asked.is_refused(ENDS, &["aborted"]).await?;
    Ok(())
}

pub(super) const AFTER_HEAD: Case = Case {
    id: "bridge.abort-after-the-head",
    clause: "bridge.abort-ends-the-call",
    needs: ABORTS,
    proofs: &[
        fails_at("abort-after-head-ignored", ENDS),
        fails_at("calls-one-after-another", ENDS),
        fails_at("abort-keeps-connection", SEES),
        fails_at("abort-leaves-call-open", ENDS),
    ],
    run: |cx| Box::pin(after_head(cx)),
};

/// A download that is cancelled has long begun. A client that forgets a call at the head of its answer cannot end it any more.
async fn after_head(cx: &Context) -> Outcome {
    let reaction = Reaction::Raw {
        bytes: "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthe beginning".into(),
        then: Then::Silence,
    };
    let mut call = under_way(cx, reaction).await?;
    // What the backend wrote before this call came has reached the client before this call's answer.
    let fetch = Fetch::get("/between");
    call.client
        .carries("a call in between is answered", &fetch)
        .await?;

    call.client
        .abort("r-1")
        .succeeds("the abort is heard")
        .await?;
    call.asked.is_refused(ENDS, &["aborted"]).await?;
    call.backend.is_abandoned(SEES, &call.request).await
}

pub(super) const UNKNOWN: Case = Case {
    id: "bridge.abort-of-unknown-is-nothing",
    clause: "bridge.abort-of-unknown-is-nothing",
    needs: ABORTS,
    proofs: &[fails_at("unknown-abort-fails", NOTHING)],
    run: |cx| Box::pin(unknown(cx)),
};

/// The answer and the abort cross each other each day. Nobody has done anything wrong then.
async fn unknown(cx: &Context) -> Outcome {
    let (client, _backend) = cx.running_client().await?;
    let fetch = Fetch::get("/done").named("r-1");
    client.carries("the call is answered", &fetch).await?;

    for name in ["r-1", "never-asked"] {
        client.abort(name).succeeds(NOTHING).await?;
    }

    client.carries_on("the next call is answered").await
}

pub(super) const OTHERS: Case = Case {
    id: "bridge.abort-ends-only-its-own",
    clause: "bridge.abort-ends-only-its-own",
    needs: ABORTS,
    proofs: &[
        fails_at("abort-ends-all", LIVES),
        fails_at("calls-one-after-another", "the one ends as aborted"),
        fails_at("abort-leaves-call-open", "the one ends as aborted"),
    ],
    run: |cx| Box::pin(others(cx)),
};

/// Two downloads run, and one is cancelled.
async fn others(cx: &Context) -> Outcome {
    let mut call = under_way(cx, Reaction::Hold).await?;
    let mut other = call.client.fetch(&Fetch::get("/other").named("r-2"));
    let arrived = call.backend.receives("the other call arrives", "/other");
    let arrived = arrived.await?;

    call.client
        .abort("r-1")
        .succeeds("the abort is heard")
        .await?;
    call.asked
        .is_refused("the one ends as aborted", &["aborted"])
        .await?;

    call.backend.react(&arrived, Reaction::Echo);
    let answered = other.answers(LIVES).await?;
    cx.expect_eq(LIVES, &200, &answered.status)
}
