//! Removing what somebody may have open for a moment longer: on Windows nothing that is open goes, and the image of a program that
//! has ended is open until the system has torn it down.

use crate::pace::{Deadline, Pace};
use std::io;
use std::path::Path;
use std::time::Duration;
use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_DIR_NOT_EMPTY, ERROR_SHARING_VIOLATION,
};

/// Tearing down takes milliseconds; a scanner that looks at a new file takes some hundred.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// Removes a directory with all that is in it, and asks for so long again where something is open.
///
/// # Errors
/// The system's own for what is left then.
pub(super) fn remove(directory: &Path, deadline: Deadline) -> io::Result<()> {
    let mut pace = Pace::until(deadline);
    loop {
        match std::fs::remove_dir_all(directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && !directory.exists() => {
                return Ok(());
            }
            Err(error) if may_be_over_soon(&error) && pace.step_blocking() => {}
            done => return done,
        }
    }
}

fn may_be_over_soon(error: &io::Error) -> bool {
    let code = error.raw_os_error().map(i32::cast_unsigned);
    matches!(
        code,
        Some(ERROR_ACCESS_DENIED | ERROR_SHARING_VIOLATION | ERROR_DIR_NOT_EMPTY)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{File, OpenOptions};
    use std::os::windows::fs::OpenOptionsExt as _;

    fn with_an_open_file() -> (tempfile::TempDir, File) {
        let dir = tempfile::tempdir().unwrap();
        let nested = dir.path().join("nested");
        std::fs::create_dir(&nested).unwrap();
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .share_mode(0)
            .open(nested.join("open"));
        (dir, file.unwrap())
    }

    #[test]
    fn what_is_open_for_a_moment_is_waited_for() {
        let (dir, file) = with_an_open_file();
        let refused = remove(dir.path(), Deadline::after(Duration::ZERO));
        assert!(may_be_over_soon(&refused.unwrap_err()) && dir.path().exists());

        let closing = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            drop(file);
        });
        remove(dir.path(), Deadline::after(Duration::from_secs(30))).unwrap();

        closing.join().unwrap();
        assert!(!dir.path().exists());
    }

    #[test]
    fn what_stays_open_is_left_in_the_end() {
        let (dir, _file) = with_an_open_file();
        let left = remove(dir.path(), Deadline::after(Duration::from_millis(30)));
        assert!(left.is_err() && dir.path().exists());
    }

    #[test]
    fn what_is_gone_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let missing = dir.path().join("missing");
        remove(&missing, Deadline::after(Duration::ZERO)).unwrap();
    }
}
