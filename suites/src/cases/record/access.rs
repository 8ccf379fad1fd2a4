//! Who else on the machine may read the record, where access lists say it.

use crate::case::{Case, Need, fails_at};
use crate::context::{Backend, Context};
use crate::verdict::Outcome;
use harness::access::{Access, of_path, share};
use harness::platform::Behaviour;
use std::path::Path;

const READY: &str = "it becomes ready";
const LISTED: &str = "nobody else is on the directory's list";
const PROTECTED: &str = "the directory's list is protected";
const RECORD_LISTED: &str = "nobody else is on the record's list";

pub(super) const DIRECTORY: Case = Case {
    id: "record.directory-lists-its-user-and-the-system-only",
    clause: "record.guards-its-directory-on-windows",
    needs: &[Need::Discovery, Need::AccessLists],
    proofs: &[fails_at("record-directory-inherits-access", LISTED)],
    run: |cx| Box::pin(directory(cx)),
};

/// What is made in a directory takes over its list. A state directory that others may read, on a machine that is shared or with a profile that
/// was moved, makes the address and the identity of every backend of its user theirs too.
async fn directory(cx: &Context) -> Outcome {
    let backend = in_a_shared_state(cx).await?;
    let record = backend.record_path()?;
    let directory = directory_of(&record);

    listed(cx, LISTED, directory)?;
    let access = read(cx, directory)?;
    let step = "its user may read and write in it";
    cx.expect(step, "the system says yes", &access, access.admits_its_user)?;
    let expected = "the system says no to another of this user's groups";
    let step = "it would let nobody else in";
    cx.expect(step, expected, &access, !access.admits_others)
}

pub(super) const PROTECTION: Case = Case {
    id: "record.directory-takes-over-nobodys-list",
    clause: "record.guards-its-directory-on-windows",
    needs: &[
        Need::Discovery,
        Need::AccessLists,
        Need::Shows(Behaviour::FileAccessLists),
    ],
    proofs: &[fails_at("record-directory-inherits-access", PROTECTED)],
    run: |cx| Box::pin(protection(cx)),
};

/// A list that is right today changes with the one above it, when somebody shares a folder next year, unless it is protected.
async fn protection(cx: &Context) -> Outcome {
    let backend = cx.start().ready(READY).await?;

    let access = read(cx, directory_of(&backend.record_path()?))?;

    cx.expect(PROTECTED, "a protected list", &access, access.protected)
}

pub(super) const RECORD: Case = Case {
    id: "record.lists-its-user-and-the-system-only",
    clause: "record.guards-its-directory-on-windows",
    needs: &[
        Need::Discovery,
        Need::AccessLists,
        Need::Shows(Behaviour::FileAccessLists),
    ],
    proofs: &[fails_at("record-directory-inherits-access", RECORD_LISTED)],
    run: |cx| Box::pin(record(cx)),
};

/// Whoever knows the path of a file needs no right to its directory there. So the record's own list counts, which it takes over from its
/// directory.
async fn record(cx: &Context) -> Outcome {
    let backend = in_a_shared_state(cx).await?;

    listed(cx, RECORD_LISTED, &backend.record_path()?)
}

pub(super) const LOOSE: Case = Case {
    id: "record.tightens-the-list-of-its-own-directory",
    clause: "record.tightens-own-directory",
    needs: &[
        Need::Discovery,
        Need::AccessLists,
        Need::Shows(Behaviour::FileAccessLists),
    ],
    proofs: &[fails_at("keeps-loose-record-directory", LISTED)],
    run: |cx| Box::pin(loose(cx)),
};

/// An old version made the directory as the system does. Nobody looks there again, so it would stay open for ever.
async fn loose(cx: &Context) -> Outcome {
    let record = cx.record_path()?;
    let directory = directory_of(&record);
    cx.private_directories(Some(directory))?;
    share(directory)?;

    cx.ready().await?;

    listed(cx, LISTED, directory)
}

/// A backend whose state directory is open to everybody.
async fn in_a_shared_state(cx: &Context) -> Outcome<Backend> {
    let state = cx.root().join("shared-state");
    cx.private_directories(Some(&state))?;
    share(&state)?;
    cx.start().in_state(&state).ready(READY).await
}

fn directory_of(record: &Path) -> &Path {
    record.parent().unwrap_or(record)
}

fn read(cx: &Context, path: &Path) -> Outcome<Access> {
    let expected = format!("an access list of {}", path.display());
    cx.expect_ok("its access list can be read", expected, of_path(path))
}

fn listed(cx: &Context, step: &str, path: &Path) -> Outcome {
    let access = read(cx, path)?;
    let strangers = access.strangers();
    let expected = format!("no entry but for {} and the system", access.user);
    cx.expect(step, expected, &access, strangers.is_empty())
}
