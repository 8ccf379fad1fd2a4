//! Connections that are kept from one call to the next.

use super::NEEDS;
use crate::case::{Case, Need, fails_at, may_fail_at};
use crate::context::{Context, Fetch};
use crate::verdict::Outcome;
use harness::standin::{Reaction, Report, Rule, Then};
use harness::target::Capability;

const NEW: &str = "the first calls after the restart are answered by the new backend";
const REPLACED: &str = "the call after it is answered";

pub(super) const RESTART: Case = Case {
    id: "bridge.restart-drops-pooled-connections",
    clause: "bridge.drops-connections-at-a-restart",
    needs: &[
        Need::Claim(Capability::Bridge),
        Need::Claim(Capability::Restart),
    ],
    proofs: &[
        fails_at("keeps-pool-across-restart", NEW),
        may_fail_at("reports-on-spawn", NEW),
    ],
    run: |cx| Box::pin(restart(cx)),
};

/// The user restarts the backend and clicks. What was kept leads to the one that is gone, and the first click fails: "it works only
/// the second time".
async fn restart(cx: &Context) -> Outcome {
    let (client, _old) = cx.running_client().await?;
    for path in ["/one", "/two"] {
        client
            .carries("a call is answered", &Fetch::get(path))
            .await?;
    }

    let new = client.restarts("it restarts").await?;
    for fetch in [Fetch::get("/first"), Fetch::post("/second", "2")] {
        let answered = client.carries(NEW, &fetch).await?;
        cx.expect_eq(NEW, &200, &answered.status)?;
    }

    new.receives(NEW, "/first").await?;
    new.receives(NEW, "/second").await?;
    Ok(())
}

pub(super) const IDLE: Case = Case {
    id: "bridge.idle-connection-closed-by-the-backend-is-replaced",
    clause: "bridge.replaces-dead-connections",
    needs: NEEDS,
    proofs: &[fails_at("uses-dead-connection", REPLACED)],
    run: |cx| Box::pin(idle(cx)),
};

/// Servers close what nobody used for a while. Who comes back from lunch finds the first click lost.
async fn idle(cx: &Context) -> Outcome {
    let reaction = Reaction::Raw {
        bytes: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".into(),
        then: Then::Close,
    };
    let rule = Rule::at("/last", reaction);
    let (client, backend) = cx.running_client_with([rule]).await?;

    for next in [Fetch::get("/next"), Fetch::post("/save", "1")] {
        client
            .carries("a call is answered", &Fetch::get("/last"))
            .await?;
        let last = backend.receives("it arrives", "/last").await?;
        let closed = |report: &Report| match report {
            Report::Disconnected { connection, .. } => *connection == last.connection,
            _ => false,
        };
        backend
            .reports(
                "its connection is closed",
                "close of the connection",
                closed,
            )
            .await?;

        let answered = client.carries(REPLACED, &next).await?;
        cx.expect_eq(REPLACED, &200, &answered.status)?;
    }
    Ok(())
}
