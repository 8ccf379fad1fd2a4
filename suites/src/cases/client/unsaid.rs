//! What a client does though its manifest says nothing of it. What is not claimed is not tried, and breaks unnoticed.

use crate::bounds;
use crate::case::{Case, Need, Proof, fails_at};
use crate::context::{Asked, Context, Fetch};
use crate::verdict::Outcome;
use harness::driver::DriverError;
use harness::standin::{Reaction, Rule};
use harness::target::Capability;

const CLAIMED: &str = "what it does is claimed";
const ANSWERED: &str = "it is answered";
const DOES: &[Proof] = &[fails_at("offers-all-the-same", CLAIMED)];
/// Only `unsupported` says that there is nothing.
const ANSWERS: &[Proof] = &[
    fails_at("offers-all-the-same", CLAIMED),
    fails_at("refuses-in-other-words", CLAIMED),
];

pub(super) const RESTART: Case = Case {
    id: "client.restarting-is-claimed",
    clause: "client.says-what-it-does",
    needs: &[Need::Silence(Capability::Restart)],
    proofs: ANSWERS,
    run: |cx| Box::pin(restart(cx)),
};

/// A restart that nobody has tried is the one that leaves two backends.
async fn restart(cx: &Context) -> Outcome {
    let (client, _backend) = cx.running_client().await?;

    is_unsaid(cx, Capability::Restart, client.restart()).await
}

pub(super) const BRIDGE: Case = Case {
    id: "client.carrying-requests-is-claimed",
    clause: "client.says-what-it-does",
    needs: &[Need::Silence(Capability::Bridge)],
    proofs: ANSWERS,
    run: |cx| Box::pin(bridge(cx)),
};

/// Most of what can go wrong between a window and its backend goes wrong here.
async fn bridge(cx: &Context) -> Outcome {
    let (client, _backend) = cx.running_client().await?;

    let fetch = client.fetch(&Fetch::get("/anything"));
    is_unsaid(cx, Capability::Bridge, fetch).await
}

pub(super) const ABORT: Case = Case {
    id: "client.giving-up-requests-is-claimed",
    clause: "client.says-what-it-does",
    needs: &[Need::Silence(Capability::Abort)],
    proofs: DOES,
    run: |cx| Box::pin(abort(cx)),
};

/// An empty `ok` to a name that nobody knows shows nothing, so a call is given up that has arrived.
async fn abort(cx: &Context) -> Outcome {
    let rules = [Rule::at("/given-up", Reaction::Hold)];
    let (client, backend) = cx.running_client_with(rules).await?;
    let mut call = client.fetch(&Fetch::get("/given-up").named("r-1"));
    let arrived = tokio::select! {
        biased;
        answer = call.comes(ANSWERED) => answer.map(|_| false)?,
        arrived = backend.receives("the call arrives", "/given-up") => arrived.map(|_| true)?,
    };
    if !arrived {
        let seen = "it carries no requests that it could give up";
        return cx.does_not_do_unsaid(CLAIMED, Capability::Abort, false, seen);
    }

    is_unsaid(cx, Capability::Abort, client.abort("r-1")).await
}

pub(super) const SECOND: Case = Case {
    id: "client.running-once-is-claimed",
    clause: "client.says-what-it-does",
    needs: &[Need::Silence(Capability::SingleInstance)],
    proofs: DOES,
    run: |cx| Box::pin(second(cx)),
};

/// A second window that is turned away is turned away for a reason, and a crash must not turn away the next.
async fn second(cx: &Context) -> Outcome {
    let _first = cx.running_client().await?;

    let second = cx.client().launch().await?;
    let (does, seen) = match second.driver().hello(bounds::HELLO).await {
        Err(DriverError::Ended { .. }) => {
            let exit = second.ends("the second ends").await?;
            (exit.refused(), format!("the second client ended: {exit}"))
        }
        _ => {
            second.greets().await?;
            match second.start().comes(ANSWERED).await? {
                Ok(_) => (false, "the second client started too".to_owned()),
                Err(refused) => (refused.kind == "second-instance", refused.to_string()),
            }
        }
    };

    // What two clients that share their files do to each other's backends is nothing that anybody promised.
    cx.does_not_do_unsaid(CLAIMED, Capability::SingleInstance, does, seen)
}

/// Whatever it answers but `unsupported`, it does something.
async fn is_unsaid(cx: &Context, capability: Capability, mut asked: Asked) -> Outcome {
    let answer = asked.comes(ANSWERED).await?;

    let (does, seen) = match answer {
        Ok(_) => (true, "it was done".to_owned()),
        Err(refused) => (refused.kind != "unsupported", refused.to_string()),
    };
    cx.does_not_do_unsaid(CLAIMED, capability, does, seen)
}
