//! A small process that outlives this one by a moment and removes its sandboxes, also after SIGKILL.
//!
//! It reads a pipe whose writing end is held by the harness and by each keeper, so that end of file comes when all targets
//! are dead, and nothing can be made in the directory any more. It is a fork: system calls only, no allocation.
//!
//! Where targets are contained by a sweep, a keeper that was killed leaves them alive; then it sweeps for all of them first.

use crate::sweep::{Sweep, Tag};
use rustix::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use std::ffi::{CStr, CString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// Directories nested deeper than this are left; the stack of a fork is no place for more.
const DEEPEST: u32 = 48;
/// Longest sweep for what killed keepers left.
const LONGEST_SWEEP: std::time::Duration = std::time::Duration::from_secs(20);
/// What the harness says over the pipe.
const KEEP: &[u8] = b"k";
const SWEEP: &[u8] = b"s";
/// How long the exit of this process may wait for it.
const LONGEST_FINISH: std::time::Duration = std::time::Duration::from_secs(2);

/// The pipe to the process.
pub(super) struct Guard {
    pipe: OwnedFd,
    pid: libc::pid_t,
}

impl Guard {
    pub(super) fn start(root: &Path) -> std::io::Result<Self> {
        let path = CString::new(root.as_os_str().as_bytes())?;
        let (reading, writing) = std::io::pipe()?;
        let mut sweep = Sweep::new(Tag::of_run());
        // SAFETY: the child runs `run`, which makes system calls only and never returns.
        match unsafe { libc::fork() } {
            -1 => Err(std::io::Error::last_os_error()),
            0 => run(&path, reading.as_raw_fd(), &mut sweep),
            pid => Ok(Self {
                pipe: writing.into(),
                pid,
            }),
        }
    }

    /// Lets it do its work, and takes note of its end, so that no zombie is left to an init process that may not reap.
    /// Bounded: what is not done by then goes on without this process.
    pub(super) fn finish(self) {
        drop(self.pipe);
        let started = std::time::Instant::now();
        while let Some(pid) = rustix::process::Pid::from_raw(self.pid)
            && matches!(
                rustix::process::waitpid(Some(pid), rustix::process::WaitOptions::NOHANG),
                Ok(None)
            )
            && started.elapsed() < LONGEST_FINISH
        {
            std::thread::sleep(std::time::Duration::from_micros(100));
        }
    }

    pub(super) fn keep(&self) {
        let _ = rustix::io::write(&self.pipe, KEEP);
    }

    /// Has it look for what is left of targets before it removes anything.
    pub(super) fn sweep(&self) {
        let _ = rustix::io::write(&self.pipe, SWEEP);
    }

    pub(super) fn descriptor(&self) -> i32 {
        self.pipe.as_raw_fd()
    }
}

fn run(root: &CStr, pipe: i32, sweep: &mut Sweep) -> ! {
    // SAFETY: plain system calls on descriptors of this fork; see the module's rules.
    let (kept, swept) = unsafe {
        libc::setsid();
        let mut all: libc::sigset_t = std::mem::zeroed();
        libc::sigfillset(&raw mut all);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const all, std::ptr::null_mut());
        let null = libc::open(c"/dev/null".as_ptr(), libc::O_RDWR);
        libc::dup2(pipe, 3);
        for fd in 0..3 {
            libc::dup2(null, fd);
        }
        close_from(4);
        let (mut kept, mut swept) = (false, false);
        let mut byte = 0_u8;
        while libc::read(3, (&raw mut byte).cast(), 1) == 1 {
            kept |= [byte] == *KEEP;
            swept |= [byte] == *SWEEP;
        }
        (kept, swept)
    };
    if swept {
        // There is nobody to tell whether any resisted.
        let _ = sweep.until_none(LONGEST_SWEEP, || ());
    }
    if !kept {
        remove(rustix::fs::CWD, root, 0);
    }
    let _ = rustix::fs::unlinkat(rustix::fs::CWD, root, AtFlags::REMOVEDIR);
    // SAFETY: ends this fork without running destructors of the harness.
    unsafe { libc::_exit(0) }
}

#[cfg(target_os = "linux")]
unsafe fn close_from(first: u32) {
    // SAFETY: closes descriptors of this fork only.
    unsafe {
        libc::prctl(libc::PR_SET_NAME, c"sidecar-guard".as_ptr());
        libc::syscall(libc::SYS_close_range, first, u32::MAX, 0);
    }
}

#[cfg(not(target_os = "linux"))]
unsafe fn close_from(first: u32) {
    // SAFETY: closes descriptors of this fork only.
    unsafe {
        for fd in first
            ..u32::try_from(libc::getdtablesize())
                .unwrap_or(0)
                .min(10_240)
        {
            libc::close(fd as i32);
        }
    }
}

/// Removes what is in a directory. Errors leave the rest: there is nobody to tell.
fn remove(parent: BorrowedFd<'_>, name: &CStr, depth: u32) {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let opened = rustix::fs::openat(parent, name, flags, Mode::empty()).or_else(|_| {
        let _ = rustix::fs::chmodat(parent, name, Mode::RWXU, AtFlags::empty());
        rustix::fs::openat(parent, name, flags, Mode::empty())
    });
    let Ok(directory) = opened else {
        return;
    };
    let _ = rustix::fs::fchmod(&directory, Mode::RWXU);
    // Removing while reading may skip rows, so it is read again until a pass removes nothing.
    while depth < DEEPEST && remove_rows(&directory, depth) {
        if rustix::fs::seek(&directory, rustix::fs::SeekFrom::Start(0)).is_err() {
            return;
        }
    }
}

#[cfg(target_os = "linux")]
fn remove_rows(directory: &OwnedFd, depth: u32) -> bool {
    let mut space = [std::mem::MaybeUninit::uninit(); 2048];
    let mut rows = rustix::fs::RawDir::new(directory, &mut space);
    let mut removed = false;
    while let Some(Ok(row)) = rows.next() {
        removed |= remove_row(directory.as_fd(), row.file_name(), row.file_type(), depth);
    }
    removed
}

/// macOS reads directories through its C library, which allocates; its allocator is prepared for that in a fork.
#[cfg(not(target_os = "linux"))]
fn remove_rows(directory: &OwnedFd, depth: u32) -> bool {
    let Ok(mut rows) = rustix::fs::Dir::read_from(directory) else {
        return false;
    };
    let mut removed = false;
    while let Some(Ok(row)) = rows.next() {
        removed |= remove_row(directory.as_fd(), row.file_name(), row.file_type(), depth);
    }
    removed
}

fn remove_row(directory: BorrowedFd<'_>, name: &CStr, kind: FileType, depth: u32) -> bool {
    if matches!(name.to_bytes(), b"." | b"..") {
        return false;
    }
    if kind != FileType::Directory
        && rustix::fs::unlinkat(directory, name, AtFlags::empty()).is_ok()
    {
        return true;
    }
    remove(directory, name, depth + 1);
    rustix::fs::unlinkat(directory, name, AtFlags::REMOVEDIR).is_ok()
}
