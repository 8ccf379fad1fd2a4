//! The process table of Linux: `/proc`.

use std::fs;
use std::os::fd::OwnedFd;

/// One row of the process table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) parent: u32,
    pub(crate) started: u64,
    pub(crate) session: i32,
    pub(crate) zombie: bool,
}

/// The row of one process.
pub(crate) fn entry(pid: u32) -> Option<Entry> {
    parse_stat(&fs::read(format!("/proc/{pid}/stat")).ok()?)
}

/// `comm` may hold spaces and parentheses, so the fields are counted from the last `)`.
pub(crate) fn parse_stat(stat: &[u8]) -> Option<Entry> {
    let close = stat.iter().rposition(|byte| *byte == b')')?;
    let rest = std::str::from_utf8(stat.get(close + 1..)?).ok()?;
    let mut fields = rest.split_ascii_whitespace();
    let state = fields.next()?;
    let parent = fields.next()?.parse().ok()?;
    // By proc(5), state was field 3 and ppid field 4; session is field 6, num_threads field 20 and starttime field 22.
    let session = fields.nth(1)?.parse().ok()?;
    let threads: u32 = fields.nth(13)?.parse().ok()?;
    let started = fields.nth(1)?.parse().ok()?;
    Some(Entry {
        parent,
        started,
        session,
        // The first thread is shown as a zombie as soon as it has ended itself. As long as others are there, so are the files
        // and the locks that the process has open.
        zombie: matches!(state, "Z" | "X") && threads <= 1,
    })
}

/// The living children of one process, from the kernel's own list. `None` where it keeps none (a kernel built without it).
pub(crate) fn children(parent: u32) -> Option<Vec<(u32, Entry)>> {
    let mut found = Vec::new();
    for thread in fs::read_dir(format!("/proc/{parent}/task")).ok()?.flatten() {
        let list = fs::read_to_string(thread.path().join("children")).ok()?;
        let pids = list
            .split_ascii_whitespace()
            .filter_map(|pid| pid.parse().ok());
        found.extend(pids.filter_map(|pid| Some((pid, entry(pid)?))));
    }
    Some(found)
}

/// Every row of the table that could be read.
pub(crate) fn rows() -> Vec<(u32, Entry)> {
    let Ok(table) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    table
        .flatten()
        .filter_map(|row| row.file_name().to_str()?.parse().ok())
        .filter_map(|pid| Some((pid, entry(pid)?)))
        .collect()
}

/// The command line of a process, its arguments joined by spaces.
pub(crate) fn command_line(pid: u32) -> Option<String> {
    let raw = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let words: Vec<_> = raw
        .split(|byte| *byte == 0)
        .filter(|word| !word.is_empty())
        .collect();
    Some(
        words
            .iter()
            .map(|word| String::from_utf8_lossy(word))
            .collect::<Vec<_>>()
            .join(" "),
    )
}

/// A handle that names one process for good.
#[derive(Debug)]
pub(crate) struct Handle(OwnedFd);

impl Handle {
    pub(crate) fn open(pid: u32) -> std::io::Result<Self> {
        let fd = rustix::process::pidfd_open(raw_pid(pid)?, rustix::process::PidfdFlags::empty())?;
        Ok(Self(fd))
    }

    pub(crate) fn send(&self, signal: rustix::process::Signal) -> std::io::Result<()> {
        Ok(rustix::process::pidfd_send_signal(&self.0, signal)?)
    }
}

fn raw_pid(pid: u32) -> std::io::Result<rustix::process::Pid> {
    i32::try_from(pid)
        .ok()
        .and_then(rustix::process::Pid::from_raw)
        .ok_or_else(|| std::io::Error::from(std::io::ErrorKind::InvalidInput))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("7 (plain) S", 1, false)]
    #[case("7 (a b) c) Z", 1, true)]
    #[case("7 (other threads) Z", 2, false)]
    #[case("7 () X", 1, true)]
    fn reads_a_stat_line(#[case] head: &str, #[case] threads: u32, #[case] zombie: bool) {
        let line = format!("{head} 3 1 2 0 -1 4194304 100 0 0 0 0 0 0 0 20 0 {threads} 0 4242 0 0");
        let entry = parse_stat(line.as_bytes()).unwrap();
        assert_eq!(
            (entry.parent, entry.session, entry.started, entry.zombie),
            (3, 2, 4242, zombie)
        );
    }

    /// A process whose first thread has ended runs on in the others.
    #[test]
    fn what_has_threads_left_is_no_zombie() {
        let mut child = std::process::Command::new("python3")
            .args(["-c", FIRST_THREAD_ENDS])
            .spawn()
            .unwrap();
        let stat = format!("/proc/{}/stat", child.id());
        let shown_dead = || fs::read_to_string(&stat).unwrap().contains(") Z ");
        while !shown_dead() {
            std::thread::yield_now();
        }
        let entry = entry(child.id()).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!entry.zombie);
    }

    const FIRST_THREAD_ENDS: &str = "\
import ctypes, threading, time
threading.Thread(target=time.sleep, args=(600,)).start()
ctypes.CDLL(None).pthread_exit(None)
";

    #[rstest]
    #[case("")]
    #[case("7 plain S 1")]
    #[case("7 (cut) S 1 2")]
    #[case("7 (x) S one 1")]
    fn refuses_a_stat_line_that_is_not_whole(#[case] line: &str) {
        assert!(parse_stat(line.as_bytes()).is_none());
    }

    #[test]
    fn finds_itself_in_the_table() {
        let entry = entry(std::process::id()).unwrap();
        assert!(!entry.zombie && entry.started > 0);
    }
}
