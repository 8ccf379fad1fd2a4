//! Clients that take their time, and those who come after them.

use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::dial::request_head;
use std::time::Duration;

const OTHERS: &str = "others are answered meanwhile";

pub(super) const SILENT: Case = Case {
    id: "listen.silent-client-holds-nobody-up",
    clause: "listen.serves-others-meanwhile",
    needs: &[],
    proofs: &[fails_at("serves-one-connection-at-a-time", OTHERS)],
    run: |cx| Box::pin(silent(cx)),
};

/// A connection is opened in advance and forgotten. If the others wait for it, the backend looks to its user as if it hung.
async fn silent(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;

    let _silent = backend.wire("the silent client is taken").await?;

    backend.is_well(OTHERS).await
}

pub(super) const DRIPPING: Case = Case {
    id: "listen.dripping-client-holds-nobody-up",
    clause: "listen.serves-others-meanwhile",
    needs: &[],
    proofs: &[fails_at("serves-one-connection-at-a-time", OTHERS)],
    run: |cx| Box::pin(dripping(cx)),
};

/// A laptop that falls asleep sends its request a byte at a time. Nobody else should notice.
async fn dripping(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    let mut dripping = backend.wire("the dripping client is taken").await?;

    for byte in request_head("GET", &cx.manifest().health.path, &[])
        .bytes()
        .take(5)
    {
        let sent = dripping.send(&[byte]).await;
        cx.expect_ok("its bytes are taken", "one byte more is taken", sent)?;

        backend.is_well(OTHERS).await?;
    }
    Ok(())
}

pub(super) const SLOW_ANSWER: Case = Case {
    id: "listen.slow-answer-holds-nobody-up",
    clause: "listen.serves-others-meanwhile",
    needs: &[Need::Slow],
    proofs: &[fails_at("serves-one-connection-at-a-time", OTHERS)],
    run: |cx| Box::pin(slow_answer(cx)),
};

/// One window waits for a long search, another is opened. It must come up.
async fn slow_answer(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    let path = cx.slow_path(Duration::from_secs(60))?;

    let _slow = backend.in_flight("the slow answer begins", &path).await?;

    backend.is_well(OTHERS).await
}

pub(super) const MANY_IDLE: Case = Case {
    id: "listen.idle-clients-hold-nobody-up",
    clause: "listen.serves-others-meanwhile",
    needs: &[],
    proofs: &[fails_at(
        "serves-one-connection-at-a-time",
        "each of them is answered",
    )],
    run: |cx| Box::pin(many_idle(cx)),
};

/// Each window keeps a few connections open in its pool, and there are many windows.
async fn many_idle(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    let health = &cx.manifest().health;
    let mut idle = Vec::new();
    for _ in 0..64 {
        let mut connection = backend.connect("each of them is taken").await?;
        let answer = connection.get(&health.path).await;
        let answer = cx.expect_ok("each of them is answered", "an answer to health", answer)?;
        cx.expect_eq("each finds it well", &health.status, &answer.status)?;
        idle.push(connection);
    }

    backend.is_well("one more is answered").await
}
