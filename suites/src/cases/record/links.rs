//! Symbolic links in the record's place.

use crate::case::{Case, Need, fails_at};
use crate::context::{Came, Context, Snapshot, Start};
use crate::verdict::Outcome;
use harness::files;
use harness::target::Capability;
use std::path::{Path, PathBuf};

pub(super) const NOT_WRITTEN: Case = Case {
    id: "record.is-not-written-through-a-link",
    clause: "record.never-through-a-symlink",
    needs: &[Need::Discovery, Need::UnixSocket],
    proofs: &[
        fails_at(
            "writes-through-symlink",
            "what the link leads to is as it was",
        ),
        fails_at("refuses-with-exit-zero", OUTCOME),
    ],
    run: |cx| Box::pin(not_written(cx)),
};

const OUTCOME: &str = "the start comes to an outcome";
const OWN_FILE: &str = "the record of an instance that is ready is a file of its own";
const WORDS: &str = "a refusal says why";

/// Somebody who can place one link can have the app overwrite any file of its user: a key, a letter, a shell's start-up file.
async fn not_written(cx: &Context) -> Outcome {
    cx.proven_alive().await?;
    let precious = cx.home().join("letter.txt");
    std::fs::write(&precious, "Dear Ada,")?;
    let before = cx.snapshot(&precious);
    link_at_record(cx, &precious)?;

    let came = start(cx).await?;

    cx.unchanged("what the link leads to is as it was", &precious, &before)?;
    in_words_or_a_file(cx, &came)
}

pub(super) const DANGLING: Case = Case {
    id: "record.makes-nothing-where-a-link-leads",
    clause: "record.never-through-a-symlink",
    needs: &[Need::Discovery, Need::UnixSocket],
    proofs: &[
        fails_at("writes-through-symlink", "nothing is made where it leads"),
        fails_at("refuses-with-exit-zero", OUTCOME),
    ],
    run: |cx| Box::pin(dangling(cx)),
};

/// A link that leads nowhere yet makes the app create a file of somebody else's choice, in a place where a file alone can mean
/// something: an autostart entry, a flag, a lock.
async fn dangling(cx: &Context) -> Outcome {
    cx.proven_alive().await?;
    let absent = cx.home().join("absent");
    link_at_record(cx, &absent)?;

    let came = start(cx).await?;

    cx.nothing_at("nothing is made where it leads", &absent)?;
    in_words_or_a_file(cx, &came)
}

pub(super) const NOT_BELIEVED: Case = Case {
    id: "record.is-not-read-through-a-link",
    clause: "record.never-through-a-symlink",
    needs: &[
        Need::Discovery,
        Need::UnixSocket,
        Need::Claim(Capability::SingleInstance),
    ],
    proofs: &[
        fails_at(
            "reads-through-symlink",
            "nobody asks the instance that the link leads to",
        ),
        fails_at("writes-through-symlink", OWN_FILE),
        fails_at("refuses-with-exit-zero", OUTCOME),
    ],
    run: |cx| Box::pin(not_believed(cx)),
};

/// A link to a record that somebody else keeps sends the app to that one's backend, with everything that the user types.
async fn not_believed(cx: &Context) -> Outcome {
    cx.proven_alive().await?;
    let identity = cx.made_up_identity();
    let at = cx.endpoint_beside("other");
    let other = cx.peer(&at, cx.healthy(&identity)).await?;
    let pid = cx.stranger()?.pid();
    let foreign = cx.home().join("foreign.json");
    std::fs::write(
        &foreign,
        cx.record_text(&at.to_url(), pid.into(), &identity)?,
    )?;
    link_at_record(cx, &foreign)?;

    let came = start(cx).await?;

    cx.expect_eq(
        "nobody asks the instance that the link leads to",
        &0,
        &other.connections(),
    )?;
    in_words_or_a_file(cx, &came)
}

fn link_at_record(cx: &Context, to: &Path) -> Outcome<PathBuf> {
    let record = cx.record_path()?;
    cx.private_directories(record.parent())?;
    if record.symlink_metadata().is_ok() {
        std::fs::remove_file(&record)?;
    }
    files::link(to, &record)?;
    Ok(record)
}

async fn start(cx: &Context) -> Outcome<Came> {
    let start: Start = cx.start();
    start.comes_to_an_outcome(OUTCOME, cx.bounds().ready).await
}

/// Either is right: a refusal in words, or an instance whose record is a file of its own.
fn in_words_or_a_file(cx: &Context, came: &Came) -> Outcome {
    match came {
        Came::Refused(refusal) => refusal.explains(WORDS),
        Came::Ready(backend) => {
            let record = cx.snapshot(&backend.record_path()?);
            let file = matches!(record, Snapshot::File { .. });
            cx.expect(OWN_FILE, "a regular file", format!("{record:?}"), file)
        }
    }
}
