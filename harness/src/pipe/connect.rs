//! Connecting to a pipe.

use super::Look;
use crate::endpoint::PIPE_PREFIX;
use crate::pace::{Deadline, Pace};
use std::io;
use std::os::windows::io::AsRawHandle as _;
use std::time::Duration;
use tokio::net::windows::named_pipe::{ClientOptions, NamedPipeClient};
use windows_sys::Win32::Foundation::{ERROR_FILE_NOT_FOUND, ERROR_PIPE_BUSY};
use windows_sys::Win32::System::Pipes::GetNamedPipeServerProcessId;

/// How long a name may be missing between two instances before nobody counts as being there. Whether it may be missing at all is
/// for [`look`] to show.
const HAND_OVER: Duration = Duration::from_millis(100);

/// Connects as a client does that knows pipes: one that is busy is asked again for as long as the caller waits, and one that is
/// not there for as long as a hand-over takes.
pub(crate) async fn connect(name: &str) -> io::Result<NamedPipeClient> {
    let path = format!("{PIPE_PREFIX}{name}");
    let mut pace = Pace::until(Deadline::after(Duration::MAX));
    let mut missing: Option<Deadline> = None;
    loop {
        let error = match ClientOptions::new().open(&path) {
            Ok(client) => return Ok(client),
            Err(error) => error,
        };
        match look_of(&error) {
            Some(Look::Busy) => missing = None,
            Some(_) => {
                let since = missing.get_or_insert_with(|| Deadline::after(HAND_OVER));
                if since.passed() {
                    return Err(error);
                }
            }
            None => return Err(error),
        }
        if !pace.step().await {
            return Err(error);
        }
    }
}

/// The process that made the instance at the other end.
pub(crate) fn server_pid(pipe: &NamedPipeClient) -> Option<u32> {
    let mut pid = 0;
    // SAFETY: the handle is open for as long as the stream lives, and one number is written.
    let told = unsafe { GetNamedPipeServerProcessId(pipe.as_raw_handle(), &raw mut pid) };
    (told != 0 && pid != 0).then_some(pid)
}

/// Tries once to open a pipe, as a client without patience does. Must be called within a tokio runtime.
///
/// # Errors
/// The system's own for anything but a pipe that is free, busy or missing.
pub fn look(name: &str) -> io::Result<Look> {
    match ClientOptions::new().open(format!("{PIPE_PREFIX}{name}")) {
        Ok(_) => Ok(Look::Free),
        Err(error) => look_of(&error).ok_or(error),
    }
}

fn look_of(error: &io::Error) -> Option<Look> {
    let code = u32::try_from(error.raw_os_error()?).ok()?;
    match code {
        ERROR_PIPE_BUSY => Some(Look::Busy),
        ERROR_FILE_NOT_FOUND => Some(Look::Missing),
        _ => None,
    }
}
