//! How far a run is: read from the evidence, so that it needs no word from the runner.

use std::collections::BTreeSet;
use std::io::{IsTerminal as _, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::Duration;

/// Between two looks.
const STEP: Duration = Duration::from_millis(100);

/// Waits for the runner and shows how many of `total` cases have their verdict.
pub(crate) fn follow(
    mut runner: Child,
    directory: &Path,
    total: usize,
) -> std::io::Result<std::process::ExitStatus> {
    let mut done = BTreeSet::new();
    let (sender, ended) = std::sync::mpsc::channel();
    let waiting = std::thread::spawn(move || {
        let status = runner.wait();
        let _ = sender.send(());
        status
    });
    let terminal = std::io::stderr().is_terminal();
    let mut shown = 0;
    loop {
        let over = ended.recv_timeout(STEP).is_ok();
        look(&directory.join("events"), &mut done);
        let tenth = (total / 10).max(1);
        if terminal && done.len() != shown {
            eprint!("\r  {} of {total} cases", done.len());
            let _ = std::io::stderr().flush();
            shown = done.len();
        } else if !terminal && (done.len() / tenth > shown / tenth) {
            eprintln!("  {} of {total} cases", done.len());
            shown = done.len();
        }
        if over {
            if terminal {
                eprintln!();
            }
            return waiting
                .join()
                .unwrap_or_else(|_| Err(std::io::Error::other("the waiting thread panicked")));
        }
    }
}

fn look(events: &Path, done: &mut BTreeSet<PathBuf>) {
    let targets = std::fs::read_dir(events).into_iter().flatten().flatten();
    for target in targets {
        for stream in std::fs::read_dir(target.path())
            .into_iter()
            .flatten()
            .flatten()
        {
            let path = stream.path();
            if !done.contains(&path) && has_verdict(&path) {
                done.insert(path);
            }
        }
    }
}

/// Whether the last line of a stream is a verdict. Only the end is read: a stream may be long.
fn has_verdict(path: &Path) -> bool {
    let read = || -> std::io::Result<Vec<u8>> {
        let mut file = std::fs::File::open(path)?;
        let length = file.metadata()?.len();
        file.seek(std::io::SeekFrom::Start(length.saturating_sub(16 * 1024)))?;
        let mut end = Vec::new();
        file.read_to_end(&mut end)?;
        Ok(end)
    };
    let end = read().unwrap_or_default();
    let Some(end) = end.strip_suffix(b"\n") else {
        return false;
    };
    let line = end.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    String::from_utf8_lossy(line).contains("\"event\":\"verdict\"")
}
