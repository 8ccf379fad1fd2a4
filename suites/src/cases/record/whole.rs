//! What a reader finds while the record is being written.

use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::{Outcome, Stop};
use harness::record::{Fields, Record};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

pub(super) const WHOLE: Case = Case {
    id: "record.appears-whole",
    clause: "record.appears-whole",
    needs: &[Need::Discovery, Need::Local],
    proofs: &[fails_at(
        "writes-record-in-place",
        "every look finds no record or a whole one",
    )],
    run: |cx| Box::pin(whole(cx)),
};

/// Enough to make a gap of milliseconds in the writing certain to be hit.
const LIVES: u32 = 15;

/// A window that opens just while the backend comes back reads the record at that very moment. Half a record looks like
/// damage: the window starts a backend of its own, and the two fight over the user's data.
async fn whole(cx: &Context) -> Outcome {
    cx.ready().await?.kill().await?;
    let step = "there is a record to read";
    cx.expect_ok(step, "a file", std::fs::metadata(cx.record_path()?))?;
    let reader = Reader::start(cx.record_path()?, cx.fields()?);

    for life in 0..LIVES {
        let start = cx.start().at(cx.address_beside(&life.to_string()));
        let backend = start.ready("it becomes ready in each life").await?;
        match life % 3 {
            0 => backend.end().await?,
            _ => drop(backend.kill().await?),
        }
    }

    let seen = reader.end()?;
    let found = format!("{} looks at a whole record", seen.whole);
    cx.expect(
        "every look finds no record or a whole one",
        "at each moment no record, the old one whole or the new one whole",
        seen.broken.as_ref().unwrap_or(&found),
        seen.broken.is_none(),
    )
}

/// Somebody who reads the record over and over, in a thread of its own.
struct Reader {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<Seen>>,
}

#[derive(Default)]
struct Seen {
    whole: u64,
    broken: Option<String>,
}

impl Reader {
    fn start(path: PathBuf, fields: Fields) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut seen = Seen::default();
            while seen.broken.is_none() && !stopped.load(Ordering::Relaxed) {
                seen.look(&path, &fields);
            }
            seen
        });
        Self {
            stop,
            thread: Some(thread),
        }
    }

    fn end(mut self) -> Outcome<Seen> {
        self.stop.store(true, Ordering::Relaxed);
        let seen = self.thread.take().and_then(|thread| thread.join().ok());
        // Lives of hundreds of milliseconds without one look: then it was not running beside them.
        seen.filter(|seen| seen.whole > u64::from(LIVES) || seen.broken.is_some())
            .ok_or_else(|| Stop::Harness("the reader of the record did not run".to_owned()))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Seen {
    fn look(&mut self, path: &Path, fields: &Fields) {
        let Ok(bytes) = std::fs::read(path) else {
            return;
        };
        match Record::parse(path, &bytes, fields).and_then(|record| record.is_whole()) {
            Ok(()) => self.whole += 1,
            Err(error) => self.broken = Some(error.to_string()),
        }
    }
}
