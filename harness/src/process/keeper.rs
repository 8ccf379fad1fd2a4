//! The keeper: a fork of the harness between it and one target, so that nothing the target starts can outlive a case.
//!
//! The keeper is the target's parent, leads a session of its own, and is a child subreaper where there is such a thing: a
//! descendant that double-forks into its own session with null stdio still ends up as its child. It holds one end
//! of a socket pair. When the harness asks, or is gone (end of file), it kills its children until `waitpid` says that there
//! are none, and ends. No pid is guessed, and no environment variable or open descriptor of the target is relied on.
//!
//! Where there is no subreaper, or none is wanted, it sweeps first (see `sweep`), and says its last word only if the sweep found
//! nothing in the end.
//!
//! Everything here runs between `fork` and `_exit` in a copy of a process that may have had many threads. So: system
//! calls only, no allocation, no locks, no panics, and state on the stack.

use super::channel::{Message, stage};
use super::image::Image;
use super::keeper_child as child;
use super::news::News;
use crate::sweep::Sweep;
use libc::{c_int, pid_t};
use std::time::Duration;

/// Descriptors as the keeper arranges them.
const CHANNEL: c_int = 3;
const ROOT_GUARD: c_int = 4;
/// Only in the launcher: the writing end of the target's standard input.
const INPUT: c_int = 5;

/// Longest sweep. The harness waits for less, and can say what resists as long as there is a keeper.
const LONGEST_SWEEP: Duration = Duration::from_secs(30);

/// Runs the keeper. `channel` is its end of the socket pair; `root_guard` is inherited only to be held open (or -1). With a
/// sweep it is no subreaper.
pub(super) fn run(
    image: &Image,
    channel: c_int,
    root_guard: c_int,
    mut sweep: Option<&mut Sweep>,
) -> ! {
    // SAFETY: plain system calls on descriptors that this fork owns; see the module's rules.
    unsafe {
        libc::setsid();
        if sweep.is_none() {
            become_subreaper();
        }
        block_all_signals();
        libc::signal(libc::SIGCHLD, on_child as *const () as libc::sighandler_t);
        libc::dup2(channel, CHANNEL);
        if root_guard >= 0 {
            libc::dup2(root_guard, ROOT_GUARD);
        } else {
            libc::close(ROOT_GUARD);
        }
        libc::fcntl(CHANNEL, libc::F_SETFD, libc::FD_CLOEXEC);
        libc::fcntl(ROOT_GUARD, libc::F_SETFD, libc::FD_CLOEXEC);
    }
    let parent = if image.through_launcher {
        start_launcher(image)
    } else {
        start_target(image, 0, sweep.is_none())
    };
    if parent < 0 {
        finish(0);
    }
    close_inherited(ROOT_GUARD + 1);
    if let Some(sweep) = sweep.as_deref_mut() {
        // SAFETY: `getpid` cannot fail.
        sweep.below(unsafe { libc::getpid() });
    }
    let mut news = sweep.as_ref().and_then(|_| News::start());
    watch(sweep.as_deref_mut(), news.as_mut());
    if let Some(sweep) = sweep {
        let mut listen = || {
            reap();
            if let Some(news) = &mut news {
                news.ends(exited);
            }
        };
        let swept = sweep.until_none(LONGEST_SWEEP, &mut listen);
        listen();
        if swept.is_none() {
            // Without a last word the harness claims nothing.
            // SAFETY: ends this fork without running destructors of the harness.
            unsafe { libc::_exit(1) }
        }
    }
    finish(kill_all());
}

extern "C" fn on_child(_: c_int) {}

/// Starts the target and reports it. Returns its pid, or -1 after the failure was reported.
fn start_target(image: &Image, launcher: pid_t, die_with_parent: bool) -> pid_t {
    match child::start(image, die_with_parent) {
        Ok(pid) => {
            say(Message::Spawned { pid, launcher });
            pid
        }
        Err((stage, errno)) => {
            say(Message::Failed { errno, stage });
            -1
        }
    }
}

/// Forks a process that starts the target, holds its standard input open, reaps it, and does nothing else: what is left
/// of a desktop app when only the life of its backend matters.
fn start_launcher(image: &Image) -> pid_t {
    // SAFETY: this process has one thread; the child makes system calls only.
    let pid = unsafe { libc::fork() };
    if pid != 0 {
        return if pid < 0 { failed(stage::FORK) } else { pid };
    }
    let mut input = [-1; 2];
    // SAFETY: the array has room for two descriptors; `dup2` replaces a descriptor that this fork owns.
    unsafe {
        libc::setpgid(0, 0);
        if libc::pipe(input.as_mut_ptr()) != 0 {
            failed(stage::FORK);
            libc::_exit(1);
        }
        libc::dup2(input[0], image.stdin);
        libc::dup2(input[1], INPUT);
        libc::fcntl(INPUT, libc::F_SETFD, libc::FD_CLOEXEC);
        for fd in input {
            if fd != INPUT {
                libc::close(fd);
            }
        }
    }
    // SAFETY: `getpid` cannot fail.
    let target = start_target(image, unsafe { libc::getpid() }, false);
    close_inherited(INPUT + 1);
    let mut status = 0;
    // SAFETY: `status` outlives the call; signals are blocked, so that only SIGKILL ends this loop early.
    unsafe {
        if target > 0 && libc::waitpid(target, &raw mut status, 0) == target {
            say(Message::Exited {
                pid: target,
                status,
            });
        }
        libc::_exit(0)
    }
}

