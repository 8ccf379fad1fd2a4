//! One launched stand-in, seen from the harness: what it reported, and what it is told.

use super::{Bytes, Command, Door, Reaction, Report, Rule, Saying};
use crate::events::{Event, Recorder, excerpt};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncBufRead, Lines};
use tokio::sync::{mpsc, watch};

/// Commands on their way, a line each.
pub(super) type Commands = mpsc::UnboundedReceiver<Vec<u8>>;

/// One launch of the stand-in. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Standin(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    name: String,
    hello: Seen,
    state: Mutex<State>,
    changes: watch::Sender<u64>,
    commands: mpsc::UnboundedSender<Vec<u8>>,
    recorder: Recorder,
}

#[derive(Debug, Default)]
struct State {
    reports: Vec<Report>,
    taken_requests: u64,
    gone: bool,
}

/// What a stand-in saw of its own launch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Its process id.
    pub pid: u32,
    /// Its arguments, without the program's name.
    pub args: Vec<String>,
    /// Its environment.
    pub env: Vec<(String, String)>,
    /// Its working directory.
    pub directory: String,
    /// What standard input is.
    pub stdin: String,
}

/// A request that reached a stand-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its number, over all connections.
    pub request: u64,
    /// On which connection it came.
    pub connection: u64,
    /// The head, byte for byte.
    pub head: Vec<u8>,
    /// The body without its framing.
    pub body: Vec<u8>,
}

impl Request {
    fn line(&self) -> Vec<&str> {
        let first = self.head.split(|byte| *byte == b'\r').next();
        let first = std::str::from_utf8(first.unwrap_or_default());
        first.unwrap_or_default().split(' ').collect()
    }

    /// The method as it was sent.
    #[must_use]
    pub fn method(&self) -> &str {
        self.line().first().copied().unwrap_or_default()
    }

    /// Path and query as they were sent.
    #[must_use]
    pub fn target(&self) -> &str {
        self.line().get(1).copied().unwrap_or_default()
    }

    /// Names and values, in order, as they were sent. Bytes that are no UTF-8 are replaced.
    #[must_use]
    pub fn headers(&self) -> Vec<(String, String)> {
        let text = String::from_utf8_lossy(&self.head);
        text.split("\r\n")
            .skip(1)
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect()
    }

    /// The values of one header, its name in any case, in order.
    #[must_use]
    pub fn header(&self, name: &str) -> Vec<String> {
        self.headers()
            .into_iter()
            .filter(|(one, _)| one.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .collect()
    }
}

/// Something that a stand-in did not report in time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{standin} saw no {what} within {within:?}; {state}; the last that it reported was {last}")]
pub struct NotSeen {
    /// Which stand-in.
    pub standin: String,
    /// What was waited for.
    pub what: String,
    /// The bound.
    pub within: Duration,
    /// Whether it lives.
    pub state: &'static str,
    /// Its last report.
    pub last: String,
}

impl Standin {
    pub(super) fn new(name: &str, hello: &Report, recorder: &Recorder) -> (Self, Commands) {
        let (commands, queue) = mpsc::unbounded_channel();
        let seen = match hello {
            Report::Hello {
                pid,
                args,
                env,
                directory,
                stdin,
                ..
            } => Seen {
                pid: *pid,
                args: args.clone(),
                env: env.clone(),
                directory: directory.clone(),
                stdin: stdin.clone(),
            },
            Report::Child { pid, .. } => Seen {
                pid: *pid,
                ..Seen::default()
            },
            _ => Seen::default(),
        };
        let inner = Inner {
            name: name.to_owned(),
            hello: seen,
            state: Mutex::default(),
            changes: watch::channel(0).0,
            commands,
            recorder: recorder.clone(),
        };
        let standin = Self(Arc::new(inner));
        standin.record(hello);
        (standin, queue)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn record(&self, report: &Report) {
        if self.0.recorder.is_on() {
            let text = serde_json::to_string(&report.without_secrets()).unwrap_or_default();
            self.0.recorder.record(Event::Reported {
                process: self.0.name.clone(),
                report: excerpt(text.as_bytes()),
            });
        }
    }

    /// The harness's name for it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// What it saw of its own launch.
    #[must_use]
    pub fn seen(&self) -> &Seen {
        &self.0.hello
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.0.hello.pid
    }

    /// All that it reported so far.
    #[must_use]
    pub fn reports(&self) -> Vec<Report> {
        self.state().reports.clone()
    }

    /// Whether it is dead.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.state().gone
    }

    /// Tells it something. One that is dead hears nothing.
    pub fn command(&self, command: &Command) {
        let Ok(mut line) = serde_json::to_vec(command) else {
            return;
        };
        self.0.recorder.record(Event::Commanded {
            process: self.0.name.clone(),
            command: excerpt(&line),
        });
        line.push(b'\n');
        let _ = self.0.commands.send(line);
    }

