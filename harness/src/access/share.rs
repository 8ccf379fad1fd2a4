//! A directory that everybody may read, as some machines have them.

use super::token::Token;
use std::io;
use std::os::windows::ffi::OsStrExt as _;
use std::path::Path;
use std::ptr::null_mut;
use windows_sys::Win32::Foundation::{ERROR_SUCCESS, LocalFree};
use windows_sys::Win32::Security::Authorization::{
    ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1, SE_FILE_OBJECT,
    SetNamedSecurityInfoW,
};
use windows_sys::Win32::Security::{
    DACL_SECURITY_INFORMATION, GetSecurityDescriptorDacl, PROTECTED_DACL_SECURITY_INFORMATION,
};

/// `FILE_GENERIC_READ | FILE_GENERIC_EXECUTE`. An inheritable entry with rights that are generic is split in two.
const READ_AND_PASS: &str = "0x1200a9";

/// Lets everybody read a directory, and what is made in it from now on.
///
/// # Errors
/// The system's own when that is refused.
pub fn share(directory: &Path) -> io::Result<()> {
    let user = Token::own()?.user()?;
    let sddl = format!("D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;{user})(A;OICI;{READ_AND_PASS};;;WD)");
    let sddl: Vec<u16> = sddl.encode_utf16().chain([0]).collect();
    let path: Vec<u16> = directory.as_os_str().encode_wide().chain([0]).collect();
    let mut descriptor = null_mut();
    // SAFETY: the text ends with a NUL, and one pointer is written.
    let made = unsafe {
        ConvertStringSecurityDescriptorToSecurityDescriptorW(
            sddl.as_ptr(),
            SDDL_REVISION_1,
            &raw mut descriptor,
            null_mut(),
        )
    };
    if made == 0 {
        return Err(io::Error::last_os_error());
    }
    let (mut present, mut list, mut defaulted) = (0, null_mut(), 0);
    // SAFETY: the descriptor is whole, and so the list in it, until both have been used; then it is given back to who made it.
    let error = unsafe {
        GetSecurityDescriptorDacl(
            descriptor,
            &raw mut present,
            &raw mut list,
            &raw mut defaulted,
        );
        let error = SetNamedSecurityInfoW(
            path.as_ptr(),
            SE_FILE_OBJECT,
            DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
            null_mut(),
            null_mut(),
            list,
            null_mut(),
        );
        LocalFree(descriptor);
        error
    };
    match error {
        ERROR_SUCCESS => Ok(()),
        error => Err(io::Error::from_raw_os_error(error as i32)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::of_path;
    use crate::platform::Behaviour;

    #[test]
    fn everybody_reads_it_and_what_is_made_in_it() {
        let directory = tempfile::tempdir().unwrap();
        share(directory.path()).unwrap();
        if Behaviour::FileAccessLists.lacking().is_some() {
            return;
        }
        let access = of_path(directory.path()).unwrap();
        assert!(access.admits_its_user && access.admits_others, "{access:?}");
        assert!(
            access.protected && access.strangers().len() == 1,
            "{access:?}"
        );
        let inside = directory.path().join("inside");
        std::fs::write(&inside, "text").unwrap();
        let access = of_path(&inside).unwrap();
        assert!(access.admits_others && !access.protected, "{access:?}");
    }
}