fn failed(stage: i32) -> pid_t {
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    say(Message::Failed { errno, stage });
    -1
}

/// Reaps and reports until the harness says a word or is gone. For a sweep it follows those that the target makes.
fn watch(sweep: Option<&mut Sweep>, news: Option<&mut News>) {
    let mut followed = sweep.zip(news);
    loop {
        reap();
        if let Some((sweep, news)) = &mut followed {
            news.follow(sweep, exited);
        }
        let news = followed
            .as_ref()
            .map_or(CHANNEL, |(_, news)| news.descriptor());
        // SAFETY: the sets live on the stack and are initialised before use; SIGCHLD is let in only while waiting, so
        // that an exit between `reap` and here still interrupts.
        let said = unsafe {
            let mut readable: libc::fd_set = std::mem::zeroed();
            libc::FD_SET(CHANNEL, &raw mut readable);
            libc::FD_SET(news, &raw mut readable);
            let mut mask: libc::sigset_t = std::mem::zeroed();
            libc::sigfillset(&raw mut mask);
            libc::sigdelset(&raw mut mask, libc::SIGCHLD);
            let (none, forever) = (std::ptr::null_mut(), std::ptr::null());
            let ready = libc::pselect(
                news.max(CHANNEL) + 1,
                &raw mut readable,
                none,
                none,
                forever,
                &raw const mask,
            );
            ready > 0 && libc::FD_ISSET(CHANNEL, &raw const readable)
        };
        if said {
            return;
        }
    }
}

fn reap() {
    let mut status = 0;
    loop {
        // SAFETY: `status` outlives the call.
        let pid = unsafe { libc::waitpid(-1, &raw mut status, libc::WNOHANG) };
        if pid <= 0 {
            return;
        }
        exited(pid, status);
    }
}

/// One process may be reported twice, by its parent and by the news.
fn exited(pid: pid_t, status: c_int) {
    say(Message::Exited { pid, status });
}

/// Kills children until there are none. Those of a killed child become children of the keeper, so this reaches all.
fn kill_all() -> i32 {
    let mut killed = 0;
    loop {
        killed += super::keeper_children::kill_each();
        let mut status = 0;
        // SAFETY: `status` outlives the call. It blocks only while a child that was just killed is on its way out.
        let pid = unsafe { libc::waitpid(-1, &raw mut status, 0) };
        if pid > 0 {
            exited(pid, status);
            reap();
        } else if std::io::Error::last_os_error().raw_os_error() != Some(libc::EINTR) {
            return killed;
        }
    }
}

fn finish(killed: i32) -> ! {
    say(Message::Ended { killed });
    // SAFETY: ends this fork without running destructors of the harness.
    unsafe { libc::_exit(0) }
}

fn say(message: Message) {
    let bytes = message.to_bytes();
    // SAFETY: the buffer is as long as said. A harness that is gone makes this fail, which changes nothing.
    unsafe {
        libc::send(CHANNEL, bytes.as_ptr().cast(), bytes.len(), NO_SIGNAL);
    }
}

#[cfg(target_os = "linux")]
const NO_SIGNAL: c_int = libc::MSG_NOSIGNAL;
#[cfg(not(target_os = "linux"))]
const NO_SIGNAL: c_int = 0;

unsafe fn block_all_signals() {
    // SAFETY: the set lives on the stack and is filled before it is used.
    unsafe {
        let mut all: libc::sigset_t = std::mem::zeroed();
        libc::sigfillset(&raw mut all);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const all, std::ptr::null_mut());
    }
}

#[cfg(target_os = "linux")]
unsafe fn become_subreaper() {
    // SAFETY: integer arguments only.
    unsafe {
        libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
        libc::prctl(libc::PR_SET_NAME, c"sidecar-keeper".as_ptr());
    }
}

#[cfg(not(target_os = "linux"))]
unsafe fn become_subreaper() {}

/// Copies of the harness's descriptors would keep its pipes, sockets and locks alive.
#[cfg(target_os = "linux")]
fn close_inherited(first: c_int) {
    // SAFETY: closes descriptors of this fork only.
    unsafe {
        let null = libc::open(c"/dev/null".as_ptr(), libc::O_RDWR);
        for fd in 0..3 {
            libc::dup2(null, fd);
        }
        libc::syscall(libc::SYS_close_range, first, u32::MAX, 0);
    }
}

#[cfg(not(target_os = "linux"))]
fn close_inherited(first: c_int) {
    // SAFETY: closes descriptors of this fork only; the bound keeps the loop short where the limit is huge.
    unsafe {
        let null = libc::open(c"/dev/null".as_ptr(), libc::O_RDWR);
        for fd in 0..3 {
            libc::dup2(null, fd);
        }
        for fd in first..libc::getdtablesize().min(10_240) {
            libc::close(fd);
        }
    }
}
