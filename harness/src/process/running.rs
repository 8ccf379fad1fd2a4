//! A process that was started, from its first instruction to the proof that nothing of it is left.

use super::capture::Captured;
use super::error::{EndError, SignalError, SpawnError, StillRunning};
use super::exit::Exit;
use super::identity::Identity;
use super::launch::Launch;
use super::platform::{Containment, Handle, Notice, Output, Stdin};
use super::signal::Signal;
use super::table;
use crate::events::{Event, Recorder};
use std::time::Duration;
use tokio::sync::watch;

/// Longest time that killing and reaping may take. The kernel does it in microseconds; this is for a machine in trouble.
const END_WITHIN: Duration = Duration::from_secs(20);

/// A running process, or one that ran. Dropping it kills all that it started, without waiting; [`Process::end`] also waits
/// and says what was left.
#[derive(Debug)]
pub struct Process {
    name: String,
    identity: Identity,
    handle: Option<Handle>,
    launcher: Option<Launcher>,
    containment: Containment,
    life: watch::Receiver<Life>,
    stdin: Option<Stdin>,
    stdout: Output,
    stderr: Output,
    recorder: Recorder,
}

#[derive(Debug)]
struct Launcher {
    pid: u32,
    handle: Option<Handle>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Life {
    exit: Option<Exit>,
    end: Option<End>,
}

/// What the containment's last word was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// That nothing is left.
    Proved,
    /// None: it is gone itself.
    Unknown,
}

/// The proof that nothing of a process is left.
#[derive(Clone, Debug)]
pub struct Ended {
    /// How the process itself ended; by SIGKILL if it still ran.
    pub exit: Option<Exit>,
    /// Command lines of what it had started and was still running when it was ended, itself left out.
    pub survivors: Vec<String>,
}

impl Launch {
    /// Starts it. Must be called within a tokio runtime that has its I/O driver on.
    ///
    /// # Errors
    /// [`SpawnError`] when the program cannot be found or executed, or the system refuses.
    pub fn start(&self) -> Result<Process, SpawnError> {
        Process::start(self)
    }
}

impl Process {
    pub(super) fn start(launch: &Launch) -> Result<Self, SpawnError> {
        let started = Containment::start(launch)?;
        let recorder = launch.recorder.clone();
        recorder.record(spawned(launch, started.identity.pid()));
        let (sender, life) = watch::channel(Life::default());
        let process = Self {
            name: launch.name.clone(),
            identity: started.identity,
            handle: started.handle,
            launcher: started.launcher.map(|pid| Launcher {
                pid,
                handle: Handle::open(pid).ok(),
            }),
            containment: started.containment,
            life,
            stdin: started.stdin,
            stdout: started.stdout,
            stderr: started.stderr,
            recorder,
        };
        tokio::spawn(process.follow(sender));
        Ok(process)
    }

    /// Turns what the containment tells into this process's life.
    fn follow(&self, sender: watch::Sender<Life>) -> impl Future<Output = ()> + use<> {
        let (name, recorder, pid) = (
            self.name.clone(),
            self.recorder.clone(),
            self.identity.pid(),
        );
        let mut launcher = self.launcher.as_ref().map(|launcher| launcher.pid);
        let mut notices = self.containment.notices();
        let outputs = [self.stdout.drain(), self.stderr.drain()];
        async move {
            while let Some(notice) = notices.next().await {
                match notice {
                    Notice::Exited(who, exit) if who == pid => {
                        // Told again, by another who heard of it.
                        if sender.borrow().exit.is_some() {
                            continue;
                        }
                        for output in &outputs {
                            output.settle().await;
                        }
                        recorder.record(Event::exited(&name, exit));
                        sender.send_modify(|life| life.exit = Some(exit));
                    }
                    Notice::Exited(who, exit) if Some(who) == launcher => {
                        launcher = None;
                        recorder.record(Event::exited(&format!("{name}-launcher"), exit));
                    }
                    Notice::Exited(..) => {}
                    Notice::Ended => sender.send_modify(|life| life.end = Some(End::Proved)),
                }
            }
            sender.send_modify(|life| life.end = life.end.or(Some(End::Unknown)));
        }
    }

