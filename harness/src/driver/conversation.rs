//! What was said so far: questions that are open, events that nobody took yet, and the first breach of the protocol, which
//! ends everything.

use super::VERSION;
use super::error::DriverError;
use super::message::{self, Answer, DriverEvent, Hello, Message};
use crate::process::{LINE_LIMIT, Line};
use std::collections::{BTreeMap, VecDeque};
use tokio::sync::oneshot;

/// What is kept of a line that is quoted.
const QUOTED: usize = 300;

/// The state of a conversation.
#[derive(Debug, Default)]
pub(super) struct Conversation {
    lines: u64,
    last: Option<String>,
    hello: Option<Hello>,
    next: u64,
    open: BTreeMap<u64, (String, oneshot::Sender<Answer>)>,
    answered: BTreeMap<u64, String>,
    events: VecDeque<DriverEvent>,
    broken: Option<DriverError>,
    ended: bool,
}

impl Conversation {
    /// Opens a question.
    pub(super) fn ask(&mut self, verb: &str) -> (u64, oneshot::Receiver<Answer>) {
        self.next += 1;
        let (sender, receiver) = oneshot::channel();
        // A question to a broken conversation is never answered: its sender goes at once.
        if self.broken.is_none() && !self.ended {
            self.open.insert(self.next, (verb.to_owned(), sender));
        }
        (self.next, receiver)
    }

    pub(super) fn hello(&self) -> Option<Hello> {
        self.hello.clone()
    }

    /// The oldest event of this name that nobody took.
    pub(super) fn take_event(&mut self, name: &str) -> Option<DriverEvent> {
        let at = self.events.iter().position(|event| event.name == name)?;
        self.events.remove(at)
    }

    /// Events that nobody took.
    pub(super) fn events(&self) -> Vec<DriverEvent> {
        self.events.iter().cloned().collect()
    }

    /// Why nothing more will come, in view of what is waited for.
    pub(super) fn over(&self, waiting_for: &str) -> Option<DriverError> {
        self.broken.clone().or_else(|| {
            self.ended.then(|| DriverError::Ended {
                waiting_for: waiting_for.to_owned(),
                last: self.last(),
            })
        })
    }

    /// The last line, for an error.
    pub(super) fn last(&self) -> String {
        match &self.last {
            Some(line) => format!("`{line}`"),
            None => "none at all".to_owned(),
        }
    }

    /// No more lines.
    pub(super) fn end(&mut self) {
        self.ended = true;
        self.open.clear();
    }

    /// Takes in one line.
    pub(super) fn take(&mut self, line: Line) {
        if self.broken.is_some() {
            return;
        }
        if let Err(error) = self.understand(line) {
            self.broken = Some(error);
            self.open.clear();
        }
    }

    fn understand(&mut self, line: Line) -> Result<(), DriverError> {
        let number = self.lines + 1;
        let bytes = match line {
            Line::Whole(bytes) => bytes,
            Line::TooLong(start) => {
                return Err(DriverError::TooLong {
                    number,
                    limit: LINE_LIMIT,
                    line: quoted(&start),
                });
            }
            Line::Unended(start) => {
                return Err(DriverError::HalfALine {
                    number,
                    line: quoted(&start),
                });
            }
            Line::Lost => return Err(DriverError::Flood { number: self.lines }),
        };
        self.lines = number;
        let line = quoted(&bytes);
        self.last = Some(line.clone());
        let malformed = |why: String| DriverError::Malformed {
            number,
            why,
            line: line.clone(),
        };
        let object = message::object(&bytes).ok_or_else(|| DriverError::NotJson {
            number,
            line: line.clone(),
        })?;
        if self.hello.is_none() {
            match object.get("driver") {
                Some(version) if version.as_u64() == Some(VERSION) => {}
                Some(version) => {
                    let found = version.to_string();
                    return Err(DriverError::Version { found });
                }
                None => {
                    return Err(malformed(
                        "no hello, and the first line must be one".to_owned(),
                    ));
                }
            }
            self.hello = Some(message::hello(&object).map_err(malformed)?);
            return Ok(());
        }
        match message::message(object).map_err(malformed)? {
            Message::Event { name, fields } => {
                self.events.push_back(DriverEvent {
                    line: number,
                    name,
                    fields,
                });
            }
            Message::Answer { id, outcome } => match self.open.remove(&id) {
                Some((verb, sender)) => {
                    self.answered.insert(id, verb);
                    let answer = Answer {
                        line: number,
                        outcome,
                    };
                    // Nobody waits any more: the case has what it wanted to know.
                    let _ = sender.send(answer);
                }
                None => {
                    return Err(match self.answered.remove(&id) {
                        Some(verb) => DriverError::AnsweredTwice {
                            number,
                            id,
                            verb,
                            line,
                        },
                        None => DriverError::NeverAsked { number, id, line },
                    });
                }
            },
        }
        Ok(())
    }
}

