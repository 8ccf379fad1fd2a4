//! What lies at a path, so that before and after can be compared.

use std::fs::Metadata;
use std::path::{Path, PathBuf};

/// What was at a path. A link is described itself, never followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Snapshot {
    /// Nothing, not even a link that leads nowhere.
    Nothing,
    /// A regular file.
    File {
        /// Its permission bits; 0 where there are none.
        mode: u32,
        /// Its number in the file system; 0 where there is none.
        inode: u64,
        /// What it holds, cut where it is long.
        content: String,
    },
    /// A directory.
    Directory {
        /// Its permission bits; 0 where there are none.
        mode: u32,
        /// Its number in the file system; 0 where there is none.
        inode: u64,
        /// The names in it, sorted.
        names: Vec<String>,
    },
    /// A symbolic link.
    Link {
        /// Where it leads.
        to: PathBuf,
    },
    /// A socket, or another special file.
    Special {
        /// Its permission bits; 0 where there are none.
        mode: u32,
        /// Its number in the file system; 0 where there is none.
        inode: u64,
    },
}

impl Snapshot {
    /// Looks at a path.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let Ok(found) = path.symlink_metadata() else {
            return Self::Nothing;
        };
        let (mode, inode) = (permission_bits(&found), inode(&found));
        let kind = found.file_type();
        if kind.is_symlink() {
            Self::Link {
                to: path.read_link().unwrap_or_default(),
            }
        } else if kind.is_dir() {
            let rows = std::fs::read_dir(path).into_iter().flatten().flatten();
            let mut names: Vec<String> = rows
                .map(|row| row.file_name().to_string_lossy().into_owned())
                .collect();
            names.sort();
            Self::Directory { mode, inode, names }
        } else if kind.is_file() {
            let content = crate::events::excerpt(&std::fs::read(path).unwrap_or_default());
            Self::File {
                mode,
                inode,
                content,
            }
        } else {
            Self::Special { mode, inode }
        }
    }
}

impl std::fmt::Display for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing"),
            Self::File {
                mode,
                inode,
                content,
            } => write!(
                f,
                "a file with mode {mode:04o} (inode {inode}) that holds `{content}`"
            ),
            Self::Directory { mode, inode, names } => {
                write!(
                    f,
                    "a directory with mode {mode:04o} (inode {inode}) that holds {names:?}"
                )
            }
            Self::Link { to } => write!(f, "a link to {}", to.display()),
            Self::Special { mode, inode } => {
                write!(
                    f,
                    "a socket or the like with mode {mode:04o} (inode {inode})"
                )
            }
        }
    }
}

/// The permission bits of what is at a path, links followed; `None` where nothing is.
#[must_use]
pub fn mode(path: &Path) -> Option<u32> {
    path.metadata().ok().map(|found| permission_bits(&found))
}

/// Sets the permission bits.
///
/// # Errors
/// The system's own. Where there are no such bits, nothing is done.
#[cfg(unix)]
pub fn set_mode(path: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
}

/// Sets the permission bits.
///
/// # Errors
/// The system's own. Where there are no such bits, nothing is done.
#[cfg(not(unix))]
pub fn set_mode(_: &Path, _: u32) -> std::io::Result<()> {
    Ok(())
}

/// Makes a symbolic link.
///
/// # Errors
/// The system's own.
#[cfg(unix)]
pub fn link(to: &Path, at: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(to, at)
}

/// Makes a symbolic link.
///
/// # Errors
/// The system's own.
#[cfg(windows)]
pub fn link(to: &Path, at: &Path) -> std::io::Result<()> {
    std::os::windows::fs::symlink_file(to, at)
}

/// Leaves a socket file on which nobody listens, as a crash does.
///
/// # Errors
/// The system's own.
#[cfg(unix)]
pub fn dead_socket(at: &Path) -> std::io::Result<()> {
    std::os::unix::net::UnixListener::bind(at).map(drop)
}

/// Leaves a socket file on which nobody listens, as a crash does.
///
/// # Errors
/// Always `Unsupported` on this platform.
#[cfg(not(unix))]
pub fn dead_socket(_: &Path) -> std::io::Result<()> {
    Err(std::io::Error::from(std::io::ErrorKind::Unsupported))
}

#[cfg(unix)]
fn permission_bits(found: &Metadata) -> u32 {
    use std::os::unix::fs::MetadataExt as _;
    found.mode() & 0o7777
}

#[cfg(not(unix))]
fn permission_bits(_: &Metadata) -> u32 {
    0
}

#[cfg(unix)]
fn inode(found: &Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    found.ino()
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn tells_what_is_there() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x");
        assert_eq!(Snapshot::of(&path), Snapshot::Nothing);
        std::fs::write(&path, "text").unwrap();
        let before = Snapshot::of(&path);
        assert!(matches!(&before, Snapshot::File { content, .. } if content == "text"));
        set_mode(&path, 0o640).unwrap();
        assert_ne!(Snapshot::of(&path), before);
        let linked = dir.path().join("link");
        link(&path, &linked).unwrap();
        assert_eq!(Snapshot::of(&linked), Snapshot::Link { to: path.clone() });
        std::fs::remove_file(&path).unwrap();
        dead_socket(&path).unwrap();
        assert!(matches!(Snapshot::of(&path), Snapshot::Special { .. }));
        assert!(std::os::unix::net::UnixStream::connect(&path).is_err());
    }
}
