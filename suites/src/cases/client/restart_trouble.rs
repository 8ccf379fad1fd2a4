//! Restarts that fail, that meet each other, and that the old backend outlasts in part.

use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::standin::{Command, Opening, Script};
use harness::target::Capability;

const NEEDS: &[Need] = &[Need::Claim(Capability::Restart)];

const RESTARTS: &str = "it restarts";
const NOTHING: &str = "no address is handed out";
const ONE_FOR_BOTH: &str = "one backend was launched for both";
const JOINED: &str = "the second says that it joined the first";
const STILL_RUNS: &str = "it says that it runs all the same";

pub(super) const FAILED: Case = Case {
    id: "client.restart-that-fails-says-so",
    clause: "client.failed-restart-is-told",
    needs: NEEDS,
    proofs: &[
        fails_at("failed-restart-keeps-address", NOTHING),
        fails_at("reports-on-spawn", "the failure is told"),
        fails_at("restart-leaves-old", "the old one is gone").on_unix(),
        fails_at("restart-leaves-old", "the failure is told").on_windows(),
    ],
    run: |cx| Box::pin(failed(cx)),
};

/// The settings for which it was restarted were wrong. An address that was true before is the first that everybody tries.
async fn failed(cx: &Context) -> Outcome {
    let (client, old) = cx.running_client().await?;
    let script = Script {
        opening: Opening::Exit(3),
        ..cx.healthy_script()
    };
    cx.next_launch(script).await?;

    client
        .restart()
        .is_refused("the failure is told", &["exited"])
        .await?;

    let new = cx.launched("a new one was launched").await?;
    old.is_gone_by_now("the old one is gone")?;
    new.is_gone_by_now("the new one is gone")?;
    client.hands_out_nothing(NOTHING).await?;
    client.is("it says that nothing runs", "stopped").await?;
    client.starts("a later start works").await.map(drop)
}

pub(super) const AT_ONCE: Case = Case {
    id: "client.restarts-at-once-are-one",
    clause: "client.joins-restarts",
    needs: NEEDS,
    proofs: &[
        fails_at("restarts-queue", ONE_FOR_BOTH),
        fails_at("coalesced-not-said", JOINED),
        fails_at("reports-on-spawn", "the second is asked for"),
        fails_at("starting-shown-as-running", "the second is asked for"),
        fails_at("address-while-starting", "the second is asked for"),
    ],
    run: |cx| Box::pin(at_once(cx)),
};

/// Three settings that are saved at once would restart the backend three times, and each time cut off the requests of the one
/// before.
async fn at_once(cx: &Context) -> Outcome {
    let (client, _old) = cx.running_client().await?;
    let script = Script {
        opening: Opening::WaitBeforeBind,
        ..cx.healthy_script()
    };
    cx.next_launch(script).await?;

    let mut first = client.restart();
    let new = cx.launched("the first is under way").await?;
    let mut second = client.restart();
    // What was asked before this is known when it is answered.
    client.is("the second is asked for", "starting").await?;
    new.proceed();

    let first = first.succeeds("the first is done").await?;
    let second = second.succeeds("the second is done").await?;
    cx.expect_eq(ONE_FOR_BOTH, &2, &cx.launches().await?.0)?;
    let step = "both have its address";
    cx.expect_eq(step, &first.text("address"), &second.text("address"))?;
    let coalesced = (first.flag("coalesced"), second.flag("coalesced"));
    let seen = format!("coalesced: {:?} and {:?}", coalesced.0, coalesced.1);
    let holds = coalesced.0 != Some(true) && coalesced.1 == Some(true);
    cx.expect(JOINED, "`coalesced` for the second alone", seen, holds)?;
    new.is_well("it answers").await
}

pub(super) const LATE_END: Case = Case {
    id: "client.late-end-of-the-old-changes-nothing",
    clause: "client.late-end-changes-nothing",
    needs: NEEDS,
    proofs: &[
        fails_at("late-end-clears-new", STILL_RUNS),
        fails_at("second-start-launches-another", "nothing else was launched"),
        fails_at("restart-leaves-old", "the old one is gone"),
    ],
    run: |cx| Box::pin(late_end(cx)),
};

/// A helper that the old backend had started holds its output for a while. Its end must not be taken for that of the new one.
async fn late_end(cx: &Context) -> Outcome {
    let script = Script {
        leaves_child: true,
        ..cx.healthy_script()
    };
    cx.next_launch(script).await?;
    let (client, old) = cx.running_client().await?;
    let child = cx.left_child().await?;
    let new = client.restarts(RESTARTS).await?;
    old.is_gone_by_now("the old one is gone")?;

    child.command(&Command::EndChild);
    let gone = child.gone(crate::bounds::DEED).await;
    cx.expect_ok("the child ends", "it is gone", gone)?;

    // The news lie in the client's pipe by now. It may hear of them only after a question or two.
    for _ in 0..5 {
        client.is(STILL_RUNS, "running").await?;
    }
    client.start().succeeds("it runs already").await?;
    new.is_well("the new one answers").await?;
    let step = "nothing else was launched";
    cx.expect_eq(step, &2, &cx.launches().await?.0)
}
