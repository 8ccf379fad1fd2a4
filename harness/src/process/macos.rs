//! The process table of macOS: libproc, and what it keeps of each start.

use super::identity::Identity;
use super::procargs;

/// One row of the process table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) parent: u32,
    pub(crate) started: u64,
    pub(crate) zombie: bool,
}

/// The row of one process.
pub(crate) fn entry(pid: u32) -> Option<Entry> {
    let size = i32::try_from(size_of::<libc::proc_bsdinfo>()).ok()?;
    // SAFETY: an all-zero `proc_bsdinfo` is a valid value: it holds integers and byte arrays only.
    let mut info: libc::proc_bsdinfo = unsafe { std::mem::zeroed() };
    // SAFETY: the buffer is exactly as large as the size that is passed with it.
    let got = unsafe {
        libc::proc_pidinfo(
            i32::try_from(pid).ok()?,
            libc::PROC_PIDTBSDINFO,
            0,
            (&raw mut info).cast(),
            size,
        )
    };
    (got == size).then_some(Entry {
        parent: info.pbi_ppid,
        started: info.pbi_start_tvsec * 1_000_000 + info.pbi_start_tvusec,
        zombie: info.pbi_status == libc::SZOMB,
    })
}

/// The living children of one process: here only a walk over the table tells.
pub(crate) fn children(_: u32) -> Option<Vec<(u32, Entry)>> {
    None
}

/// Every row of the table that could be read.
pub(crate) fn rows() -> Vec<(u32, Entry)> {
    all_pids()
        .into_iter()
        .filter_map(|pid| Some((pid, entry(pid)?)))
        .collect()
}

fn all_pids() -> Vec<u32> {
    let mut pids: Vec<u32> = vec![0; 16 * 1024];
    let Ok(bytes) = i32::try_from(pids.len() * size_of::<u32>()) else {
        return Vec::new();
    };
    // SAFETY: the buffer is exactly as large as the size that is passed with it.
    let got = unsafe { libc::proc_listallpids(pids.as_mut_ptr().cast(), bytes) };
    pids.truncate(usize::try_from(got).unwrap_or(0));
    pids
}

/// The command line of a process; of another user's only its executable's path.
pub(crate) fn command_line(pid: u32) -> Option<String> {
    let pid = i32::try_from(pid).ok()?;
    let mut buffer = vec![0; procargs::LONGEST];
    let told = procargs::read(pid, &mut buffer).unwrap_or_default();
    let words: Vec<_> = procargs::arguments(told)
        .filter(|word| !word.is_empty())
        .map(String::from_utf8_lossy)
        .collect();
    if words.is_empty() {
        executable(pid)
    } else {
        Some(words.join(" "))
    }
}

fn executable(pid: i32) -> Option<String> {
    let mut path = [0_u8; 4096];
    // SAFETY: the buffer is exactly as large as the size that is passed with it.
    let got = unsafe { libc::proc_pidpath(pid, path.as_mut_ptr().cast(), path.len() as u32) };
    let length = usize::try_from(got).ok().filter(|length| *length > 0)?;
    Some(String::from_utf8_lossy(path.get(..length)?).into_owned())
}

/// A handle that names one process for good: its pid is compared with its start time before each use.
#[derive(Debug)]
pub(crate) struct Handle(Identity);

impl Handle {
    pub(crate) fn open(pid: u32) -> std::io::Result<Self> {
        entry(pid)
            .map(|entry| Self(Identity::new(pid, entry.started)))
            .ok_or_else(|| std::io::Error::from_raw_os_error(libc::ESRCH))
    }

    pub(crate) fn send(&self, signal: rustix::process::Signal) -> std::io::Result<()> {
        let same = entry(self.0.pid()).is_some_and(|entry| entry.started == self.0.started());
        let pid = i32::try_from(self.0.pid())
            .ok()
            .and_then(rustix::process::Pid::from_raw);
        match pid.filter(|_| same) {
            Some(pid) => Ok(rustix::process::kill_process(pid, signal)?),
            None => Err(std::io::Error::from_raw_os_error(libc::ESRCH)),
        }
    }
}
