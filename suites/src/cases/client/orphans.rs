//! The client is killed, and what becomes of its backend.

use crate::bounds;
use crate::case::{Case, Proof, fails_at, may_fail_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::standin::{EndsWithClient, OnTerm, Script};

const ENDS_TOO: &str = "its backend ends too";
const STARTS: &str = "the next client starts";
const ONE: &str = "one backend lives";

pub(super) const KILL: Case = Case {
    id: "client.kill-leaves-nothing",
    clause: "client.kill-leaves-nothing",
    needs: &[],
    proofs: &[fails_at("kill-leaves-backend", ENDS_TOO)],
    run: |cx| Box::pin(kill(cx)),
};

/// Nobody is left to stop it. Without an agreement between the two, it holds its lock and its files until the machine restarts.
async fn kill(cx: &Context) -> Outcome {
    let (client, backend) = cx.running_client().await?;

    client.kill().await?;

    backend.is_gone_within(ENDS_TOO, bounds::PARENT_DEATH).await
}

/// A lock that outlives its holder ends the next client before it meets the orphan.
const BLOCKED: Proof = fails_at("existence-lock", "it says hello");

pub(super) const ORPHAN: Case = Case {
    id: "client.orphan-is-no-dead-end",
    clause: "client.orphan-blocks-nothing",
    needs: &[],
    proofs: &[
        fails_at("leaves-orphan", ONE),
        fails_at("refuses-because-of-orphan", STARTS),
        BLOCKED,
        may_fail_at("stop-answers-before-end", "the new one is gone"),
    ],
    run: |cx| Box::pin(orphan(cx, OnTerm::Exit)),
};

pub(super) const DEAF_ORPHAN: Case = Case {
    id: "client.deaf-orphan-is-no-dead-end",
    clause: "client.orphan-blocks-nothing",
    needs: &[],
    proofs: &[
        fails_at("asks-orphan-only-once", ONE),
        fails_at("leaves-orphan", ONE),
        fails_at("refuses-because-of-orphan", STARTS),
        BLOCKED,
        may_fail_at("stop-answers-before-end", "the new one is gone"),
    ],
    run: |cx| Box::pin(orphan(cx, OnTerm::Ignore)),
};

/// "Already running", says the app that was just force-quit, and says so until the machine is restarted.
async fn orphan(cx: &Context, on_term: OnTerm) -> Outcome {
    let script = Script {
        on_term,
        ends_with_client: EndsWithClient::Never,
        ..cx.healthy_script()
    };
    cx.next_launch(script).await?;
    let (killed, orphan) = cx.running_client().await?;
    killed.kill().await?;

    let client = cx.client().opens().await?;
    client.start().succeeds(STARTS).await?;

    let launches = cx.launches().await?.0;
    let life = if orphan.is_alive() {
        "lives"
    } else {
        "is dead"
    };
    let seen = format!(
        "the earlier one {life}; {} more were launched",
        launches - 1
    );
    let expected = "the earlier one and no other, or another one and not the earlier";
    let holds = launches == if orphan.is_alive() { 1 } else { 2 };
    cx.expect(ONE, expected, seen, holds)?;
    client.is("it says that it runs", "running").await?;

    client.stop().succeeds("a stop is done").await?;
    orphan.is_gone_by_now("the earlier one is gone")?;
    if launches == 2 {
        let new = cx.launched("it had launched another").await?;
        new.is_gone_by_now("the new one is gone")?;
    }
    Ok(())
}
