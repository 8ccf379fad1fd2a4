//! The homes that a first launch meets.

use super::own::leads_to;
use crate::case::{Case, Need, fails_at};
use crate::context::{Context, Start};
use crate::verdict::Outcome;

const READY: &str = "it becomes ready on the first launch";
const IN_PLACE: &str = "its record is at the exact place";

pub(super) const FRESH_HOME: Case = Case {
    id: "record.needs-nothing-on-a-fresh-home",
    clause: "record.ready-on-any-home",
    needs: &[Need::Discovery, Need::Local],
    proofs: &[
        fails_at("needs-existing-state-home", READY),
        fails_at("default-state-in-temp", IN_PLACE),
    ],
    run: |cx| Box::pin(first_launch(cx, cx.start().in_usual_state())),
};

pub(super) const DEEP: Case = Case {
    id: "record.makes-a-state-directory-several-levels-deep",
    clause: "record.ready-on-any-home",
    needs: &[Need::Discovery, Need::Local],
    proofs: &[fails_at("needs-existing-state-home", READY)],
    run: |cx| {
        Box::pin(first_launch(
            cx,
            cx.start().in_state(cx.root().join("a/b/c/state")),
        ))
    },
};

pub(super) const NON_ASCII_STATE: Case = Case {
    id: "record.keeps-every-character-of-the-state-directory",
    clause: "record.ready-on-any-home",
    needs: &[Need::Discovery, Need::Local],
    proofs: &[fails_at("mangles-non-ascii-home", IN_PLACE)],
    run: |cx| Box::pin(first_launch(cx, cx.start().in_state(cx.root().join(NAME)))),
};

pub(super) const NON_ASCII_HOME: Case = Case {
    id: "record.keeps-every-character-of-the-home-directory",
    clause: "record.ready-on-any-home",
    needs: &[Need::Discovery, Need::Local],
    proofs: &[
        fails_at("mangles-non-ascii-home", IN_PLACE),
        fails_at("default-state-in-temp", IN_PLACE),
        fails_at("needs-existing-state-home", READY),
    ],
    run: |cx| Box::pin(non_ascii_home(cx)),
};

/// Spaces, characters of one to four bytes, and some that mean something elsewhere.
const NAME: &str = "Zoë & 李 100% #1 🦀";

/// The first launch on a new account is the one that decides whether the app is kept. On that account nothing has made the
/// directories that are always there on a developer's machine.
async fn first_launch(cx: &Context, start: Start) -> Outcome {
    let backend = start.ready(READY).await?;

    leads_to(cx, IN_PLACE, &backend)
}

/// Most people's names are not ASCII, and their home directories have their names.
async fn non_ascii_home(cx: &Context) -> Outcome {
    cx.with_home_named(NAME)?;

    first_launch(cx, cx.start().in_usual_state()).await
}
