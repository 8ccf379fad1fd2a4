//! When it becomes healthy, and what it says then.

use crate::bounds;
use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::readiness::Stage;

pub(super) const SOON_AFTER_PATH: Case = Case {
    id: "ready.answer-comes-soon-after-the-path",
    clause: "ready.comes-up-in-order",
    needs: &[Need::Alone, Need::Local],
    proofs: &[fails_at(
        "path-long-before-accept",
        "health is answered soon after the path is there",
    )],
    run: |cx| Box::pin(soon_after_path(cx)),
};

/// Launchers wait for the path and then connect. When the path comes long before the listener, they tell their user that the start
/// has failed, and it had only just begun.
async fn soon_after_path(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;

    let present = backend.reached(Stage::Present);
    let answered = backend.reached(Stage::Identified);

    let took = answered
        .zip(present)
        .map(|(answered, present)| answered.saturating_sub(present));
    cx.expect(
        "health is answered soon after the path is there",
        format!("within {:?}", bounds::PATH_TO_ANSWER),
        format!("{took:?}"),
        took.is_some_and(|took| took <= bounds::PATH_TO_ANSWER),
    )
}

pub(super) const STATED_STATUS: Case = Case {
    id: "ready.health-has-the-stated-status",
    clause: "ready.health-status",
    needs: &[],
    proofs: &[fails_at(
        "health-200-for-204",
        "its status is always the stated one",
    )],
    run: |cx| Box::pin(stated_status(cx)),
};

/// Probers compare the status exactly. A backend that answers 200 one day and 204 the next is well and is taken for a stranger: the
/// app starts a second one, or none.
async fn stated_status(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    let health = &cx.manifest().health;

    let mut connection = backend.connect("a connection is taken").await?;
    for _ in 0..3 {
        let answer = backend
            .get_on("health is answered", &mut connection, &health.path)
            .await?;

        cx.expect_eq(
            "its status is always the stated one",
            &health.status,
            &answer.status,
        )?;
    }
    Ok(())
}

pub(super) const UNKNOWN_PATH: Case = Case {
    id: "ready.unknown-path-is-not-found",
    clause: "ready.unknown-path-is-not-found",
    needs: &[],
    proofs: &[fails_at("answers-unknown-paths", "its status is 404")],
    run: |cx| Box::pin(unknown_path(cx)),
};

/// After an update the window is newer than the backend that still runs. It asks for what the backend does not have, and only 404
/// lets it fall back instead of reading nonsense.
async fn unknown_path(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;

    let answer = backend
        .get("the unknown path is answered", cx.unknown_path())
        .await?;

    cx.expect_eq("its status is 404", &404, &answer.status)
}
