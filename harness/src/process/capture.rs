//! What a process writes: drained at once, kept in part, counted in whole.
//!
//! A target that floods its output must neither be blocked nor be held in memory, so the first and the last 64 KiB are
//! kept and what lies between is only counted. Nothing ever waits for end of file: a grandchild may hold the pipe for ever.

use super::lines::LineTap;
use crate::events::{Event, Recorder, excerpt};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

const KEPT: usize = 64 * 1024;
/// Lines that go into the evidence stream; a flood would drown it.
const RECORDED_LINES: usize = 200;

/// A copy of what was kept of one stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captured {
    head: Vec<u8>,
    tail: Vec<u8>,
    total: u64,
}

impl Captured {
    /// How many bytes were written in all.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// The text that was kept, with a mark where something was left out.
    #[must_use]
    pub fn text(&self) -> String {
        let kept = (self.head.len() + self.tail.len()) as u64;
        let mut text = String::from_utf8_lossy(&self.head).into_owned();
        if kept < self.total {
            text.push_str(&format!("\n… {} bytes left out …\n", self.total - kept));
        }
        text.push_str(&String::from_utf8_lossy(&self.tail));
        text
    }

    /// The last lines that are not empty, oldest first.
    #[must_use]
    pub fn last_lines(&self, count: usize) -> Vec<String> {
        let text = self.text();
        let mut lines: Vec<_> = text
            .lines()
            .rev()
            .filter(|line| !line.trim().is_empty())
            .take(count)
            .map(excerpt_line)
            .collect();
        lines.reverse();
        lines
    }
}

fn excerpt_line(line: &str) -> String {
    excerpt(line.as_bytes())
}

#[derive(Debug)]
struct State {
    captured: Captured,
    tail: VecDeque<u8>,
    line: Vec<u8>,
    lines: usize,
}

/// Takes in the bytes of one stream.
#[derive(Clone, Debug)]
pub(super) struct Sink {
    state: Arc<Mutex<State>>,
    process: Arc<str>,
    stream: &'static str,
    recorder: Recorder,
    lines: Option<LineTap>,
}

impl Sink {
    pub(super) fn new(process: &str, stream: &'static str, recorder: Recorder) -> Self {
        let state = State {
            captured: Captured::default(),
            tail: VecDeque::new(),
            line: Vec::new(),
            lines: 0,
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            process: process.into(),
            stream,
            recorder,
            lines: None,
        }
    }

    /// Hands every line on as well.
    pub(super) fn tapped(mut self, lines: Option<LineTap>) -> Self {
        self.lines = lines;
        self
    }

    pub(super) fn push(&self, bytes: &[u8]) {
        if let Some(lines) = &self.lines {
            lines.push(bytes);
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.captured.total += bytes.len() as u64;
        let room = KEPT - state.captured.head.len();
        let (head, rest) = bytes.split_at(room.min(bytes.len()));
        state.captured.head.extend_from_slice(head);
        // Only the end of a large write can matter for the tail.
        state.tail.extend(&rest[rest.len().saturating_sub(KEPT)..]);
        let excess = state.tail.len().saturating_sub(KEPT);
        state.tail.drain(..excess);
        self.record_lines(&mut state, bytes);
    }

    fn record_lines(&self, state: &mut State, bytes: &[u8]) {
        if !self.recorder.is_on() || state.lines > RECORDED_LINES {
            return;
        }
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let room = KEPT.saturating_sub(state.line.len()).min(piece.len());
            state.line.extend_from_slice(&piece[..room]);
            if piece.ends_with(b"\n") {
                self.end_line(state);
            }
            if state.lines > RECORDED_LINES {
                self.recorder.note(format!(
                    "{} {}: further lines are not recorded",
                    self.process, self.stream
                ));
                return;
            }
        }
    }

    fn end_line(&self, state: &mut State) {
        let line = std::mem::take(&mut state.line);
        let line = line.strip_suffix(b"\n").unwrap_or(&line);
        state.lines += 1;
        self.recorder.record(Event::Output {
            process: self.process.to_string(),
            stream: self.stream.to_owned(),
            line: excerpt(line),
        });
    }

    /// Called once nothing more is expected: a last line without an end is recorded too.
    pub(super) fn finish(&self) {
        if let Some(lines) = &self.lines {
            lines.end();
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.line.is_empty() && state.lines <= RECORDED_LINES {
            self.end_line(&mut state);
        }
    }

    pub(super) fn captured(&self) -> Captured {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut captured = state.captured.clone();
        captured.tail = state.tail.iter().copied().collect();
        captured
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sink() -> Sink {
        Sink::new("backend", "stdout", Recorder::off())
    }

    #[test]
    fn keeps_the_beginning_and_the_end_of_a_flood() {
        let sink = sink();
        sink.push(b"begin\n");
        for _ in 0..64 {
            sink.push(&[b'x'; 16 * 1024]);
        }
        sink.push(b"\nend");
        let captured = sink.captured();
        assert_eq!(captured.total(), 6 + 64 * 16 * 1024 + 4);
        assert!(captured.text().starts_with("begin\n") && captured.text().ends_with("\nend"));
        assert!(captured.text().contains("bytes left out") && captured.text().len() < 3 * KEPT);
        assert_eq!(captured.last_lines(1), ["end"]);
    }

    #[test]
    fn records_lines_however_they_are_cut() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("e");
        let sink = Sink::new("backend", "stderr", Recorder::create(&path, "s").unwrap());
        for piece in ["a", "b\nc\n\nd", "e"] {
            sink.push(piece.as_bytes());
        }
        sink.finish();
        let lines: Vec<_> = crate::events::read(&path)
            .unwrap()
            .into_iter()
            .filter_map(|entry| match entry.event {
                Event::Output { line, .. } => Some(line),
                _ => None,
            })
            .collect();
        assert_eq!(lines, ["ab", "c", "", "de"]);
    }

    proptest! {
        #[test]
        fn short_output_is_kept_whole(pieces in proptest::collection::vec("[a-z\n]{0,40}", 0..50)) {
            let sink = sink();
            for piece in &pieces {
                sink.push(piece.as_bytes());
            }
            prop_assert_eq!(sink.captured().text(), pieces.concat());
        }
    }
}
