//! Containment on UNIX: each target lives below a keeper (see `keeper`), and the keeper below the harness.

use super::capture::Sink;
use super::channel::{self, Message, stage};
use super::error::SpawnError;
use super::exit::Exit;
use super::identity::Identity;
use super::image::{Image, Parts};
use super::launch::Launch;
use super::signal::Signal;
use super::{keeper, keepers};
use crate::sweep::{Look, Sweep, Tag, VARIABLE};
use rustix::fd::{AsFd as _, AsRawFd as _, BorrowedFd, OwnedFd};
use rustix::net::Shutdown;
use rustix::process::{Pid, WaitOptions};
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::UnixStream;
use tokio::net::unix::pipe;

#[cfg(target_os = "linux")]
pub(crate) use super::linux::{Handle, children, command_line, entry, rows};
#[cfg(target_os = "macos")]
pub(crate) use super::macos::{Handle, children, command_line, entry, rows};
pub(crate) use super::output::Output;

/// The writing end of a process's standard input.
pub type Stdin = pipe::Sender;

/// The reading end of an output stream.
pub(super) type Reading = pipe::Receiver;

/// Longest time that a fork of the harness may take to report its first message.
const REPORT_WITHIN: rustix::event::Timespec = rustix::event::Timespec {
    tv_sec: 20,
    tv_nsec: 0,
};

/// A keeper, seen from the harness.
#[derive(Debug)]
pub(crate) struct Containment {
    channel: Arc<UnixStream>,
    keeper: i32,
    sweep: Option<Mutex<Sweep>>,
}

/// All that a start yields.
pub(crate) struct Started {
    pub(crate) identity: Identity,
    pub(crate) handle: Option<Handle>,
    pub(crate) launcher: Option<u32>,
    pub(crate) containment: Containment,
    pub(crate) stdin: Option<Stdin>,
    pub(crate) stdout: Output,
    pub(crate) stderr: Output,
}

/// What a containment tells.
pub(crate) enum Notice {
    /// This process ended.
    Exited(u32, Exit),
    /// Nothing is left.
    Ended,
}

impl Containment {
    pub(crate) fn start(launch: &Launch) -> Result<Started, SpawnError> {
        keepers::reap_released();
        let program = launch.resolve()?;
        let failed = |what| {
            let program = program.clone();
            move |source: io::Error| SpawnError::System {
                what,
                program,
                source,
            }
        };
        let (stdin, input) = input(launch).map_err(failed("make the input"))?;
        let (stdout, stdout_end) = output_pipe().map_err(failed("make the output pipe"))?;
        let (stderr, stderr_end) = output_pipe().map_err(failed("make the output pipe"))?;
        let (mut sweep, mark) = sweep(launch);
        let parts = parts(
            launch,
            &program,
            [stdin, stdout_end, stderr_end],
            mark.as_deref(),
        );
        let image = Image::new(parts).map_err(|source| SpawnError::Arguments {
            program: program.clone(),
            source,
        })?;
        let (ours, theirs) = socket_pair().map_err(failed("make the keeper's channel"))?;

        let root_guard = crate::sandbox::root_guard();
        // SAFETY: the child runs `keeper::run`, which makes system calls only and never returns.
        let keeper = match unsafe { libc::fork() } {
            -1 => return Err(failed("fork the keeper")(io::Error::last_os_error())),
            0 => keeper::run(&image, theirs.as_raw_fd(), root_guard, sweep.as_mut()),
            pid => pid,
        };
        if let Some(sweep) = &mut sweep {
            sweep.below(keeper);
        }
        drop((theirs, image));

        let sink = |stream| Sink::new(&launch.name, stream, launch.recorder.clone());
        let first = first_message(&ours);
        let channel = stream(ours).map_err(failed("watch the keeper's channel"))?;
        let containment = Self {
            channel: Arc::new(channel),
            keeper,
            sweep: sweep.map(Mutex::new),
        };
        keepers::remember(keeper, Arc::downgrade(&containment.channel));
        let (pid, launcher) = match first {
            Ok(Message::Spawned { pid, launcher }) => (pid, launcher),
            Ok(other) => {
                containment.release();
                return Err(start_failure(launch, &program, other));
            }
            Err(source) => {
                containment.release();
                return Err(failed("hear from the keeper")(source));
            }
        };
        let pid = pid.unsigned_abs();
        // A target that is gone by now leaves no row: it has a pid and a start that nothing equals.
        let started = entry(pid).map_or(0, |entry| entry.started);
        Ok(Started {
            identity: Identity::new(pid, started),
            handle: Handle::open(pid).ok(),
            launcher: (launcher > 0).then_some(launcher.unsigned_abs()),
            containment,
            stdin: input,
            stdout: Output::start(stdout, sink("stdout").tapped(launch.lines.clone())),
            stderr: Output::start(stderr, sink("stderr")),
        })
    }

