//! Paths that cannot be served, or could not be found again.

use super::refusal::{EXIT_ZERO, REFUSED, WORDLESS, refused};
use super::served::path_of_length;
use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::endpoint::SOCKET_PATH_LIMIT;

pub(super) const ONE_BYTE_TOO_LONG: Case = Case {
    id: "address.path-one-byte-too-long-is-refused",
    clause: "address.refuses-too-long-path",
    needs: &[Need::UnixSocket],
    proofs: &[
        fails_at("truncates-long-path", REFUSED),
        EXIT_ZERO,
        WORDLESS,
    ],
    run: |cx| Box::pin(one_byte_too_long(cx)),
};

/// The field for the path also has to hold its end. One byte that is cut off without a word, and the app dials a name that is not
/// there.
async fn one_byte_too_long(cx: &Context) -> Outcome {
    let path = path_of_length(&cx.runtime(), SOCKET_PATH_LIMIT + 1);

    refused(cx, &cx.start().at_path(&path)).await?;

    cx.nothing_at("nothing is at the path", &path)?;
    let cut = path.with_extension("soc");
    cx.nothing_at("nothing is at the path cut by a byte", &cut)
}

pub(super) const FAR_TOO_LONG: Case = Case {
    id: "address.path-far-too-long-is-refused",
    clause: "address.refuses-too-long-path",
    needs: &[Need::UnixSocket],
    proofs: &[
        fails_at("truncates-long-path", REFUSED),
        EXIT_ZERO,
        WORDLESS,
    ],
    run: |cx| Box::pin(far_too_long(cx)),
};

/// Two projects deep in the same tree differ only at the end of their paths. Cut to fit, both become the same socket.
async fn far_too_long(cx: &Context) -> Outcome {
    // Long directories, so that whatever is cut off, the rest still lies in the directory that is there.
    let long = "x".repeat(200);
    let path = cx.runtime().join(&long).join(&long).join("app.sock");

    refused(cx, &cx.start().at_path(&path)).await?;

    cx.nothing_at("no directory is made for it", &cx.runtime().join(&long))
}

pub(super) const RELATIVE: Case = Case {
    id: "address.relative-path-is-refused",
    clause: "address.refuses-relative-path",
    needs: &[Need::UnixSocket],
    proofs: &[
        fails_at("serves-relative-path", REFUSED),
        EXIT_ZERO,
        WORDLESS,
    ],
    run: |cx| Box::pin(relative(cx)),
};

/// It names another place for each working directory, and an app that was started from the dock is in another one than its backend.
async fn relative(cx: &Context) -> Outcome {
    let start = cx.start().at("app.sock");

    refused(cx, &start).await?;

    let path = cx.directory()?.join("app.sock");
    cx.nothing_at("nothing is at that name in its directory", &path)
}

pub(super) const DOTDOT: Case = Case {
    id: "address.path-with-dotdot-is-refused",
    clause: "address.refuses-unfindable-path",
    needs: &[Need::UnixSocket, Need::Discovery],
    proofs: &[fails_at("serves-dotdot-path", REFUSED), EXIT_ZERO, WORDLESS],
    run: |cx| Box::pin(dotdot(cx)),
};

/// No careful reader follows `..`, so that such a backend runs, says so in its record, and is found by nobody.
async fn dotdot(cx: &Context) -> Outcome {
    let inner = cx.runtime().join("inner");
    cx.private_directories(Some(&inner))?;

    refused(cx, &cx.start().at_path(inner.join("../tidy.sock"))).await?;

    let tidied = cx.runtime().join("tidy.sock");
    cx.nothing_at("nothing is at the path that it means", &tidied)
}

pub(super) const TRAILING_SLASH: Case = Case {
    id: "address.path-with-a-slash-at-its-end-is-refused",
    clause: "address.refuses-unfindable-path",
    needs: &[Need::UnixSocket, Need::Discovery],
    proofs: &[
        fails_at("strips-trailing-slash", REFUSED),
        EXIT_ZERO,
        WORDLESS,
    ],
    run: |cx| Box::pin(trailing_slash(cx)),
};

/// The app dials what it passed, slash and all, and is told that this is no directory, while its backend waits next door.
async fn trailing_slash(cx: &Context) -> Outcome {
    let path = cx.runtime().join("slash.sock");

    refused(cx, &cx.start().at(format!("{}/", path.display()))).await?;

    cx.nothing_at("nothing is at the path without the slash", &path)
}

pub(super) const FILE_AS_PARENT: Case = Case {
    id: "address.path-below-a-file-is-refused",
    clause: "address.refuses-file-as-parent",
    needs: &[Need::UnixSocket],
    proofs: &[
        fails_at("replaces-file-parent", REFUSED),
        EXIT_ZERO,
        WORDLESS,
    ],
    run: |cx| Box::pin(file_as_parent(cx)),
};

/// The file belongs to the user. A backend that clears it out of its way destroys it for a slip in a setting.
async fn file_as_parent(cx: &Context) -> Outcome {
    let file = cx.runtime().join("notes.txt");
    std::fs::write(&file, "years of work")?;
    let before = cx.snapshot(&file);

    refused(cx, &cx.start().at_path(file.join("app.sock"))).await?;

    cx.unchanged("the file is as it was", &file, &before)
}
