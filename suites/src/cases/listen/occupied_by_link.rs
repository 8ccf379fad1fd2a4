//! A symbolic link is at the path.

use super::occupied::{KEPT, is_kept, occupied_path};
use super::refusal::{EXIT_ZERO, WORDLESS};
use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::files::{dead_socket, link};

pub(super) const TO_FILE: Case = Case {
    id: "listen.link-to-a-file-is-kept",
    clause: "listen.keeps-what-is-not-a-dead-socket",
    needs: &[Need::UnixSocket],
    proofs: &[
        fails_at("unlinks-symlink", KEPT),
        fails_at("unlinks-symlink-target", KEPT),
        EXIT_ZERO,
        WORDLESS,
    ],
    run: |cx| Box::pin(to_file(cx)),
};

/// A link can lead anywhere. Who can place one must not be able to make the backend delete a file of its user.
async fn to_file(cx: &Context) -> Outcome {
    let (path, document) = (occupied_path(cx), cx.home().join("document"));
    std::fs::write(&document, "the only copy")?;
    link(&document, &path)?;

    is_kept(cx, &path, &[&path, &document]).await
}

pub(super) const TO_NOTHING: Case = Case {
    id: "listen.dangling-link-is-kept",
    clause: "listen.keeps-what-is-not-a-dead-socket",
    needs: &[Need::UnixSocket],
    proofs: &[fails_at("unlinks-symlink", KEPT), EXIT_ZERO, WORDLESS],
    run: |cx| Box::pin(to_nothing(cx)),
};

/// A link whose target is missing for now, on a disk that is not mounted yet, was set up by somebody on purpose.
async fn to_nothing(cx: &Context) -> Outcome {
    let (path, missing) = (occupied_path(cx), cx.home().join("missing"));
    link(&missing, &path)?;

    is_kept(cx, &path, &[&path, &missing]).await
}

pub(super) const TO_DEAD_SOCKET: Case = Case {
    id: "listen.link-to-a-dead-socket-is-kept",
    clause: "listen.keeps-what-is-not-a-dead-socket",
    needs: &[Need::UnixSocket],
    proofs: &[
        fails_at("unlinks-symlink", KEPT),
        fails_at("unlinks-symlink-target", KEPT),
        EXIT_ZERO,
        WORDLESS,
    ],
    run: |cx| Box::pin(to_dead_socket(cx)),
};

/// The one thing that may be removed is a dead socket at the path itself. One behind a link is another program's, which may come
/// back for it.
async fn to_dead_socket(cx: &Context) -> Outcome {
    let (path, socket) = (occupied_path(cx), cx.runtime().join("dead.sock"));
    dead_socket(&socket)?;
    link(&socket, &path)?;

    is_kept(cx, &path, &[&path, &socket]).await
}
