//! Others on the same machine: a pair of their own, a second client, a backend that somebody else started.

use crate::case::{Case, Need, fails_at, may_fail};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::target::Capability;

const BESIDE: &str = "the second pair starts beside the first";

pub(super) const TWO_PAIRS: Case = Case {
    id: "pair.two-pairs-side-by-side",
    clause: "pair.keeps-to-itself",
    needs: &[Need::Pair],
    proofs: &[
        fails_at("address-by-name-only", "each has a backend of its own").on_unix(),
        fails_at(
            "address-by-name-only",
            "the second pair starts beside the first",
        )
        .on_windows(),
        fails_at("clears-environment", "it starts its real backend"),
        may_fail("reports-on-spawn"),
        fails_at("throws-on-204", "the first is well beside it"),
        may_fail("stop-answers-before-end"),
    ],
    run: |cx| Box::pin(two_pairs(cx)),
};

/// A user-data directory for each is not enough: backends meet in the state directory, and clients at an address that is made
/// of the app's name alone.
async fn two_pairs(cx: &Context) -> Outcome {
    let (one, other) = (cx.pair("one")?, cx.pair("other")?);
    let (first, its_backend) = one.runs().await?;

    let second = other.opens().await?;
    let beside = other.starts(&second, BESIDE).await?;

    let apart = its_backend.address() != beside.address() && its_backend.pid() != beside.pid();
    let seen = format!("{} and {}", its_backend.address(), beside.address());
    cx.expect(
        "each has a backend of its own",
        "two addresses",
        seen,
        apart,
    )?;
    its_backend.is_well("the first is well beside it").await?;
    beside.is_well("the second is well").await?;
    first.stop().succeeds("the first stops").await?;
    beside
        .is_well("the stop of the first leaves the second")
        .await
}

const TURNED_AWAY: &str = "the second client is turned away";

pub(super) const SECOND_CLIENT: Case = Case {
    id: "pair.second-client-on-the-same-directories",
    clause: "pair.one-client-per-user-data",
    needs: &[Need::Pair, Need::Claim(Capability::SingleInstance)],
    proofs: &[
        fails_at("no-instance-lock", TURNED_AWAY),
        fails_at("clears-environment", "it starts its real backend"),
        fails_at("throws-on-204", "its backend is as it was"),
        may_fail("reports-on-spawn"),
    ],
    run: |cx| Box::pin(second_client(cx)),
};

/// Two clicks on the icon: whatever the second launch makes of what it finds, it is not the end of the first one's backend.
async fn second_client(cx: &Context) -> Outcome {
    let pair = cx.pair("pair")?;
    let (first, backend) = pair.runs().await?;

    let second = pair.client().launch().await?;
    second.is_turned_away(TURNED_AWAY).await?;

    first.is("the first runs on", "running").await?;
    backend.is_well("its backend is as it was").await?;
    pair.only_one_lives("there is no other backend", &backend)
        .await
}

const REFUSED: &str = "a start says that another backend runs";
const WORD: &str = "already-running";

pub(super) const FOREIGN_BACKEND: Case = Case {
    id: "pair.foreign-backend-in-the-state-home",
    clause: "pair.gives-way-to-a-foreign-backend",
    needs: &[
        Need::Pair,
        Need::Reasons,
        Need::Paired(&Need::Claim(Capability::SingleInstance)),
    ],
    proofs: &[
        fails_at("reason-ignored", REFUSED),
        fails_at("kills-named-holder", "somebody else's backend is well"),
        fails_at("clears-environment", REFUSED),
        may_fail("reports-on-spawn"),
        fails_at("address-after-failed-start", "it hands out no address"),
        fails_at("throws-on-204", "its own backend answers"),
    ],
    run: |cx| Box::pin(foreign_backend(cx)),
};

/// The command line of the same product has started a backend, which is at work. The app finds the state directory taken.
async fn foreign_backend(cx: &Context) -> Outcome {
    let pair = cx.pair("pair")?;
    let foreign = pair.foreign_backend().await?;
    let client = pair.opens().await?;

    let refused = client.start().is_refused(REFUSED, &["exited"]).await?;

    let named = cx.manifest().reasons.contains_key(WORD);
    let word = if named { WORD } else { "unknown" };
    cx.expect_eq(REFUSED, &Some(word), &refused.reason.as_deref())?;
    client.hands_out_nothing("it hands out no address").await?;
    foreign.is_well("somebody else's backend is well").await?;
    foreign.stops("somebody else's backend stops").await?;
    let own = pair
        .starts(&client, "once that is gone, a start works")
        .await?;
    own.is_well("its own backend answers").await
}
