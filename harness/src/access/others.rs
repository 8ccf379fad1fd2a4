//! A security descriptor as it looks to somebody else: without the entries of its user, and owned by the system. What it still
//! admits of the user's own groups, it admits of everybody in them.

use std::ffi::c_void;
use std::io;
use std::ptr::null_mut;
use windows_sys::Win32::Security::{
    ACE_HEADER, ACL, ACL_REVISION, AddAce, CreateWellKnownSid, InitializeAcl,
    InitializeSecurityDescriptor, PSECURITY_DESCRIPTOR, PSID, SECURITY_DESCRIPTOR,
    SetSecurityDescriptorDacl, SetSecurityDescriptorGroup, SetSecurityDescriptorOwner,
    WinLocalSystemSid,
};
use windows_sys::Win32::System::SystemServices::SECURITY_DESCRIPTOR_REVISION;

/// A descriptor of our own, with all that it points to.
pub(super) struct Others {
    descriptor: Box<SECURITY_DESCRIPTOR>,
    _list: Vec<u32>,
    _system: Box<[u64; 9]>,
}

impl Others {
    /// With these entries, which are whole.
    pub(super) fn with(entries: &[*mut ACE_HEADER]) -> io::Result<Self> {
        // SAFETY: the caller's entries are whole.
        let sizes = entries.iter().map(|entry| unsafe { (**entry).AceSize });
        let size = size_of::<ACL>() + sizes.map(usize::from).sum::<usize>();
        let mut list = vec![0_u32; size.div_ceil(size_of::<u32>())];
        let place: *mut ACL = list.as_mut_ptr().cast();
        // SAFETY: there is as much room as is said, aligned as lists are.
        done(unsafe { InitializeAcl(place, size_of_val(&list[..]) as u32, ACL_REVISION) })?;
        for entry in entries {
            // SAFETY: the list has room for all entries, each of which is whole and says its own size.
            done(unsafe {
                let size = u32::from((**entry).AceSize);
                AddAce(place, ACL_REVISION, u32::MAX, entry.cast::<c_void>(), size)
            })?;
        }
        let mut system = Box::new([0_u64; 9]);
        let sid: PSID = system.as_mut_ptr().cast();
        let mut length = size_of_val(&*system) as u32;
        let mut descriptor = Box::new(SECURITY_DESCRIPTOR::default());
        let whole: PSECURITY_DESCRIPTOR = (&raw mut *descriptor).cast();
        // SAFETY: everything that is pointed to is whole, and lives as long as what is made.
        unsafe {
            done(CreateWellKnownSid(
                WinLocalSystemSid,
                null_mut(),
                sid,
                &raw mut length,
            ))?;
            done(InitializeSecurityDescriptor(
                whole,
                SECURITY_DESCRIPTOR_REVISION,
            ))?;
            done(SetSecurityDescriptorOwner(whole, sid, 0))?;
            done(SetSecurityDescriptorGroup(whole, sid, 0))?;
            done(SetSecurityDescriptorDacl(whole, 1, place, 0))?;
        }
        Ok(Self {
            descriptor,
            _list: list,
            _system: system,
        })
    }

    /// Good for as long as this lives.
    pub(super) fn whole(&self) -> PSECURITY_DESCRIPTOR {
        (&raw const *self.descriptor).cast_mut().cast()
    }
}

fn done(done: i32) -> io::Result<()> {
    if done == 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}
