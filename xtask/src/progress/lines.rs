//! For logs: a line now and then, and one for each failure when it is known.

use super::evidence::News;
use super::{Board, Display};
use std::io::Write;
use suites::verdict::Verdict;

pub(super) struct Lines<W> {
    to: W,
    shown: usize,
}

impl<W: Write> Lines<W> {
    pub(super) const fn new(to: W) -> Self {
        Self { to, shown: 0 }
    }
}

/// The word for a verdict that somebody has to look at.
pub(super) const fn alarm(verdict: Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Pass | Verdict::Warn | Verdict::NotApplicable => None,
        Verdict::Fail => Some("FAIL"),
        Verdict::CouldNotRun => Some("COULD NOT RUN"),
        Verdict::HarnessError => Some("HARNESS ERROR"),
    }
}

impl<W: Write> Display for Lines<W> {
    fn news(&mut self, news: &News, board: &Board) {
        let News::Ended { case, verdict, .. } = news else {
            return;
        };
        if let Some(word) = alarm(*verdict) {
            let _ = writeln!(self.to, "  {word}  {}", case.name());
        }
        let tenth = (board.total / 10).max(1);
        if board.done / tenth > self.shown / tenth {
            let _ = writeln!(self.to, "  {} of {} cases", board.done, board.total);
            self.shown = board.done;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::board::tests::ended;
    use std::time::Instant;

    #[test]
    fn every_tenth_and_every_failure() {
        let start = Instant::now();
        let mut board = Board::new(20, start);
        let mut lines = Lines::new(Vec::new());
        for (id, verdict) in [
            ("stop.a", Verdict::Pass),
            ("stop.b", Verdict::Pass),
            ("stop.c", Verdict::Fail),
            ("stop.d", Verdict::Warn),
        ] {
            let news = ended(id, verdict, 1);
            board.learn(&news, start);
            lines.news(&news, &board);
        }
        assert_eq!(
            String::from_utf8(lines.to).unwrap(),
            "  2 of 20 cases\n  FAIL  mine::stop.c\n  4 of 20 cases\n"
        );
    }
}
