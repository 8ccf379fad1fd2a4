//! Texts that would end their line, and begin another.

use super::NEEDS;
use crate::case::{Case, fails_at};
use crate::context::{Client, Context, Fetch, Launched};
use crate::verdict::Outcome;

const REFUSED: &str = "the call is refused";
const NOTHING: &str = "nothing of it arrives";

/// Expects each to be refused, and no trace of it at the backend.
async fn refused(
    cx: &Context,
    client: &Client,
    backend: &Launched,
    fetches: impl IntoIterator<Item = Fetch>,
) -> Outcome {
    for fetch in fetches {
        let mut asked = client.fetch(&fetch);
        asked.is_refused(REFUSED, &["bad-request"]).await?;
    }
    client.carries_on("the next call is whole").await?;
    let arrived = backend.requests();
    let smuggled = arrived
        .iter()
        .filter(|one| one.target().starts_with("/smuggle") || !one.header("x-smuggled").is_empty());
    cx.expect_eq(NOTHING, &0, &smuggled.count())
}

pub(super) const HEADER: Case = Case {
    id: "bridge.line-end-in-a-header-is-refused",
    clause: "bridge.refuses-line-ends",
    needs: NEEDS,
    proofs: &[fails_at("sends-line-ends-in-headers", REFUSED)],
    run: |cx| Box::pin(header(cx)),
};

/// A name that somebody chose stands in a header. With a line end in it, the one who chose it writes headers, and whole requests.
async fn header(cx: &Context) -> Outcome {
    let (client, backend) = cx.running_client().await?;
    let named = |value: &str| Fetch::get("/smuggle").header("X-Name", value);
    let fetches = [
        named("a\r\nX-Smuggled: 1"),
        named("a\nX-Smuggled: 1"),
        named("a\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost"),
        Fetch::get("/smuggle").header("X-Name: a\r\nX-Smuggled", "1"),
    ];
    refused(cx, &client, &backend, fetches).await
}

pub(super) const PATH: Case = Case {
    id: "bridge.line-end-in-a-path-is-refused",
    clause: "bridge.refuses-line-ends",
    needs: NEEDS,
    proofs: &[
        fails_at("sends-line-ends-in-paths", REFUSED),
        fails_at("drops-query", REFUSED),
    ],
    run: |cx| Box::pin(path(cx)),
};

/// The same in a path, where somebody forgot to escape what a user typed.
async fn path(cx: &Context) -> Outcome {
    let (client, backend) = cx.running_client().await?;
    let fetches = [
        Fetch::get("/smuggle HTTP/1.1\r\nX-Smuggled: 1\r\nX-Rest:"),
        Fetch::get("/smuggle\r\nX-Smuggled: 1"),
        Fetch::get("/smuggle?a=\nb"),
    ];
    refused(cx, &client, &backend, fetches).await
}
