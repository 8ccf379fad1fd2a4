//! Containment on Windows: each target, and what it starts, is in a job that ends with the harness (see `windows_job`). One that says that
//! what it starts breaks away is in a second job within that one, which may be left; what leaves it stays in the first.
//!
//! The target is created suspended, so that it is in its job before its first instruction. Its streams are named
//! pipes with an unguessable name, because anonymous ones cannot be waited upon.

use super::capture::Sink;
use super::error::SpawnError;
use super::exit::Exit;
use super::identity::Identity;
use super::launch::Launch;
use super::windows_job::Job;
use super::windows_table::resume;
use crate::pace::{Deadline, Pace};
use std::fs::File;
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::windows::named_pipe::{NamedPipeServer, PipeMode, ServerOptions};
use tokio::process::{Child, Command};
use tokio::sync::{Notify, mpsc};
use windows_sys::Win32::Foundation::{
    ERROR_BAD_EXE_FORMAT, ERROR_DIRECTORY, ERROR_EXE_MACHINE_TYPE_MISMATCH,
};
use windows_sys::Win32::System::Threading::{CREATE_NO_WINDOW, CREATE_SUSPENDED};

pub(crate) use super::output::Output;
pub(crate) use super::windows_table::{Handle, children, command_line, entry, rows};

/// The writing end of a process's standard input.
pub type Stdin = NamedPipeServer;

/// The reading end of an output stream.
pub(super) type Reading = NamedPipeServer;

/// How long a stream must be quiet to count as read to its present end: completions come through the runtime, and
/// nothing tells that none is on its way.
const QUIET: Duration = Duration::from_millis(20);

/// One round of waiting for a job that was terminated.
const LOOK_WITHIN: Duration = Duration::from_secs(5);

/// A job, seen from the harness.
#[derive(Debug)]
pub(crate) struct Containment {
    job: Arc<Job>,
    released: Arc<Notify>,
    notices: Mutex<Option<mpsc::UnboundedReceiver<Notice>>>,
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
        supported(launch)?;
        let program = launch.resolve()?;
        let failed = |what| {
            let program = program.clone();
            move |source: io::Error| SpawnError::System {
                what,
                program,
                source,
            }
        };
        let job = Arc::new(Job::new().map_err(failed("make the job object"))?);
        let mut command = Command::new(&program);
        command
            .args(&launch.args)
            .env_clear()
            .envs(&launch.env)
            .current_dir(&launch.directory);
        command.creation_flags(CREATE_SUSPENDED | CREATE_NO_WINDOW);
        let (stdin, input) = input(launch).map_err(failed("make the input"))?;
        let (stdout, stdout_end) = output_pipe().map_err(failed("make the output pipe"))?;
        let (stderr, stderr_end) = output_pipe().map_err(failed("make the output pipe"))?;
        command.stdin(stdin).stdout(stdout_end).stderr(stderr_end);
        let mut child = command
            .spawn()
            .map_err(|source| start_failure(launch, &program, source))?;
        // The child's ends of the pipes: end of file comes when no process holds them.
        drop(command);

        let pid = child.id().unwrap_or(0);
        let contained = child
            .raw_handle()
            .ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
            .and_then(|process| {
                job.assign(process)?;
                match launch.breakaway {
                    true => Job::that_may_be_left()?.assign(process),
                    false => Ok(()),
                }
            })
            .and_then(|()| Handle::open(pid))
            .and_then(|handle| resume(pid).map(|()| handle));
        let handle = match contained {
            Ok(handle) => handle,
            Err(source) => {
                // It has not run an instruction, and must not.
                let _ = child.start_kill();
                return Err(failed("put the target into its job")(source));
            }
        };
        let sink = |stream| Sink::new(&launch.name, stream, launch.recorder.clone());
        let (sender, receiver) = mpsc::unbounded_channel();
        let released = Arc::new(Notify::new());
        tokio::spawn(follow(
            child,
            pid,
            Arc::clone(&job),
            Arc::clone(&released),
            sender,
        ));
        Ok(Started {
            identity: Identity::new(pid, handle.started()),
            handle: Some(handle),
            launcher: None,
            containment: Self {
                job,
                released,
                notices: Mutex::new(Some(receiver)),
            },
            stdin: input,
            stdout: Output::start(stdout, sink("stdout").tapped(launch.lines.clone())),
            stderr: Output::start(stderr, sink("stderr")),
        })
    }

    /// All living processes in it: the target, and what it started.
    pub(crate) fn members(&self) -> Vec<Identity> {
        self.job.members()
    }

    /// What it tells, once.
    pub(crate) fn notices(&self) -> Notices {
        Notices(
            self.notices
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        )
    }

    /// Ends all, without waiting. Asking twice is fine.
    pub(crate) fn release(&self) {
        self.job.terminate();
        self.released.notify_one();
    }

    /// Nothing to take note of: a process without handles leaves no trace.
    pub(crate) const fn reap(&self) {}
}

