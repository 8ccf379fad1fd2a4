//! The process table of Windows: a snapshot for who started whom, and a handle for who a process is.

use super::signal::Signal;
use std::io;
use std::os::windows::io::{AsRawHandle as _, FromRawHandle as _, OwnedHandle};
use windows_sys::Win32::Foundation::{FILETIME, HANDLE, INVALID_HANDLE_VALUE, WAIT_OBJECT_0};
use windows_sys::Win32::System::Diagnostics::ToolHelp::{
    CREATE_TOOLHELP_SNAPSHOT_FLAGS, CreateToolhelp32Snapshot, PROCESSENTRY32W, Process32FirstW,
    Process32NextW, TH32CS_SNAPPROCESS, TH32CS_SNAPTHREAD, THREADENTRY32, Thread32First,
    Thread32Next,
};
use windows_sys::Win32::System::Threading::{
    GetProcessTimes, OpenProcess, OpenThread, PROCESS_ACCESS_RIGHTS,
    PROCESS_QUERY_LIMITED_INFORMATION, PROCESS_SYNCHRONIZE, PROCESS_TERMINATE,
    QueryFullProcessImageNameW, ResumeThread, THREAD_SUSPEND_RESUME, TerminateProcess,
    WaitForSingleObject,
};

/// What a process that was killed ends with: what a shell shows for SIGKILL, and no program's own choice.
pub(super) const KILLED: u32 = 137;

/// One row of the process table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) parent: u32,
    pub(crate) started: u64,
    /// It has ended, and somebody still holds a handle.
    pub(crate) zombie: bool,
}

/// The row of one process.
pub(crate) fn entry(pid: u32) -> Option<Entry> {
    let parent = parents()
        .into_iter()
        .find(|(one, _)| *one == pid)
        .map_or(0, |(_, parent)| parent);
    look(pid, parent)
}

/// The living children of one process: here only a walk over the table tells.
pub(crate) fn children(_: u32) -> Option<Vec<(u32, Entry)>> {
    None
}

/// Every row of the table that could be read.
pub(crate) fn rows() -> Vec<(u32, Entry)> {
    parents()
        .into_iter()
        .filter_map(|(pid, parent)| Some((pid, look(pid, parent)?)))
        .collect()
}

/// The command line of a process: here only its executable's path, which needs no privilege.
pub(crate) fn command_line(pid: u32) -> Option<String> {
    let process = open(pid, PROCESS_QUERY_LIMITED_INFORMATION).ok()?;
    let mut path = [0_u16; 1024];
    let mut length = path.len() as u32;
    // SAFETY: the buffer is exactly as long as the length that is passed with it.
    let done = unsafe {
        QueryFullProcessImageNameW(
            process.as_raw_handle(),
            0,
            path.as_mut_ptr(),
            &raw mut length,
        )
    };
    (done != 0).then(|| String::from_utf16_lossy(path.get(..length as usize).unwrap_or_default()))
}

fn look(pid: u32, parent: u32) -> Option<Entry> {
    let process = open(pid, PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_SYNCHRONIZE).ok()?;
    let started = started(&process)?;
    Some(Entry {
        parent,
        started,
        zombie: has_ended(&process),
    })
}

/// Pairs of pid and parent's pid. The parent may be gone, and its pid be another's by now.
fn parents() -> Vec<(u32, u32)> {
    let Ok(snapshot) = snapshot(TH32CS_SNAPPROCESS) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut row = PROCESSENTRY32W {
        dwSize: size_of::<PROCESSENTRY32W>() as u32,
        ..PROCESSENTRY32W::default()
    };
    // SAFETY: the row says its own size; the snapshot is open.
    let mut more = unsafe { Process32FirstW(snapshot.as_raw_handle(), &raw mut row) };
    while more != 0 {
        found.push((row.th32ProcessID, row.th32ParentProcessID));
        // SAFETY: as above.
        more = unsafe { Process32NextW(snapshot.as_raw_handle(), &raw mut row) };
    }
    found
}

