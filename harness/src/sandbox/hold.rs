//! Whose a root is, on Windows, where no process outlives this one to remove it: a file in it that nobody else can open for as long
//! as this process lives. What a killed process has left is removed by the next one that makes a root.

use super::naming::is_ours;
use super::removal;
use crate::pace::Deadline;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::windows::fs::OpenOptionsExt as _;
use std::path::Path;

/// A long name, so that nobody else's directory is taken for a root.
const NAME: &str = "sidecar-conformance.lock";
/// Its content in a root that is to stay. Otherwise it has none.
const KEPT: &[u8] = b"kept";

pub(super) struct Hold(File);

impl Hold {
    /// Holds a root that was just made. Before that it has no such file, and so is left alone.
    pub(super) fn take(root: &Path) -> io::Result<Self> {
        options().create_new(true).open(root.join(NAME)).map(Self)
    }

    /// From now on the root stays when this process ends.
    pub(super) fn keep(&self) {
        let _ = (&self.0).write_all(KEPT);
    }

    /// Removes the root, if there is nothing else in it. `None` then, else the hold goes on.
    pub(super) fn end(self, root: &Path) -> Option<Self> {
        if !is_empty(root) {
            return Some(self);
        }
        drop(self.0);
        remove_empty(root);
        None
    }
}

/// Removes the roots in this directory whose process is gone, as far as there is time.
pub(super) fn remove_left(base: &Path, deadline: Deadline) {
    let roots = std::fs::read_dir(base).into_iter().flatten().flatten();
    for root in roots {
        if deadline.passed() {
            return;
        }
        let named = root.file_name().to_str().is_some_and(is_ours);
        if named && root.file_type().is_ok_and(|kind| kind.is_dir()) {
            // What resists is left to the next one.
            let _ = remove_if_left(&root.path(), deadline);
        }
    }
}

fn remove_if_left(root: &Path, deadline: Deadline) -> io::Result<()> {
    let mut hold = options().open(root.join(NAME))?;
    let mut content = Vec::new();
    hold.read_to_end(&mut content)?;
    if !content.is_empty() {
        return Ok(());
    }
    for sandbox in std::fs::read_dir(root)? {
        let sandbox = sandbox?;
        if sandbox.file_name() != NAME {
            removal::remove(&sandbox.path(), deadline)?;
        }
    }
    drop(hold);
    remove_empty(root);
    Ok(())
}

/// Two may do this at once, and neither does harm then.
fn remove_empty(root: &Path) {
    let _ = std::fs::remove_file(root.join(NAME));
    let _ = std::fs::remove_dir(root);
}

fn is_empty(root: &Path) -> bool {
    std::fs::read_dir(root).is_ok_and(|rows| rows.flatten().all(|row| row.file_name() == NAME))
}

/// Nobody else can open what is open so, to read it or to remove it.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).share_mode(0);
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;
    use std::time::Duration;

    fn root(base: &Path, name: &str) -> PathBuf {
        let root = base.join(name);
        std::fs::create_dir_all(root.join("1").join("work")).unwrap();
        std::fs::write(root.join("1").join("work").join("backend.exe"), "x").unwrap();
        root
    }

    fn names(base: &Path) -> Vec<String> {
        let rows = std::fs::read_dir(base).unwrap();
        let mut names: Vec<String> = rows
            .map(|row| row.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn only_what_is_ours_and_left_is_removed() {
        let base = tempfile::tempdir().unwrap();
        let base = base.path();
        drop(Hold::take(&root(base, "sc-leftaa")).unwrap());
        drop(Hold::take(&root(base, "sc-toolong")).unwrap());
        let kept = Hold::take(&root(base, "sc-keptaa")).unwrap();
        kept.keep();
        drop(kept);
        root(base, "sc-others");
        let _held = Hold::take(&root(base, "sc-heldaa")).unwrap();

        remove_left(base, Deadline::after(Duration::from_secs(10)));

        let stay = ["sc-heldaa", "sc-keptaa", "sc-others", "sc-toolong"];
        assert_eq!(names(base), stay);
        assert!(base.join("sc-heldaa/1/work/backend.exe").exists());
    }

    #[test]
    fn what_resists_is_removed_the_next_time() {
        let base = tempfile::tempdir().unwrap();
        let base = base.path();
        let left = root(base, "sc-leftaa");
        drop(Hold::take(&left).unwrap());
        let open = options().open(left.join("1/work/backend.exe")).unwrap();

        let soon = || Deadline::after(Duration::from_millis(20));
        remove_left(base, soon());
        assert_eq!(names(base), ["sc-leftaa"]);
        drop(open);
        remove_left(base, Deadline::after(Duration::from_secs(10)));

        assert!(names(base).is_empty());
    }

    #[test]
    fn a_root_goes_with_its_last_sandbox() {
        let base = tempfile::tempdir().unwrap();
        let root = root(base.path(), "sc-ownaaa");
        let hold = Hold::take(&root).unwrap();
        let hold = hold.end(&root).unwrap();
        std::fs::remove_dir_all(root.join("1")).unwrap();

        assert!(hold.end(&root).is_none() && names(base.path()).is_empty());
    }
}
