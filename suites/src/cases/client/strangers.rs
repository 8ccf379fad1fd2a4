//! Processes that are none of the client's, and that it comes across.

use crate::bounds;
use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::standin::{EndsWithClient, Opening, Saying, Script, Stream};

const STRANGER_LIVES: &str = "the stranger lives";

pub(super) const REUSED_PID: Case = Case {
    id: "client.reused-pid-is-left-alone",
    clause: "client.leaves-strangers-alone",
    needs: &[],
    proofs: &[
        fails_at("kills-by-pid", STRANGER_LIVES),
        fails_at("existence-lock", "it says hello"),
    ],
    run: |cx| Box::pin(reused_pid(cx)),
};

/// Process ids come back, at once after a restart of the machine. Whoever has that of the earlier backend now is somebody's
/// editor with an unsaved file.
async fn reused_pid(cx: &Context) -> Outcome {
    let script = Script {
        ends_with_client: EndsWithClient::Never,
        ..cx.healthy_script()
    };
    cx.next_launch(script).await?;
    let (killed, orphan) = cx.running_client().await?;
    let earlier = orphan.identity("its backend is there")?;
    killed.kill().await?;
    orphan.die();
    let step = "its backend dies";
    orphan.is_gone_within(step, bounds::DEED).await?;
    let stranger = cx.stranger_started_after(earlier).await?;
    cx.rename_process(orphan.pid(), stranger.pid())?;

    let client = cx.client().opens().await?;
    client.starts("the next client starts").await?;

    let alive = stranger.identity().is_alive();
    let seen = if alive { "it lives" } else { "it is dead" };
    cx.expect(STRANGER_LIVES, "it lives", seen, alive)
}

pub(super) const HOLDER: Case = Case {
    id: "client.foreign-holder-is-left-alone",
    clause: "client.leaves-strangers-alone",
    needs: &[Need::Reasons],
    proofs: &[
        fails_at("kills-named-holder", STRANGER_LIVES),
        fails_at("reports-on-spawn", "the start fails for that reason"),
        fails_at("reason-ignored", "the start fails for that reason"),
    ],
    run: |cx| Box::pin(holder(cx)),
};

/// A backend that is refused names who has its place. That may be the user's other app, and is never this client's to end.
async fn holder(cx: &Context) -> Outcome {
    const RUNNING: &str = "already-running";
    let reasons = &cx.manifest().reasons;
    let found = reasons.get_key_value(RUNNING).or(reasons.iter().next());
    let (reason, words) = cx.expect_some("there is a reason", "a reason", found)?;
    let stranger = cx.stranger()?;
    let saying = Saying {
        stream: Stream::Stderr,
        text: format!("error: {words} (pid {})\n", stranger.pid()),
    };
    let script = Script {
        says: vec![saying],
        opening: Opening::Exit(1),
        ..cx.healthy_script()
    };
    cx.next_launch(script).await?;
    let client = cx.opened_client().await?;

    let step = "the start fails for that reason";
    let refused = client.start().is_refused(step, &["exited"]).await?;
    let alive = stranger.identity().is_alive();
    let seen = if alive { "it lives" } else { "it is dead" };
    cx.expect(STRANGER_LIVES, "it lives", seen, alive)?;
    cx.expect_eq(step, &Some(reason.as_str()), &refused.reason.as_deref())
}