/// Lets a process run that was created suspended.
pub(super) fn resume(pid: u32) -> io::Result<()> {
    let snapshot = snapshot(TH32CS_SNAPTHREAD)?;
    let mut row = THREADENTRY32 {
        dwSize: size_of::<THREADENTRY32>() as u32,
        ..THREADENTRY32::default()
    };
    let mut resumed = false;
    // SAFETY: the row says its own size; the snapshot is open.
    let mut more = unsafe { Thread32First(snapshot.as_raw_handle(), &raw mut row) };
    while more != 0 {
        if row.th32OwnerProcessID == pid {
            // SAFETY: integer arguments only; the handle is checked before it is owned.
            let thread = owned(unsafe { OpenThread(THREAD_SUSPEND_RESUME, 0, row.th32ThreadID) })?;
            // SAFETY: the handle is open, with the right that this needs.
            if unsafe { ResumeThread(thread.as_raw_handle()) } == u32::MAX {
                return Err(io::Error::last_os_error());
            }
            resumed = true;
        }
        // SAFETY: as above.
        more = unsafe { Thread32Next(snapshot.as_raw_handle(), &raw mut row) };
    }
    if resumed {
        Ok(())
    } else {
        Err(io::Error::other("it has no thread that could be resumed"))
    }
}

/// A handle that names one process for good: while it is open, the pid is not given away.
#[derive(Debug)]
pub(crate) struct Handle(OwnedHandle);

impl Handle {
    pub(crate) fn open(pid: u32) -> io::Result<Self> {
        open(
            pid,
            PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_SYNCHRONIZE | PROCESS_TERMINATE,
        )
        .map(Self)
    }

    pub(crate) fn signal(&self, signal: Signal) -> io::Result<()> {
        if has_ended(&self.0) {
            return Err(io::Error::from(io::ErrorKind::NotFound));
        }
        if signal != Signal::Kill {
            let why =
                "Windows has no such signal; gate the case by platform, or stop the target in-band";
            return Err(io::Error::new(io::ErrorKind::Unsupported, why));
        }
        // SAFETY: the handle is open, with the right that this needs.
        match unsafe { TerminateProcess(self.0.as_raw_handle(), KILLED) } {
            0 if has_ended(&self.0) => Err(io::Error::from(io::ErrorKind::NotFound)),
            0 => Err(io::Error::last_os_error()),
            _ => Ok(()),
        }
    }

    /// Whether an error of [`Handle::signal`] means that the process is gone.
    pub(crate) fn says_gone(error: &io::Error) -> bool {
        error.kind() == io::ErrorKind::NotFound
    }

    /// The start of the process, for its identity.
    pub(super) fn started(&self) -> u64 {
        started(&self.0).unwrap_or(0)
    }
}

fn open(pid: u32, rights: PROCESS_ACCESS_RIGHTS) -> io::Result<OwnedHandle> {
    // SAFETY: integer arguments only; the handle is checked before it is owned.
    owned(unsafe { OpenProcess(rights, 0, pid) })
}

fn snapshot(of: CREATE_TOOLHELP_SNAPSHOT_FLAGS) -> io::Result<OwnedHandle> {
    // SAFETY: integer arguments only; the handle is checked before it is owned.
    owned(unsafe { CreateToolhelp32Snapshot(of, 0) })
}

/// Takes over a handle that a system call just made.
pub(super) fn owned(handle: HANDLE) -> io::Result<OwnedHandle> {
    if handle.is_null() || handle == INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: callers pass a handle that was just made and that nobody else knows.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}

fn started(process: &OwnedHandle) -> Option<u64> {
    let mut times = [FILETIME::default(); 4];
    let [created, exited, kernel, user] = &mut times;
    // SAFETY: all four point to room for one time each; the handle is open.
    let done = unsafe { GetProcessTimes(process.as_raw_handle(), created, exited, kernel, user) };
    (done != 0)
        .then(|| u64::from(times[0].dwHighDateTime) << 32 | u64::from(times[0].dwLowDateTime))
}

fn has_ended(process: &OwnedHandle) -> bool {
    // SAFETY: the handle is open; without a time to wait this only looks.
    unsafe { WaitForSingleObject(process.as_raw_handle(), 0) == WAIT_OBJECT_0 }
}
