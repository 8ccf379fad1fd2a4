//! A second start while the first one is well.

use super::{SINGLE, second};
use crate::case::{Case, Need, fails_at};
use crate::context::{Context, Start};
use crate::verdict::Outcome;
use harness::target::Capability;

const REFUSED: &str = "the second start is refused in time";

pub(super) const SECOND: Case = Case {
    id: "single.refuses-a-second-start",
    clause: "single.refuses-second-start",
    needs: &[SINGLE, Need::Local],
    proofs: &[
        fails_at("takes-over-silently", REFUSED),
        fails_at("refuses-with-exit-zero", REFUSED),
    ],
    run: |cx| Box::pin(refuses(cx, second(cx))),
};

pub(super) const OTHER_KIND: Case = Case {
    id: "single.refuses-at-another-kind-of-address",
    clause: "single.refuses-second-start",
    needs: &[SINGLE, Need::Local, Need::Claim(Capability::Tcp)],
    proofs: &[
        fails_at("takes-over-silently", REFUSED),
        fails_at("refuses-with-exit-zero", REFUSED),
    ],
    run: |cx| Box::pin(refuses(cx, cx.start().on_tcp("127.0.0.1", "0"))),
};

/// A double click must not cut off the window that is open: the user sees "disconnected" in the one and an empty project in
/// the other, and both write to the same data.
async fn refuses(cx: &Context, start: Start) -> Outcome {
    let first = cx.ready().await?;

    start.refused(REFUSED).await?;

    first.is_well("the first one is as well as before").await
}

pub(super) const OTHER_SURROUNDINGS: Case = Case {
    id: "single.refuses-in-other-surroundings",
    clause: "single.refuses-second-start",
    needs: &[SINGLE, Need::Local],
    proofs: &[
        fails_at("takes-over-silently", REFUSED),
        fails_at("refuses-with-exit-zero", REFUSED),
    ],
    run: |cx| Box::pin(other_surroundings(cx)),
};

/// A terminal, a login item and a desktop start programs with different temporary and runtime directories. The state is the
/// same, so the promise has to be.
async fn other_surroundings(cx: &Context) -> Outcome {
    let other = cx.root().join("other");
    cx.private_directories(Some(&other))?;

    let start = ["TMPDIR", "TEMP", "TMP", "XDG_RUNTIME_DIR"]
        .iter()
        .fold(second(cx), |start, name| start.env(name, &other));

    refuses(cx, start).await
}

pub(super) const NAMES_PID: Case = Case {
    id: "single.refusal-names-the-process-of-the-first",
    clause: "single.refusal-names-holder",
    needs: &[SINGLE, Need::Discovery, Need::Local],
    proofs: &[
        fails_at("refusal-omits-pid", PID),
        fails_at("refuses-without-words", PID),
        fails_at("records-parent-pid", PID),
        fails_at("takes-over-silently", REFUSED),
        fails_at("refuses-with-exit-zero", REFUSED),
    ],
    run: |cx| Box::pin(names_pid(cx)),
};

const PID: &str = "the refusal names the process id of the first one";

/// "It is already running" helps nobody who sees no window. The process id is what can be looked for, and ended.
async fn names_pid(cx: &Context) -> Outcome {
    let first = cx.ready().await?;

    let refusal = second(cx).refused(REFUSED).await?;

    refusal.names_pid(PID, first.pid())
}

pub(super) const NAMES_ADDRESS: Case = Case {
    id: "single.refusal-names-the-address-of-the-first",
    clause: "single.refusal-names-holder",
    needs: &[SINGLE, Need::Discovery, Need::Local],
    proofs: &[
        fails_at("refusal-omits-address", ADDRESS),
        fails_at("refuses-without-words", ADDRESS),
        fails_at("takes-over-silently", REFUSED),
        fails_at("refuses-with-exit-zero", REFUSED),
    ],
    run: |cx| Box::pin(names_address(cx)),
};

const ADDRESS: &str = "the refusal names the address of the first one";

/// An app that knows where the other instance is can use it; one that does not can only give up.
async fn names_address(cx: &Context) -> Outcome {
    let first = cx.ready().await?;

    let refusal = second(cx).refused(REFUSED).await?;

    refusal.names_address(ADDRESS, &first.endpoint()?)
}
