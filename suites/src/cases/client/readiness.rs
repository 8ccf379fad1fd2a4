//! When a start is reported.

use crate::case::{Case, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::standin::{Opening, Script};

const WAITS: &str = "it waits for its backend";

pub(super) const LATE_PATH: Case = Case {
    id: "client.late-path-is-waited-for",
    clause: "client.waits-for-the-answer",
    needs: &[],
    proofs: &[fails_at("reports-on-spawn", WAITS)],
    run: |cx| Box::pin(late(cx, Opening::WaitBeforeBind)),
};

/// A backend on a cold disk takes seconds to its socket. A client that says "started" as soon as there is a process sends the
/// first request into nothing, each morning, on the slowest machine of all.
async fn late(cx: &Context, opening: Opening) -> Outcome {
    let script = Script {
        opening,
        ..cx.healthy_script()
    };
    cx.next_launch(script).await?;
    let client = cx.opened_client().await?;

    let mut starting = client.start();
    let backend = cx.launched("its backend is launched").await?;
    client.is(WAITS, "starting").await?;
    cx.expect(WAITS, "no answer yet", "an answer", starting.is_open())?;
    backend.proceed();

    starting.succeeds("it reports the start").await?;
    client.is("it says that it runs", "running").await
}
