//! A process that has ended and has not been reaped, for trying who takes it for alive (UNIX).

/// A zombie child of this process. It is reaped when dropped.
#[derive(Debug)]
pub struct Zombie(libc::pid_t);

impl Zombie {
    /// Makes one, and returns once it is one.
    ///
    /// # Errors
    /// The system's own when it cannot fork.
    pub fn make() -> std::io::Result<Self> {
        // SAFETY: the child does nothing but end.
        match unsafe { libc::fork() } {
            -1 => Err(std::io::Error::last_os_error()),
            // SAFETY: ends the fork without running destructors.
            0 => unsafe { libc::_exit(0) },
            pid => {
                // SAFETY: `siginfo_t` is plain data; `WNOWAIT` leaves the child as the zombie it is.
                let waited = unsafe {
                    let mut info: libc::siginfo_t = std::mem::zeroed();
                    libc::waitid(
                        libc::P_PID,
                        pid.unsigned_abs(),
                        &raw mut info,
                        libc::WEXITED | libc::WNOWAIT,
                    )
                };
                let zombie = Self(pid);
                if waited == 0 {
                    Ok(zombie)
                } else {
                    Err(std::io::Error::last_os_error())
                }
            }
        }
    }

    /// Its pid.
    #[must_use]
    pub const fn pid(&self) -> u32 {
        self.0.unsigned_abs()
    }
}

impl Drop for Zombie {
    fn drop(&mut self) {
        // SAFETY: a child that has ended; this does not block.
        unsafe {
            libc::waitpid(self.0, std::ptr::null_mut(), 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Identity;

    #[test]
    fn is_dead() {
        let zombie = Zombie::make().unwrap();
        assert_eq!(Identity::of_pid(zombie.pid()), None);
    }
}
