//! The same bad record, start after start.

use crate::case::{Case, Need, Proof, fails_at};
use crate::context::{Came, Context, Snapshot};
use crate::verdict::Outcome;
use std::path::Path;

const SAME: &str = "the second start has the outcome of the first";
const OUTCOME: &str = "each start comes to an outcome";
const WORDS: &str = "a refusal says why";
const REPAIRS: Proof = fails_at("first-start-only-repairs", SAME);

pub(super) const EMPTY: Case = Case {
    id: "record.empty-one-has-the-same-outcome-each-time",
    clause: "record.same-outcome-every-start",
    needs: &[Need::Discovery, Need::Local],
    proofs: &[REPAIRS],
    run: |cx| Box::pin(same_outcome(cx, |at| std::fs::write(at, ""))),
};

pub(super) const FOREIGN: Case = Case {
    id: "record.in-another-format-has-the-same-outcome-each-time",
    clause: "record.same-outcome-every-start",
    needs: &[Need::Discovery, Need::Local],
    proofs: &[REPAIRS],
    run: |cx| {
        Box::pin(same_outcome(cx, |at| {
            std::fs::write(at, "<record pid=\"7\"/>")
        }))
    },
};

pub(super) const DIRECTORY: Case = Case {
    id: "record.directory-in-its-place-has-the-same-outcome-each-time",
    clause: "record.same-outcome-every-start",
    needs: &[Need::Discovery, Need::Local],
    proofs: &[fails_at("refuses-with-exit-zero", OUTCOME)],
    run: |cx| Box::pin(same_outcome(cx, |at| std::fs::create_dir(at))),
};

/// A fault that is gone on the second try is never reported and never mended: the user has learnt to start the app twice, and
/// a launcher that tries once never gets there.
async fn same_outcome(cx: &Context, leave: fn(&Path) -> std::io::Result<()>) -> Outcome {
    cx.proven_alive().await?;
    let record = cx.record_path()?;
    cx.private_directories(record.parent())?;
    clear(&record)?;
    leave(&record)?;

    let first = start(cx).await?;
    if let Came::Ready(backend) = &first {
        // It replaced the record, as it should, so the next start needs a bad one again.
        backend.end().await?;
        clear(&record)?;
        leave(&record)?;
    }
    let second = start(cx).await?;

    let same = matches!(first, Came::Ready(_)) == matches!(second, Came::Ready(_));
    cx.expect(SAME, first.words(), second.words(), same)?;
    match second {
        Came::Refused(refusal) => refusal.explains(WORDS),
        Came::Ready(backend) => backend.is_well("it answers").await,
    }
}

fn clear(record: &Path) -> Outcome {
    match Snapshot::of(record) {
        Snapshot::Nothing => {}
        Snapshot::Directory { .. } => std::fs::remove_dir_all(record)?,
        _ => std::fs::remove_file(record)?,
    }
    Ok(())
}

async fn start(cx: &Context) -> Outcome<Came> {
    let start = cx.start();
    start.comes_to_an_outcome(OUTCOME, cx.bounds().ready).await
}