    /// All living processes in it: the target, and what it started.
    pub(crate) fn members(&self) -> Vec<Identity> {
        let Some(sweep) = &self.sweep else {
            return super::table::descendants(self.keeper.unsigned_abs());
        };
        let mut sweep = sweep.lock().unwrap_or_else(PoisonError::into_inner);
        sweep.look(Look::Whole);
        sweep
            .kin()
            .map(|(pid, started)| Identity::new(pid.unsigned_abs(), started))
            .collect()
    }

    pub(crate) fn notices(&self) -> Notices {
        Notices {
            channel: Arc::clone(&self.channel),
            bytes: Vec::new(),
        }
    }

    /// Asks the keeper to end all, without waiting. Asking twice is fine.
    pub(crate) fn release(&self) {
        let _ = rustix::net::shutdown(&*self.channel, Shutdown::Write);
        keepers::released(self.keeper);
    }

    /// Reaps the keeper, which has said its last word.
    pub(crate) fn reap(&self) {
        if let Some(pid) = Pid::from_raw(self.keeper) {
            let _ = rustix::process::waitpid(Some(pid), WaitOptions::empty());
        }
        keepers::reaped(self.keeper);
    }
}

/// The messages of one keeper, in order.
pub(crate) struct Notices {
    channel: Arc<UnixStream>,
    bytes: Vec<u8>,
}

impl Notices {
    /// The next one; `None` once the keeper is gone.
    pub(crate) async fn next(&mut self) -> Option<Notice> {
        loop {
            if let Some((message, rest)) = self.bytes.split_first_chunk::<{ channel::SIZE }>() {
                let (message, rest) = (Message::from_bytes(message), rest.to_vec());
                self.bytes = rest;
                match message {
                    Some(Message::Exited { pid, status }) => {
                        return Some(Notice::Exited(
                            pid.unsigned_abs(),
                            Exit::from_wait_status(status),
                        ));
                    }
                    Some(Message::Ended { .. }) => {
                        return Some(Notice::Ended);
                    }
                    _ => continue,
                }
            }
            self.channel.readable().await.ok()?;
            match self.channel.try_read_buf(&mut self.bytes) {
                Ok(0) => return None,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return None,
            }
        }
    }
}

impl Handle {
    pub(crate) fn signal(&self, signal: Signal) -> io::Result<()> {
        use rustix::process::Signal as Number;
        self.send(match signal {
            Signal::Term => Number::TERM,
            Signal::Int => Number::INT,
            Signal::Hup => Number::HUP,
            Signal::Kill => Number::KILL,
            Signal::Stop => Number::STOP,
            Signal::Cont => Number::CONT,
        })
    }

    /// Whether an error of [`Handle::signal`] means that the process is gone.
    pub(crate) fn says_gone(error: &io::Error) -> bool {
        error.raw_os_error() == Some(libc::ESRCH)
    }
}

/// What finds the processes of a target without a subreaper, and the mark that its environment is to have for it.
fn sweep(launch: &Launch) -> (Option<Sweep>, Option<OsString>) {
    if !launch.swept {
        return (None, None);
    }
    crate::sandbox::sweep_at_end();
    let (tag, mark) = Tag::of_next_launch();
    (Some(Sweep::new(tag)), Some(mark))
}

fn parts<'a>(
    launch: &'a Launch,
    program: &'a Path,
    stdio: [OwnedFd; 3],
    mark: Option<&'a OsStr>,
) -> Parts<'a> {
    let set = launch.env.iter();
    let set = set.map(|(name, value)| (name.as_os_str(), value.as_os_str()));
    Parts {
        program,
        argv: std::iter::once(launch.program.as_os_str())
            .chain(launch.args.iter().map(OsString::as_os_str))
            .collect(),
        env: set
            .filter(|(name, _)| mark.is_none() || *name != VARIABLE)
            .chain(mark.map(|mark| (OsStr::new(VARIABLE), mark)))
            .collect(),
        directory: &launch.directory,
        stdio,
        umask: launch.umask,
        descriptor_limit: launch.descriptor_limit,
        through_launcher: launch.through_launcher,
    }
}

