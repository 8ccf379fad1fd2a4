//! The lines that a process writes to standard output, as they come: for a process that is talked with.

use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

/// Longest line, in bytes. A body of 8 MiB in base64 fits.
pub const LINE_LIMIT: usize = 16 * 1024 * 1024;
/// How many lines may wait to be read. Whoever talks reads at once, so that only a flood comes near it.
const WAITING: usize = 4096;
/// What is kept of a line that is too long.
const EXCERPT: usize = 200;

/// One line, or what came instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A whole line, without its end.
    Whole(Vec<u8>),
    /// The beginning of a line that is longer than [`LINE_LIMIT`]. The rest is not kept.
    TooLong(Vec<u8>),
    /// What was written last, without a line end.
    Unended(Vec<u8>),
    /// Lines were lost, because more came than could be read.
    Lost,
}

/// Where a process's lines go. Clones are the same tap.
#[derive(Clone, Debug)]
pub struct LineTap(Arc<Mutex<Tap>>);

/// The reading side of a [`LineTap`]: `None` after the last line of the process.
pub type Lines = mpsc::Receiver<Line>;

#[derive(Debug)]
struct Tap {
    sender: Option<mpsc::Sender<Line>>,
    partial: Vec<u8>,
    skipping: bool,
    lost: bool,
}

impl LineTap {
    /// A tap and what comes out of it.
    #[must_use]
    pub fn new() -> (Self, Lines) {
        let (sender, lines) = mpsc::channel(WAITING);
        let tap = Tap {
            sender: Some(sender),
            partial: Vec::new(),
            skipping: false,
            lost: false,
        };
        (Self(Arc::new(Mutex::new(tap))), lines)
    }

    pub(super) fn push(&self, bytes: &[u8]) {
        let mut tap = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            tap.piece(piece);
        }
    }

    /// Nothing more will come from the process itself, though a child of it may hold the pipe.
    pub(super) fn end(&self) {
        let mut tap = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !tap.partial.is_empty() {
            let rest = std::mem::take(&mut tap.partial);
            tap.send(Line::Unended(rest));
        }
        tap.sender = None;
    }
}

impl Tap {
    fn piece(&mut self, piece: &[u8]) {
        let (text, ended) = match piece.strip_suffix(b"\n") {
            Some(text) => (text, true),
            None => (piece, false),
        };
        if !self.skipping {
            let room = LINE_LIMIT - self.partial.len();
            if text.len() > room {
                let mut beginning = std::mem::take(&mut self.partial);
                beginning.extend_from_slice(text.get(..room).unwrap_or(text));
                beginning.truncate(EXCERPT);
                self.skipping = true;
                self.send(Line::TooLong(beginning));
            } else {
                self.partial.extend_from_slice(text);
            }
        }
        if ended {
            let line = std::mem::take(&mut self.partial);
            if !std::mem::take(&mut self.skipping) {
                self.send(Line::Whole(line));
            }
        }
    }

    fn send(&mut self, line: Line) {
        let Some(sender) = &self.sender else { return };
        if self.lost {
            // The place that was kept for it: nothing else takes the last one.
            self.lost = sender.try_send(Line::Lost).is_err();
        }
        if sender.try_send(line).is_err() {
            self.lost = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(lines: &mut Lines) -> Vec<Line> {
        std::iter::from_fn(|| lines.try_recv().ok()).collect()
    }

    #[test]
    fn a_line_is_whole_only_with_its_end() {
        let (tap, mut lines) = LineTap::new();
        for piece in ["a", "b\nc", "\n\nd"] {
            tap.push(piece.as_bytes());
        }
        let whole = |text: &str| Line::Whole(text.into());
        assert_eq!(all(&mut lines), [whole("ab"), whole("c"), whole("")]);
        tap.end();
        assert_eq!(all(&mut lines), [Line::Unended(b"d".to_vec())]);
    }

    #[test]
    fn a_line_without_measure_is_told_once_and_not_kept() {
        let (tap, mut lines) = LineTap::new();
        let piece = vec![b'x'; 1024 * 1024];
        for _ in 0..20 {
            tap.push(&piece);
        }
        tap.push(b"end\nnext\n");
        let beginning = vec![b'x'; EXCERPT];
        assert_eq!(
            all(&mut lines),
            [Line::TooLong(beginning), Line::Whole(b"next".to_vec())]
        );
    }

    #[test]
    fn a_line_of_just_the_limit_is_whole() {
        let (tap, mut lines) = LineTap::new();
        tap.push(&vec![b'x'; LINE_LIMIT]);
        tap.push(b"\n");
        assert!(
            matches!(all(&mut lines).as_slice(), [Line::Whole(line)] if line.len() == LINE_LIMIT)
        );
    }

    #[test]
    fn a_flood_that_nobody_reads_is_said_and_does_not_grow() {
        let (tap, mut lines) = LineTap::new();
        for _ in 0..WAITING + 10 {
            tap.push(b"x\n");
        }
        assert_eq!(all(&mut lines).len(), WAITING);
        tap.push(b"y\n");
        assert_eq!(all(&mut lines), [Line::Lost, Line::Whole(b"y".to_vec())]);
    }

    #[tokio::test]
    async fn the_end_is_the_end_though_a_tap_lives() {
        let (tap, mut lines) = LineTap::new();
        tap.push(b"x\n");
        tap.end();
        tap.push(b"y\n");
        assert_eq!(lines.recv().await, Some(Line::Whole(b"x".to_vec())));
        assert_eq!(lines.recv().await, None);
    }

    proptest! {
        #[test]
        fn lines_are_the_same_however_they_are_cut(text in "[a-c\n]{0,60}", cuts in proptest::collection::vec(0usize..60, 0..6)) {
            let (tap, mut lines) = LineTap::new();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).chain([0, text.len()]).collect();
            cuts.sort_unstable();
            for pair in cuts.windows(2) {
                tap.push(&text.as_bytes()[pair[0]..pair[1]]);
            }
            tap.end();
            let mut expected: Vec<Line> = text.split_inclusive('\n').map(|line| match line.strip_suffix('\n') {
                Some(line) => Line::Whole(line.into()),
                None => Line::Unended(line.into()),
            }).collect();
            expected.truncate(WAITING);
            prop_assert_eq!(all(&mut lines), expected);
        }
    }
}
