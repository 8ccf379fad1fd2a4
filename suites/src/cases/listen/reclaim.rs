//! What a predecessor left at the path.

use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::files::dead_socket;

pub(super) const STALE_SOCKET: Case = Case {
    id: "listen.stale-socket-is-reclaimed",
    clause: "listen.reclaims-dead-socket",
    needs: &[Need::UnixSocket],
    proofs: &[fails_at(
        "keeps-stale-socket",
        "it becomes ready in spite of the dead socket",
    )],
    run: |cx| Box::pin(stale_socket(cx)),
};

/// A crash leaves the socket's file behind. A backend that stops at "address already in use" turns one crash into an app that
/// no restart and no reboot brings back.
async fn stale_socket(cx: &Context) -> Outcome {
    dead_socket(&cx.socket())?;

    let backend = cx
        .start()
        .ready("it becomes ready in spite of the dead socket")
        .await?;

    backend.is_well("it answers there").await
}