    /// Goes on from where its opening waits.
    pub fn proceed(&self) {
        self.command(&Command::Proceed);
    }

    /// Replaces its rules.
    pub fn rules(&self, rules: Vec<Rule>) {
        self.command(&Command::Rules { rules });
    }

    /// Ends the wait of a request.
    pub fn react(&self, request: &Request, reaction: Reaction) {
        self.command(&Command::React {
            request: request.request,
            reaction,
        });
    }

    /// Has it open its address to connections, or close it.
    pub fn door(&self, door: Door) {
        self.command(&Command::Door { door });
    }

    /// Has it write something.
    pub fn say(&self, saying: Saying) {
        self.command(&Command::Say { saying });
    }

    /// Has it end with this code.
    pub fn exit(&self, code: u8) {
        self.command(&Command::Exit { code });
    }

    /// Has it die.
    pub fn die(&self) {
        self.command(&Command::Die);
    }

    /// Waits until something can be found in what it reported.
    ///
    /// # Errors
    /// [`NotSeen`] after `within`, or as soon as it is dead without it.
    pub async fn wait<T>(
        &self,
        what: &str,
        within: Duration,
        mut find: impl FnMut(&[Report]) -> Option<T>,
    ) -> Result<T, NotSeen> {
        self.look(what, within, |state| match find(&state.reports) {
            Some(found) => Some(Ok(found)),
            None => state.gone.then_some(Err(())),
        })
        .await?
        .map_err(|()| self.not_seen(what, within))
    }

    /// The next request that was not asked for yet and that `fits`; others are passed over for good.
    ///
    /// # Errors
    /// As [`Standin::wait`].
    pub async fn request(
        &self,
        what: &str,
        within: Duration,
        fits: impl Fn(&Request) -> bool,
    ) -> Result<Request, NotSeen> {
        let found = self
            .look(what, within, |state| {
                let taken = state.taken_requests;
                let mut requests = state.reports.iter().filter_map(request);
                let found = requests.find(|request| request.request > taken && fits(request));
                if let Some(found) = found {
                    state.taken_requests = found.request;
                    return Some(Ok(found));
                }
                state.gone.then_some(Err(()))
            })
            .await?;
        found.map_err(|()| self.not_seen(what, within))
    }

    /// Every request so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.state().reports.iter().filter_map(request).collect()
    }

    /// Waits for its death.
    ///
    /// # Errors
    /// [`NotSeen`] when it lives on for `within`.
    pub async fn gone(&self, within: Duration) -> Result<(), NotSeen> {
        self.look("end of its own", within, |state| state.gone.then_some(()))
            .await
    }

    async fn look<T>(
        &self,
        what: &str,
        within: Duration,
        mut find: impl FnMut(&mut State) -> Option<T>,
    ) -> Result<T, NotSeen> {
        let mut changes = self.0.changes.subscribe();
        let found = async {
            loop {
                changes.borrow_and_update();
                if let Some(found) = find(&mut self.state()) {
                    return found;
                }
                if changes.changed().await.is_err() {
                    // The sender lives in `self`.
                    std::future::pending::<()>().await;
                }
            }
        };
        tokio::time::timeout(within, found)
            .await
            .map_err(|_| self.not_seen(what, within))
    }

    fn not_seen(&self, what: &str, within: Duration) -> NotSeen {
        let state = self.state();
        NotSeen {
            standin: self.0.name.clone(),
            what: what.to_owned(),
            within,
            state: if state.gone { "it is dead" } else { "it lives" },
            last: state.reports.last().map_or_else(
                || "its launch".to_owned(),
                |report| excerpt(format!("{report:?}").as_bytes()),
            ),
        }
    }
}

fn request(report: &Report) -> Option<Request> {
    match report {
        Report::Request {
            connection,
            request,
            head: Bytes(head),
            body: Bytes(body),
        } => Some(Request {
            request: *request,
            connection: *connection,
            head: head.clone(),
            body: body.clone(),
        }),
        _ => None,
    }
}

/// Takes in reports until the connection, and with it the stand-in, is gone.
pub(super) async fn follow<R: AsyncBufRead + Unpin>(
    standin: &Standin,
    mut lines: Lines<R>,
    name: &str,
    recorder: &Recorder,
) {
    while let Ok(Some(line)) = lines.next_line().await {
        match serde_json::from_str::<Report>(&line) {
            Ok(report) => {
                standin.record(&report);
                standin.state().reports.push(report);
            }
            Err(error) => recorder.note(format!("{name} said what is no report: {error}: {line}")),
        }
        standin.0.changes.send_modify(|count| *count += 1);
    }
    recorder.record(Event::exited(name, "gone: its control connection ended"));
    standin.state().gone = true;
    standin.0.changes.send_modify(|count| *count += 1);
}
