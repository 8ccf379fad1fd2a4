//! Who else on the machine may read the record.

use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use harness::files;

pub(super) const RECORD: Case = Case {
    id: "record.is-private-under-any-umask",
    clause: "record.private-modes",
    needs: &[Need::Discovery, Need::UnixSocket],
    proofs: &[fails_at("record-follows-umask", "the record is private")],
    run: |cx| Box::pin(record(cx)),
};

/// The record holds all that another user of the machine needs to pose as the app. Desktops start programs with whatever umask
/// they have; some have none.
async fn record(cx: &Context) -> Outcome {
    let backend = cx.start().umask(0).ready("it becomes ready").await?;

    cx.mode_within("the record is private", &backend.record_path()?, 0o600)
}

pub(super) const DIRECTORY: Case = Case {
    id: "record.directory-is-private-under-any-umask",
    clause: "record.private-modes",
    needs: &[Need::Discovery, Need::UnixSocket],
    proofs: &[fails_at(
        "record-directory-follows-umask",
        "the record's directory is private",
    )],
    run: |cx| Box::pin(directory(cx)),
};

/// Whoever may write into the directory can put a record of his own in the place of the app's, whatever the record's own mode.
async fn directory(cx: &Context) -> Outcome {
    let backend = cx.start().umask(0).ready("it becomes ready").await?;

    let record = backend.record_path()?;
    let directory = record.parent().unwrap_or(&record);
    cx.mode_within("the record's directory is private", directory, 0o700)
}

pub(super) const HARSH: Case = Case {
    id: "record.is-usable-under-the-harshest-umask",
    clause: "record.private-modes",
    needs: &[Need::Discovery, Need::UnixSocket],
    proofs: &[
        fails_at("record-follows-umask", "its user may read and write it"),
        fails_at("writes-record-in-place", "its user may read and write it"),
        fails_at(
            "record-directory-follows-umask",
            "its user may use its directory",
        ),
    ],
    run: |cx| Box::pin(harsh(cx)),
};

/// A umask can also take too much: a record that its own user may not read is found by nobody, and a directory that he may not
/// enter keeps every later start out.
async fn harsh(cx: &Context) -> Outcome {
    let start = cx.start().umask(0o777);
    let backend = start.ready("it becomes ready").await?;

    let record = backend.record_path()?;
    let directory = record.parent().unwrap_or(&record);
    let step = "its user may use its directory";
    cx.expect_eq(step, &Some(0o700), &files::mode(directory))?;
    let step = "its user may read and write it";
    cx.expect_eq(step, &Some(0o600), &files::mode(&record))?;
    backend.kill().await?;
    let later = cx.start().at_path(cx.runtime().join("later.sock"));
    later.ready("a later start is ready too").await.map(drop)
}

pub(super) const LOOSE_DIRECTORY: Case = Case {
    id: "record.tightens-its-own-directory",
    clause: "record.tightens-own-directory",
    needs: &[Need::Discovery, Need::UnixSocket],
    proofs: &[fails_at(
        "keeps-loose-record-directory",
        "the directory is private after the start",
    )],
    run: |cx| Box::pin(loose_directory(cx)),
};

/// An old version, or a restored backup, made the directory too wide. Nobody looks there again, so it would stay open for ever.
async fn loose_directory(cx: &Context) -> Outcome {
    let record = cx.record_path()?;
    let directory = record.parent().unwrap_or(&record);
    cx.private_directories(Some(directory))?;
    cx.set_mode(directory, 0o777)?;

    cx.ready().await?;

    cx.mode_within("the directory is private after the start", directory, 0o700)
}

pub(super) const LOOSE_RECORD: Case = Case {
    id: "record.replaces-a-loose-one-by-a-private-one",
    clause: "record.private-modes",
    needs: &[Need::Discovery, Need::UnixSocket],
    proofs: &[
        fails_at("record-follows-umask", "the new record is private"),
        fails_at("writes-record-in-place", "the new record is private"),
    ],
    run: |cx| Box::pin(loose_record(cx)),
};

/// Who writes into the old file keeps its mode: the identity of today's backend in a file that yesterday's left open to all.
async fn loose_record(cx: &Context) -> Outcome {
    let first = cx.ready().await?;
    let record = first.record("it has a record")?.path().to_owned();
    first.kill().await?;
    cx.set_mode(&record, 0o666)?;

    let again = cx.start().at_path(cx.runtime().join("again.sock"));
    again.ready("it becomes ready again").await?;

    cx.mode_within("the new record is private", &record, 0o600)
}

pub(super) const ANCESTORS: Case = Case {
    id: "record.leaves-the-directories-above-alone",
    clause: "record.leaves-ancestors-alone",
    needs: &[Need::Discovery, Need::UnixSocket],
    proofs: &[fails_at(
        "tightens-ancestors",
        "the directories above it keep their mode",
    )],
    run: |cx| Box::pin(ancestors(cx)),
};

/// The state directory belongs to all programs of the user, and some are run by others: a group's backup, a system service.
/// One program that narrows it breaks them all.
async fn ancestors(cx: &Context) -> Outcome {
    let above = cx.root().join("shared");
    let state = above.join("state");
    cx.private_directories(Some(&state))?;
    cx.set_mode(&above, 0o775)?;
    cx.set_mode(&state, 0o755)?;

    let start = cx.start().in_state(&state);
    start.ready("it becomes ready").await?;

    cx.expect_eq(
        "the directories above it keep their mode",
        &[Some(0o775), Some(0o755)],
        &[files::mode(&above), files::mode(&state)],
    )
}