fn quoted(bytes: &[u8]) -> String {
    let kept = bytes.get(..QUOTED).unwrap_or(bytes);
    let mut text = String::from_utf8_lossy(kept).into_owned();
    if kept.len() < bytes.len() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const HELLO: &str = r#"{"driver":1,"client":"c","version":"1"}"#;

    fn after(lines: &[&str]) -> Conversation {
        let mut conversation = Conversation::default();
        let (_, answer) = conversation.ask("status");
        // Held for as long as the lines come.
        for line in lines {
            conversation.take(Line::Whole(line.as_bytes().to_vec()));
        }
        drop(answer);
        conversation
    }

    #[rstest]
    #[case::junk(&["junk"], "line 1 on standard output is no JSON object: `junk`")]
    #[case::junk_later(&[HELLO, "ready!"], "line 2 on standard output is no JSON object: `ready!`")]
    #[case::no_hello(&[r#"{"id":1,"ok":{}}"#], "line 1 on standard output is no hello")]
    #[case::version(&[r#"{"driver":2,"client":"c","version":"1"}"#], "speaks version 2 of the driver protocol")]
    #[case::version_text(&[r#"{"driver":"1"}"#], "speaks version \"1\"")]
    #[case::never_asked(&[HELLO, r#"{"id":9,"ok":{}}"#], "line 2 answers question 9, which was never asked")]
    #[case::twice(&[HELLO, r#"{"id":1,"ok":{}}"#, r#"{"id":1,"ok":{}}"#], "answers question 1 (`status`) a second time")]
    #[case::neither(&[HELLO, "{}"], "line 2 on standard output is neither an answer")]
    fn a_breach_is_told_with_its_place(#[case] lines: &[&str], #[case] message: &str) {
        let found = after(lines).over("anything").map(|error| error.to_string());
        assert!(
            found.clone().is_some_and(|found| found.contains(message)),
            "{found:?}"
        );
    }

    #[rstest]
    #[case(Line::TooLong(b"xxx".to_vec()), "line 2 on standard output is longer than 16777216 bytes; it begins `xxx`")]
    #[case(Line::Unended(b"{\"id\"".to_vec()), "ended in the middle of line 2: `{\"id\"`")]
    #[case(Line::Lost, "some were lost after line 1")]
    fn what_is_no_line_is_told(#[case] line: Line, #[case] message: &str) {
        let mut conversation = after(&[HELLO]);
        conversation.take(line);
        let found = conversation.over("anything").unwrap().to_string();
        assert!(found.contains(message), "{found}");
    }

    #[test]
    fn the_first_breach_counts_and_ends_every_question() {
        let mut conversation = after(&[HELLO]);
        let (_, mut answer) = conversation.ask("start");
        conversation.take(Line::Whole(b"first".to_vec()));
        conversation.take(Line::Whole(b"second".to_vec()));
        assert!(answer.try_recv().is_err());
        assert!(
            conversation
                .over("x")
                .unwrap()
                .to_string()
                .contains("`first`")
        );
    }

    #[test]
    fn the_end_says_what_was_waited_for_and_the_last_line() {
        let mut conversation = after(&[HELLO, r#"{"event":"warning","message":"m"}"#]);
        conversation.end();
        let error = conversation.over("the answer to `start`").unwrap();
        assert_eq!(
            error.to_string(),
            "the client ended, or closed its standard output, before the answer to `start`; the last line was \
             `{\"event\":\"warning\",\"message\":\"m\"}`"
        );
    }

    #[test]
    fn events_are_taken_by_name_in_order() {
        let mut conversation = after(&[
            HELLO,
            r#"{"event":"a","n":1}"#,
            r#"{"event":"b"}"#,
            r#"{"event":"a","n":2}"#,
        ]);
        let mut taken = || conversation.take_event("a").map(|event| event.line);
        assert_eq!([taken(), taken(), taken()], [Some(2), Some(4), None]);
        assert_eq!(conversation.events().len(), 1);
    }
}
