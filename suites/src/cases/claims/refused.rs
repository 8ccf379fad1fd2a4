//! What its manifest says that it refuses.

use crate::case::{Case, Need, Proof, fails_at};
use crate::context::{Context, Start};
use crate::verdict::Outcome;
use harness::target::Capability;

const REFUSED: &str = "it refuses in time";
const EXPLAINS: &str = "it says why";
const NOTHING_LEFT: &str = "nothing new is left behind";

/// A launcher that is not told of a refusal takes what it asked for as given.
const PROOFS: &[Proof] = &[
    fails_at("does-what-it-does-not-offer", REFUSED),
    fails_at("refuses-with-exit-zero", REFUSED),
    fails_at("refuses-without-words", EXPLAINS),
];

pub(super) const TCP: Case = Case {
    id: "claims.refuses-to-listen-on-tcp",
    clause: "claims.refuses-cleanly",
    needs: &[Need::Local, Need::Refusal(Capability::Tcp)],
    proofs: PROOFS,
    run: |cx| Box::pin(refuses(cx, cx.start().on_tcp("127.0.0.1", "0"))),
};

pub(super) const PARENT_BOUND: Case = Case {
    id: "claims.refuses-to-be-bound-to-its-launcher",
    clause: "claims.refuses-cleanly",
    needs: &[Need::Local, Need::Refusal(Capability::ParentBound)],
    proofs: PROOFS,
    run: |cx| Box::pin(refuses(cx, cx.start().with(Capability::ParentBound))),
};

pub(super) const WORKERS: Case = Case {
    id: "claims.refuses-to-have-workers",
    clause: "claims.refuses-cleanly",
    needs: &[Need::Local, Need::Refusal(Capability::Workers)],
    proofs: PROOFS,
    run: |cx| Box::pin(refuses(cx, cx.start().with(Capability::Workers))),
};

pub(super) const DEPENDENCY: Case = Case {
    id: "claims.refuses-to-depend-on-another-service",
    clause: "claims.refuses-cleanly",
    needs: &[Need::Local, Need::Refusal(Capability::Dependency)],
    proofs: PROOFS,
    run: |cx| Box::pin(refuses(cx, cx.start().with(Capability::Dependency))),
};

pub(super) const PARENTS: Case = Case {
    id: "claims.refuses-an-address-below-a-missing-directory",
    clause: "claims.refuses-cleanly",
    needs: &[Need::UnixSocket, Need::Refusal(Capability::CreatesParents)],
    proofs: &[
        fails_at("does-what-it-does-not-offer", REFUSED),
        fails_at("refuses-with-exit-zero", REFUSED),
        fails_at("refuses-without-words", EXPLAINS),
        fails_at("leaves-what-it-refused", NOTHING_LEFT),
    ],
    run: |cx| Box::pin(refuses_below_missing(cx)),
};

/// A directory that is made in passing has the wrong owner or mode one day, and nobody knows where it came from.
async fn refuses_below_missing(cx: &Context) -> Outcome {
    let missing = cx.runtime().join("missing");

    refuses(cx, cx.start().at_path(missing.join("app.sock"))).await
}

/// It has to be refused before anything is made, or the next start meets what is left of this one.
async fn refuses(cx: &Context, asked: Start) -> Outcome {
    cx.proven_alive().await?;
    // What the first life left is the subject of other chapters.
    let before = cx.listing();

    let refusal = asked.refused(REFUSED).await?;

    refusal.explains(EXPLAINS)?;
    refusal.leaves_no_process("no process is left").await?;
    let left = cx.new_since(&before, &[]);
    cx.expect_eq(NOTHING_LEFT, &Vec::new(), &left)?;
    let next = cx.start().ready("it starts without it").await?;
    next.is_well("it answers").await
}
