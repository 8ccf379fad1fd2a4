//! What its manifest says that it refuses.

use crate::bounds;
use crate::case::{Case, Need, fails_at};
use crate::context::{Asked, Client, ClientStart, Context, Fetch};
use crate::verdict::Outcome;
use harness::driver::DriverError;
use harness::target::Capability;

const REFUSED: &str = "it is refused";
const EXPLAINS: &str = "it says why";
const AS_BEFORE: &str = "its backend lives as before";

pub(super) const RESTART: Case = Case {
    id: "client.refused-restart-changes-nothing",
    clause: "client.refuses-cleanly",
    needs: &[Need::Refusal(Capability::Restart)],
    proofs: &[
        fails_at("offers-all-the-same", REFUSED),
        fails_at("refuses-in-other-words", REFUSED),
        fails_at("refused-restart-stops", AS_BEFORE),
    ],
    run: |cx| Box::pin(refuses(cx, Client::restart)),
};

pub(super) const BRIDGE: Case = Case {
    id: "client.refused-request-changes-nothing",
    clause: "client.refuses-cleanly",
    needs: &[Need::Refusal(Capability::Bridge)],
    proofs: &[
        fails_at("offers-all-the-same", REFUSED),
        fails_at("refuses-in-other-words", REFUSED),
    ],
    run: |cx| Box::pin(refuses(cx, |client| client.fetch(&Fetch::get("/anything")))),
};

pub(super) const ABORT: Case = Case {
    id: "client.refused-abort-changes-nothing",
    clause: "client.refuses-cleanly",
    needs: &[Need::Refusal(Capability::Abort)],
    proofs: &[
        fails_at("offers-all-the-same", REFUSED),
        fails_at("refuses-in-other-words", REFUSED),
    ],
    run: |cx| Box::pin(refuses(cx, |client| client.abort("r-1"))),
};

/// A button that half works is worse than none: the backend is gone, and nothing comes in its place.
async fn refuses(cx: &Context, ask: fn(&Client) -> Asked) -> Outcome {
    let (client, backend) = cx.running_client().await?;

    let mut asked = ask(&client).due_within(bounds::ANSWER);
    let refused = asked.is_refused(REFUSED, &["unsupported"]).await?;

    cx.explains(EXPLAINS, &refused.message)?;
    backend.lives(AS_BEFORE)?;
    backend.is_well("its backend answers").await?;
    client.is("it says that it runs", "running").await?;
    let step = "nothing was launched for it";
    cx.expect_eq(step, &1, &cx.launches().await?.0)?;
    quits(&client).await
}

pub(super) const EXTERNAL: Case = Case {
    id: "client.refuses-a-backend-that-it-does-not-own",
    clause: "client.refuses-cleanly",
    needs: &[Need::Refusal(Capability::External)],
    proofs: &[fails_at("offers-all-the-same", REFUSED)],
    run: |cx| {
        Box::pin(refuses_at_launch(
            cx,
            cx.client()
                .external(cx.runtime().join("other.sock").display().to_string()),
        ))
    },
};

pub(super) const PORT: Case = Case {
    id: "client.refuses-a-port",
    clause: "client.refuses-cleanly",
    needs: &[Need::Refusal(Capability::PortOption)],
    proofs: &[fails_at("offers-all-the-same", REFUSED)],
    run: |cx| Box::pin(refuses_at_launch(cx, cx.client().port("8080"))),
};

/// An option that is swallowed sends the user's data to another backend than the one that was named.
async fn refuses_at_launch(cx: &Context, asked: ClientStart) -> Outcome {
    let (plain, _backend) = cx.running_client().await?;
    quits(&plain).await?;

    let client = asked.launch().await?;
    match client.driver().hello(bounds::HELLO).await {
        Err(DriverError::Ended { .. }) => {
            let exit = client.ends(REFUSED).await?;
            let expected = "an exit code other than 0";
            cx.expect(REFUSED, expected, exit, exit.refused())?;
            cx.explains(EXPLAINS, &client.process().stderr().text())?;
        }
        _ => {
            client.greets().await?;
            let kinds = &["unsupported", "bad-option"];
            let refused = client.start().is_refused(REFUSED, kinds).await?;
            cx.explains(EXPLAINS, &refused.message)?;
            quits(&client).await?;
        }
    }

    let step = "nothing was launched for it";
    cx.expect_eq(step, &1, &cx.launches().await?.0)
}

async fn quits(client: &Client) -> Outcome {
    client.quit().succeeds("it quits").await?;
    client.ends("it ends").await.map(drop)
}
