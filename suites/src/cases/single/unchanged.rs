//! What a refused start leaves as it was: everything.

use super::{SINGLE, second};
use crate::bounds;
use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::pace::{Deadline, Pace};

const REFUSED: &str = "the second start is refused in time";

pub(super) const RECORD: Case = Case {
    id: "single.refused-start-leaves-the-record",
    clause: "single.refused-start-changes-nothing",
    needs: &[SINGLE, Need::Discovery, Need::Local],
    proofs: &[
        fails_at("refused-start-rewrites-record", SAME_RECORD),
        fails_at("takes-over-silently", REFUSED),
        fails_at("refuses-with-exit-zero", REFUSED),
    ],
    run: |cx| Box::pin(record(cx)),
};

const SAME_RECORD: &str = "the record is the same file with the same bytes";

/// A double click that replaces the record sends every later window to a process that is already gone.
async fn record(cx: &Context) -> Outcome {
    let first = cx.ready().await?;
    let path = first.record_path()?;
    let before = cx.snapshot(&path);

    second(cx).refused(REFUSED).await?;

    cx.unchanged(SAME_RECORD, &path, &before)?;
    first.is_well("the first one is as well as before").await
}

pub(super) const NO_FILE: Case = Case {
    id: "single.refused-start-leaves-no-file",
    clause: "single.refused-start-changes-nothing",
    needs: &[SINGLE, Need::Local],
    proofs: &[
        fails_at("refused-start-leaves-socket", "nothing new is left behind").on_unix(),
        fails_at("takes-over-silently", REFUSED),
        fails_at("refuses-with-exit-zero", REFUSED),
    ],
    run: |cx| Box::pin(no_file(cx)),
};

/// Some click twice every morning. What each refused start leaves adds up, and a socket that nobody answers on looks to the
/// next program like a backend that hangs.
async fn no_file(cx: &Context) -> Outcome {
    let first = cx.ready().await?;
    let before = cx.listing();

    second(cx).refused(REFUSED).await?;

    let left = cx.new_since(&before, &[]);
    cx.expect_eq("nothing new is left behind", &Vec::new(), &left)?;
    first.is_well("the first one is as well as before").await
}

pub(super) const SAME_ADDRESS: Case = Case {
    id: "single.refuses-the-same-address",
    clause: "single.refuses-same-address",
    needs: &[SINGLE, Need::Local],
    proofs: &[
        fails_at("unlinks-before-check", REFUSED).on_unix(),
        fails_at("takes-over-silently", REFUSED).on_unix(),
        fails_at("refuses-with-exit-zero", REFUSED),
    ],
    run: |cx| Box::pin(same_address(cx)),
};

/// Two launches of one app have the same arguments, so this is what a double click really does.
async fn same_address(cx: &Context) -> Outcome {
    let first = cx.ready().await?;

    cx.start().refused(REFUSED).await?;

    first.is_well("the address leads to the first one").await
}

pub(super) const STILL_THE_FIRST: Case = Case {
    id: "single.address-leads-to-the-first-at-every-moment",
    clause: "single.refuses-same-address",
    needs: &[SINGLE, Need::Local],
    proofs: &[
        fails_at("unlinks-before-check", ALL_THE_WHILE).on_unix(),
        fails_at("takes-over-silently", ALL_THE_WHILE).on_unix(),
        fails_at("pipe-joins-before-check", ALL_THE_WHILE).on_windows(),
    ],
    run: |cx| Box::pin(still_the_first(cx)),
};

const ALL_THE_WHILE: &str = "the address leads to the first one all the while";

/// A start that clears its address before it looks around cuts the running app off, even if it gives up a moment later: nobody
/// can reach the first one again, although it lives and is well.
async fn still_the_first(cx: &Context) -> Outcome {
    let first = cx.ready().await?;

    let second = cx.start().launch()?;

    let mut pace = Pace::until(Deadline::after(bounds::REFUSAL));
    while second.process().exit().is_none() && pace.step().await {
        first.is_well(ALL_THE_WHILE).await?;
    }
    first.is_well(ALL_THE_WHILE).await
}

pub(super) const GOOD_ORDER: Case = Case {
    id: "single.first-stops-in-good-order-after-a-refusal",
    clause: "single.refused-start-changes-nothing",
    needs: &[SINGLE, Need::Discovery, Need::Local],
    proofs: &[
        fails_at("refused-start-rewrites-record", "its record is gone"),
        fails_at("takes-over-silently", REFUSED),
        fails_at("refuses-with-exit-zero", REFUSED),
        fails_at("leaves-record", "its record is gone"),
        fails_at("leaves-socket", "its socket is gone").on_unix(),
        fails_at("exits-nonzero-on-stop", "the first one stops"),
        fails_at("stops-late", "the first one stops"),
    ],
    run: |cx| Box::pin(good_order(cx)),
};

/// The double click in the morning must not be what makes the app start badly in the evening.
async fn good_order(cx: &Context) -> Outcome {
    let first = cx.ready().await?;
    second(cx).refused(REFUSED).await?;

    first.stops("the first one stops").await?;

    cx.nothing_at("its record is gone", &first.record_path()?)?;
    cx.nothing_at("its socket is gone", &cx.socket())?;
    let step = "what was refused before is ready now";
    second(cx).ready(step).await?.is_well(step).await
}
