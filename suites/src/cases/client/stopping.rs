//! What is handed out during a stop and after it, and a stop that meets a start.

use crate::case::{Case, Need, fails_at, may_fail};
use crate::context::{Context, Fetch};
use crate::verdict::Outcome;
use harness::standin::{OnTerm, Opening, Script};
use harness::target::Capability;

const STOPS: &str = "the stop is done";
const NOTHING: &str = "no address is handed out";
const NOWHERE: &str = "a call has nowhere to go";
const STOPPING: &str = "it says that it is about to stop";
const START_ENDS: &str = "the start says that it was stopped";

pub(super) const ADDRESS: Case = Case {
    id: "client.stop-hands-out-nothing",
    clause: "client.hands-out-nothing-after-a-stop",
    needs: &[],
    proofs: &[
        fails_at("keeps-address-after-stop", NOTHING),
        may_fail("stop-answers-before-end"),
    ],
    run: |cx| Box::pin(address(cx)),
};

/// A dead path sends each caller into its own time-out, and each of them reports something else.
async fn address(cx: &Context) -> Outcome {
    let (client, _backend) = cx.running_client().await?;

    client.stop().succeeds(STOPS).await?;

    client.hands_out_nothing(NOTHING).await?;
    client.is("it says that nothing runs", "stopped").await
}

pub(super) const CALL: Case = Case {
    id: "client.call-after-a-stop-has-nowhere-to-go",
    clause: "client.hands-out-nothing-after-a-stop",
    needs: &[Need::Claim(Capability::Bridge)],
    proofs: &[
        fails_at("keeps-address-after-stop", NOWHERE),
        fails_at("queues-calls-until-start", NOWHERE),
        may_fail("stop-answers-before-end"),
    ],
    run: |cx| Box::pin(call(cx)),
};

/// The window still polls when the backend is stopped already. It is told why nothing comes.
async fn call(cx: &Context) -> Outcome {
    let (client, _backend) = cx.running_client().await?;
    client
        .carries("a call is carried", &Fetch::get("/before"))
        .await?;

    client.stop().succeeds(STOPS).await?;

    let mut call = client.fetch(&Fetch::get("/after"));
    call.is_refused(NOWHERE, &["no-address"]).await.map(drop)
}

pub(super) const UNDER_WAY: Case = Case {
    id: "client.stopping-is-no-longer-running",
    clause: "client.says-that-it-stops",
    needs: &[Need::Signals],
    proofs: &[
        fails_at("stopping-shown-as-running", STOPPING),
        fails_at("address-while-stopping", NOTHING),
        fails_at("stop-kills-at-once", "it is asked to end"),
        fails_at("stop-answers-before-end", "it says that nothing runs"),
        fails_at("keeps-address-after-stop", "it says that nothing runs"),
    ],
    run: |cx| Box::pin(under_way(cx)),
};

/// What is sent to a backend that is about to end is lost half of the time, which is worse than always.
async fn under_way(cx: &Context) -> Outcome {
    let script = Script {
        on_term: OnTerm::Ignore,
        ..cx.healthy_script()
    };
    cx.next_launch(script).await?;
    let (client, backend) = cx.running_client().await?;

    let mut stopping = client.stop();
    backend.is_asked_to_end("it is asked to end").await?;

    let address = client.address(NOTHING).await?;
    cx.expect_eq(NOTHING, &None, &address)?;
    let status = client.status(STOPPING).await?;
    cx.expect_eq(NOTHING, &None, &status.address)?;
    // On a slow machine the client may have lost its patience with it by now.
    let over = status.state == "stopped" && !backend.is_alive();
    let holds = status.state == "stopping" || over;
    cx.expect(STOPPING, "`stopping`", &status.state, holds)?;
    stopping.succeeds(STOPS).await?;
    client.is("it says that nothing runs", "stopped").await
}

pub(super) const DURING_START: Case = Case {
    id: "client.stop-during-start",
    clause: "client.stop-ends-a-start",
    needs: &[],
    proofs: &[
        fails_at("stop-during-start-is-lost", START_ENDS),
        fails_at("reports-on-spawn", START_ENDS),
        fails_at("start-blocks-questions", START_ENDS),
        fails_at("keeps-address-after-stop", NOTHING),
        may_fail("stop-answers-before-end"),
    ],
    run: |cx| Box::pin(during_start(cx)),
};

/// Who closes the window while the app comes up is left with a backend that nobody sees.
async fn during_start(cx: &Context) -> Outcome {
    let script = Script {
        opening: Opening::WaitBeforeBind,
        ..cx.healthy_script()
    };
    cx.next_launch(script).await?;
    let client = cx.opened_client().await?;
    let mut starting = client.start();
    let backend = cx.launched("its backend is launched").await?;

    let mut stopping = client.stop();

    starting.is_refused(START_ENDS, &["stopped"]).await?;
    stopping.succeeds(STOPS).await?;
    backend.is_gone_by_now("no backend is left")?;
    client.hands_out_nothing(NOTHING).await?;
    client.is("it says that nothing runs", "stopped").await?;
    client.starts("a later start works").await?;
    let step = "nothing else was launched";
    cx.expect_eq(step, &2, &cx.launches().await?.0)
}
