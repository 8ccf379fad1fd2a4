//! What a sweep asks of Linux: `/proc`, and handles that name one process for good. System calls only, as a fork needs it.

use super::kin::Row;
use super::tag::Tag;
use crate::process::linux::parse_stat;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::fs::{CWD, Mode, OFlags, RawDir};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use std::fmt::Write as _;
use std::time::Duration;

/// Calls `each` for every process until it says `false`; whether it came to the end. The buffer is for `each`.
pub(super) fn each_pid(buffer: &mut [u8], each: &mut dyn FnMut(i32, &mut [u8]) -> bool) -> bool {
    let Ok(table) = rustix::fs::open("/proc", OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty())
    else {
        return false;
    };
    let mut space = [std::mem::MaybeUninit::uninit(); 4096];
    let mut rows = RawDir::new(&table, &mut space);
    while let Some(Ok(row)) = rows.next() {
        let pid = row
            .file_name()
            .to_str()
            .ok()
            .and_then(|name| name.parse().ok());
        if pid.is_some_and(|pid| !each(pid, &mut *buffer)) {
            return false;
        }
    }
    true
}

/// The row of a living process, without what its environment tells.
pub(super) fn row(pid: i32) -> Option<Row> {
    let mut text = [0; 512];
    let length = rustix::io::read(open(pid, "stat")?, &mut text).ok()?;
    let entry = parse_stat(text.get(..length)?).filter(|entry| !entry.zombie)?;
    Some(Row {
        pid,
        started: entry.started,
        // Linux has no number of this kind. Pids have 22 bits at most, and are not used twice within a tick of the clock.
        id: entry.started << 22 | u64::from(pid.unsigned_abs()),
        maker: 0,
        parent: i32::try_from(entry.parent).ok()?,
        session: entry.session,
        ..Row::default()
    })
}

/// Whether its environment, as it was when it was started, holds the tag.
pub(super) fn has_tag(pid: i32, tag: &Tag, buffer: &mut [u8]) -> bool {
    let Some(file) = open(pid, "environ") else {
        return false;
    };
    let mut length = 0;
    while let Some(rest) = buffer.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match rustix::io::read(&file, rest) {
            Ok(got @ 1..) => length += got,
            _ => break,
        }
    }
    tag.is_in(buffer.get(..length).unwrap_or_default())
}

/// Sends SIGKILL to this very process. `false` if it has ended, or may not be killed.
pub(super) fn kill(one: &Row) -> bool {
    let handle = Pid::from_raw(one.pid).map(|pid| pidfd_open(pid, PidfdFlags::empty()));
    let Some(Ok(handle)) = handle else {
        return false;
    };
    // The handle first: from then on it stands for one process.
    row(one.pid).is_some_and(|now| now.id == one.id)
        && pidfd_send_signal(&handle, Signal::KILL).is_ok()
}

/// Waits until it has ended, but not longer than this.
pub(super) fn wait_for_end(pid: i32, within: Duration) {
    let within = Timespec::try_from(within).ok();
    if let (Some(pid), Some(within)) = (Pid::from_raw(pid), within)
        && let Ok(handle) = pidfd_open(pid, PidfdFlags::empty())
    {
        let _ = poll(&mut [PollFd::new(&handle, PollFlags::IN)], Some(&within));
    }
}

fn open(pid: i32, file: &str) -> Option<OwnedFd> {
    let mut path = Path::default();
    write!(path, "/proc/{pid}/{file}").ok()?;
    let flags = OFlags::RDONLY | OFlags::CLOEXEC;
    rustix::fs::openat(CWD, path.bytes.get(..path.length)?, flags, Mode::empty()).ok()
}

/// A path on the stack.
#[derive(Default)]
struct Path {
    bytes: [u8; 32],
    length: usize,
}

impl std::fmt::Write for Path {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = self.length + text.len();
        let room = self
            .bytes
            .get_mut(self.length..end)
            .ok_or(std::fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}
