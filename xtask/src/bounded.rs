//! Other programs, run with a bound.

use anyhow::{Context as _, Result, bail};
use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Between two looks at a program that ends without a sign.
const STEP: Duration = Duration::from_millis(20);

/// What a program said and how it ended.
pub(crate) struct Said {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs a program in silence, and kills it when the time is over.
pub(crate) fn quiet(command: &mut Command, within: Duration) -> Result<ExitStatus> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    status(command, within)
}

/// Runs a program with this one's own output, and kills it when the time is over.
pub(crate) fn status(command: &mut Command, within: Duration) -> Result<ExitStatus> {
    let name = name(command);
    let mut child = start(command, &name)?;
    let (_open, never) = channel::<()>();
    wait(&mut child, &never, &name, within)
}

/// Runs a program and yields what it says, and kills it when the time is over.
pub(crate) fn output(command: &mut Command, within: Duration) -> Result<Said> {
    let name = name(command);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = start(command, &name)?;
    let (open, ended) = channel::<()>();
    let stdout = child.stdout.take().map(|pipe| reader(pipe, open.clone()));
    let stderr = child.stderr.take().map(|pipe| reader(pipe, open));
    let status = wait(&mut child, &ended, &name, within)?;
    let text = |thread: Option<std::thread::JoinHandle<Vec<u8>>>| {
        let bytes = thread.and_then(|thread| thread.join().ok());
        String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
    };
    Ok(Said {
        status,
        stdout: text(stdout),
        stderr: text(stderr),
    })
}

fn name(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

fn start(command: &mut Command, name: &str) -> Result<Child> {
    command
        .spawn()
        .with_context(|| format!("`{name}` could not be started"))
}

/// Reads to the end; `open` is dropped then.
fn reader(
    mut pipe: impl Read + Send + 'static,
    open: std::sync::mpsc::Sender<()>,
) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        drop(open);
        bytes
    })
}

fn wait(
    child: &mut Child,
    outputs: &Receiver<()>,
    name: &str,
    within: Duration,
) -> Result<ExitStatus> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        let left = within.saturating_sub(started.elapsed());
        if left.is_zero() {
            let _ = child.kill();
            let _ = child.wait();
            bail!("`{name}` did not end within {within:?}");
        }
        if outputs.recv_timeout(left.min(STEP)) == Err(RecvTimeoutError::Disconnected) {
            // What has closed its output is about to end.
            std::thread::park_timeout(left.min(STEP));
        }
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn both_streams_and_the_end_are_told() {
        let said = output(
            &mut shell("echo one; echo two >&2; exit 3"),
            Duration::from_secs(20),
        )
        .unwrap();
        assert_eq!(
            (said.stdout.as_str(), said.stderr.as_str()),
            ("one\n", "two\n")
        );
        assert_eq!(said.status.code(), Some(3));
    }

    #[test]
    fn what_does_not_end_is_ended() {
        let started = Instant::now();
        let error = quiet(&mut shell("exec sleep 600"), Duration::from_millis(50)).unwrap_err();
        assert!(
            error.to_string().contains("did not end within 50ms"),
            "{error}"
        );
        assert!(started.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn what_is_not_there_is_named() {
        let error = quiet(&mut Command::new("/no/such"), Duration::from_secs(1)).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("`/no/such` could not be started")
        );
    }
}
