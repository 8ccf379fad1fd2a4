//! What is known of a run while it is under way.

use super::evidence::News;
use std::time::{Duration, Instant};
use suites::verdict::Verdict;

/// Verdicts after which the time that is left can be told, if badly.
const ENOUGH: usize = 5;

/// Counts, what runs, and what took longest.
#[derive(Debug)]
pub(super) struct Board {
    pub(super) total: usize,
    pub(super) done: usize,
    pub(super) failed: usize,
    pub(super) warned: usize,
    /// Since when each runs, the longest first.
    pub(super) running: Vec<(String, Instant)>,
    /// The case that took longest, and how long.
    pub(super) slowest: Option<(String, Duration)>,
    started: Instant,
}

impl Board {
    pub(super) fn new(total: usize, started: Instant) -> Self {
        Self {
            total,
            done: 0,
            failed: 0,
            warned: 0,
            running: Vec::new(),
            slowest: None,
            started,
        }
    }

    /// Takes something in.
    pub(super) fn learn(&mut self, news: &News, now: Instant) {
        match news {
            News::Started(case) => self.running.push((case.name(), now)),
            News::Ended {
                case,
                verdict,
                duration_ms,
                ..
            } => {
                let name = case.name();
                self.running.retain(|(running, _)| *running != name);
                self.done += 1;
                match verdict {
                    Verdict::Pass | Verdict::NotApplicable => {}
                    Verdict::Warn => self.warned += 1,
                    Verdict::Fail | Verdict::CouldNotRun | Verdict::HarnessError => {
                        self.failed += 1;
                    }
                }
                let took = Duration::from_millis(*duration_ms);
                if (self.slowest.as_ref()).is_none_or(|(_, slowest)| took > *slowest) {
                    self.slowest = Some((name, took));
                }
            }
        }
    }

    pub(super) fn elapsed(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.started)
    }

    /// How long it will still take, if it goes on as it went.
    pub(super) fn left(&self, now: Instant) -> Option<Duration> {
        let open = self.total.saturating_sub(self.done);
        if self.done < ENOUGH || open == 0 {
            return None;
        }
        let each = self.elapsed(now).as_secs_f64() / self.done as f64;
        Some(Duration::from_secs_f64(each * open as f64))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::progress::evidence::Subject;
    use suites::verdict::Level;

    pub(in crate::progress) fn subject(id: &str) -> Subject {
        Subject {
            target: "mine".into(),
            id: id.into(),
            clause: "stop.ends".into(),
            level: Level::Must,
        }
    }

    pub(in crate::progress) fn ended(id: &str, verdict: Verdict, duration_ms: u64) -> News {
        News::Ended {
            case: subject(id),
            verdict,
            reason: "why".into(),
            duration_ms,
        }
    }

    #[test]
    fn counts_what_ended_and_keeps_what_runs() {
        let start = Instant::now();
        let mut board = Board::new(3, start);
        for id in ["stop.a", "stop.b", "stop.c"] {
            board.learn(&News::Started(subject(id)), start);
        }
        board.learn(&ended("stop.b", Verdict::Fail, 700), start);
        board.learn(&ended("stop.a", Verdict::Warn, 300), start);
        assert_eq!((board.done, board.failed, board.warned), (2, 1, 1));
        assert_eq!(board.running, [("mine::stop.c".to_owned(), start)]);
        let slowest = ("mine::stop.b".to_owned(), Duration::from_millis(700));
        assert_eq!(board.slowest, Some(slowest));
    }

    #[test]
    fn the_time_that_is_left_is_told_once_there_is_something_to_go_by() {
        let start = Instant::now();
        let later = start + Duration::from_secs(10);
        let mut board = Board::new(20, start);
        for number in 0..5 {
            assert_eq!(board.left(later), None);
            board.learn(&ended(&format!("stop.{number}"), Verdict::Pass, 1), later);
        }
        assert_eq!(board.left(later), Some(Duration::from_secs(30)));
        board.done = 20;
        assert_eq!(board.left(later), None);
    }
}
