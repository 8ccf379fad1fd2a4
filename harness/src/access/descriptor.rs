//! The security descriptor of a pipe, a file or a directory, read back from the system.

use super::list::{Access, Entry, Kind};
use super::others::Others;
use super::token::{self, Token};
use crate::pipe::connect;
use std::io;
use std::os::windows::ffi::OsStrExt as _;
use std::os::windows::io::AsRawHandle as _;
use std::path::Path;
use std::ptr::null_mut;
use std::time::Duration;
use windows_sys::Win32::Foundation::{
    ERROR_SUCCESS, GENERIC_READ, GENERIC_WRITE, HANDLE, LocalFree, WIN32_ERROR,
};
use windows_sys::Win32::Security::Authorization::{
    GetNamedSecurityInfoW, GetSecurityInfo, SE_FILE_OBJECT, SE_KERNEL_OBJECT,
};
use windows_sys::Win32::Security::{
    ACCESS_ALLOWED_ACE, ACE_HEADER, ACL, AccessCheck, DACL_SECURITY_INFORMATION, GENERIC_MAPPING,
    GROUP_SECURITY_INFORMATION, GetAce, GetSecurityDescriptorControl, MapGenericMask,
    OWNER_SECURITY_INFORMATION, PRIVILEGE_SET, PSECURITY_DESCRIPTOR, PSID, SE_DACL_PROTECTED,
};
use windows_sys::Win32::Storage::FileSystem::{
    FILE_ALL_ACCESS, FILE_GENERIC_EXECUTE, FILE_GENERIC_READ, FILE_GENERIC_WRITE,
};
use windows_sys::Win32::System::SystemServices::{ACCESS_ALLOWED_ACE_TYPE, ACCESS_DENIED_ACE_TYPE};

/// What generic rights stand for on a file, which a pipe is too to the system, and a directory.
static MAPPING: GENERIC_MAPPING = GENERIC_MAPPING {
    GenericRead: FILE_GENERIC_READ,
    GenericWrite: FILE_GENERIC_WRITE,
    GenericExecute: FILE_GENERIC_EXECUTE,
    GenericAll: FILE_ALL_ACCESS,
};

/// What of a descriptor is asked for: an answer to who may open something needs all three.
const PARTS: u32 =
    OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;

/// Who may open the pipe of this name. It is opened for that, as a client does.
///
/// # Errors
/// The system's own when it cannot be opened, or does not tell; `TimedOut` when no instance is free for so long.
pub async fn of_pipe(name: &str, within: Duration) -> io::Result<Access> {
    let client = tokio::time::timeout(within, connect(name)).await??;
    read(&Descriptor::of(client.as_raw_handle())?)
}

/// Who may open the file or directory at this path.
///
/// # Errors
/// The system's own when there is none, or it does not tell.
pub fn of_path(path: &Path) -> io::Result<Access> {
    read(&Descriptor::at(path)?)
}

fn read(descriptor: &Descriptor) -> io::Result<Access> {
    let own = Token::own()?;
    let user = own.user()?;
    let Some(entries) = descriptor.entries()? else {
        return Ok(Access::without_list(user));
    };
    let others = descriptor.as_others_see_it(&user)?;
    let admits_others = |right| admits(others.whole(), &own, right);
    Ok(Access {
        protected: descriptor.is_protected()?,
        entries: Some(entries),
        admits_its_user: admits(descriptor.whole, &own, GENERIC_READ | GENERIC_WRITE)?,
        admits_others: admits_others(GENERIC_READ)? || admits_others(GENERIC_WRITE)?,
        user,
    })
}

/// A descriptor that the system has allocated.
struct Descriptor {
    whole: PSECURITY_DESCRIPTOR,
    /// Points into it; null for none.
    list: *mut ACL,
}

impl Descriptor {
    fn of(handle: HANDLE) -> io::Result<Self> {
        let (mut whole, mut list) = (null_mut(), null_mut());
        // SAFETY: the handle is open for the length of the call, and two pointers are written.
        let error = unsafe {
            GetSecurityInfo(
                handle,
                SE_KERNEL_OBJECT,
                PARTS,
                null_mut(),
                null_mut(),
                &raw mut list,
                null_mut(),
                &raw mut whole,
            )
        };
        Self::taken(error, whole, list)
    }

    fn at(path: &Path) -> io::Result<Self> {
        let path: Vec<u16> = path.as_os_str().encode_wide().chain([0]).collect();
        let (mut whole, mut list) = (null_mut(), null_mut());
        // SAFETY: the path ends with a NUL, and two pointers are written.
        let error = unsafe {
            GetNamedSecurityInfoW(
                path.as_ptr(),
                SE_FILE_OBJECT,
                PARTS,
                null_mut(),
                null_mut(),
                &raw mut list,
                null_mut(),
                &raw mut whole,
            )
        };
        Self::taken(error, whole, list)
    }

