//! For somebody who watches: a few lines at the end of the terminal, drawn over themselves.

use super::evidence::News;
use super::lines::alarm;
use super::{Board, Display};
use crate::terminal;
use std::io::Write;
use std::time::{Duration, Instant};

/// Cases that run, at most so many by name.
const NAMED: usize = 5;
/// Where a terminal does not say how wide it is.
const WIDTH: usize = 80;
/// A bar of less says nothing.
const LEAST_BAR: usize = 10;
const MOST_BAR: usize = 30;

pub(super) struct Screen<W> {
    to: W,
    colour: bool,
    /// The lines that stand there now.
    drawn: Vec<String>,
    /// What is to stand above them for good.
    lasting: Vec<String>,
}

impl<W: Write> Screen<W> {
    pub(super) const fn new(to: W, colour: bool) -> Self {
        Self {
            to,
            colour,
            drawn: Vec::new(),
            lasting: Vec::new(),
        }
    }

    /// Draws these lines in the place of those that stand there, in one piece, so that nothing flickers.
    fn draw(&mut self, lines: Vec<String>) {
        if self.lasting.is_empty() && lines == self.drawn {
            return;
        }
        let mut text = String::new();
        if !self.drawn.is_empty() {
            text.push_str(&format!("\x1b[{}A\r", self.drawn.len()));
        }
        for line in self.lasting.drain(..).chain(lines.iter().cloned()) {
            text.push_str(&line);
            text.push_str("\x1b[K\n");
        }
        text.push_str("\x1b[J");
        let _ = self
            .to
            .write_all(text.as_bytes())
            .and_then(|()| self.to.flush());
        self.drawn = lines;
    }

    fn painted(&self, colour: &str, text: &str) -> String {
        if self.colour {
            format!("\x1b[{colour}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

impl<W: Write> Display for Screen<W> {
    fn news(&mut self, news: &News, _board: &Board) {
        if let News::Ended { case, verdict, .. } = news
            && let Some(word) = alarm(*verdict)
        {
            let line = format!("{}  {}", self.painted("1;31", word), case.name());
            self.lasting.push(line);
        }
    }

    fn tick(&mut self, board: &Board, now: Instant) {
        let (width, height) = terminal::size().unwrap_or((WIDTH, NAMED + 4));
        self.draw(lines(board, now, width, height));
    }

    fn over(&mut self, board: &Board, now: Instant) {
        self.draw(Vec::new());
        let left_open = board.total.saturating_sub(board.done);
        if left_open == 0 {
            let _ = writeln!(
                self.to,
                "{} cases in {}",
                board.total,
                clock(board.elapsed(now))
            );
        }
    }
}

/// All that is shown, in lines that fit.
fn lines(board: &Board, now: Instant, width: usize, height: usize) -> Vec<String> {
    let mut lines = vec![headline(board, now, width)];
    let named = NAMED.min(height.saturating_sub(4));
    for (name, since) in board.running.iter().take(named) {
        let ran = now.saturating_duration_since(*since);
        lines.push(format!("  {:>6}  {name}", seconds(ran)));
    }
    match board.running.len().saturating_sub(named) {
        0 => {}
        more if named == 0 => lines.push(format!("  {more} running")),
        more => lines.push(format!("          and {more} more")),
    }
    if let Some((name, took)) = &board.slowest
        && height > lines.len() + 1
    {
        lines.push(format!("  slowest so far: {name}, {}", seconds(*took)));
    }
    lines
        .into_iter()
        .map(|line| fitting(&line, width))
        .take(height.saturating_sub(1))
        .collect()
}

/// Counts and times, as many as fit, and a bar where there is room for one.
fn headline(board: &Board, now: Instant, width: usize) -> String {
    let mut words = format!("{} of {}", board.done, board.total);
    let count = |count: usize, word| (count > 0).then(|| format!("{count} {word}"));
    let left = |left| format!("about {} left", clock(left));
    let more = [
        count(board.failed, "failed"),
        count(board.warned, "warned"),
        Some(clock(board.elapsed(now))),
        board.left(now).map(left),
    ];
    for more in more.into_iter().flatten() {
        if words.chars().count() + more.chars().count() + 4 < width {
            words = format!("{words}, {more}");
        }
    }
    let room = width.saturating_sub(words.chars().count() + 6);
    if room < LEAST_BAR || board.total == 0 {
        return format!("  {words}");
    }
    let bar = room.min(MOST_BAR);
    let full = bar * board.done / board.total;
    format!("  {}{}  {words}", "█".repeat(full), "░".repeat(bar - full))
}

/// The line, cut to less than the width: a line that reaches the edge may wrap, and then there is one more than was counted.
fn fitting(line: &str, width: usize) -> String {
    let most = width.saturating_sub(1);
    if line.chars().count() <= most {
        return line.to_owned();
    }
    if most == 0 {
        return String::new();
    }
    let mut cut: String = line.chars().take(most.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// Minutes and seconds.
fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::board::tests::{ended, subject};
    use suites::verdict::Verdict;

    fn board(start: Instant) -> Board {
        let mut board = Board::new(330, start);
        for number in 0..8 {
            let id = format!("stop.a-case-with-a-name-of-some-length-{number}");
            board.learn(&News::Started(subject(&id)), start);
        }
        for number in 0..100 {
            let verdict = match number {
                0 => Verdict::Fail,
                1 | 2 => Verdict::Warn,
                _ => Verdict::Pass,
            };
            board.learn(&ended(&format!("ready.{number}"), verdict, number), start);
        }
        board
    }

    fn shown(width: usize, height: usize) -> String {
        let start = Instant::now();
        let now = start + Duration::from_millis(61_500);
        lines(&board(start), now, width, height).join("\n")
    }

    #[test]
    fn a_wide_terminal_shows_all() {
        insta::assert_snapshot!("wide", shown(110, 40));
    }

    #[test]
    fn a_narrow_terminal_shows_what_fits() {
        insta::assert_snapshot!("narrow", shown(40, 40));
        for width in 0..120 {
            let fits = |line: &str| line.chars().count() < width.max(1);
            assert!(
                shown(width, 40).lines().all(fits),
                "{width}: {}",
                shown(width, 40)
            );
        }
    }

    #[test]
    fn a_low_terminal_is_never_filled() {
        for height in 1..20 {
            assert!(
                shown(80, height).lines().count() < height.max(2),
                "{height}"
            );
        }
        assert_eq!(shown(80, 3).lines().count(), 2);
    }

    #[test]
    fn what_stands_there_is_drawn_over() {
        let mut screen = Screen::new(Vec::new(), false);
        screen.draw(vec!["one".into(), "two".into()]);
        screen.draw(vec!["one".into(), "two".into()]);
        screen.lasting.push("FAIL  x".into());
        screen.draw(vec!["three".into()]);
        screen.draw(Vec::new());
        assert_eq!(
            String::from_utf8(screen.to).unwrap(),
            "one\x1b[K\ntwo\x1b[K\n\x1b[J\
             \x1b[2A\rFAIL  x\x1b[K\nthree\x1b[K\n\x1b[J\
             \x1b[1A\r\x1b[J"
        );
    }

    #[test]
    fn colours_only_where_they_are_wanted() {
        let start = Instant::now();
        for colour in [true, false] {
            let mut screen = Screen::new(Vec::new(), colour);
            screen.news(&ended("stop.a", Verdict::Fail, 1), &Board::new(1, start));
            assert_eq!(screen.lasting[0].contains('\x1b'), colour);
            assert!(screen.lasting[0].ends_with("mine::stop.a"));
        }
    }
}
