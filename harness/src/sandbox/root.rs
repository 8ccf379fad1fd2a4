//! The one directory under which all sandboxes of this process lie, and its removal whatever happens to the process.

use super::base::base;
use super::error::SandboxError;
use super::naming::{CHANCE, PREFIX};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// Bytes below the root that a socket's path must have room for: the sandbox, a directory or two, and a name.
#[cfg(unix)]
const ROOM_BELOW: usize = 48;

static ROOT: Mutex<Option<Root>> = Mutex::new(None);
static NEXT: AtomicU32 = AtomicU32::new(1);

struct Root {
    path: PathBuf,
    #[cfg(unix)]
    guard: super::guard::Guard,
    #[cfg(windows)]
    hold: super::hold::Hold,
}

/// A fresh directory for one sandbox.
pub(super) fn fresh_directory() -> Result<PathBuf, SandboxError> {
    let mut root = ROOT
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let root = match &mut *root {
        Some(root) => root,
        none => none.insert(Root::make()?),
    };
    let path = root
        .path
        .join(NEXT.fetch_add(1, Ordering::Relaxed).to_string());
    make(&path)?;
    Ok(path)
}

/// From now on the directory is left when this process ends.
pub(super) fn keep() {
    if let Some(root) = &*ROOT
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
    {
        #[cfg(unix)]
        root.guard.keep();
        #[cfg(windows)]
        root.hold.keep();
    }
}

/// Removes one sandbox. What resists is removed by the guard once the process and all targets are gone.
#[cfg(unix)]
pub(super) fn leave(sandbox: &Path) {
    let _ = std::fs::remove_dir_all(sandbox);
}

/// Removes one sandbox, and the root with the last of them. What resists is removed by the next process that makes a root.
#[cfg(windows)]
pub(super) fn leave(sandbox: &Path) {
    use super::removal::{PATIENCE, remove};
    let _ = remove(sandbox, crate::pace::Deadline::after(PATIENCE));
    let mut root = ROOT
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    *root = root.take().and_then(|Root { path, hold }| {
        let hold = hold.end(&path)?;
        Some(Root { path, hold })
    });
}

/// From now on the guard also looks for what was started by targets and is left, when the last keeper is gone.
#[cfg(unix)]
pub(crate) fn sweep_at_end() {
    if let Some(root) = &*ROOT
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
    {
        root.guard.sweep();
    }
}

/// The descriptor that keepers hold open so that the removal comes after the last of them; -1 if there is none.
#[cfg(unix)]
pub(crate) fn root_guard() -> i32 {
    let root = ROOT
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    root.as_ref().map_or(-1, |root| root.guard.descriptor())
}

impl Root {
    fn make() -> Result<Self, SandboxError> {
        let base = base();
        #[cfg(windows)]
        super::hold::remove_left(
            &base,
            crate::pace::Deadline::after(super::removal::PATIENCE),
        );
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX).rand_bytes(CHANCE);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let made = builder.tempdir_in(&base);
        let path = made
            .map_err(|source| SandboxError::Make { path: base, source })?
            .keep();
        #[cfg(unix)]
        if let Err(error) = leaves_room(&path) {
            // It is empty, and nobody knows it yet.
            let _ = std::fs::remove_dir(&path);
            return Err(error);
        }
        #[cfg(unix)]
        // SAFETY: registers a function that lives as long as the program.
        unsafe {
            libc::atexit(at_exit);
        }
        Ok(Self {
            #[cfg(unix)]
            guard: super::guard::Guard::start(&path).map_err(SandboxError::Guard)?,
            #[cfg(windows)]
            hold: super::hold::Hold::take(&path).map_err(|source| SandboxError::Make {
                path: path.clone(),
                source,
            })?,
            path,
        })
    }
}

#[cfg(unix)]
extern "C" fn at_exit() {
    let root = ROOT
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .take();
    if let Some(root) = root {
        // Keepers hold the guard's pipe, so it waits for the last of them.
        crate::process::end_all();
        root.guard.finish();
    }
}

pub(super) fn make(path: &Path) -> Result<(), SandboxError> {
    std::fs::create_dir(path).map_err(|source| SandboxError::Make {
        path: path.to_owned(),
        source,
    })
}

/// Whether sockets can be made in a root with this path.
#[cfg(unix)]
fn leaves_room(root: &Path) -> Result<(), SandboxError> {
    let length = root.as_os_str().len();
    if length + ROOM_BELOW > crate::endpoint::SOCKET_PATH_LIMIT {
        return Err(SandboxError::TooLong {
            path: root.to_owned(),
            length,
            limit: crate::endpoint::SOCKET_PATH_LIMIT - ROOM_BELOW,
        });
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_root_without_room_is_told() {
        assert!(leaves_room(Path::new("/private/tmp/sc-AbCdEf")).is_ok());
        let error = leaves_room(&Path::new("/").join("x".repeat(60))).unwrap_err();
        let text = error.to_string();
        assert!(
            text.ends_with("; set TMPDIR to a directory with a shorter path"),
            "{text}"
        );
    }
}
