//! The keepers of this process: each is asked to end and reaped at some time, whatever becomes of the target's owner.

use rustix::net::Shutdown;
use rustix::process::{Pid, WaitOptions, waitpid};
use std::sync::{Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};
use tokio::net::UnixStream;

/// How long the exit of this process may wait for them. What is not done by then goes on without it.
const LONGEST_END: Duration = Duration::from_secs(2);

static KEEPERS: Mutex<Vec<Keeper>> = Mutex::new(Vec::new());

struct Keeper {
    pid: i32,
    channel: Weak<UnixStream>,
    /// It was asked to end.
    released: bool,
}

pub(super) fn remember(pid: i32, channel: Weak<UnixStream>) {
    keepers().push(Keeper {
        pid,
        channel,
        released: false,
    });
}

/// It was asked to end, and nobody may come back to reap it.
pub(super) fn released(pid: i32) {
    for keeper in keepers().iter_mut().filter(|keeper| keeper.pid == pid) {
        keeper.released = true;
    }
}

pub(super) fn reaped(pid: i32) {
    keepers().retain(|keeper| keeper.pid != pid);
}

/// Takes note of the end of those that were asked for it.
pub(super) fn reap_released() {
    keepers().retain(|keeper| !keeper.released || !has_ended(keeper.pid));
}

/// Asks all of them to end, and reaps them: for the exit of this process in the middle of a case.
pub(crate) fn end_all() {
    let started = Instant::now();
    for keeper in keepers().iter_mut() {
        if let Some(channel) = keeper.channel.upgrade() {
            let _ = rustix::net::shutdown(&*channel, Shutdown::Write);
        }
        keeper.released = true;
    }
    reap_released();
    while !keepers().is_empty() && started.elapsed() < LONGEST_END {
        std::thread::sleep(Duration::from_micros(100));
        reap_released();
    }
}

/// Reaps it if it has. An error: it was reaped already.
fn has_ended(pid: i32) -> bool {
    Pid::from_raw(pid)
        .is_none_or(|pid| !matches!(waitpid(Some(pid), WaitOptions::NOHANG), Ok(None)))
}

fn keepers() -> MutexGuard<'static, Vec<Keeper>> {
    KEEPERS.lock().unwrap_or_else(PoisonError::into_inner)
}