/// Waits for the target, then for the end of its job.
async fn follow(
    mut child: Child,
    pid: u32,
    job: Arc<Job>,
    released: Arc<Notify>,
    notices: mpsc::UnboundedSender<Notice>,
) {
    if let Ok(status) = child.wait().await {
        let _ = notices.send(Notice::Exited(pid, Exit::Code(status.code().unwrap_or(-1))));
    }
    released.notified().await;
    // Whoever waits for this has a bound of their own; saying "ended" before it is true would be a lie.
    let mut pace = Pace::until(Deadline::after(LOOK_WITHIN));
    while !matches!(job.active(), Ok(0)) {
        if !pace.step().await {
            pace = Pace::until(Deadline::after(LOOK_WITHIN));
        }
    }
    let _ = notices.send(Notice::Ended);
}

/// The messages of one job, in order.
pub(crate) struct Notices(Option<mpsc::UnboundedReceiver<Notice>>);

impl Notices {
    /// The next one; `None` once there will be no more.
    pub(crate) async fn next(&mut self) -> Option<Notice> {
        self.0.as_mut()?.recv().await
    }
}

fn supported(launch: &Launch) -> Result<(), SpawnError> {
    let asked = [
        (
            launch.through_launcher,
            "a launcher between harness and target",
        ),
        (launch.umask.is_some(), "a umask"),
        (
            launch.descriptor_limit.is_some(),
            "a limit of open descriptors",
        ),
    ];
    match asked.into_iter().find(|(asked, _)| *asked) {
        Some((_, what)) => Err(SpawnError::Unsupported { what }),
        None => Ok(()),
    }
}

fn input(launch: &Launch) -> io::Result<(Stdio, Option<Stdin>)> {
    if !launch.piped_stdin {
        return Ok((Stdio::null(), None));
    }
    let (server, client) = pipe(
        |name| File::open(name),
        ServerOptions::new().access_inbound(false),
    )?;
    Ok((client.into(), Some(server)))
}

fn output_pipe() -> io::Result<(Reading, Stdio)> {
    let open = |name: &str| File::options().write(true).open(name);
    let (server, client) = pipe(open, ServerOptions::new().access_outbound(false))?;
    Ok((server, client.into()))
}

/// Makes a pipe and opens its other end. The name cannot be guessed, and the first instance takes the only place.
fn pipe(
    open: impl Fn(&str) -> io::Result<File>,
    options: &mut ServerOptions,
) -> io::Result<(NamedPipeServer, File)> {
    let name = format!(
        r"\\.\pipe\sidecar-{}-{:016x}",
        std::process::id(),
        RandomState::new().hash_one(0)
    );
    let options = options
        .first_pipe_instance(true)
        .max_instances(1)
        .pipe_mode(PipeMode::Byte);
    let server = options.create(&name)?;
    let client = open(&name)?;
    {
        // The other end is connected already, so this is done at once; it makes the runtime begin to read.
        let mut connected = std::pin::pin!(server.connect());
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match connected.as_mut().poll(&mut context) {
            std::task::Poll::Ready(done) => done?,
            std::task::Poll::Pending => return Err(io::Error::from(io::ErrorKind::NotConnected)),
        }
    }
    Ok((server, client))
}

/// Takes in what was written up to now.
pub(super) async fn take_in(pipe: &Reading, buffer: &mut [u8], sink: &Sink) {
    while let Ok(Ok(())) = tokio::time::timeout(QUIET, pipe.readable()).await {
        match pipe.try_read(buffer) {
            Ok(0) => return,
            Ok(length) => sink.push(&buffer[..length]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
}

fn start_failure(launch: &Launch, program: &std::path::Path, source: io::Error) -> SpawnError {
    let program = program.to_owned();
    let code = source
        .raw_os_error()
        .and_then(|code| u32::try_from(code).ok());
    match code {
        Some(ERROR_DIRECTORY) => SpawnError::Directory {
            program,
            directory: launch.directory.clone(),
            source,
        },
        Some(ERROR_BAD_EXE_FORMAT | ERROR_EXE_MACHINE_TYPE_MISMATCH) => SpawnError::NotExecutable {
            program,
            why:
                "it is no program for this machine; name the interpreter in argv if it is a script"
                    .to_owned(),
        },
        _ if source.kind() == io::ErrorKind::InvalidInput => {
            SpawnError::Arguments { program, source }
        }
        _ => SpawnError::System {
            what: "start the target",
            program,
            source,
        },
    }
}
