//! A job object: what a process starts belongs to its job, and closing the last handle to the job ends all of them.
//!
//! The only handle is the harness's and is not inherited, so that the system itself ends the job if the harness dies.

use super::identity::Identity;
use super::windows_table::{KILLED, command_line, owned};
use std::io;
use std::os::windows::io::{AsRawHandle as _, OwnedHandle, RawHandle};
use windows_sys::Win32::Foundation::ERROR_MORE_DATA;
use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT, JOB_OBJECT_LIMIT_BREAKAWAY_OK,
    JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE, JOBOBJECT_BASIC_ACCOUNTING_INFORMATION,
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JOBOBJECTINFOCLASS, JobObjectBasicAccountingInformation,
    JobObjectBasicProcessIdList, JobObjectExtendedLimitInformation, QueryInformationJobObject,
    SetInformationJobObject, TerminateJobObject,
};

/// So many members are asked for at first, and at most; more than that are still ended.
const ROOM: std::ops::RangeInclusive<usize> = 1024..=64 * 1024;
/// `JOBOBJECT_BASIC_PROCESS_ID_LIST` begins with two numbers of 32 bits, of which the second tells how many ids follow.
const HEAD: usize = 2 * size_of::<u32>() / size_of::<usize>();

/// A job, by its handle.
#[derive(Debug)]
pub(super) struct Job(OwnedHandle);

impl Job {
    /// One that ends with its last handle, and that no member can leave.
    pub(super) fn new() -> io::Result<Self> {
        Self::with(JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE)
    }

    /// One that members may leave by being started so, and that does nothing else. Within another, they stay in that one.
    pub(super) fn that_may_be_left() -> io::Result<Self> {
        Self::with(JOB_OBJECT_LIMIT_BREAKAWAY_OK)
    }

    fn with(flags: JOB_OBJECT_LIMIT) -> io::Result<Self> {
        // SAFETY: null stands for default security and no name; the handle is checked before it is owned.
        let job = Self(owned(unsafe {
            CreateJobObjectW(std::ptr::null(), std::ptr::null())
        })?);
        let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
        limits.BasicLimitInformation.LimitFlags = flags;
        // SAFETY: the pointer and the size are those of one value of the class that is named.
        let done = unsafe {
            SetInformationJobObject(
                job.0.as_raw_handle(),
                JobObjectExtendedLimitInformation,
                (&raw const limits).cast(),
                size_of_val(&limits) as u32,
            )
        };
        if done == 0 {
            Err(io::Error::last_os_error())
        } else {
            Ok(job)
        }
    }

    /// Takes in a process that has not run yet.
    pub(super) fn assign(&self, process: RawHandle) -> io::Result<()> {
        // SAFETY: the caller's handle is open for the length of the call.
        match unsafe { AssignProcessToJobObject(self.0.as_raw_handle(), process) } {
            0 => Err(io::Error::last_os_error()),
            _ => Ok(()),
        }
    }

    /// Ends all members, without waiting.
    pub(super) fn terminate(&self) {
        // SAFETY: the handle is open.
        unsafe {
            TerminateJobObject(self.0.as_raw_handle(), KILLED);
        }
    }

    /// How many members live.
    pub(super) fn active(&self) -> io::Result<u32> {
        let mut counts = JOBOBJECT_BASIC_ACCOUNTING_INFORMATION::default();
        self.query(JobObjectBasicAccountingInformation, &mut counts)?;
        Ok(counts.ActiveProcesses)
    }

    /// The members that live, but for the consoles that the system gives them, and for those that have not begun: what they will be is
    /// not known yet.
    pub(super) fn members(&self) -> Vec<Identity> {
        let pids = self.pids().into_iter();
        pids.filter_map(|pid| u32::try_from(pid).ok())
            .filter(|pid| command_line(*pid).is_some_and(|program| !is_console(&program)))
            .filter_map(Identity::of_pid)
            .collect()
    }

    fn pids(&self) -> Vec<usize> {
        let mut room = *ROOM.start();
        loop {
            let mut list = vec![0; HEAD + room];
            let told = self.query(JobObjectBasicProcessIdList, list.as_mut_slice());
            let many = |error: &io::Error| error.raw_os_error() == Some(ERROR_MORE_DATA as i32);
            if told.is_err_and(|error| many(&error)) && room < *ROOM.end() {
                room *= 2;
                continue;
            }
            let ids = list.split_off(HEAD);
            // Zero is nobody's id here: it is what was not filled in.
            return ids.into_iter().take_while(|pid| *pid != 0).collect();
        }
    }

    fn query<T: ?Sized>(&self, class: JOBOBJECTINFOCLASS, into: &mut T) -> io::Result<()> {
        let size = size_of_val(into) as u32;
        // SAFETY: the pointer and the size are those of one value, which the caller matches to the class.
        let done = unsafe {
            QueryInformationJobObject(
                self.0.as_raw_handle(),
                class,
                (&raw mut *into).cast(),
                size,
                std::ptr::null_mut(),
            )
        };
        if done == 0 {
            Err(io::Error::last_os_error())
        } else {
            Ok(())
        }
    }
}

/// Whether a program is the one that holds the console of others, which the system starts beside each that has none: nobody's doing,
/// and gone with who needed it.
fn is_console(program: &str) -> bool {
    let root = std::env::var("SystemRoot").unwrap_or_default();
    let host = format!(r"{root}\System32\conhost.exe");
    !root.is_empty() && program.eq_ignore_ascii_case(&host)
}

#[cfg(test)]
mod tests {
    use super::super::windows_table::resume;
    use super::*;
    use std::os::windows::process::CommandExt as _;
    use std::process::{Command, Stdio};
    use windows_sys::Win32::System::Threading::{CREATE_NO_WINDOW, CREATE_SUSPENDED};

    /// Lives until its standard input ends, with a console of its own, which is in the job too: before it is, nothing runs.
    fn reader(job: &Job) -> std::process::Child {
        let mut command = Command::new("cmd");
        command.args(["/c", "set /p x="]).stdin(Stdio::piped());
        command.creation_flags(CREATE_NO_WINDOW | CREATE_SUSPENDED);
        let child = command.spawn().unwrap();
        job.assign(child.as_raw_handle()).unwrap();
        resume(child.id()).unwrap();
        child
    }

    #[test]
    fn members_are_those_that_were_started_and_no_console() {
        let job = Job::new().unwrap();
        let mut two = [reader(&job), reader(&job)];
        let mut members: Vec<u32> = job.members().into_iter().map(Identity::pid).collect();
        members.sort_unstable();
        let mut expected: Vec<u32> = two.iter().map(std::process::Child::id).collect();
        expected.sort_unstable();
        assert_eq!(members, expected);
        job.terminate();
        for one in &mut two {
            one.wait().unwrap();
        }
        assert!(job.members().is_empty());
    }

    #[test]
    fn a_console_is_known_by_its_path() {
        let root = std::env::var("SystemRoot").unwrap();
        assert!(is_console(&format!(r"{root}\SYSTEM32\conhost.exe")));
        assert!(!is_console(r"C:\app\conhost.exe"));
        assert!(!is_console(""));
    }
}
