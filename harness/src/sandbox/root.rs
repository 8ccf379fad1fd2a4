//! The one directory under which all sandboxes of this process lie, and its removal whatever happens to the process.

use super::error::SandboxError;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// Socket paths have room for about 100 bytes, so what lies above them must be short. macOS's own temporary
/// directory alone takes 50.
const LONGEST_BASE: usize = 24;

static ROOT: Mutex<Option<Root>> = Mutex::new(None);
static NEXT: AtomicU32 = AtomicU32::new(1);

struct Root {
    path: PathBuf,
    #[cfg(unix)]
    guard: super::guard::Guard,
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
    #[cfg(unix)]
    if let Some(root) = &*ROOT
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
    {
        root.guard.keep();
    }
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
        let made = tempfile::Builder::new()
            .prefix("sc-")
            .rand_bytes(6)
            .tempdir_in(&base);
        let path = made
            .map_err(|source| SandboxError::Make { path: base, source })?
            .keep();
        #[cfg(unix)]
        // SAFETY: registers a function that lives as long as the program.
        unsafe {
            libc::atexit(at_exit);
        }
        Ok(Self {
            #[cfg(unix)]
            guard: super::guard::Guard::start(&path).map_err(SandboxError::Guard)?,
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

/// Where sandboxes lie: the temporary directory that the environment names, if its path is short enough. On Linux, when it
/// names none, memory: a target that syncs its files would otherwise measure the disk, and thousands of sandboxes wear it.
#[must_use]
pub fn base() -> PathBuf {
    let own = std::env::temp_dir();
    let short = if cfg!(target_os = "linux")
        && std::env::var_os("TMPDIR").is_none()
        && has_memory_directory()
    {
        PathBuf::from(MEMORY_DIRECTORY)
    } else if cfg!(unix) && own.as_os_str().len() > LONGEST_BASE {
        PathBuf::from("/tmp")
    } else {
        own
    };
    // A symbolic link on the way (macOS's /tmp) would make a path that was given differ from the one that is found.
    if cfg!(unix) {
        short.canonicalize().unwrap_or(short)
    } else {
        short
    }
}

/// Shared memory as a file system (POSIX; mounted on every Linux that has `shm_open`).
const MEMORY_DIRECTORY: &str = "/dev/shm";

fn has_memory_directory() -> bool {
    tempfile::Builder::new()
        .prefix("sc-probe-")
        .tempdir_in(MEMORY_DIRECTORY)
        .is_ok()
}

pub(super) fn make(path: &Path) -> Result<(), SandboxError> {
    std::fs::create_dir(path).map_err(|source| SandboxError::Make {
        path: path.to_owned(),
        source,
    })
}