    fn taken(error: WIN32_ERROR, whole: PSECURITY_DESCRIPTOR, list: *mut ACL) -> io::Result<Self> {
        if error == ERROR_SUCCESS {
            Ok(Self { whole, list })
        } else {
            Err(io::Error::from_raw_os_error(error as i32))
        }
    }

    fn is_protected(&self) -> io::Result<bool> {
        let (mut control, mut revision) = (0, 0);
        // SAFETY: the descriptor is whole, and two numbers are written.
        let told = unsafe {
            GetSecurityDescriptorControl(self.whole, &raw mut control, &raw mut revision)
        };
        if told == 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(control & SE_DACL_PROTECTED != 0)
    }

    /// `None` where there is no list at all.
    fn entries(&self) -> io::Result<Option<Vec<Entry>>> {
        if self.list.is_null() {
            return Ok(None);
        }
        let places = self.places()?;
        places
            .into_iter()
            .map(entry)
            .collect::<io::Result<_>>()
            .map(Some)
    }

    /// Where its entries lie. All that they say is whole for as long as this lives.
    fn places(&self) -> io::Result<Vec<*mut ACE_HEADER>> {
        // SAFETY: the list lies in the descriptor, which is whole.
        let count = unsafe { (*self.list).AceCount };
        let place = |index| {
            let mut entry = null_mut();
            // SAFETY: the list is whole and has an entry of that index; one pointer is written.
            match unsafe { GetAce(self.list, index, &raw mut entry) } {
                0 => Err(io::Error::last_os_error()),
                _ => Ok(entry.cast()),
            }
        };
        (0..u32::from(count)).map(place).collect()
    }

    fn as_others_see_it(&self, user: &str) -> io::Result<Others> {
        let mut places = self.places()?;
        let whose = places
            .iter()
            .map(|place| entry(*place).map(|entry| entry.who));
        let mut whose = whose.collect::<io::Result<Vec<_>>>()?.into_iter();
        places.retain(|_| whose.next().is_some_and(|who| who != user));
        Others::with(&places)
    }
}

fn entry(place: *mut ACE_HEADER) -> io::Result<Entry> {
    // SAFETY: those that allow and those that deny have this form. For others only the head is looked at, which all share.
    let (head, rights, sid) = unsafe {
        let entry = place.cast::<ACCESS_ALLOWED_ACE>();
        let sid: PSID = (&raw mut (*entry).SidStart).cast();
        ((*entry).Header, (*entry).Mask, sid)
    };
    let kind = match u32::from(head.AceType) {
        ACCESS_ALLOWED_ACE_TYPE => Kind::Allow,
        ACCESS_DENIED_ACE_TYPE => Kind::Deny,
        _ => Kind::Other(head.AceType),
    };
    let who = match kind {
        Kind::Allow | Kind::Deny => token::text(sid)?,
        Kind::Other(_) => "somebody".to_owned(),
    };
    Ok(Entry { kind, rights, who })
}

/// What the system answers to the question whether somebody may do all this.
fn admits(descriptor: PSECURITY_DESCRIPTOR, who: &Token, generic: u32) -> io::Result<bool> {
    let mut desired = generic;
    // SAFETY: both are plain numbers.
    unsafe { MapGenericMask(&raw mut desired, &raw const MAPPING) };
    let mut privileges = PRIVILEGE_SET::default();
    let mut length = size_of_val(&privileges) as u32;
    let (mut granted, mut admitted) = (0, 0);
    // SAFETY: the descriptor is whole, the handle is one for a check, and what is written has the room that is said.
    let asked = unsafe {
        AccessCheck(
            descriptor,
            who.handle(),
            desired,
            &raw const MAPPING,
            &raw mut privileges,
            &raw mut length,
            &raw mut granted,
            &raw mut admitted,
        )
    };
    if asked == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(admitted != 0)
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        // SAFETY: the system made it with its own allocator, and nobody else has it.
        unsafe { LocalFree(self.whole) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Endpoint;
    use crate::pipe::{PipeListener, fresh_path};

    #[tokio::test]
    async fn the_list_of_a_pipe_is_read_back_and_judged() {
        let Endpoint::Pipe(name) = Endpoint::from_text(&fresh_path()) else {
            panic!("it is no pipe")
        };
        let _listener = PipeListener::bind(&name).unwrap();
        let access = of_pipe(&name, Duration::from_secs(5)).await.unwrap();
        assert!(access.user.starts_with("S-1-5-"), "{access:?}");
        assert!(access.admits_its_user, "{access:?}");
        println!("{access:?}");
    }

    #[test]
    fn the_list_of_a_directory_is_read_back_and_judged() {
        let directory = tempfile::tempdir().unwrap();
        let access = of_path(directory.path()).unwrap();
        assert!(access.user.starts_with("S-1-5-"), "{access:?}");
        assert!(access.admits_its_user, "{access:?}");
        assert!(of_path(&directory.path().join("nothing")).is_err());
    }
}
