//! Talking with a client over its standard input and output.

use super::conversation::Conversation;
use super::error::DriverError;
use super::message::{Answer, DriverEvent, Hello};
use crate::events::{Event, Recorder, excerpt};
use crate::pace::Deadline;
use crate::process::{Line, Lines, Stdin};
use serde_json::{Map, Value};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::{mpsc, oneshot, watch};

/// A conversation with one client. Must be made within a tokio runtime; ends with the client's standard output.
#[derive(Debug)]
pub struct Driver {
    shared: Arc<Mutex<Conversation>>,
    /// Counts what came, so that a wait needs no clock.
    changes: watch::Receiver<u64>,
    questions: Mutex<Option<mpsc::UnboundedSender<Vec<u8>>>>,
    process: String,
    recorder: Recorder,
}

impl Driver {
    /// Takes up the conversation. `process` is the harness's name for the client.
    #[must_use]
    pub fn new(process: &str, lines: Lines, stdin: Option<Stdin>, recorder: &Recorder) -> Self {
        let shared = Arc::new(Mutex::new(Conversation::default()));
        let (sender, changes) = watch::channel(0);
        let (questions, queue) = mpsc::unbounded_channel();
        tokio::spawn(listen(
            lines,
            Arc::clone(&shared),
            sender,
            process.to_owned(),
            recorder.clone(),
        ));
        if let Some(stdin) = stdin {
            tokio::spawn(write(stdin, queue));
        }
        Self {
            shared,
            changes,
            questions: Mutex::new(Some(questions)),
            process: process.to_owned(),
            recorder: recorder.clone(),
        }
    }

    fn conversation(&self) -> MutexGuard<'_, Conversation> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the hello.
    ///
    /// # Errors
    /// [`DriverError`] when something else comes, or nothing within `within`.
    pub async fn hello(&self, within: Duration) -> Result<Hello, DriverError> {
        self.wait_for("the hello", within, |conversation| conversation.hello())
            .await
    }

    /// Asks a question without waiting for the answer.
    pub fn ask(&self, verb: &str, fields: Map<String, Value>) -> Asked {
        let (id, answer) = self.conversation().ask(verb);
        let mut question = Map::new();
        question.insert("id".to_owned(), id.into());
        question.insert("verb".to_owned(), verb.into());
        question.extend(fields);
        let mut line = Value::Object(question).to_string().into_bytes();
        self.recorder.record(Event::Asked {
            process: self.process.clone(),
            line: excerpt(&line),
        });
        line.push(b'\n');
        self.send(line);
        Asked {
            shared: Arc::clone(&self.shared),
            answer,
            waiting_for: format!("the answer to `{verb}` (question {id})"),
        }
    }

    /// Writes bytes as they are, for what is no question.
    pub fn write(&self, bytes: &[u8]) {
        self.recorder.record(Event::Asked {
            process: self.process.clone(),
            line: excerpt(bytes),
        });
        self.send(bytes.to_vec());
    }

    /// Closes the client's standard input, once what was asked is written.
    pub fn close(&self) {
        let mut questions = self
            .questions
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *questions = None;
    }

    fn send(&self, line: Vec<u8>) {
        let questions = self
            .questions
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(questions) = questions.as_ref() {
            // A client that no longer reads is noticed by the answer that does not come.
            let _ = questions.send(line);
        }
    }

    /// Takes the oldest event of this name that was not taken yet, and waits for one if there is none.
    ///
    /// # Errors
    /// [`DriverError`] when the client breaks the protocol, ends, or says no such thing within `within`.
    pub async fn event(&self, name: &str, within: Duration) -> Result<DriverEvent, DriverError> {
        let waiting_for = format!("an event `{name}`");
        self.wait_for(&waiting_for, within, |conversation| {
            conversation.take_event(name)
        })
        .await
    }

    /// The events that were not taken.
    #[must_use]
    pub fn events(&self) -> Vec<DriverEvent> {
        self.conversation().events()
    }

    /// The breach of the protocol, if there was one.
    #[must_use]
    pub fn breach(&self) -> Option<DriverError> {
        self.conversation()
            .over("anything more")
            .filter(|error| !matches!(error, DriverError::Ended { .. }))
    }

    /// Waits until the protocol is broken, for as long as that takes: to be raced against what is hoped for. The mere end of the client is
    /// no breach.
    pub async fn broken(&self) -> DriverError {
        let mut changes = self.changes.clone();
        loop {
            changes.borrow_and_update();
            if let Some(breach) = self.breach() {
                return breach;
            }
            if changes.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    async fn wait_for<T>(
        &self,
        waiting_for: &str,
        within: Duration,
        mut look: impl FnMut(&mut Conversation) -> Option<T>,
    ) -> Result<T, DriverError> {
        let deadline = Deadline::after(within);
        let mut changes = self.changes.clone();
        loop {
            changes.borrow_and_update();
            {
                let mut conversation = self.conversation();
                if let Some(found) = look(&mut conversation) {
                    return Ok(found);
                }
                if let Some(error) = conversation.over(waiting_for) {
                    return Err(error);
                }
            }
            let changed = tokio::time::timeout(deadline.left(), changes.changed()).await;
            if changed.is_err() {
                return Err(DriverError::Silent {
                    waiting_for: waiting_for.to_owned(),
                    within,
                    last: self.conversation().last(),
                });
            }
        }
    }
}

/// A question that was asked.
#[derive(Debug)]
pub struct Asked {
    shared: Arc<Mutex<Conversation>>,
    answer: oneshot::Receiver<Answer>,
    waiting_for: String,
}

impl Asked {
    /// Waits for the answer. After a time-out it can be waited for again.
    ///
    /// # Errors
    /// [`DriverError`] when the client breaks the protocol, ends, or does not answer within `within`.
    pub async fn answer(&mut self, within: Duration) -> Result<Answer, DriverError> {
        let answer = tokio::time::timeout(within, &mut self.answer).await;
        let conversation = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        match answer {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) => {
                Err(conversation
                    .over(&self.waiting_for)
                    .unwrap_or_else(|| DriverError::Ended {
                        waiting_for: self.waiting_for.clone(),
                        last: conversation.last(),
                    }))
            }
            Err(_) => Err(DriverError::Silent {
                waiting_for: self.waiting_for.clone(),
                within,
                last: conversation.last(),
            }),
        }
    }

    /// Whether no answer has come yet.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.answer.is_empty() && !self.answer.is_terminated()
    }
}

async fn listen(
    mut lines: Lines,
    shared: Arc<Mutex<Conversation>>,
    changes: watch::Sender<u64>,
    process: String,
    recorder: Recorder,
) {
    let conversation = || shared.lock().unwrap_or_else(PoisonError::into_inner);
    while let Some(line) = lines.recv().await {
        if let Line::Whole(bytes) = &line {
            recorder.record(Event::Said {
                process: process.clone(),
                line: excerpt(bytes),
            });
        }
        conversation().take(line);
        changes.send_modify(|count| *count += 1);
    }
    conversation().end();
    changes.send_modify(|count| *count += 1);
}

async fn write(mut stdin: Stdin, mut queue: mpsc::UnboundedReceiver<Vec<u8>>) {
    while let Some(line) = queue.recv().await {
        if stdin.write_all(&line).await.is_err() {
            return;
        }
    }
}