    /// The harness's name for it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its process id.
    #[must_use]
    pub const fn pid(&self) -> u32 {
        self.identity.pid()
    }

    /// Who it is, for good.
    #[must_use]
    pub const fn identity(&self) -> Identity {
        self.identity
    }

    /// How it ended, if it has.
    #[must_use]
    pub fn exit(&self) -> Option<Exit> {
        self.life.borrow().exit
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// [`StillRunning`] after `within`.
    pub async fn wait(&self, within: Duration) -> Result<Exit, StillRunning> {
        let mut life = self.life.clone();
        let exited = life.wait_for(|life| life.exit.is_some() || life.end.is_some());
        let exit = match tokio::time::timeout(within, exited).await {
            Ok(Ok(life)) => life.exit,
            Ok(Err(_)) | Err(_) => None,
        };
        exit.ok_or_else(|| StillRunning {
            process: self.name.clone(),
            pid: self.pid(),
            within,
            last_lines: self.last_lines(),
        })
    }

    /// Sends a signal to this very process, never to a later one with its pid.
    ///
    /// # Errors
    /// [`SignalError::Gone`] when it has ended, [`SignalError::System`] when the system refuses.
    pub fn signal(&self, signal: Signal) -> Result<(), SignalError> {
        self.recorder
            .record(Event::signalled(&self.name, signal.name()));
        self.send(self.handle.as_ref(), &self.name, self.pid(), signal)
    }

    /// Sends a signal to a living process that it started, directly or not, and never to any other.
    ///
    /// # Errors
    /// [`SignalError::Gone`] when it has ended or was not started by this one, [`SignalError::System`] when the system refuses.
    pub fn signal_descendant(&self, pid: u32, signal: Signal) -> Result<(), SignalError> {
        let name = format!("{}'s pid {pid}", self.name);
        self.recorder.record(Event::signalled(&name, signal.name()));
        let gone = || SignalError::Gone {
            process: name.clone(),
            pid,
            signal,
        };
        // The handle first: from then on it stands for one process, of which membership is asked.
        let handle = Handle::open(pid).map_err(|_| gone())?;
        if !self.descendants().iter().any(|one| one.pid() == pid) {
            return Err(gone());
        }
        self.send(Some(&handle), &name, pid, signal)
    }

    /// Kills the launcher that it was started through, as a force-quit of a desktop app does.
    ///
    /// # Errors
    /// [`SignalError`] as for [`Process::signal`]; [`SignalError::Gone`] also when it has no launcher.
    pub fn kill_launcher(&self) -> Result<(), SignalError> {
        let name = format!("{}-launcher", self.name);
        self.recorder
            .record(Event::signalled(&name, Signal::Kill.name()));
        let (pid, handle) = match &self.launcher {
            Some(launcher) => (launcher.pid, launcher.handle.as_ref()),
            None => (0, None),
        };
        self.send(handle, &name, pid, Signal::Kill)
    }

    fn send(
        &self,
        handle: Option<&Handle>,
        process: &str,
        pid: u32,
        signal: Signal,
    ) -> Result<(), SignalError> {
        let gone = || SignalError::Gone {
            process: process.to_owned(),
            pid,
            signal,
        };
        let handle = handle.ok_or_else(gone)?;
        handle.signal(signal).map_err(|source| {
            if Handle::says_gone(&source) {
                gone()
            } else {
                SignalError::System {
                    process: process.to_owned(),
                    pid,
                    signal,
                    source,
                }
            }
        })
    }

    /// Kills it and waits until it is gone and reaped; what it started may live on. Fine if it has ended already.
    ///
    /// # Errors
    /// [`StillRunning`] when the system does not end it.
    pub async fn kill(&self) -> Result<Exit, StillRunning> {
        if self.exit().is_none() {
            // Gone in between is as good as killed; anything else shows in the wait.
            let _ = self.signal(Signal::Kill);
        }
        self.wait(END_WITHIN).await
    }

    /// What it wrote to standard output so far.
    #[must_use]
    pub fn stdout(&self) -> Captured {
        self.stdout.captured()
    }

    /// What it wrote to standard error so far.
    #[must_use]
    pub fn stderr(&self) -> Captured {
        self.stderr.captured()
    }

    /// The last lines of both streams, standard error first.
    #[must_use]
    pub fn last_lines(&self) -> Vec<String> {
        let mut lines = self.stderr().last_lines(5);
        lines.extend(self.stdout().last_lines(3));
        lines
    }

    /// Closes the reading end of both output streams, as a parent that went away does: its next write is a broken pipe.
    pub async fn close_output(&self) {
        self.recorder.note(format!(
            "the reading ends of {}'s stdout and stderr were closed",
            self.name
        ));
        self.stdout.drain().close().await;
        self.stderr.drain().close().await;
    }

    /// Its standard input, once, if it was asked for with [`Launch::piped_stdin`]. Dropping it is end of file.
    pub fn take_stdin(&mut self) -> Option<Stdin> {
        self.stdin.take()
    }

    /// All living processes that it started, and what these started, however they detached.
    #[must_use]
    pub fn descendants(&self) -> Vec<Identity> {
        let launcher = self.launcher.as_ref().map(|launcher| launcher.pid);
        self.containment
            .members()
            .into_iter()
            .filter(|one| *one != self.identity && Some(one.pid()) != launcher)
            .collect()
    }

    /// Whether a pid is its own, or that of a living process that it started.
    #[must_use]
    pub fn includes(&self, pid: u32) -> bool {
        pid == self.identity.pid() || self.descendants().iter().any(|one| one.pid() == pid)
    }

    /// Ends it and all that it started, by SIGKILL, and waits for the proof.
    ///
    /// # Errors
    /// [`EndError`] when something resists for 20 seconds, or when there is no proof because the keeper was killed.
    pub async fn end(&self) -> Result<Ended, EndError> {
        let survivors: Vec<String> = self.descendants().into_iter().map(describe).collect();
        if !survivors.is_empty() {
            self.recorder.record(Event::Survivors {
                process: self.name.clone(),
                survivors: survivors.clone(),
            });
        }
        if self.exit().is_none() {
            // The keeper does it, on the harness's behalf.
            self.recorder
                .record(Event::signalled(&self.name, Signal::Kill.name()));
        }
        self.containment.release();
        let mut life = self.life.clone();
        let ended = life.wait_for(|life| life.end.is_some());
        let life = match tokio::time::timeout(END_WITHIN, ended).await {
            Ok(Ok(life)) => *life,
            Ok(Err(_)) | Err(_) => {
                return Err(EndError::Resists {
                    process: self.name.clone(),
                    within: END_WITHIN,
                    left: self.descendants().into_iter().map(describe).collect(),
                });
            }
        };
        self.containment.reap();
        if life.end == Some(End::Unknown) {
            return Err(EndError::Unproved {
                process: self.name.clone(),
            });
        }
        Ok(Ended {
            exit: life.exit,
            survivors,
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.containment.release();
    }
}

fn describe(one: Identity) -> String {
    let command = table::command_line(one.pid()).unwrap_or_default();
    format!("{one}: {command}")
}

fn spawned(launch: &Launch, pid: u32) -> Event {
    let text = |word: &std::ffi::OsStr| word.to_string_lossy().into_owned();
    let program = launch.program.display().to_string();
    Event::Spawned {
        process: launch.name.clone(),
        pid,
        argv: [program]
            .into_iter()
            .chain(launch.args.iter().map(|arg| text(arg)))
            .collect(),
        env: launch
            .env
            .iter()
            .map(|(name, value)| (text(name), text(value)))
            .collect(),
        directory: launch.directory.display().to_string(),
    }
}
