//! For programs: on standard output, one JSON object for each thing that happens, when it does.

use super::evidence::News;
use super::{Board, Display};
use crate::summary::Summary;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::Path;

pub(super) struct Events;

impl Display for Events {
    fn news(&mut self, news: &News, board: &Board) {
        say(&event(news, board));
    }
}

/// The last line: what the run as a whole says, and where the rest is.
pub(crate) fn conclude(summary: &Summary, directory: &Path) {
    say(&conclusion(summary, directory));
}

fn conclusion(summary: &Summary, directory: &Path) -> Value {
    let result = summary.result();
    json!({
        "event": "run-ended",
        "target": summary.target,
        "result": result.name(),
        "exit_code": result.exit_code(),
        "totals": summary.totals,
        "directory": directory.to_string_lossy(),
    })
}

fn event(news: &News, board: &Board) -> Value {
    let (case, kind) = match news {
        News::Started(case) => (case, "case-started"),
        News::Ended { case, .. } => (case, "case-ended"),
    };
    let mut event = json!({
        "event": kind,
        "target": case.target,
        "case": case.id,
        "clause": case.clause,
        "level": case.level,
    });
    if let News::Ended {
        verdict,
        reason,
        duration_ms,
        ..
    } = news
    {
        event["verdict"] = json!(verdict);
        event["reason"] = json!(reason);
        event["duration_ms"] = json!(duration_ms);
    }
    event["done"] = json!(board.done);
    event["total"] = json!(board.total);
    event
}

/// Who stops reading has heard enough; the run goes on for its reports.
fn say(event: &Value) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{event}").and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::board::tests::{ended, subject};
    use std::time::Instant;
    use suites::verdict::Verdict;

    #[test]
    fn an_event_is_one_line() {
        let mut board = Board::new(4, Instant::now());
        let started = News::Started(subject("stop.a"));
        assert_eq!(
            event(&started, &board),
            json!({"event": "case-started", "target": "mine", "case": "stop.a", "clause": "stop.ends", "level": "MUST",
                   "done": 0, "total": 4})
        );
        let ended = ended("stop.a", Verdict::CouldNotRun, 7);
        board.learn(&ended, Instant::now());
        assert_eq!(
            event(&ended, &board),
            json!({"event": "case-ended", "target": "mine", "case": "stop.a", "clause": "stop.ends", "level": "MUST",
                   "verdict": "could-not-run", "reason": "why", "duration_ms": 7, "done": 1, "total": 4})
        );
    }

    #[test]
    fn the_last_line_has_the_result() {
        let failed = crate::finding::tests::case("stop.a", Verdict::Fail, "why");
        let summary = Summary::made_up("mine", vec![failed]);
        let last = conclusion(&summary, Path::new("/out"));
        assert_eq!(
            (&last["result"], &last["exit_code"], &last["totals"]["fail"]),
            (&json!("not-conformant"), &json!(1), &json!(1))
        );
    }
}
