//! Starts of which nothing comes.

use crate::bounds;
use crate::case::{Case, Need, fails_at};
use crate::context::{Client, Context};
use crate::verdict::Outcome;
use harness::standin::{Opening, Script};
use std::path::Path;

const ENDS: &str = "the start ends with its backend";
const NOTHING: &str = "it hands out nothing";

pub(super) const EXIT: Case = Case {
    id: "client.exit-ends-the-start",
    clause: "client.ends-a-start-with-its-backend",
    needs: &[Need::Alone],
    proofs: &[
        fails_at("waits-out-the-limit-after-exit", ENDS),
        fails_at("reports-on-spawn", ENDS),
        fails_at("address-after-failed-start", NOTHING),
    ],
    run: |cx| Box::pin(exit(cx)),
};

/// A broken configuration, a port that is taken: the backend says so and ends within milliseconds. The user should not have to
/// wait for a limit to hear of it.
async fn exit(cx: &Context) -> Outcome {
    let script = Script {
        opening: Opening::Exit(3),
        ..cx.healthy_script()
    };
    cx.next_launch(script).await?;
    let client = cx.opened_client().await?;

    let starting = client.start();
    let backend = cx.launched("its backend is launched").await?;
    backend
        .is_gone_within("its backend ends", bounds::DEED)
        .await?;

    let mut starting = starting.due_within(bounds::NEWS);
    starting.is_refused(ENDS, &["exited"]).await?;
    client.hands_out_nothing(NOTHING).await?;
    client.is(NOTHING, "stopped").await
}

const GIVES_UP: &str = "it gives up";
const LEFT_BEHIND: &str = "it leaves no backend behind";

pub(super) const NEVER_READY: Case = Case {
    id: "client.never-ready-ends-the-start",
    clause: "client.gives-up-on-a-start",
    needs: &[],
    proofs: &[
        fails_at("waits-for-ever-for-ready", GIVES_UP),
        fails_at("reports-on-spawn", GIVES_UP),
        fails_at("reports-on-path", GIVES_UP),
        fails_at("reports-on-connect", GIVES_UP),
        fails_at("leaves-unready-backend", LEFT_BEHIND),
        fails_at("address-after-failed-start", NOTHING),
    ],
    run: |cx| Box::pin(never_ready(cx)),
};

/// It takes connections and says nothing, as one does that waits for a lock which nobody will release. What is left of it would
/// be in the way of each further try.
async fn never_ready(cx: &Context) -> Outcome {
    let script = Script {
        opening: Opening::WaitBeforeAccept,
        ..cx.healthy_script()
    };
    cx.next_launch(script).await?;
    let client = cx.opened_client().await?;

    let mut starting = client.start();
    let backend = cx.launched("its backend is launched").await?;

    starting.is_refused(GIVES_UP, &["not-ready"]).await?;
    backend.is_gone_by_now(LEFT_BEHIND)?;
    client.hands_out_nothing(NOTHING).await?;
    client.is(NOTHING, "stopped").await
}

const SAID: &str = "it says that nothing was launched";
const LIVES_ON: &str = "it lives on";
const LATER: &str = "it starts once the program is there";

pub(super) const MISSING: Case = Case {
    id: "client.missing-program-is-said",
    clause: "client.says-that-nothing-was-launched",
    needs: &[],
    proofs: &[
        fails_at("missing-program-waits", SAID),
        fails_at("failed-launch-ends-client", LIVES_ON),
        fails_at("address-after-failed-launch", NOTHING),
    ],
    run: |cx| Box::pin(missing(cx)),
};

/// An update is half done, or a virus scanner has taken the program away. The repair of the installation comes a minute later,
/// and the app is still open.
async fn missing(cx: &Context) -> Outcome {
    let program = cx.other_backend_path("elsewhere")?;
    let client = cx.client_of(&program).await?;

    nothing_is_launched(cx, &client, &program).await
}

pub(super) const UNEXECUTABLE: Case = Case {
    id: "client.unexecutable-program-is-said",
    clause: "client.says-that-nothing-was-launched",
    needs: &[],
    proofs: &[
        fails_at("failed-launch-ends-client", LIVES_ON),
        fails_at("address-after-failed-launch", NOTHING),
        fails_at("missing-program-waits", SAID),
    ],
    run: |cx| Box::pin(unexecutable(cx)),
};

/// The archive was unpacked by something that knows no permissions: the program is there and may not be executed.
async fn unexecutable(cx: &Context) -> Outcome {
    let program = cx.other_backend_path("elsewhere")?;
    std::fs::write(&program, "this is no program")?;
    cx.set_mode(&program, 0o600)?;
    let client = cx.client_of(&program).await?;

    nothing_is_launched(cx, &client, &program).await
}

async fn nothing_is_launched(cx: &Context, client: &Client, program: &Path) -> Outcome {
    let mut starting = client.start().due_within(bounds::ANSWER);
    starting.is_refused(SAID, &["launch-failed"]).await?;
    client.status(LIVES_ON).await?;
    client.hands_out_nothing(NOTHING).await?;
    client.is(NOTHING, "stopped").await?;

    cx.place_backend_at(program).await?;
    client.starts(LATER).await.map(drop)
}
