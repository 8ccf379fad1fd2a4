//! What a restart leaves: one backend, and the new one.

use crate::case::{Case, Need, fails_at, may_fail, may_fail_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::standin::{OnTerm, Script};
use harness::target::Capability;

const NEEDS: &[Need] = &[Need::Claim(Capability::Restart)];
const WITH_SIGNALS: &[Need] = &[Need::Claim(Capability::Restart), Need::Signals];

const RESTARTS: &str = "it restarts";
const GONE: &str = "the old one is gone";
const GONE_FIRST: &str = "the old one is gone before there is a new one";
const HANDED_OUT: &str = "the address of the new one is handed out";

pub(super) const ONE: Case = Case {
    id: "client.restart-leaves-one",
    clause: "client.restart-leaves-one",
    needs: NEEDS,
    proofs: &[
        fails_at("restart-leaves-old", GONE),
        may_fail_at("reports-on-spawn", "the new one answers"),
    ],
    run: |cx| Box::pin(one(cx)),
};

/// Two backends write to one set of files, and the window talks to the one whose settings are out of date.
async fn one(cx: &Context) -> Outcome {
    let (client, old) = cx.running_client().await?;

    let new = client.restarts(RESTARTS).await?;

    old.is_gone_by_now(GONE)?;
    new.is_well("the new one answers").await?;
    client.is("it says that it runs", "running").await?;
    let address = client.address(HANDED_OUT).await?;
    cx.expect_eq(HANDED_OUT, &new.address(), &address)?;
    let step = "nothing else was launched";
    cx.expect_eq(step, &2, &cx.launches().await?.0)
}

pub(super) const SLOW_DRAIN: Case = Case {
    id: "client.restart-waits-for-slow-drain",
    clause: "client.restart-waits-for-the-old",
    needs: WITH_SIGNALS,
    proofs: &[
        fails_at("restart-spawns-before-exit", GONE_FIRST),
        may_fail_at(
            "reports-on-spawn",
            "what the old one did last did not touch the new one",
        ),
        fails_at("restart-leaves-old", "the old one is asked to end"),
        fails_at("stop-kills-at-once", "the old one is asked to end"),
    ],
    run: |cx| Box::pin(waits(cx, OnTerm::Drain(600))),
};

pub(super) const DEAF: Case = Case {
    id: "client.restart-kills-what-ignores-term",
    clause: "client.restart-waits-for-the-old",
    needs: WITH_SIGNALS,
    proofs: &[
        fails_at("restart-spawns-before-exit", GONE_FIRST),
        fails_at("restart-never-kills", GONE_FIRST),
        may_fail_at(
            "reports-on-spawn",
            "what the old one did last did not touch the new one",
        ),
        fails_at("restart-leaves-old", "the old one is asked to end"),
        fails_at("stop-kills-at-once", "the old one is asked to end"),
    ],
    run: |cx| Box::pin(waits(cx, OnTerm::Ignore)),
};

/// An old backend that clears up late removes whatever stands at its path by then, and one that does not hear at all would keep
/// the user waiting for ever.
async fn waits(cx: &Context, on_term: OnTerm) -> Outcome {
    let script = Script {
        on_term,
        ..cx.healthy_script()
    };
    cx.next_launch(script).await?;
    let (client, old) = cx.running_client().await?;

    let mut restarting = client.restart();
    old.is_asked_to_end("the old one is asked to end").await?;
    let new = cx.launched(RESTARTS).await?;

    old.is_gone_by_now(GONE_FIRST)?;
    restarting.succeeds(RESTARTS).await?;
    new.is_well("what the old one did last did not touch the new one")
        .await?;
    client.is("it says that it runs", "running").await
}

pub(super) const STOPPED: Case = Case {
    id: "client.restart-when-stopped-starts",
    clause: "client.restart-starts-what-is-stopped",
    needs: NEEDS,
    proofs: &[
        fails_at("restart-needs-a-backend", RESTARTS),
        may_fail_at("reports-on-spawn", "what it launched answers"),
        may_fail("stop-answers-before-end"),
    ],
    run: |cx| Box::pin(stopped(cx)),
};

/// "Restart" is the button that is left when the backend is gone.
async fn stopped(cx: &Context) -> Outcome {
    let client = cx.opened_client().await?;

    let first = client.restarts(RESTARTS).await?;
    first.is_well("what it launched answers").await?;

    client.stop().succeeds("it stops").await?;
    let second = client.restarts("it restarts after a stop").await?;
    second.is_well("what it launched then answers").await?;
    client.is("it says that it runs", "running").await
}
