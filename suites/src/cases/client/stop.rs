//! How the backend is ended by a stop, and what is said of it.

use crate::case::{Case, Need, fails_at, may_fail, may_fail_at};
use crate::context::{Context, Launched};
use crate::verdict::Outcome;
use harness::standin::{OnTerm, Script};

const ASKED: &str = "it is asked to end";
const STOPS: &str = "the stop is done";
const GONE: &str = "it is gone when the stop is done";
const TOLD: &str = "its end is told as one that was asked for";
const PATH: &str = "its path is gone";

pub(super) const ASKS_FIRST: Case = Case {
    id: "client.stop-asks-first",
    clause: "client.stop-asks-first",
    needs: &[Need::Signals],
    proofs: &[
        fails_at("stop-kills-at-once", ASKED),
        may_fail_at("stop-answers-before-end", GONE),
    ],
    run: |cx| Box::pin(asks_first(cx)),
};

/// A backend that is killed outright loses what it had not written yet, and leaves its socket and its record behind.
async fn asks_first(cx: &Context) -> Outcome {
    let (client, backend) = cx.running_client().await?;

    let mut stopping = client.stop();

    backend.is_asked_to_end(ASKED).await?;
    stopping.succeeds(STOPS).await?;
    backend.is_gone_by_now(GONE)
}

pub(super) const ANSWERED_AT_THE_END: Case = Case {
    id: "client.stop-is-answered-when-it-is-gone",
    clause: "client.stop-is-an-end",
    needs: &[],
    proofs: &[
        fails_at("stop-answers-before-end", GONE),
        fails_at("keeps-address-after-stop", "it says that nothing runs"),
    ],
    run: |cx| Box::pin(is_an_end(cx, OnTerm::Drain(600))),
};

pub(super) const DEAF: Case = Case {
    id: "client.stop-kills-what-traps-term",
    clause: "client.stop-is-an-end",
    needs: &[],
    proofs: &[
        fails_at("stop-answers-before-end", GONE),
        fails_at("never-kills", GONE),
        fails_at("keeps-address-after-stop", "it says that nothing runs"),
    ],
    run: |cx| Box::pin(is_an_end(cx, OnTerm::Ignore)),
};

/// Whoever was told "stopped" updates the program file, moves the data or shuts the machine down.
async fn is_an_end(cx: &Context, on_term: OnTerm) -> Outcome {
    let (client, backend) = running_with(cx, on_term).await?;

    client.stop().succeeds(STOPS).await?;

    backend.is_gone_by_now(GONE)?;
    client.is("it says that nothing runs", "stopped").await
}

pub(super) const TOLD_AS_ONE: Case = Case {
    id: "client.stop-is-told-as-one",
    clause: "client.tells-a-stop-from-a-crash",
    needs: &[],
    proofs: &[
        fails_at("stop-reported-as-crash", TOLD),
        may_fail("stop-answers-before-end"),
    ],
    run: |cx| Box::pin(told(cx, OnTerm::Exit)),
};

pub(super) const KILL_TOLD_AS_STOP: Case = Case {
    id: "client.kill-at-a-stop-is-told-as-one",
    clause: "client.tells-a-stop-from-a-crash",
    needs: &[],
    proofs: &[
        fails_at("stop-reported-as-crash", TOLD),
        may_fail("stop-answers-before-end"),
    ],
    run: |cx| Box::pin(told(cx, OnTerm::Ignore)),
};

/// A crash report after each stop teaches the user to ignore crash reports.
async fn told(cx: &Context, on_term: OnTerm) -> Outcome {
    let (client, _backend) = running_with(cx, on_term).await?;

    client.stop().succeeds(STOPS).await?;

    let event = client.says(TOLD, "exited").await?;
    let reason = event.fields.get("reason").and_then(|text| text.as_str());
    cx.expect_eq(TOLD, &Some("stopped"), &reason)
}

pub(super) const CLEARS: Case = Case {
    id: "client.stop-clears-the-path",
    clause: "client.clears-the-path",
    needs: &[Need::SocketPath, Need::Signals],
    proofs: &[
        fails_at("leaves-path-after-kill", PATH),
        fails_at("stop-answers-before-end", GONE),
        fails_at("never-kills", GONE),
    ],
    run: |cx| Box::pin(clears(cx)),
};

/// A backend that was killed could clear nothing away. A path that stays is taken for one that runs.
async fn clears(cx: &Context) -> Outcome {
    let (client, backend) = running_with(cx, OnTerm::Ignore).await?;
    let path = backend.socket_path("it has a path")?;
    backend.is_well("it answers there").await?;

    client.stop().succeeds(STOPS).await?;

    backend.is_gone_by_now(GONE)?;
    cx.nothing_at(PATH, &path)
}

pub(super) const NOTHING: Case = Case {
    id: "client.stop-without-backend-is-fine",
    clause: "client.stop-of-nothing-is-fine",
    needs: &[],
    proofs: &[
        fails_at("stop-without-backend-fails", "a stop of nothing is done"),
        fails_at(
            "keeps-address-after-stop",
            "it still says that nothing runs",
        ),
        may_fail("stop-answers-before-end"),
    ],
    run: |cx| Box::pin(of_nothing(cx)),
};

/// Everything that tidies up stops first, to be sure. An error there ends the tidying.
async fn of_nothing(cx: &Context) -> Outcome {
    let client = cx.opened_client().await?;

    client.stop().succeeds("a stop of nothing is done").await?;

    client.is("it says that nothing runs", "stopped").await?;
    client.starts("a start works after it").await?;
    client.stop().succeeds(STOPS).await?;
    client.stop().succeeds("a second stop is done").await?;
    client
        .is("it still says that nothing runs", "stopped")
        .await
}

async fn running_with(
    cx: &Context,
    on_term: OnTerm,
) -> Outcome<(crate::context::Client, Launched)> {
    let script = Script {
        on_term,
        ..cx.healthy_script()
    };
    cx.next_launch(script).await?;
    cx.running_client().await
}
