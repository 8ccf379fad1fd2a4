//! What a client says about a start, and how many backends come of several.

use crate::case::{Case, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::standin::{Opening, Script};
use serde_json::Value;

const ONCE: &str = "it announces the start once";
const BEFORE: &str = "it announces the start before it answers";
const SAME: &str = "it names the same address everywhere";

pub(super) const ANNOUNCED: Case = Case {
    id: "client.started-is-announced-once",
    clause: "client.announces-a-start-once",
    needs: &[],
    proofs: &[
        fails_at("says-started-twice", ONCE),
        fails_at("answers-before-event", BEFORE),
    ],
    run: |cx| Box::pin(announced(cx)),
};

/// Several windows hang on this event, and each opens its connections when it hears it.
async fn announced(cx: &Context) -> Outcome {
    let client = cx.opened_client().await?;

    let done = client.start().succeeds("it starts").await?;
    let launches = cx.launches().await?.0;
    cx.expect_eq("what it says of is there", &1, &launches)?;

    let event = client.says(ONCE, "started").await?;
    let order = format!("event in line {}, answer in line {}", event.line, done.line);
    cx.expect(BEFORE, "the event first", order, event.line < done.line)?;
    let answered = done.text("address").map(str::to_owned);
    let announced = event.fields.get("address").and_then(Value::as_str);
    cx.expect_eq(SAME, &answered.as_deref(), &announced)?;
    cx.expect_eq(SAME, &answered, &client.address(SAME).await?)?;
    // The answer to that question came after all that was to be said of the start.
    let events = client.driver().events();
    let again = events.iter().filter(|event| event.name == "started");
    cx.expect_eq(ONCE, &0, &again.count())
}

const ANSWERS: &str = "it answers while it starts";
const NOTHING_YET: &str = "it hands out nothing yet";

pub(super) const WHILE_STARTING: Case = Case {
    id: "client.status-while-starting",
    clause: "client.answers-while-it-starts",
    needs: &[],
    proofs: &[
        fails_at("start-blocks-questions", ANSWERS),
        fails_at("starting-shown-as-running", ANSWERS),
        fails_at("reports-on-spawn", ANSWERS),
        fails_at("address-while-starting", NOTHING_YET),
    ],
    run: |cx| Box::pin(while_starting(cx)),
};

/// The window asks how things are and shows it. If nobody answers the window hangs, and if it is given an address it goes there.
async fn while_starting(cx: &Context) -> Outcome {
    let script = Script {
        opening: Opening::WaitBeforeBind,
        ..cx.healthy_script()
    };
    cx.next_launch(script).await?;
    let client = cx.opened_client().await?;

    let mut starting = client.start();
    let backend = cx.launched("its backend is launched").await?;

    let status = client.status(ANSWERS).await?;
    cx.expect_eq(ANSWERS, &"starting", &status.state.as_str())?;
    cx.expect_eq(NOTHING_YET, &None, &status.address)?;
    client.hands_out_nothing(NOTHING_YET).await?;
    backend.proceed();
    starting.succeeds("it reports the start").await.map(drop)
}

const NOTHING_NEW: &str = "the second start launches nothing";

pub(super) const SECOND_START: Case = Case {
    id: "client.second-start-launches-nothing",
    clause: "client.launches-one-backend",
    needs: &[],
    proofs: &[fails_at("second-start-launches-another", NOTHING_NEW)],
    run: |cx| Box::pin(second_start(cx)),
};

/// "Connect" is clicked again because nothing seems to happen. Nothing should.
async fn second_start(cx: &Context) -> Outcome {
    let (client, backend) = cx.running_client().await?;

    let done = client.start().succeeds(NOTHING_NEW).await?;

    let address = done.text("address").map(str::to_owned);
    cx.expect_eq(NOTHING_NEW, &backend.address(), &address)?;
    client.is(NOTHING_NEW, "running").await?;
    backend.lives(NOTHING_NEW)?;
    cx.expect_eq(NOTHING_NEW, &(1, 1), &cx.launches().await?)
}

const ONE: &str = "one backend comes of all starts";

pub(super) const AT_ONCE: Case = Case {
    id: "client.starts-at-once-launch-one",
    clause: "client.launches-one-backend",
    needs: &[],
    proofs: &[fails_at("concurrent-starts-launch-two", ONE)],
    run: |cx| Box::pin(at_once(cx)),
};

/// Three windows are restored at login, and each asks for the backend.
async fn at_once(cx: &Context) -> Outcome {
    let script = Script {
        opening: Opening::WaitBeforeBind,
        ..cx.healthy_script()
    };
    cx.next_launch(script).await?;
    let client = cx.opened_client().await?;

    let mut starts = [client.start(), client.start(), client.start()];
    let backend = cx.launched("a backend is launched").await?;
    backend.proceed();

    for start in &mut starts {
        let done = start.succeeds(ONE).await?;
        let address = done.text("address").map(str::to_owned);
        cx.expect_eq(ONE, &backend.address(), &address)?;
    }
    backend.lives(ONE)?;
    cx.expect_eq(ONE, &(1, 1), &cx.launches().await?)
}
