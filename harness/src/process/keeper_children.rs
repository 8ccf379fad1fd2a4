//! The keeper's view of its own children, without allocation.

/// Sends SIGKILL to each direct child and says how many there were.
#[cfg(target_os = "linux")]
pub(super) fn kill_each() -> i32 {
    let mut list = [0_u8; 8192];
    // SAFETY: opens and reads a file into a buffer on the stack that is as long as said.
    let length = unsafe {
        let fd = libc::open(
            c"/proc/thread-self/children".as_ptr(),
            libc::O_RDONLY | libc::O_CLOEXEC,
        );
        let got = libc::read(fd, list.as_mut_ptr().cast(), list.len());
        libc::close(fd);
        got
    };
    // Without the file (a kernel built without it) or with more children than fit, the walk below finds them.
    match usize::try_from(length)
        .ok()
        .filter(|length| *length < list.len() - 16)
    {
        Some(length) => kill_listed(list.get(..length).unwrap_or_default()),
        None => kill_by_parent(),
    }
}

#[cfg(target_os = "linux")]
fn kill_listed(list: &[u8]) -> i32 {
    let mut killed = 0;
    for word in list.split(|byte| *byte == b' ') {
        if let Some(pid) = number(word) {
            killed += kill(pid);
        }
    }
    killed
}

/// Walks `/proc` for processes whose parent is this one.
#[cfg(target_os = "linux")]
fn kill_by_parent() -> i32 {
    use rustix::fs::{Mode, OFlags, RawDir};
    let Ok(table) = rustix::fs::open("/proc", OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty())
    else {
        return 0;
    };
    let me = rustix::process::getpid().as_raw_nonzero().get();
    let mut space = [std::mem::MaybeUninit::uninit(); 4096];
    let mut rows = RawDir::new(&table, &mut space);
    let mut killed = 0;
    while let Some(Ok(row)) = rows.next() {
        if let Some(pid) = number(row.file_name().to_bytes())
            && parent_of(&table, row.file_name()) == Some(me)
        {
            killed += kill(pid);
        }
    }
    killed
}

#[cfg(target_os = "linux")]
fn parent_of(table: &rustix::fd::OwnedFd, pid: &std::ffi::CStr) -> Option<i32> {
    use rustix::fs::{Mode, OFlags};
    let row = rustix::fs::openat(
        table,
        pid,
        OFlags::RDONLY | OFlags::DIRECTORY,
        Mode::empty(),
    )
    .ok()?;
    let stat = rustix::fs::openat(&row, c"stat", OFlags::RDONLY, Mode::empty()).ok()?;
    let mut text = [0_u8; 512];
    let length = rustix::io::read(&stat, &mut text).ok()?;
    let close = text.get(..length)?.iter().rposition(|byte| *byte == b')')?;
    // After the name come the state and then the parent's pid.
    number(
        text.get(close + 4..length)?
            .split(|byte| *byte == b' ')
            .next()?,
    )
}

/// Sends SIGKILL to each direct child and says how many there were.
#[cfg(target_os = "macos")]
pub(super) fn kill_each() -> i32 {
    let mut pids = [0 as libc::pid_t; 1024];
    // SAFETY: the buffer on the stack is as long as said.
    let count = unsafe {
        libc::proc_listchildpids(
            libc::getpid(),
            pids.as_mut_ptr().cast(),
            size_of_val(&pids) as libc::c_int,
        )
    };
    let count = usize::try_from(count).unwrap_or(0).min(pids.len());
    let mut killed = 0;
    for pid in pids.iter().take(count) {
        // The group first: without a subreaper it is what reaches a child's own children.
        // SAFETY: integer arguments only; the target leads a group of its own.
        unsafe {
            libc::kill(-*pid, libc::SIGKILL);
        }
        killed += kill(*pid);
    }
    killed
}

fn kill(pid: libc::pid_t) -> i32 {
    // SAFETY: integer arguments only. A child that has not been reaped keeps its pid, so this cannot hit another.
    i32::from(unsafe { libc::kill(pid, libc::SIGKILL) } == 0)
}

#[cfg(target_os = "linux")]
fn number(word: &[u8]) -> Option<i32> {
    if word.is_empty() {
        return None;
    }
    let mut value: i32 = 0;
    for byte in word {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        value = value.checked_mul(10)?.checked_add(i32::from(digit))?;
    }
    Some(value)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(b"1", Some(1))]
    #[case(b"4194304", Some(4_194_304))]
    #[case(b"", None)]
    #[case(b"12a", None)]
    #[case(b"self", None)]
    #[case(b"99999999999", None)]
    fn reads_a_pid(#[case] word: &[u8], #[case] expected: Option<i32>) {
        assert_eq!(number(word), expected);
    }

    /// In a fork of its own: both ways reach every child, and the test's process may have others.
    #[rstest]
    #[case::listed(kill_each)]
    #[case::walked(kill_by_parent)]
    fn finds_each_child_and_no_other(#[case] kill: fn() -> i32) {
        let bystander = std::process::Command::new("/bin/sleep").arg("60").spawn();
        let mut bystander = bystander.unwrap();
        // SAFETY: the child makes system calls only and never returns.
        let fork = unsafe { libc::fork() };
        if fork == 0 {
            kill_three_children(kill);
        }
        let mut status = 0;
        // SAFETY: `status` outlives the call.
        unsafe { libc::waitpid(fork, &raw mut status, 0) };
        assert_eq!(
            libc::WEXITSTATUS(status),
            3,
            "so many of three were found and killed"
        );
        assert!(
            bystander.try_wait().unwrap().is_none(),
            "a child of somebody else was killed"
        );
        bystander.kill().unwrap();
        bystander.wait().unwrap();
    }

    /// Ends with the number of children that were found and that died of SIGKILL, or 100 if the two differ.
    fn kill_three_children(kill: fn() -> i32) -> ! {
        // SAFETY: system calls only, in a process with one thread; the children wait for nothing but a signal.
        unsafe {
            for _ in 0..3 {
                if libc::fork() == 0 {
                    libc::alarm(5);
                    libc::pause();
                    libc::_exit(1);
                }
            }
            let found = kill();
            let (mut died, mut status) = (0, 0);
            while libc::waitpid(-1, &raw mut status, 0) > 0 {
                died +=
                    i32::from(libc::WIFSIGNALED(status) && libc::WTERMSIG(status) == libc::SIGKILL);
            }
            libc::_exit(if found == died { found } else { 100 })
        }
    }
}
