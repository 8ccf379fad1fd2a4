//! Which cases have begun and which have ended, by their streams.

use crate::plan_file::PlannedCase;
use harness::events::{self, Event};
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};
use suites::run::stream_path;
use suites::verdict::{Level, Verdict};

/// Enough of a stream's end for a verdict with all that was seen, in nearly each case.
const END: u64 = 16 * 1024;

/// A case, as displays name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Subject {
    pub(super) target: String,
    pub(super) id: String,
    pub(super) clause: String,
    pub(super) level: Level,
}

impl Subject {
    /// The target and the case.
    pub(super) fn name(&self) -> String {
        format!("{}::{}", self.target, self.id)
    }
}

/// Something that has happened to a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// It has begun.
    Started(Subject),
    /// It has its verdict.
    Ended {
        case: Subject,
        verdict: Verdict,
        reason: String,
        duration_ms: u64,
    },
}

/// The streams that have no verdict yet.
pub(super) struct Watch(Vec<Open>);

struct Open {
    case: Subject,
    stream: PathBuf,
    started: bool,
    /// The stream's length when it was last looked into.
    length: u64,
}

impl Watch {
    /// Watches the streams of these cases.
    pub(super) fn new(cases: &[&PlannedCase], directory: &Path) -> Self {
        let open = |case: &&PlannedCase| Open {
            case: Subject {
                target: case.target.clone(),
                id: case.id.clone(),
                clause: case.clause.clone(),
                level: case.level,
            },
            stream: stream_path(directory, &case.target, &case.id),
            started: false,
            length: 0,
        };
        Self(cases.iter().map(open).collect())
    }

    /// What is new since the last look.
    pub(super) fn look(&mut self) -> Vec<News> {
        let mut news = Vec::new();
        self.0.retain_mut(|open| {
            let Ok(metadata) = std::fs::metadata(&open.stream) else {
                return true;
            };
            if !open.started {
                open.started = true;
                news.push(News::Started(open.case.clone()));
            }
            if metadata.len() == open.length {
                return true;
            }
            open.length = metadata.len();
            match verdict(&open.stream) {
                Some(Event::Verdict {
                    verdict,
                    reason,
                    duration_ms,
                    ..
                }) => {
                    news.push(News::Ended {
                        case: open.case.clone(),
                        verdict: Verdict::from_name(&verdict).unwrap_or(Verdict::HarnessError),
                        reason,
                        duration_ms,
                    });
                    false
                }
                _ => true,
            }
        });
        news
    }
}

/// The verdict, where it is the stream's last line. Only the end is looked at before it is known to be there: a stream may be long,
/// and is looked at often.
fn verdict(stream: &Path) -> Option<Event> {
    let mut file = std::fs::File::open(stream).ok()?;
    let length = file.metadata().ok()?.len();
    file.seek(std::io::SeekFrom::Start(length.saturating_sub(END)))
        .ok()?;
    let mut end = Vec::new();
    file.read_to_end(&mut end).ok()?;
    let end = end.strip_suffix(b"\n")?;
    let line = end.rsplit(|byte| *byte == b'\n').next()?;
    let cut = line.len() == end.len() && length > END;
    if !cut && !String::from_utf8_lossy(line).contains("\"event\":\"verdict\"") {
        return None;
    }
    let last = events::read(stream).ok()?.pop()?.event;
    matches!(last, Event::Verdict { .. }).then_some(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use harness::events::Recorder;
    use std::io::Write as _;

    fn watched(directory: &Path) -> Watch {
        let plan = crate::plan_file::Plan::for_tests(1);
        let cases: Vec<&PlannedCase> = plan.own().take(1).collect();
        Watch::new(&cases, directory)
    }

    fn ends(seen: &str) -> Event {
        Event::Verdict {
            verdict: "fail".into(),
            step: "it ends".into(),
            reason: "why".into(),
            expected: "this".into(),
            seen: seen.into(),
            duration_ms: 9,
            checks: 2,
        }
    }

    fn words(news: &[News]) -> Vec<String> {
        (news.iter())
            .map(|news| match news {
                News::Started(case) => format!("started {}", case.name()),
                News::Ended { case, verdict, .. } => format!("{verdict} {}", case.name()),
            })
            .collect()
    }

    #[test]
    fn a_case_begins_and_ends_once() {
        let directory = tempfile::tempdir().unwrap();
        let mut watch = watched(directory.path());
        assert!(watch.look().is_empty());
        let stream = stream_path(directory.path(), "mine", "stop.it-ends");
        let recorder = Recorder::create(&stream, "mine::stop.it-ends").unwrap();
        recorder.record(Event::Note { text: "x".into() });
        assert_eq!(words(&watch.look()), ["started mine::stop.it-ends"]);
        assert!(watch.look().is_empty());
        recorder.record(ends("that"));
        assert_eq!(words(&watch.look()), ["fail mine::stop.it-ends"]);
        assert!(watch.look().is_empty());
    }

    #[test]
    fn a_verdict_longer_than_what_is_looked_at_counts_too() {
        let directory = tempfile::tempdir().unwrap();
        let stream = stream_path(directory.path(), "mine", "stop.it-ends");
        let recorder = Recorder::create(&stream, "mine::stop.it-ends").unwrap();
        recorder.record(ends(&"x".repeat(100_000)));
        let words = words(&watched(directory.path()).look());
        assert_eq!(
            words,
            ["started mine::stop.it-ends", "fail mine::stop.it-ends"]
        );
    }

    #[test]
    fn half_a_line_is_no_verdict() {
        let directory = tempfile::tempdir().unwrap();
        let stream = stream_path(directory.path(), "mine", "stop.it-ends");
        std::fs::create_dir_all(stream.parent().unwrap()).unwrap();
        let mut file = std::fs::File::create(&stream).unwrap();
        file.write_all(b"{\"event\":\"verdict\",\"verd").unwrap();
        assert_eq!(
            words(&watched(directory.path()).look()),
            ["started mine::stop.it-ends"]
        );
    }
}
