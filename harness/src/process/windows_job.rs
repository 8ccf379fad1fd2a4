//! A job object: what a process starts belongs to its job, and closing the last handle to the job ends all of them.
//!
//! The only handle is the harness's and is not inherited, so that the system itself ends the job if the harness dies.

use super::identity::Identity;
use super::windows_table::{KILLED, owned};
use std::io;
use std::os::windows::io::{AsRawHandle as _, OwnedHandle, RawHandle};
use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT, JOB_OBJECT_LIMIT_BREAKAWAY_OK,
    JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE, JOBOBJECT_BASIC_ACCOUNTING_INFORMATION,
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JOBOBJECTINFOCLASS, JobObjectBasicAccountingInformation,
    JobObjectBasicProcessIdList, JobObjectExtendedLimitInformation, QueryInformationJobObject,
    SetInformationJobObject, TerminateJobObject,
};

/// Most members that are listed; more are still ended.
const LISTED: usize = 1022;

/// A job, by its handle.
#[derive(Debug)]
pub(super) struct Job(OwnedHandle);

/// `JOBOBJECT_BASIC_PROCESS_ID_LIST` with room for more than one.
#[repr(C)]
struct Members {
    assigned: u32,
    listed: u32,
    pids: [usize; LISTED],
}

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

    /// The members that live.
    pub(super) fn members(&self) -> Vec<Identity> {
        let mut members = Members {
            assigned: 0,
            listed: 0,
            pids: [0; LISTED],
        };
        // Members beyond the room make this fail, with the rest filled in.
        let _ = self.query(JobObjectBasicProcessIdList, &mut members);
        let pids = members.pids.iter().take(members.listed as usize);
        pids.filter_map(|pid| Identity::of_pid(u32::try_from(*pid).ok()?))
            .collect()
    }

    fn query<T>(&self, class: JOBOBJECTINFOCLASS, into: &mut T) -> io::Result<()> {
        // SAFETY: the pointer and the size are those of one value, which the caller matches to the class.
        let done = unsafe {
            QueryInformationJobObject(
                self.0.as_raw_handle(),
                class,
                (&raw mut *into).cast(),
                size_of::<T>() as u32,
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
