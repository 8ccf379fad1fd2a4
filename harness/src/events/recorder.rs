//! Writing a stream.

use super::error::EventsError;
use super::event::Event;
use super::redact;
use super::schema::{HARNESS, SCHEMA};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// Writes a stream. Clones write to the same stream; without a file every event is dropped.
#[derive(Clone, Debug, Default)]
pub struct Recorder(Option<Arc<Mutex<Stream>>>);

#[derive(Debug)]
struct Stream {
    file: File,
    opened: Instant,
    seq: u64,
    names: BTreeMap<&'static str, u32>,
    /// What the harness has sent, so that the end of a process can be put down to it.
    signals: Vec<(String, String)>,
    source: Option<Box<dyn Source>>,
}

/// What is asked, before an event is written, for what has happened meanwhile.
pub(crate) trait Source: Send + std::fmt::Debug {
    /// What has happened before this event, in order; before nothing more, where there is none.
    fn meanwhile(&mut self, before: Option<&Event>) -> Vec<Event>;
}

impl Recorder {
    /// A recorder that drops everything, for tests that need no evidence.
    #[must_use]
    pub fn off() -> Self {
        Self(None)
    }

    /// Makes the file, and the directories above it, and writes the first line.
    ///
    /// # Errors
    /// [`EventsError::Write`] when the file cannot be made.
    pub fn create(path: &Path, subject: &str) -> Result<Self, EventsError> {
        let failed = |source| EventsError::Write {
            path: path.to_owned(),
            source,
        };
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(failed)?;
        }
        let file = File::create(path).map_err(failed)?;
        let stream = Stream {
            file,
            opened: Instant::now(),
            seq: 0,
            names: BTreeMap::new(),
            signals: Vec::new(),
            source: None,
        };
        let recorder = Self(Some(Arc::new(Mutex::new(stream))));
        recorder.record(Event::Opened {
            schema: SCHEMA,
            subject: subject.to_owned(),
        });
        Ok(recorder)
    }

    /// Writes one event, without what looks like a secret. A stream that can no longer be written stays as it is: the missing
    /// verdict at its end tells.
    ///
    /// The end of a process is put down to `itself` when it returned a code, to `the harness` when it died of a signal that the
    /// harness had sent it, and to `another process, or the system` when it died of any other.
    pub fn record(&self, mut event: Event) {
        if self.0.is_none() {
            return;
        }
        redact::event(&mut event);
        let Some(mut stream) = self.lock() else {
            return;
        };
        stream.attribute(&mut event);
        stream.take_in(Some(&event));
        stream.write(&event);
    }

    /// From now on this source is asked before each event; nothing is, where nothing is recorded.
    pub(crate) fn attend(&self, source: Box<dyn Source>) {
        if let Some(mut stream) = self.lock() {
            stream.source = Some(source);
        }
    }

    /// Asks the source for the last time.
    pub(crate) fn attend_no_more(&self) {
        if let Some(mut stream) = self.lock() {
            stream.take_in(None);
            stream.source = None;
        }
    }

    /// A remark.
    pub fn note(&self, text: impl Into<String>) {
        self.record(Event::Note { text: text.into() });
    }

    /// Whether events go anywhere; lets a caller skip costly preparation.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// A fresh name such as `connection-3`.
    #[must_use]
    pub fn name(&self, kind: &'static str) -> String {
        let Some(mut stream) = self.lock() else {
            return kind.to_owned();
        };
        let count = stream.names.entry(kind).or_default();
        *count += 1;
        format!("{kind}-{count}")
    }

    fn lock(&self) -> Option<std::sync::MutexGuard<'_, Stream>> {
        let stream = self.0.as_ref()?;
        Some(
            stream
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        )
    }
}

impl Stream {
    fn take_in(&mut self, before: Option<&Event>) {
        let meanwhile = (self.source.as_mut()).map(|source| source.meanwhile(before));
        for event in meanwhile.into_iter().flatten() {
            self.write(&event);
        }
    }

    fn write(&mut self, event: &Event) {
        let at_us = u64::try_from(self.opened.elapsed().as_micros()).unwrap_or(u64::MAX);
        // As `Entry` is read; flattening costs several times as much, and this is done for every event.
        let mut line = format!("{{\"seq\":{},\"at_us\":{at_us},", self.seq).into_bytes();
        self.seq += 1;
        if let Ok(event) = serde_json::to_vec(event) {
            line.extend(event.get(1..).unwrap_or_default());
            line.push(b'\n');
            let _ = self.file.write_all(&line);
        }
    }

    fn attribute(&mut self, event: &mut Event) {
        match event {
            Event::Signalled {
                process, signal, ..
            } => {
                self.signals.push((process.clone(), signal.clone()));
            }
            Event::Exited { process, exit, by } if by.is_none() => {
                let sent = |(to, signal): &(String, String)| {
                    to == process && exit.strip_prefix("ended by ") == Some(signal)
                };
                let who = if !exit.starts_with("ended by ") {
                    "itself"
                } else if self.signals.iter().any(sent) {
                    HARNESS
                } else {
                    "another process, or the system"
                };
                *by = Some(who.to_owned());
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::read;
    use rstest::rstest;

    fn recorded(events: &[Event]) -> Vec<Event> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("events.ndjson");
        let recorder = Recorder::create(&path, "subject").unwrap();
        for event in events {
            recorder.record(event.clone());
        }
        let entries = read(&path).unwrap();
        entries.into_iter().map(|entry| entry.event).collect()
    }

    #[test]
    fn writes_in_order_and_by_a_clock_that_never_goes_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("events.ndjson");
        let recorder = Recorder::create(&path, "subject").unwrap();
        recorder.note("first");
        recorder.note("second");
        let entries = read(&path).unwrap();
        let places: Vec<u64> = entries.iter().map(|entry| entry.seq).collect();
        assert_eq!(places, [0, 1, 2]);
        let text = "second".to_owned();
        assert_eq!(entries[2].event, Event::Note { text });
        assert!(
            entries
                .windows(2)
                .all(|pair| pair[0].at_us <= pair[1].at_us)
        );
    }

    #[test]
    fn names_count_up_by_kind() {
        let dir = tempfile::tempdir().unwrap();
        let recorder = Recorder::create(&dir.path().join("x"), "subject").unwrap();
        assert_eq!(recorder.name("backend"), "backend-1");
        assert_eq!(recorder.name("connection"), "connection-1");
        assert_eq!(recorder.name("backend"), "backend-2");
    }

    #[rstest]
    #[case::by_itself("SIGTERM", "exit code 0", "itself")]
    #[case::as_it_was_told("SIGTERM", "ended by SIGTERM", "the harness")]
    #[case::before_it_was_told("SIGTERM", "ended by SIGKILL", "another process, or the system")]
    fn an_end_is_put_down_to_who_caused_it(
        #[case] sent: &str,
        #[case] exit: &str,
        #[case] by: &str,
    ) {
        let events = recorded(&[
            Event::signalled("backend-1", sent),
            Event::exited("backend-1", exit),
        ]);
        let Some(Event::Exited { by: Some(seen), .. }) = events.last() else {
            panic!("{events:?}");
        };
        assert_eq!(seen, by);
    }

    #[test]
    fn a_signal_to_one_process_is_none_to_another() {
        let events = recorded(&[
            Event::signalled("backend-2", "SIGKILL"),
            Event::exited("backend-1", "ended by SIGKILL"),
        ]);
        let by =
            |event: &Event| matches!(event, Event::Exited { by: Some(by), .. } if by != HARNESS);
        assert!(events.last().is_some_and(by), "{events:?}");
    }
}
