//! Somebody listens at the path.

use super::refusal::{EXIT_ZERO, EXPLAINED, REFUSED, WORDLESS};
use crate::bounds;
use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::dial::{Connection, dial};
use harness::endpoint::Endpoint;
use harness::peer::{Peer, Reply};

const STILL_THERE: &str = "the stranger is reached as before";

pub(super) const ANSWERING: Case = Case {
    id: "listen.live-socket-is-not-taken",
    clause: "listen.keeps-live-socket",
    needs: &[Need::UnixSocket],
    proofs: &[
        fails_at("steals-live-socket", REFUSED),
        fails_at("unlinks-before-check", REFUSED),
        EXIT_ZERO,
        WORDLESS,
    ],
    run: |cx| Box::pin(answering(cx)),
};

/// Another program serves there. An address that is taken from it breaks it without a word: its clients talk to the wrong one, and
/// the fault shows up far from its cause.
async fn answering(cx: &Context) -> Outcome {
    let answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 8\r\n\r\nstranger";
    let stranger = is_not_taken(cx, Reply::Answer(answer.into())).await?;

    let answer = async {
        let mut connection =
            Connection::open(stranger.endpoint(), bounds::HEALTH, cx.recorder()).await?;
        connection.get("/").await
    };
    let answer = cx.expect_ok(STILL_THERE, "an answer of the stranger", answer.await)?;
    cx.expect_eq(
        "it is the stranger who answers",
        &"stranger".to_owned(),
        &answer.text(),
    )
}

pub(super) const SILENT: Case = Case {
    id: "listen.live-socket-is-not-taken-even-if-it-is-silent",
    clause: "listen.keeps-live-socket",
    needs: &[Need::UnixSocket],
    proofs: &[
        fails_at("steals-live-socket", REFUSED),
        fails_at("unlinks-before-check", REFUSED),
        EXIT_ZERO,
        WORDLESS,
    ],
    run: |cx| Box::pin(silent(cx)),
};

/// Somebody who takes connections and does not answer lives all the same: it is busy, or speaks another protocol.
async fn silent(cx: &Context) -> Outcome {
    let stranger = is_not_taken(cx, Reply::Silence).await?;
    let before = stranger.connections();

    let connection = dial(stranger.endpoint(), bounds::HEALTH, cx.recorder()).await;

    cx.expect_ok(STILL_THERE, "a connection to its path", connection)?;
    let taken = harness::pace::poll(bounds::HEALTH, async || {
        (stranger.connections() > before).then_some(())
    });
    cx.expect_some(
        "it is the stranger who takes the connection",
        "one connection more",
        taken.await,
    )
}

/// A start at a stranger's socket is refused; the stranger is handed back.
async fn is_not_taken(cx: &Context, reply: Reply) -> Outcome<Peer> {
    cx.proven_alive().await?;
    let path = cx.runtime().join("taken");
    let stranger = cx.peer(&Endpoint::Unix(path.clone()), reply).await?;

    let refusal = cx.start().at_path(&path).refused(REFUSED).await?;

    refusal.explains(EXPLAINED)?;
    Ok(stranger)
}
