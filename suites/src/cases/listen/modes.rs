//! Who can reach the socket, and what becomes of the directories above it.

use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::target::Capability;
use harness::watch::ModeWatch;
use std::path::PathBuf;

/// All but what others may do. The bits beyond the nine are inherited from the directory, and open nothing.
const CLOSED_TO_OTHERS: u32 = 0o7770;

/// And what the group may write.
const WRITTEN_BY_ITS_USER: u32 = 0o7750;

pub(super) const SOCKET: Case = Case {
    id: "listen.socket-is-closed-to-others",
    clause: "listen.private-socket",
    needs: &[Need::UnixSocket],
    proofs: &[fails_at("socket-open-to-others", "others may not connect")],
    run: |cx| Box::pin(socket(cx)),
};

/// Whoever can connect can act as the user: read their files, send in their name. On a shared machine that is every other account,
/// and a careless umask must not be what keeps them out.
async fn socket(cx: &Context) -> Outcome {
    let socket = open_directory(cx)?.join("app.sock");

    let backend = cx.start().at_path(&socket).umask(0);
    let backend = backend.ready("it becomes ready under umask 0").await?;

    cx.mode_within("others may not connect", &socket, CLOSED_TO_OTHERS)?;
    backend.is_well("its user may").await
}

pub(super) const SOCKET_FROM_THE_FIRST: Case = Case {
    id: "listen.socket-is-closed-to-others-from-the-first-moment",
    clause: "listen.private-socket",
    needs: &[Need::UnixSocket, Need::SeesFirstMode],
    proofs: &[
        fails_at("chmod-after-window", "others may not connect at any moment"),
        fails_at(
            "socket-open-to-others",
            "others may not connect at any moment",
        ),
    ],
    run: |cx| Box::pin(socket_from_the_first(cx)),
};

/// A window of a few milliseconds before the mode is tightened is enough for who waits for it, and the connection that was made in it
/// stays open.
async fn socket_from_the_first(cx: &Context) -> Outcome {
    let directory = open_directory(cx)?;
    // A loaded machine can look too late once, and hardly three times.
    for name in ["first.sock", "second.sock", "third.sock"] {
        let socket = directory.join(name);
        let watch = ModeWatch::start(&socket)?;

        let start = cx.start().at_path(&socket).umask(0);
        let backend = start.ready("it becomes ready under umask 0").await?;

        let modes = watch.seen();
        let seen: Vec<String> = modes.iter().map(|mode| format!("{mode:04o}")).collect();
        let closed = modes.iter().all(|mode| mode & !CLOSED_TO_OTHERS == 0);
        cx.expect(
            "others may not connect at any moment",
            format!("modes without the bits {:04o}", !CLOSED_TO_OTHERS & 0o777),
            format!("{seen:?}"),
            closed && !modes.is_empty(),
        )?;
        backend.end().await?;
    }
    Ok(())
}

pub(super) const NEW_PARENTS: Case = Case {
    id: "listen.missing-parents-are-made-private",
    clause: "listen.makes-private-parents",
    needs: &[Need::UnixSocket, Need::Claim(Capability::CreatesParents)],
    proofs: &[fails_at(
        "parents-open-to-others",
        "what it made is its user's alone",
    )],
    run: |cx| Box::pin(new_parents(cx)),
};

/// On a new account the directory is missing. In one that others may write to, they can put their own socket in the place of the
/// real one, and the app sends the user's data to them.
async fn new_parents(cx: &Context) -> Outcome {
    let outer = open_directory(cx)?.join("outer");
    let inner = outer.join("inner");

    let start = cx.start().at_path(inner.join("app.sock")).umask(0);
    let backend = start
        .ready("it becomes ready below missing directories")
        .await?;

    for made in [outer, inner] {
        cx.mode_within(
            "what it made is its user's alone",
            &made,
            WRITTEN_BY_ITS_USER,
        )?;
    }
    backend.is_well("it answers there").await
}

pub(super) const EXISTING_PARENT: Case = Case {
    id: "listen.existing-parent-keeps-its-mode",
    clause: "listen.leaves-existing-parents-alone",
    needs: &[Need::UnixSocket],
    proofs: &[fails_at(
        "tightens-existing-parent",
        "the directory keeps its mode",
    )],
    run: |cx| Box::pin(existing_parent(cx)),
};

/// The directory may be shared with other programs. They fail when a stranger closes it, and nothing points to who did.
async fn existing_parent(cx: &Context) -> Outcome {
    let directory = open_directory(cx)?;
    let neighbour = directory.join("neighbour");
    std::fs::write(&neighbour, "somebody else's")?;
    let before = cx.snapshot(&neighbour);
    let mode = harness::files::mode(&directory);

    let start = cx.start().at_path(directory.join("app.sock"));
    let backend = start
        .ready("it becomes ready in a directory that exists")
        .await?;

    let now = harness::files::mode(&directory);
    cx.expect_eq("the directory keeps its mode", &mode, &now)?;
    cx.unchanged("what else is in it stays as it was", &neighbour, &before)?;
    backend.end().await?;
    let left = harness::files::mode(&directory);
    cx.expect_eq("it keeps its mode after the end", &mode, &left)
}

/// A directory that others may enter, so that only what the target does stands between them and the socket.
fn open_directory(cx: &Context) -> Outcome<PathBuf> {
    let directory = cx.runtime().join("open");
    std::fs::create_dir(&directory)?;
    cx.set_mode(&directory, 0o755)?;
    Ok(directory)
}
