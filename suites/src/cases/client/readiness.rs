//! When a start is reported.

use crate::case::{Case, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::standin::{Opening, Reaction, Rule, Script};
use std::time::{Duration, Instant};

const WAITS: &str = "it waits for its backend";

/// For so long a half-open backend stays as it is: clients look about ten times a second. One that looks less often is not
/// put to the test in that state, and fails or passes by what it does afterwards.
const LOOKS: Duration = Duration::from_millis(300);

pub(super) const LATE_PATH: Case = Case {
    id: "client.late-path-is-waited-for",
    clause: "client.waits-for-the-answer",
    needs: &[],
    proofs: &[
        fails_at("reports-on-spawn", WAITS),
        fails_at("reports-on-path", WAITS),
        fails_at("reports-on-connect", WAITS),
    ],
    run: |cx| Box::pin(late(cx, Opening::WaitBeforeBind)),
};

pub(super) const LATE_LISTEN: Case = Case {
    id: "client.late-listen-is-waited-for",
    clause: "client.waits-for-the-answer",
    needs: &[],
    proofs: &[
        fails_at("reports-on-spawn", WAITS),
        fails_at("reports-on-path", WAITS),
        fails_at("reports-on-connect", WAITS),
    ],
    run: |cx| Box::pin(late(cx, Opening::WaitBeforeListen)),
};

pub(super) const LATE_ACCEPT: Case = Case {
    id: "client.late-accept-is-waited-for",
    clause: "client.waits-for-the-answer",
    needs: &[],
    proofs: &[
        fails_at("reports-on-spawn", WAITS),
        fails_at("reports-on-path", WAITS),
        fails_at("reports-on-connect", WAITS),
    ],
    run: |cx| Box::pin(late(cx, Opening::WaitBeforeAccept)),
};

/// A backend on a cold disk takes seconds to its socket, to its listener, to its first answer. A client that says "started"
/// before sends the first request into nothing, each morning, on the slowest machine of all.
async fn late(cx: &Context, opening: Opening) -> Outcome {
    let well = cx.health_rule(cx.manifest().health.version.as_deref());
    let silent = Rule {
        reaction: Reaction::Hold,
        ..well.clone()
    };
    let script = Script {
        opening,
        rules: vec![silent],
        ..cx.healthy_script()
    };
    cx.next_launch(script).await?;
    let client = cx.opened_client().await?;

    let mut starting = client.start();
    let backend = cx.launched("its backend is launched").await?;
    let looks = async {
        cx.until(Instant::now(), LOOKS).await;
        Ok(())
    };
    starting
        .waits_for(WAITS, "its backend goes on", looks)
        .await?;
    backend.proceed();
    // Whoever takes less for an answer has reported by the time that it asks.
    let asked = backend.is_asked_for_health(WAITS);
    let asked = starting
        .waits_for(WAITS, "the first question for its health", asked)
        .await?;

    backend.rules(vec![well.clone()]);
    backend.react(&asked, well.reaction);
    starting.succeeds("it reports the start").await.map(drop)
}

pub(super) const UNHEALTHY: Case = Case {
    id: "client.unhealthy-answer-is-not-ready",
    clause: "client.waits-for-the-answer",
    needs: &[],
    proofs: &[
        fails_at("reports-on-spawn", WAITS),
        fails_at("reports-on-path", WAITS),
        fails_at("reports-on-connect", WAITS),
        fails_at("reports-on-any-answer", WAITS),
    ],
    run: |cx| Box::pin(unhealthy(cx)),
};

/// A backend that still waits for its database says so. Any answer at all is no news of its health.
async fn unhealthy(cx: &Context) -> Outcome {
    let well = cx.health_rule(cx.manifest().health.version.as_deref());
    let not_yet = Rule {
        reaction: Reaction::Answer {
            status: 503,
            headers: Vec::new(),
            body: "not yet".into(),
        },
        ..well.clone()
    };
    let script = Script {
        rules: vec![not_yet],
        ..cx.healthy_script()
    };
    cx.next_launch(script).await?;
    let client = cx.opened_client().await?;

    let mut starting = client.start();
    let backend = cx.launched("its backend is launched").await?;
    // When it asks again, it has made up its mind about the answer before.
    for question in ["the first question", "the second question"] {
        let asked = backend.is_asked_for_health(WAITS);
        starting.waits_for(WAITS, question, asked).await?;
    }

    backend.rules(vec![well]);
    starting.succeeds("it reports the start").await.map(drop)
}
