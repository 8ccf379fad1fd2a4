//! Everything that `execve` needs, laid out before the fork, because nothing may be allocated after it.

use super::channel::stage;
use crate::events::excerpt;
use std::ffi::{CString, OsStr};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// A process image in waiting.
pub(super) struct Image {
    program: CString,
    directory: CString,
    // The pointer arrays point into the strings, which are never touched again.
    _strings: Vec<CString>,
    argv: Vec<*const libc::c_char>,
    envp: Vec<*const libc::c_char>,
    pub(super) stdin: RawFd,
    stdout: RawFd,
    stderr: RawFd,
    _descriptors: [OwnedFd; 3],
    umask: Option<u32>,
    descriptor_limit: Option<u64>,
    pub(super) through_launcher: bool,
}

/// What an [`Image`] is made from.
pub(super) struct Parts<'a> {
    pub(super) program: &'a Path,
    pub(super) argv: Vec<&'a OsStr>,
    pub(super) env: Vec<(&'a OsStr, &'a OsStr)>,
    pub(super) directory: &'a Path,
    pub(super) stdio: [OwnedFd; 3],
    pub(super) umask: Option<u32>,
    pub(super) descriptor_limit: Option<u64>,
    pub(super) through_launcher: bool,
}

impl Image {
    pub(super) fn new(parts: Parts<'_>) -> Result<Self, std::io::Error> {
        let mut strings = Vec::new();
        for word in &parts.argv {
            strings.push(text(word)?);
        }
        for (name, value) in &parts.env {
            let mut pair = name.as_bytes().to_vec();
            pair.push(b'=');
            pair.extend_from_slice(value.as_bytes());
            strings.push(terminated(pair)?);
        }
        let (arguments, variables) = strings.split_at(parts.argv.len());
        let (argv, envp) = (pointers(arguments), pointers(variables));
        let [stdin, stdout, stderr] = parts.stdio;
        let descriptors = [
            out_of_the_way(stdin)?,
            out_of_the_way(stdout)?,
            out_of_the_way(stderr)?,
        ];
        Ok(Self {
            program: text(parts.program.as_os_str())?,
            directory: text(parts.directory.as_os_str())?,
            argv,
            envp,
            _strings: strings,
            stdin: descriptors[0].as_raw_fd(),
            stdout: descriptors[1].as_raw_fd(),
            stderr: descriptors[2].as_raw_fd(),
            _descriptors: descriptors,
            umask: parts.umask,
            descriptor_limit: parts.descriptor_limit,
            through_launcher: parts.through_launcher,
        })
    }

    /// Becomes the target. Returns only on failure, with the stage and its `errno`. Allocates nothing.
    pub(super) fn exec(&self) -> (i32, i32) {
        // SAFETY: called in a fork with one thread; all pointers are into memory that this value owns, and the pointer
        // arrays end with null.
        unsafe {
            for (from, to) in [(self.stdin, 0), (self.stdout, 1), (self.stderr, 2)] {
                libc::dup2(from, to);
            }
            if let Some(mask) = self.umask {
                libc::umask(mask as libc::mode_t);
            }
            if let Some(limit) = self.descriptor_limit {
                let limit = libc::rlimit {
                    rlim_cur: limit,
                    rlim_max: limit,
                };
                if libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) != 0 {
                    return (stage::LIMIT, last_errno());
                }
            }
            if libc::chdir(self.directory.as_ptr()) != 0 {
                return (stage::DIRECTORY, last_errno());
            }
            default_signals();
            libc::execve(
                self.program.as_ptr(),
                self.argv.as_ptr(),
                self.envp.as_ptr(),
            );
        }
        (stage::EXEC, last_errno())
    }
}

/// A shell gives its children default dispositions and an empty mask; so does this, whatever the harness runs under.
unsafe fn default_signals() {
    // SAFETY: the set lives on the stack and is initialised before use; numbers without a signal are refused, harmlessly.
    unsafe {
        for number in 1..32 {
            libc::signal(number, libc::SIG_DFL);
        }
        let mut none: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const none, std::ptr::null_mut());
    }
}

fn last_errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

fn text(word: &OsStr) -> Result<CString, std::io::Error> {
    terminated(word.as_bytes().to_vec())
}

fn terminated(word: Vec<u8>) -> Result<CString, std::io::Error> {
    CString::new(word).map_err(|error| {
        let position = error.nul_position();
        let word = excerpt(error.into_vec().escape_ascii().to_string().as_bytes());
        let why = format!("`{word}` holds a NUL byte at position {position}");
        std::io::Error::new(std::io::ErrorKind::InvalidInput, why)
    })
}

fn pointers(strings: &[CString]) -> Vec<*const libc::c_char> {
    strings
        .iter()
        .map(|word| word.as_ptr())
        .chain([std::ptr::null()])
        .collect()
}

/// The keeper puts its own descriptors at 3 to 5 and the target's at 0 to 2, so the sources must lie above.
fn out_of_the_way(fd: OwnedFd) -> Result<OwnedFd, std::io::Error> {
    if fd.as_raw_fd() >= 10 {
        return Ok(fd);
    }
    // SAFETY: duplicates a descriptor that is open for the length of the call.
    let copy = unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_DUPFD_CLOEXEC, 10) };
    if copy < 0 {
        return Err(std::io::Error::last_os_error());
    }
    // SAFETY: `fcntl` just made this descriptor, and nobody else knows it.
    Ok(unsafe { OwnedFd::from_raw_fd(copy) })
}
