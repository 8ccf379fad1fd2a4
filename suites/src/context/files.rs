//! Files and directories: made by a case, and looked at before and after.

use super::world::Context;
use crate::verdict::Outcome;
use harness::files;
use std::path::{Path, PathBuf};

pub use harness::files::Snapshot;

impl Context {
    /// Makes a directory and those above it, private, as far as they are missing.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Harness`] when they cannot be made.
    pub fn private_directories(&self, path: Option<&Path>) -> Outcome {
        let missing: Vec<&Path> = path
            .into_iter()
            .flat_map(Path::ancestors)
            .take_while(|one| !one.exists())
            .collect();
        for directory in missing.into_iter().rev() {
            std::fs::create_dir(directory)?;
            self.set_mode(directory, 0o700)?;
        }
        Ok(())
    }

    /// Sets the permission bits, where there are such.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Harness`] when that is refused.
    pub fn set_mode(&self, path: &Path, mode: u32) -> Outcome {
        Ok(files::set_mode(path, mode)?)
    }

    /// What is at a path: kind, mode, content or target, and identity. A link is not followed.
    #[must_use]
    pub fn snapshot(&self, path: &Path) -> Snapshot {
        Snapshot::of(path)
    }

    /// Expects a path to be as it was.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when it is not.
    pub fn unchanged(&self, step: &str, path: &Path, before: &Snapshot) -> Outcome {
        let now = Snapshot::of(path);
        let expected = format!("at {}: {before}", path.display());
        self.expect(step, expected, &now, now == *before)
    }

    /// Expects nothing at a path, not even a link that leads nowhere.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when something is there.
    pub fn nothing_at(&self, step: &str, path: &Path) -> Outcome {
        let seen = Snapshot::of(path);
        let expected = format!("nothing at {}", path.display());
        self.expect(step, expected, &seen, seen == Snapshot::Nothing)
    }

    /// Expects the permission bits of a path to lie within a mask.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when they do not, or nothing is there.
    pub fn mode_within(&self, step: &str, path: &Path, mask: u32) -> Outcome {
        let mode = files::mode(path);
        let seen = mode.map_or("nothing is there".to_owned(), |mode| format!("{mode:04o}"));
        let holds = mode.is_some_and(|mode| mode & !mask == 0);
        self.expect(
            step,
            format!(
                "{} has none of the mode bits {:04o}",
                path.display(),
                !mask & 0o777
            ),
            seen,
            holds,
        )
    }

    /// What is in the sandbox now that was not there before, other than what may be.
    #[must_use]
    pub fn new_since(&self, before: &[PathBuf], allowed: &[PathBuf]) -> Vec<PathBuf> {
        let root = self.root();
        let listing = self.listing().into_iter();
        listing
            .filter(|path| !before.contains(path) && !allowed.contains(&root.join(path)))
            .collect()
    }
}
