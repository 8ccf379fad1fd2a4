//! What a backend writes, and what holds its output when it is gone.

use crate::bounds;
use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::standin::{Command, Opening, Saying, Script, Stream};

/// Sixteen times what a pipe holds, and more than any other buffer on the way.
const FLOOD: usize = 1024 * 1024;

const TAKEN: &str = "its backend is not held up";

pub(super) const STDERR: Case = Case {
    id: "client.flood-of-stderr-holds-nobody-up",
    clause: "client.never-holds-up-its-output",
    needs: &[],
    proofs: &[fails_at("leaves-stderr-unread", TAKEN)],
    run: |cx| Box::pin(flood(cx, Stream::Stderr)),
};

pub(super) const STDOUT: Case = Case {
    id: "client.flood-of-stdout-holds-nobody-up",
    clause: "client.never-holds-up-its-output",
    needs: &[],
    proofs: &[fails_at("leaves-stdout-unread", TAKEN)],
    run: |cx| Box::pin(flood(cx, Stream::Stdout)),
};

/// A migration that logs each row, a debug level that somebody forgot: the backend writes, blocks, and never comes to serve.
async fn flood(cx: &Context, stream: Stream) -> Outcome {
    let line = format!("{}\n", ".".repeat(79));
    let text = line.repeat(FLOOD / line.len());
    let script = Script {
        says: vec![Saying { stream, text }],
        ..cx.healthy_script()
    };
    cx.next_launch(script).await?;
    let client = cx.opened_client().await?;

    let mut starting = client.start();
    let backend = cx.launched("its backend is launched").await?;

    backend.is_bound(TAKEN).await?;
    starting.succeeds("it reports the start").await.map(drop)
}

const HEARS: &str = "it says that its backend is gone";

pub(super) const GRANDCHILD: Case = Case {
    id: "client.grandchild-with-the-pipe-holds-nobody-up",
    clause: "client.does-not-wait-for-output",
    needs: &[],
    proofs: &[
        fails_at("waits-for-end-of-output", HEARS),
        fails_at("misses-crash", HEARS),
    ],
    run: |cx| Box::pin(grandchild(cx)),
};

/// A helper that the backend started has its standard error too. When the backend dies the pipe does not end, and who waits
/// for that still shows "connected" in the evening.
async fn grandchild(cx: &Context) -> Outcome {
    let script = Script {
        leaves_child: true,
        ..cx.healthy_script()
    };
    cx.next_launch(script).await?;
    let (client, backend) = cx.running_client().await?;
    let child = cx.left_child().await?;

    backend.die();

    client.says(HEARS, "exited").await?;
    let step = "the output is still held";
    cx.expect(step, "a child", "none", !child.is_gone())?;
    child.command(&Command::EndChild);
    Ok(())
}

const ENDS: &str = "the start ends with its backend";

pub(super) const GRANDCHILD_OF_A_FAILED_START: Case = Case {
    id: "client.grandchild-does-not-hold-up-a-failed-start",
    clause: "client.does-not-wait-for-output",
    needs: &[Need::Alone],
    proofs: &[
        fails_at("waits-for-end-of-output", ENDS),
        fails_at("waits-out-the-limit-after-exit", ENDS),
        fails_at("reports-on-spawn", ENDS),
    ],
    run: |cx| Box::pin(failed_start(cx)),
};

/// The same while it starts: the helper came up, the backend did not.
async fn failed_start(cx: &Context) -> Outcome {
    let script = Script {
        leaves_child: true,
        opening: Opening::Exit(1),
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
    starting.is_refused(ENDS, &["exited"]).await.map(drop)
}
