//! Where the record is.

use super::own::leads_to;
use crate::case::{Case, Need, fails_at};
use crate::context::{Context, Start};
use crate::verdict::Outcome;

pub(super) const STATE_HOME: Case = Case {
    id: "record.is-below-the-state-directory",
    clause: "record.follows-state-home",
    needs: &[Need::Discovery, Need::Local],
    proofs: &[fails_at(
        "ignores-state-home",
        "its record is below the state directory",
    )],
    run: |cx| Box::pin(state_home(cx)),
};

/// A developer runs a second copy with a state directory of its own, beside the app that holds the day's work. If the record
/// lands in the usual place all the same, the copy takes the app's clients over.
async fn state_home(cx: &Context) -> Outcome {
    let usual = cx.start().in_usual_state().record_path()?;
    cx.private_directories(usual.parent())?;

    let start = cx.start().in_state(cx.root().join("elsewhere"));
    let backend = start.ready("it becomes ready").await?;

    leads_to(cx, "its record is below the state directory", &backend)?;
    cx.nothing_at("nothing is at the usual place", &usual)
}

pub(super) const DEFAULT: Case = Case {
    id: "record.has-the-platforms-place-when-nothing-is-said",
    clause: "record.platform-default",
    needs: &[Need::Discovery, Need::UnixSocket],
    proofs: &[
        fails_at("default-state-in-temp", AT_DEFAULT),
        fails_at("needs-existing-state-home", "it becomes ready"),
    ],
    run: |cx| Box::pin(at_default(cx, cx.start().in_usual_state())),
};

pub(super) const EMPTY: Case = Case {
    id: "record.has-the-platforms-place-when-the-state-directory-is-empty",
    clause: "record.platform-default",
    needs: &[Need::Discovery, Need::UnixSocket],
    proofs: &[
        fails_at("default-state-in-temp", AT_DEFAULT),
        fails_at("needs-existing-state-home", "it becomes ready"),
    ],
    run: |cx| Box::pin(at_default(cx, cx.start().env("XDG_STATE_HOME", ""))),
};

pub(super) const RELATIVE: Case = Case {
    id: "record.ignores-a-relative-state-directory",
    clause: "record.platform-default",
    needs: &[Need::Discovery, Need::UnixSocket],
    proofs: &[
        fails_at(
            "accepts-relative-state-home",
            "nothing appears in the working directory",
        ),
        fails_at("default-state-in-temp", AT_DEFAULT),
        fails_at("needs-existing-state-home", "it becomes ready"),
    ],
    run: |cx| Box::pin(relative(cx)),
};

const AT_DEFAULT: &str = "its record is at the platform's place";

/// Most desktops set no state directory at all. A record in the temporary directory is gone after a clean-up or a reboot, and
/// the second window starts a second backend.
async fn at_default(cx: &Context, start: Start) -> Outcome {
    let backend = start.ready("it becomes ready").await?;

    leads_to(cx, AT_DEFAULT, &backend)
}

/// With a relative value taken at its word, the app finds its backend when it is started from the same directory and from no
/// other, and leaves a directory wherever it was started.
async fn relative(cx: &Context) -> Outcome {
    let start = cx.start().env("XDG_STATE_HOME", "state-of-mine");
    let backend = start.ready("it becomes ready").await?;

    let resolved = cx.directory()?.join("state-of-mine");
    cx.nothing_at("nothing appears in the working directory", &resolved)?;
    leads_to(cx, AT_DEFAULT, &backend)
}
