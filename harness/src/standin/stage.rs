//! Where stand-ins report: the harness's side of the control channel, on a loopback port.

use super::actor::{Commands, Standin, follow};
use super::placing::{put, shows};
use super::token::fresh_hex;
use super::{CONTROL_SUFFIX, Command, Report, Script, Where};
use crate::events::Recorder;
use crate::process::command_line;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::tcp::OwnedWriteHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Longest time that a stand-in may take over its hello, once it is connected.
const HELLO_WITHIN: Duration = Duration::from_secs(20);

/// The place where all stand-ins of one case meet. Dropping it ends them all.
#[derive(Debug)]
pub struct Stage {
    address: SocketAddr,
    token: String,
    shared: Arc<Mutex<Shared>>,
    changes: watch::Receiver<u64>,
    accepting: tokio::task::JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    address: Where,
    script: Script,
    next: VecDeque<Script>,
    standins: Vec<Standin>,
    children: Vec<Standin>,
    taken: usize,
    /// Where stand-ins were put, and the files behind these places.
    placed: Vec<PathBuf>,
}

/// A launch that did not come.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no further backend was launched within {within:?}; {launched} had been launched before, {alive} of them alive"
)]
pub struct NotLaunched {
    /// The bound.
    pub within: Duration,
    /// How many there were.
    pub launched: usize,
    /// How many of them still live.
    pub alive: usize,
}

impl Stage {
    /// Listens. Each stand-in that is launched is told to find its address so, and does what `script` says unless another is next.
    ///
    /// # Errors
    /// What the system said.
    pub async fn open(
        address: Where,
        script: Script,
        recorder: &Recorder,
    ) -> std::io::Result<Self> {
        let token = fresh_hex(48);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let shared = Arc::new(Mutex::new(Shared {
            address,
            script,
            next: VecDeque::new(),
            standins: Vec::new(),
            children: Vec::new(),
            taken: 0,
            placed: Vec::new(),
        }));
        let (sender, changes) = watch::channel(0);
        Ok(Self {
            address: listener.local_addr()?,
            token: token.clone(),
            accepting: tokio::spawn(accept(
                listener,
                token,
                Arc::clone(&shared),
                sender,
                recorder.clone(),
            )),
            shared,
            changes,
        })
    }

    /// Whether a process runs a stand-in that was placed here, as far as the system shows its program. One that shows none yet, because it
    /// was made a moment ago, counts.
    #[must_use]
    pub fn plays(&self, pid: u32) -> bool {
        let shown = command_line(pid);
        shown.is_none_or(|shown| {
            self.shared()
                .placed
                .iter()
                .any(|placed| shows(&shown, placed))
        })
    }

    /// Puts the stand-in where a client will look for its backend, with the word where the harness listens beside it.
    ///
    /// # Errors
    /// What the system said.
    pub fn place(&self, program: &Path, at: &Path) -> std::io::Result<()> {
        if let Some(parent) = at.parent() {
            std::fs::create_dir_all(parent)?;
        }
        match std::fs::remove_file(at) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        std::fs::write(
            self.control_file(at),
            format!("{} {}\n", self.address, self.token),
        )?;
        put(program, at)?;
        self.shared()
            .placed
            .extend([at.to_owned(), program.to_owned()]);
        Ok(())
    }

    /// The file that tells a stand-in at this place where the harness listens.
    #[must_use]
    pub fn control_file(&self, at: &Path) -> PathBuf {
        let mut path = at.as_os_str().to_owned();
        path.push(CONTROL_SUFFIX);
        PathBuf::from(path)
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What every launch does from now on for which nothing else is next.
    pub fn script(&self, script: Script) {
        self.shared().script = script;
    }

    /// What the launch after those that are planned already does, once.
    pub fn next(&self, script: Script) {
        self.shared().next.push_back(script);
    }

    /// Waits for the next launch that was not waited for yet.
    ///
    /// # Errors
    /// [`NotLaunched`] after `within`.
    pub async fn launched(&self, within: Duration) -> Result<Standin, NotLaunched> {
        let mut changes = self.changes.clone();
        let next = async {
            loop {
                changes.borrow_and_update();
                {
                    let mut shared = self.shared();
                    if let Some(standin) = shared.standins.get(shared.taken).cloned() {
                        shared.taken += 1;
                        return standin;
                    }
                }
                if changes.changed().await.is_err() {
                    // The accepting task lives as long as this stage.
                    std::future::pending::<()>().await;
                }
            }
        };
        match tokio::time::timeout(within, next).await {
            Ok(standin) => Ok(standin),
            Err(_) => Err(NotLaunched {
                within,
                launched: self.all().len(),
                alive: self.alive().len(),
            }),
        }
    }

    /// Every stand-in that was launched so far, in order.
    #[must_use]
    pub fn all(&self) -> Vec<Standin> {
        self.shared().standins.clone()
    }

    /// The children that stand-ins left to hold their output, dead ones too.
    #[must_use]
    pub fn children(&self) -> Vec<Standin> {
        self.shared().children.clone()
    }

    /// Those that still live.
    #[must_use]
    pub fn alive(&self) -> Vec<Standin> {
        let mut all = self.all();
        all.retain(|standin| !standin.is_gone());
        all
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(
    listener: TcpListener,
    token: String,
    shared: Arc<Mutex<Shared>>,
    changes: watch::Sender<u64>,
    recorder: Recorder,
) {
    let changes = Arc::new(changes);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        let meeting = meet(
            stream,
            token.clone(),
            Arc::clone(&shared),
            Arc::clone(&changes),
            recorder.clone(),
        );
        tokio::spawn(meeting);
    }
}

/// Hears who has come, hands out the script, and follows it to its end. Who cannot say the token is nobody's stand-in.
async fn meet(
    stream: TcpStream,
    token: String,
    shared: Arc<Mutex<Shared>>,
    changes: Arc<watch::Sender<u64>>,
    recorder: Recorder,
) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let (read, write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let hello = tokio::time::timeout(HELLO_WITHIN, lines.next_line()).await;
    let hello: Report = serde_json::from_str(&hello.ok()?.ok()??).ok()?;
    match &hello {
        Report::Hello { token: said, .. } if *said == token => {}
        Report::Child { token: said, .. } if *said == token => {
            let (child, commands) = Standin::new("child", &hello, &recorder);
            shared
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .children
                .push(child.clone());
            changes.send_modify(|count| *count += 1);
            tokio::spawn(tell(write, commands));
            follow(&child, lines, "child", &recorder).await;
            return Some(());
        }
        _ => {
            recorder.note("somebody came to the stand-ins' port who is none");
            return None;
        }
    }
    let (first, name) = {
        let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let next = shared.next.pop_front();
        let script = next.unwrap_or_else(|| shared.script.clone());
        let address = shared.address.clone();
        let name = format!("stand-in-{}", shared.standins.len() + 1);
        let (standin, commands) = Standin::new(&name, &hello, &recorder);
        shared.standins.push(standin.clone());
        standin.command(&Command::Script { script, address });
        ((standin, commands), name)
    };
    changes.send_modify(|count| *count += 1);
    let (standin, commands) = first;
    tokio::spawn(tell(write, commands));
    follow(&standin, lines, &name, &recorder).await;
    changes.send_modify(|count| *count += 1);
    Some(())
}

async fn tell(mut write: OwnedWriteHalf, mut commands: Commands) {
    while let Some(line) = commands.recv().await {
        if write.write_all(&line).await.is_err() {
            return;
        }
    }
}
