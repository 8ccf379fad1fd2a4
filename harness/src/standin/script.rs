//! What a stand-in does, as data: the harness sends it, the stand-in obeys.

use super::bytes::Bytes;
use crate::events::without_secrets;
use serde::{Deserialize, Serialize};

/// What one launch of the stand-in does. Everything happens in the order of the fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Script {
    /// Pieces that it writes before anything else, each with a write of its own, and as soon as the one before has been read,
    /// where the system can tell.
    pub says: Vec<Saying>,
    /// Bytes that it then writes to standard error as fast as they are taken, in lines of 80; reported when done.
    pub flood: u64,
    /// Whether it then starts a child that holds its standard output and error, ignores requests to end, and lives until
    /// [`Command::EndChild`], or until the harness is gone.
    pub leaves_child: bool,
    /// How its life goes on.
    pub opening: Opening,
    /// What a request to end does: SIGTERM, SIGINT, or, on Windows, what stands for them.
    pub on_term: OnTerm,
    /// What becomes of the socket's path when it ends of its own accord.
    pub path_at_end: PathAtEnd,
    /// How it learns that its client is gone; it then ends at once.
    pub ends_with_client: EndsWithClient,
    /// What it does with requests; the first rule that fits counts. What no rule fits is echoed.
    pub rules: Vec<Rule>,
}

impl Default for Script {
    /// Serves at once, echoes everything, and ends when it is asked to.
    fn default() -> Self {
        Self {
            says: Vec::new(),
            flood: 0,
            leaves_child: false,
            opening: Opening::Serve,
            on_term: OnTerm::Exit,
            path_at_end: PathAtEnd::Remove,
            ends_with_client: EndsWithClient::Never,
            rules: Vec::new(),
        }
    }
}

/// A piece of output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saying {
    /// Where to.
    pub stream: Stream,
    /// What, as it is; no line end is added.
    pub text: String,
}

/// An output stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// How the life of a stand-in begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Opening {
    /// It binds, listens and accepts at once.
    Serve,
    /// No path before the command `proceed`.
    WaitBeforeBind,
    /// The path is there, and connections are refused, before the command `proceed`.
    WaitBeforeListen,
    /// Connections are taken by the system and nobody answers, before the command `proceed`.
    WaitBeforeAccept,
    /// It ends with this code and never binds.
    Exit(u8),
}

/// What a request to end does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnTerm {
    /// It ends at once with code 0.
    Exit,
    /// It is reported and nothing else.
    Ignore,
    /// It stops taking connections at once, and ends after so many milliseconds with code 0; its path stays until then.
    Drain(u32),
}

/// What becomes of the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PathAtEnd {
    /// It is removed as the last thing, whatever stands there by then.
    Remove,
    /// It stays.
    Leave,
}

/// How a stand-in learns that its client is gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndsWithClient {
    /// Not at all: it lives on.
    #[default]
    Never,
    /// By the end of its standard input. What is no pipe or socket, such as the null device, says nothing.
    StdinEof,
}

/// What is done with some requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Only requests with this method, if one is named.
    pub method: Option<String>,
    /// Only requests with this path before any `?`, if one is named.
    pub path: Option<String>,
    /// What is done with them.
    pub reaction: Reaction,
}

impl Rule {
    /// For every request to this path.
    #[must_use]
    pub fn at(path: &str, reaction: Reaction) -> Self {
        Self {
            method: None,
            path: Some(path.to_owned()),
            reaction,
        }
    }

    /// For every request.
    #[must_use]
    pub const fn always(reaction: Reaction) -> Self {
        Self {
            method: None,
            path: None,
            reaction,
        }
    }
}

/// What is done with a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reaction {
    /// 200 with the body of the request, and its content type.
    Echo,
    /// A well-formed answer. What the status or the method forbids of framing is left out.
    Answer {
        /// The status.
        status: u16,
        /// Headers, in order and in this spelling; framing is added.
        headers: Vec<(String, String)>,
        /// The body.
        body: Bytes,
    },
    /// 200 with so many bytes of [`super::filler()`]: a body that is too large to come with a script while a client waits.
    Filler(usize),
    /// These very bytes.
    Raw {
        /// The bytes.
        bytes: Bytes,
        /// What becomes of the connection.
        then: Then,
    },
    /// Nothing until the command `react` names this request.
    Hold,
    /// Nothing but this.
    Then(Then),
}

/// What becomes of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Then {
    /// It stays, and the next request on it is served.
    Continue,
    /// It stays open, and nothing more is ever read or written on it.
    Silence,
    /// It is closed in good order.
    Close,
    /// It is cut: a reset on TCP, a close with unread input elsewhere, which on macOS is told as an end in good order.
    Reset,
    /// The whole stand-in dies by SIGKILL, or what stands for it.
    Die,
}

