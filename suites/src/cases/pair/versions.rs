//! A backend of another version than its client.

use crate::case::{Case, Need, fails_at, may_fail};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::target::Capability;

const REFUSED: &str = "the newer backend is refused";

pub(super) const NEWER: Case = Case {
    id: "pair.newer-backend-is-refused",
    clause: "pair.refuses-another-version",
    needs: &[
        Need::Pair,
        Need::Skew,
        Need::Claim(Capability::VersionCheck),
    ],
    proofs: &[
        fails_at("ignores-version", REFUSED),
        fails_at("leaves-incompatible-backend", "the newer backend is ended"),
        fails_at("clears-environment", REFUSED),
        may_fail("reports-on-spawn"),
        fails_at("reports-on-path", REFUSED),
        fails_at("reports-on-connect", REFUSED),
        fails_at("address-after-failed-start", "it hands out no address"),
        fails_at(
            "throws-on-204",
            "a backend of the version that it knows answers",
        ),
    ],
    run: |cx| Box::pin(newer(cx)),
};

/// The updater has replaced the backend and not the client, or the other way round. Half of the calls would work.
async fn newer(cx: &Context) -> Outcome {
    let pair = cx.pair("pair")?;
    let client = pair.skewed_client()?.opens().await?;

    client
        .start()
        .is_refused(REFUSED, &["incompatible"])
        .await?;

    client.hands_out_nothing("it hands out no address").await?;
    pair.none_lives("the newer backend is ended")?;
    client.quit().succeeds("it quits").await?;
    client.ends("it ends").await?;
    let (_, known) = pair.runs().await?;
    known
        .is_well("a backend of the version that it knows answers")
        .await
}
