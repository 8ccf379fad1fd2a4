//! Something is at the path that is no socket.

use super::refusal::{EXIT_ZERO, EXPLAINED, REFUSED, WORDLESS};
use crate::bounds;
use crate::case::{Case, Need, fails_at};
use crate::context::{Came, Context};
use crate::verdict::Outcome;
use std::path::{Path, PathBuf};

pub(super) const KEPT: &str = "what was there is as it was";

pub(super) const REGULAR_FILE: Case = Case {
    id: "listen.regular-file-is-kept",
    clause: "listen.keeps-what-is-not-a-dead-socket",
    needs: &[Need::UnixSocket],
    proofs: &[fails_at("unlinks-regular-file", KEPT), EXIT_ZERO, WORDLESS],
    run: |cx| Box::pin(regular_file(cx)),
};

/// A slip in a configuration names a document instead of a socket. It may cost an error message, and never the document.
async fn regular_file(cx: &Context) -> Outcome {
    let path = occupied_path(cx);
    std::fs::write(&path, "the only copy")?;

    is_kept(cx, &path, &[&path]).await
}

pub(super) const EMPTY_DIRECTORY: Case = Case {
    id: "listen.empty-directory-is-kept",
    clause: "listen.keeps-what-is-not-a-dead-socket",
    needs: &[Need::UnixSocket],
    proofs: &[
        fails_at("removes-empty-directory", KEPT),
        EXIT_ZERO,
        WORDLESS,
    ],
    run: |cx| Box::pin(empty_directory(cx)),
};

/// An empty directory is somebody's too: a mount point, or a place that another program is about to write to.
async fn empty_directory(cx: &Context) -> Outcome {
    let path = occupied_path(cx);
    std::fs::create_dir(&path)?;

    is_kept(cx, &path, &[&path]).await
}

pub(super) const DIRECTORY_TREE: Case = Case {
    id: "listen.directory-with-content-is-kept",
    clause: "listen.keeps-what-is-not-a-dead-socket",
    needs: &[Need::UnixSocket],
    proofs: &[
        fails_at("removes-directory-tree", KEPT),
        EXIT_ZERO,
        WORDLESS,
    ],
    run: |cx| Box::pin(directory_tree(cx)),
};

/// The path in the configuration lacks its last part and so names the user's directory. A backend that clears its path clears that.
async fn directory_tree(cx: &Context) -> Outcome {
    let path = occupied_path(cx);
    let document = path.join("documents").join("thesis");
    std::fs::create_dir_all(path.join("documents"))?;
    std::fs::write(&document, "the only copy")?;

    is_kept(cx, &path, &[&path, &document]).await
}

pub(super) fn occupied_path(cx: &Context) -> PathBuf {
    cx.runtime().join("occupied")
}

/// Expects a start at the address to be refused, and all these paths to be as they were.
pub(super) async fn is_kept(cx: &Context, address: &Path, paths: &[&Path]) -> Outcome {
    cx.proven_alive().await?;
    let before: Vec<_> = paths.iter().map(|path| cx.snapshot(path)).collect();

    let start = cx.start().at_path(address);
    let came = start.comes_to_an_outcome(REFUSED, bounds::REFUSAL).await?;

    for (path, before) in paths.iter().zip(&before) {
        cx.unchanged(KEPT, path, before)?;
    }
    match came {
        Came::Refused(refusal) => refusal.explains(EXPLAINED),
        Came::Ready(_) => cx.expect(REFUSED, "an end of its own", came.words(), false),
    }
}
