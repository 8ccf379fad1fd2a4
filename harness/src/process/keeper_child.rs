//! From the keeper to the target: a child that becomes the target, or says why it cannot.
//!
//! On Linux the child borrows the keeper's memory until it becomes the target (`CLONE_VM | CLONE_VFORK`, as `posix_spawn` does):
//! no page is copied, and the keeper goes on exactly when `execve` has succeeded or failed.

use super::channel::stage;
use super::image::Image;
use libc::{c_int, pid_t};

/// A stage of `channel::stage` and its `errno`.
type Failure = (i32, i32);

#[cfg(target_os = "linux")]
struct Request<'a> {
    image: &'a Image,
    die_with_parent: bool,
    failure: Option<Failure>,
}

/// Starts the target and returns its pid.
#[cfg(target_os = "linux")]
pub(super) fn start(image: &Image, die_with_parent: bool) -> Result<pid_t, Failure> {
    const STACK: usize = 64 * 1024;
    let mut stack = [const { std::mem::MaybeUninit::<u128>::uninit() }; STACK / size_of::<u128>()];
    let mut request = Request {
        image,
        die_with_parent,
        failure: None,
    };
    // SAFETY: the child runs on `stack`, of which the end is passed because stacks grow downwards, and which is aligned
    // for any type. `CLONE_VFORK` keeps this function, and so `stack` and `request`, in place until the child has
    // become the target or ended. The child makes system calls only.
    let pid = unsafe {
        libc::clone(
            become_target,
            stack.as_mut_ptr_range().end.cast(),
            libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD,
            (&raw mut request).cast(),
        )
    };
    if pid < 0 {
        return Err((stage::FORK, last_errno()));
    }
    if let Some(failure) = request.failure {
        // SAFETY: a child that has ended; this does not block.
        unsafe { libc::waitpid(pid, std::ptr::null_mut(), 0) };
        return Err(failure);
    }
    Ok(pid)
}

#[cfg(target_os = "linux")]
extern "C" fn become_target(request: *mut libc::c_void) -> c_int {
    // SAFETY: `start` passes a request that it keeps in place, and touches it only after this function has ended.
    let request = unsafe { &mut *request.cast::<Request<'_>>() };
    // SAFETY: integer arguments only.
    unsafe {
        if request.die_with_parent {
            // A second line: should somebody kill the keeper itself, the target goes too. The keeper has one thread, so
            // "the thread that forked" and "the process that forked" are the same.
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL, 0, 0, 0);
        }
        libc::setpgid(0, 0);
    }
    request.failure = Some(request.image.exec());
    // SAFETY: ends the child without running destructors of the memory that it borrows.
    unsafe { libc::_exit(127) }
}

/// Starts the target and returns its pid.
#[cfg(not(target_os = "linux"))]
pub(super) fn start(image: &Image, _: bool) -> Result<pid_t, Failure> {
    let mut status: [c_int; 2] = [-1; 2];
    // SAFETY: the array has room for the two descriptors that `pipe` writes.
    if unsafe { libc::pipe(status.as_mut_ptr()) } != 0 {
        return Err((stage::FORK, last_errno()));
    }
    // SAFETY: this process has one thread; the child only makes system calls before `execve`.
    let pid = unsafe { libc::fork() };
    if pid == 0 {
        // SAFETY: as above; both descriptors were just made.
        unsafe {
            libc::close(status[0]);
            libc::fcntl(status[1], libc::F_SETFD, libc::FD_CLOEXEC);
            libc::setpgid(0, 0);
        }
        let (stage, errno) = image.exec();
        let words = [stage, errno];
        // SAFETY: writes two integers from the stack; `_exit` runs no destructor.
        unsafe {
            libc::write(status[1], words.as_ptr().cast(), size_of_val(&words));
            libc::_exit(127)
        }
    }
    // SAFETY: descriptors made above; the buffer has room for what is read.
    unsafe {
        let errno = last_errno();
        libc::close(status[1]);
        let mut words = [0_i32; 2];
        let got = if pid < 0 {
            0
        } else {
            libc::read(status[0], words.as_mut_ptr().cast(), size_of_val(&words))
        };
        libc::close(status[0]);
        if pid < 0 {
            return Err((stage::FORK, errno));
        }
        if got > 0 {
            libc::waitpid(pid, std::ptr::null_mut(), 0);
            return Err((words[0], words[1]));
        }
    }
    Ok(pid)
}

fn last_errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}