/// Whether a stand-in can be reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Door {
    /// It takes connections.
    #[default]
    Open,
    /// Its address is there, and it takes no connection: on a pipe there is a place for one client, and whoever comes then is told
    /// that it is busy.
    Unattended,
    /// Its address is not there. Connections that it has taken go on.
    Gone,
}

/// What the harness says to a stand-in, one JSON object a line. The first is always the script.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
pub enum Command {
    /// What to do.
    Script {
        /// The script.
        script: Script,
        /// How its address stands among the arguments or variables.
        address: Where,
    },
    /// Goes on from where [`Opening`] waits.
    Proceed,
    /// Replaces the rules, for requests that are still to come.
    Rules {
        /// The new rules.
        rules: Vec<Rule>,
    },
    /// Ends the wait of one request.
    React {
        /// Its number.
        request: u64,
        /// What to do with it now.
        reaction: Reaction,
    },
    /// Opens its address to connections, or closes it. It reports [`Report::Door`] when that is done.
    Door {
        /// What is to be so.
        door: Door,
    },
    /// Writes a piece of output now.
    Say {
        /// The piece.
        saying: Saying,
    },
    /// Ends it with this code, as if of its own accord.
    Exit {
        /// The code.
        code: u8,
    },
    /// Ends it by SIGKILL, or what stands for it: nothing is tidied.
    Die,
    /// Ends the child of [`Script::leaves_child`]. The child hears it itself, on a control connection of its own, so that it
    /// can be ended when its parent is dead.
    EndChild,
}

/// Where a program is told its address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Where {
    /// In the argument that begins so: `--socket=`.
    Prefix(String),
    /// In the argument after this one: `--socket`.
    After(String),
    /// In this variable.
    Variable(String),
}

/// What a stand-in reports, one JSON object a line. The first is always the hello; the end of the connection is its death.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "report", rename_all = "kebab-case")]
pub enum Report {
    /// It runs.
    Hello {
        /// What shows that it belongs to this harness.
        token: String,
        /// Its process id.
        pid: u32,
        /// Its arguments, without the program's name.
        args: Vec<String>,
        /// Its environment.
        env: Vec<(String, String)>,
        /// Its working directory.
        directory: String,
        /// What standard input is: `null`, `pipe`, `socket`, `file`, `terminal`, `closed` or `other`.
        stdin: String,
    },
    /// It listens, or at least its path is there.
    Bound {
        /// The address as it was told.
        address: String,
    },
    /// It could not go on.
    Failed {
        /// Why.
        why: String,
    },
    /// The flood has been written.
    Flooded,
    /// The first line of a child that was left to hold the output. Its connection is like a stand-in's own, and it takes
    /// [`Command::EndChild`] alone.
    Child {
        /// What shows that it belongs to this harness.
        token: String,
        /// Its process id.
        pid: u32,
        /// The process that left it.
        parent: u32,
    },
    /// Its address was opened or closed, as it was told.
    Door {
        /// What is so from now on.
        door: Door,
    },
    /// A connection was accepted.
    Connected {
        /// Its number, from 1.
        connection: u64,
    },
    /// A whole request arrived.
    Request {
        /// On which connection.
        connection: u64,
        /// Its number, from 1, over all connections.
        request: u64,
        /// The head, byte for byte, with the empty line at its end.
        head: Bytes,
        /// The body, without its framing.
        body: Bytes,
    },
    /// A connection is over.
    Disconnected {
        /// Which.
        connection: u64,
        /// Whether the peer ended it.
        by_peer: bool,
        /// The request that had no whole answer yet.
        open_request: Option<u64>,
        /// What had arrived of a request that is not whole, or of no request at all.
        rest: Bytes,
    },
    /// It was asked to end.
    Asked {
        /// The signal's name.
        signal: String,
    },
    /// Its client is gone.
    ClientGone,
    /// It is about to end of its own accord.
    Ending {
        /// With which code.
        code: u8,
    },
}

impl Report {
    /// As it may go into evidence: in base64, a secret would not be recognised.
    pub(super) fn without_secrets(&self) -> Self {
        let mut report = self.clone();
        match &mut report {
            Self::Request { head, body, .. } => {
                for bytes in [head, body] {
                    bytes.0 = without_secrets(&bytes.0).into_owned();
                }
            }
            Self::Disconnected { rest, .. } => rest.0 = without_secrets(&rest.0).into_owned(),
            _ => {}
        }
        report
    }
}
