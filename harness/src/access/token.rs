//! On whose behalf an access is checked.

use std::ffi::c_void;
use std::io;
use std::os::windows::io::{AsRawHandle as _, FromRawHandle as _, OwnedHandle};
use std::ptr::{null, null_mut};
use windows_sys::Win32::Foundation::{HANDLE, LocalFree};
use windows_sys::Win32::Security::Authorization::ConvertSidToStringSidW;
use windows_sys::Win32::Security::{
    DuplicateTokenEx, GetTokenInformation, PSID, SecurityIdentification, TOKEN_DUPLICATE,
    TOKEN_QUERY, TOKEN_USER, TokenImpersonation, TokenUser,
};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

/// A token that accesses can be checked for. It cannot be used to act for anybody.
pub(super) struct Token(OwnedHandle);

impl Token {
    /// That of this process.
    pub(super) fn own() -> io::Result<Self> {
        let mut handle = null_mut();
        // SAFETY: the pseudo handle of this process needs no care, and one handle is written.
        let opened = unsafe {
            OpenProcessToken(
                GetCurrentProcess(),
                TOKEN_QUERY | TOKEN_DUPLICATE,
                &raw mut handle,
            )
        };
        let process = Self::taken(opened, handle)?;
        let mut handle = null_mut();
        // SAFETY: the handle is open with the right that this needs, and one handle is written.
        let made = unsafe {
            DuplicateTokenEx(
                process.handle(),
                TOKEN_QUERY,
                null(),
                SecurityIdentification,
                TokenImpersonation,
                &raw mut handle,
            )
        };
        Self::taken(made, handle)
    }

    /// The SID of its user, as text.
    pub(super) fn user(&self) -> io::Result<String> {
        // For a `TOKEN_USER` and the longest SID behind it, aligned for both.
        let mut room = [0_u64; 16];
        let mut length = 0;
        // SAFETY: the room is as long as is said.
        let told = unsafe {
            GetTokenInformation(
                self.handle(),
                TokenUser,
                room.as_mut_ptr().cast::<c_void>(),
                size_of_val(&room) as u32,
                &raw mut length,
            )
        };
        if told == 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: a `TOKEN_USER` was written, whose SID lies behind it in the same room.
        text(unsafe { (*room.as_ptr().cast::<TOKEN_USER>()).User.Sid })
    }

    pub(super) fn handle(&self) -> HANDLE {
        self.0.as_raw_handle()
    }

    fn taken(done: i32, handle: HANDLE) -> io::Result<Self> {
        if done == 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the handle was just made, and nobody else knows it.
        Ok(Self(unsafe { OwnedHandle::from_raw_handle(handle) }))
    }
}

/// A SID as text. It must be whole.
pub(super) fn text(sid: PSID) -> io::Result<String> {
    let mut text = null_mut();
    // SAFETY: the caller's SID is whole, and one pointer is written.
    if unsafe { ConvertSidToStringSidW(sid, &raw mut text) } == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the system ends the text with a NUL.
    let units = unsafe {
        let length = (0..).take_while(|&at| *text.add(at) != 0).count();
        std::slice::from_raw_parts(text, length)
    };
    let told = String::from_utf16_lossy(units);
    // SAFETY: the system made the text with its own allocator, and it is not used again.
    unsafe { LocalFree(text.cast()) };
    Ok(told)
}