fn input(launch: &Launch) -> io::Result<(OwnedFd, Option<Stdin>)> {
    if launch.piped_stdin {
        let (reading, writing) = io::pipe()?;
        let writing = OwnedFd::from(writing);
        rustix::io::ioctl_fionbio(&writing, true)?;
        return Ok((reading.into(), Some(pipe::Sender::from_owned_fd(writing)?)));
    }
    Ok((std::fs::File::open("/dev/null")?.into(), None))
}

fn output_pipe() -> io::Result<(Reading, OwnedFd)> {
    let (reading, writing) = io::pipe()?;
    rustix::io::ioctl_fionbio(&reading, true)?;
    Ok((Reading::from_owned_fd(reading.into())?, writing.into()))
}

/// Takes in what was written up to now. The runtime may not know yet that there is something to read; the kernel does.
pub(super) async fn take_in(pipe: &Reading, buffer: &mut [u8], sink: &Sink) {
    while let Ok(length @ 1..) = rustix::io::read(pipe, &mut *buffer) {
        sink.push(&buffer[..length]);
    }
}

fn socket_pair() -> io::Result<(OwnedFd, OwnedFd)> {
    let (ours, theirs) = std::os::unix::net::UnixStream::pair()?;
    Ok((ours.into(), theirs.into()))
}

fn stream(fd: OwnedFd) -> io::Result<UnixStream> {
    let stream = std::os::unix::net::UnixStream::from(fd);
    stream.set_nonblocking(true)?;
    UnixStream::from_std(stream)
}

/// Waits for the first message: that the target runs, or why it does not. It comes after one fork and one exec.
fn first_message(channel: &OwnedFd) -> io::Result<Message> {
    let mut bytes = [0; channel::SIZE];
    let mut length = 0;
    while length < bytes.len() {
        wait_readable(channel.as_fd())?;
        match rustix::io::read(channel, &mut bytes[length..])? {
            0 => return Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
            got => length += got,
        }
    }
    Message::from_bytes(&bytes).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))
}

fn wait_readable(fd: BorrowedFd<'_>) -> io::Result<()> {
    use rustix::event::{PollFd, PollFlags, poll};
    let mut fds = [PollFd::new(&fd, PollFlags::IN)];
    match poll(&mut fds, Some(&REPORT_WITHIN))? {
        0 => Err(io::Error::from(io::ErrorKind::TimedOut)),
        _ => Ok(()),
    }
}

fn start_failure(launch: &Launch, program: &Path, message: Message) -> SpawnError {
    let program = program.to_owned();
    let Message::Failed { errno, stage: at } = message else {
        let source = io::Error::other(format!("unexpected first message {message:?}"));
        return SpawnError::System {
            what: "start the target",
            program,
            source,
        };
    };
    let source = io::Error::from_raw_os_error(errno);
    match at {
        stage::DIRECTORY => SpawnError::Directory {
            program,
            directory: launch.directory.clone(),
            source,
        },
        stage::LIMIT => SpawnError::System {
            what: "set the descriptor limit",
            program,
            source,
        },
        stage::EXEC if errno == libc::ENOEXEC => SpawnError::NotExecutable {
            program,
            why: "the system does not know its format; a script needs a `#!` line".to_owned(),
        },
        stage::EXEC if errno == libc::ENOENT => SpawnError::NotExecutable {
            program,
            why: "the interpreter that it names does not exist".to_owned(),
        },
        stage::EXEC if errno == libc::E2BIG => SpawnError::Arguments {
            program,
            source: too_long(launch),
        },
        stage::EXEC => SpawnError::NotExecutable {
            program,
            why: source.to_string(),
        },
        _ => SpawnError::System {
            what: "fork the target",
            program,
            source,
        },
    }
}

fn too_long(launch: &Launch) -> io::Error {
    let words = launch.args.iter().map(|word| word.len() + 1);
    let pairs = launch
        .env
        .iter()
        .map(|(name, value)| name.len() + value.len() + 2);
    let bytes: usize = words.chain(pairs).sum();
    let why = format!("they are too long for the system ({bytes} bytes in all)");
    io::Error::new(io::ErrorKind::InvalidInput, why)
}
