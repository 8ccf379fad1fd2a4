//! Instances with different state directories.

use super::{SINGLE, second};
use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;

pub(super) const SIDE_BY_SIDE: Case = Case {
    id: "single.worlds-do-not-meet",
    clause: "single.worlds-do-not-meet",
    needs: &[SINGLE, Need::Local],
    proofs: &[fails_at(
        "global-lock",
        "the second is ready in a world of its own",
    )],
    run: |cx| Box::pin(side_by_side(cx)),
};

/// A developer's build beside the released app, two profiles, tests beside each other: with one name for the whole machine
/// they shut each other out, and the error speaks of an instance that the user cannot find.
async fn side_by_side(cx: &Context) -> Outcome {
    let (one, other) = (cx.root().join("one"), cx.root().join("other"));
    let first = cx.start().in_state(&one).ready("it becomes ready").await?;

    let beside = second(cx).in_state(&other);
    let second = beside
        .ready("the second is ready in a world of its own")
        .await?;

    first.is_well("the first is well beside it").await?;
    second.is_well("the second is well beside it").await?;
    first.end().await?;
    second
        .is_well("the end of the first leaves the second")
        .await
}
