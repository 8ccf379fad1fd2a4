//! What a sweep asks of macOS: libproc, and the arguments that each process was started with. System calls only, as a fork
//! needs it.

use super::kin::Row;
use super::tag::Tag;
use crate::process::procargs;
use std::time::Duration;

/// `PROC_PIDUNIQIDENTIFIERINFO` of XNU's `sys/proc_info_private.h`, which says of its structure that it is API, and which lsof and
/// launchd rely on. Should it ever differ, its size tells, and the sweep goes by everything else.
const UNIQUE: libc::c_int = 17;

#[repr(C)]
struct Unique {
    executable: [u8; 16],
    /// Of this process; never given to another until the machine starts again.
    id: u64,
    /// Of the one that made it, also when that one has ended and another has become the parent.
    maker: u64,
    versions: [i32; 2],
    reserved: [u64; 2],
}

const _: () = assert!(size_of::<Unique>() == 56, "as XNU asserts it");

/// Calls `each` for every process until it says `false`; whether it came to the end. What is left of the buffer is for `each`.
pub(super) fn each_pid(buffer: &mut [u8], each: &mut dyn FnMut(i32, &mut [u8]) -> bool) -> bool {
    const MOST: usize = 16 * 1024;
    let mut pids = [0 as libc::pid_t; MOST];
    // SAFETY: the buffer on the stack is as long as said.
    let count = unsafe {
        libc::proc_listallpids(pids.as_mut_ptr().cast(), size_of_val(&pids) as libc::c_int)
    };
    let count = usize::try_from(count).unwrap_or(0);
    let listed = pids.get(..count).unwrap_or(&pids);
    listed.iter().all(|pid| each(*pid, &mut *buffer)) && (1..MOST).contains(&count)
}

/// The row of a living process of this user, without what its environment tells.
pub(super) fn row(pid: i32) -> Option<Row> {
    let entry =
        crate::process::macos::entry(u32::try_from(pid).ok()?).filter(|entry| !entry.zombie)?;
    let (id, maker) = unique(pid).map_or_else(
        // Good enough for who it is; who made it is not known then.
        || (entry.started << 17 | u64::from(pid.unsigned_abs()), 0),
        |unique| (unique.id, unique.maker),
    );
    Some(Row {
        pid,
        started: entry.started,
        id,
        maker,
        parent: i32::try_from(entry.parent).ok()?,
        // SAFETY: an integer argument only.
        session: unsafe { libc::getsid(pid) },
        ..Row::default()
    })
}

fn unique(pid: i32) -> Option<Unique> {
    let size = libc::c_int::try_from(size_of::<Unique>()).ok()?;
    // SAFETY: an all-zero value is valid: it holds integers only.
    let mut unique: Unique = unsafe { std::mem::zeroed() };
    // SAFETY: the buffer is exactly as large as the size that is passed with it.
    let got = unsafe { libc::proc_pidinfo(pid, UNIQUE, 0, (&raw mut unique).cast(), size) };
    (got == size).then_some(unique)
}

/// Whether its environment, as it was when it was started, holds the tag. Another user's, and that of a program that macOS protects,
/// is not told.
pub(super) fn has_tag(pid: i32, tag: &Tag, buffer: &mut [u8]) -> bool {
    procargs::read(pid, buffer).is_some_and(|told| tag.is_in(procargs::environment(told)))
}

/// Sends SIGKILL to the process that has this number. `false` if it has ended, or may not be killed.
pub(super) fn kill(one: &Row) -> bool {
    // Between these two its pid could go to another only if all others were used meanwhile: they are given away in turn.
    row(one.pid).is_some_and(|now| now.id == one.id)
        // SAFETY: integer arguments only.
        && unsafe { libc::kill(one.pid, libc::SIGKILL) } == 0
}

/// Waits until it has ended, child or not, but not longer than this.
pub(super) fn wait_for_end(pid: i32, within: Duration) {
    use rustix::event::kqueue::{Event, EventFilter, EventFlags, ProcessEvents, kevent, kqueue};
    let (Ok(queue), Some(pid)) = (kqueue(), rustix::process::Pid::from_raw(pid)) else {
        return;
    };
    let filter = EventFilter::Proc {
        pid,
        flags: ProcessEvents::EXIT,
    };
    let wanted = [Event::new(filter, EventFlags::ADD, std::ptr::null_mut())];
    let mut space = [const { std::mem::MaybeUninit::uninit() }; 1];
    // SAFETY: the filter names no descriptor. That it has ended already is an error, and as good as its end.
    let _ = unsafe { kevent(&queue, &wanted, &mut space, Some(within)) };
}
