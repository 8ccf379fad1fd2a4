//! Starts that fail when they have begun already.

use super::refusal::{EXIT_ZERO, EXPLAINED, REFUSED, WORDLESS};
use crate::case::{Case, Need, fails_at};
use crate::context::{Context, Start};
use crate::verdict::Outcome;

pub(super) const RECORD_IN_THE_WAY: Case = Case {
    id: "listen.failed-start-leaves-no-socket",
    clause: "listen.leaves-nothing-on-failed-setup",
    needs: &[Need::UnixSocket, Need::Discovery],
    proofs: &[
        fails_at("leaks-socket-on-failed-setup", "no socket is left"),
        // Not the defect without words: what it says of the directory that it found is a sentence as well.
        EXIT_ZERO,
    ],
    run: |cx| Box::pin(record_in_the_way(cx)),
};

/// A backend that listens and then cannot say where nobody will find. Its socket, left behind, makes the next start fail for another
/// reason, and the first one is lost.
async fn record_in_the_way(cx: &Context) -> Outcome {
    let start = elsewhere(cx);
    // A directory with something in it: no file can be put in its place, whatever rights the target has.
    let record = start.record_path()?;
    cx.private_directories(Some(&record))?;
    std::fs::write(record.join("something"), "")?;

    leaves_no_socket(cx, &start).await
}

pub(super) const NO_STATE_DIRECTORY: Case = Case {
    id: "listen.start-without-state-directory-leaves-no-socket",
    clause: "listen.leaves-nothing-on-failed-setup",
    needs: &[Need::UnixSocket, Need::Discovery],
    proofs: &[EXIT_ZERO, WORDLESS],
    run: |cx| Box::pin(no_state_directory(cx)),
};

/// The variable for the state directory names a file, or the disk with it is gone: whatever the target has done before it finds out
/// has to be undone.
async fn no_state_directory(cx: &Context) -> Outcome {
    std::fs::write(cx.root().join("elsewhere"), "a file")?;

    leaves_no_socket(cx, &elsewhere(cx)).await
}

fn elsewhere(cx: &Context) -> Start {
    let start = cx.start().in_state(cx.root().join("elsewhere"));
    start.at_path(cx.runtime().join("half.sock"))
}

async fn leaves_no_socket(cx: &Context, start: &Start) -> Outcome {
    cx.proven_alive().await?;

    let refusal = start.refused(REFUSED).await?;

    cx.nothing_at("no socket is left", &cx.runtime().join("half.sock"))?;
    refusal.explains(EXPLAINED)
}
