//! libproc: the descriptors of a process of this user, and what is behind each.

use super::socket_info;
use std::io::{Error, Result};
use std::net::SocketAddr;

/// `PROC_PIDFDSOCKETINFO` of XNU's `sys/proc_info.h`.
const SOCKET_INFO: libc::c_int = 3;
/// More than a process may have here by any usual limit, and a bound to asking again with more room.
const MOST_DESCRIPTORS: usize = 256 * 1024;

/// The TCP addresses that a process listens on, sorted.
///
/// # Errors
/// The system's own for a process of somebody else.
pub fn listening(pid: u32) -> Result<Vec<SocketAddr>> {
    let pid = i32::try_from(pid).map_err(Error::other)?;
    let rows = descriptors(pid)?;
    let sockets = rows
        .iter()
        .filter(|row| row.proc_fdtype == libc::PROX_FDTYPE_SOCKET.unsigned_abs());
    let mut found: Vec<_> = sockets
        .filter_map(|row| listener(pid, row.proc_fd))
        .collect();
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Whether somebody listens at this abstract name: only Linux has such names.
///
/// # Errors
/// Never on this platform.
pub const fn is_abstract_name(_name: &str) -> Result<bool> {
    Ok(false)
}

/// How many descriptors a process has open; 0 when it is gone.
///
/// # Errors
/// The system's own for a process of somebody else.
pub fn open_descriptors(pid: u32) -> Result<usize> {
    Ok(descriptors(i32::try_from(pid).map_err(Error::other)?)?.len())
}

fn descriptors(pid: i32) -> Result<Vec<libc::proc_fdinfo>> {
    let mut room = 256;
    loop {
        let mut rows = Vec::<libc::proc_fdinfo>::with_capacity(room);
        let bytes = libc::c_int::try_from(room * size_of::<libc::proc_fdinfo>());
        // SAFETY: the buffer is exactly as large as the size that is passed with it.
        let got = unsafe {
            libc::proc_pidinfo(
                pid,
                libc::PROC_PIDLISTFDS,
                0,
                rows.as_mut_ptr().cast(),
                bytes.map_err(Error::other)?,
            )
        };
        if got <= 0 {
            let error = Error::last_os_error();
            return match error.raw_os_error() {
                Some(libc::ESRCH) => Ok(Vec::new()),
                _ => Err(error),
            };
        }
        let count = usize::try_from(got).unwrap_or(0) / size_of::<libc::proc_fdinfo>();
        if count < room || room >= MOST_DESCRIPTORS {
            // SAFETY: the system has filled so many, which is not more than there is room for.
            unsafe { rows.set_len(count.min(room)) };
            return Ok(rows);
        }
        room *= 4;
    }
}

/// Where one of its sockets listens. One that was closed meanwhile does not.
fn listener(pid: i32, descriptor: i32) -> Option<SocketAddr> {
    let mut bytes = [0_u64; socket_info::SIZE / size_of::<u64>()];
    // SAFETY: the buffer is exactly as large as the size that is passed with it, and aligned for what it takes.
    let got = unsafe {
        libc::proc_pidfdinfo(
            pid,
            descriptor,
            SOCKET_INFO,
            bytes.as_mut_ptr().cast(),
            socket_info::SIZE as libc::c_int,
        )
    };
    let bytes: Vec<u8> = bytes.iter().flat_map(|word| word.to_ne_bytes()).collect();
    socket_info::listener(bytes.get(..usize::try_from(got).ok()?)?)
}
