//! The behaviours that are not everywhere.

use super::host::{Host, host};

/// A behaviour of the operating system that a test may need, and that is not shown everywhere. What Wine lacks was measured
/// with Wine 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Behaviour {
    /// A pipe's name belongs to the first who asked for it to be his alone (`FILE_FLAG_FIRST_PIPE_INSTANCE`).
    FirstPipeInstance,
    /// The access lists of files and directories can be changed, and are inherited unless they are protected.
    FileAccessLists,
    /// Sockets have paths.
    UnixSockets,
    /// A file can take the place of one that is open, where its holder shares that.
    RenameOverOpen,
    /// A lock on a part of a file keeps readers out.
    BlockingLocks,
}

impl Behaviour {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::FirstPipeInstance,
        Self::FileAccessLists,
        Self::UnixSockets,
        Self::RenameOverOpen,
        Self::BlockingLocks,
    ];

    /// Its name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FirstPipeInstance => "first-pipe-instance",
            Self::FileAccessLists => "file-access-lists",
            Self::UnixSockets => "unix-sockets",
            Self::RenameOverOpen => "rename-over-open",
            Self::BlockingLocks => "blocking-locks",
        }
    }

    /// Why it is not shown here, in words; `None` where it is.
    #[must_use]
    pub fn lacking(self) -> Option<&'static str> {
        self.lacking_on(host())
    }

    /// Why it is not shown on such a system, in words; `None` where it is.
    #[must_use]
    pub const fn lacking_on(self, host: Host) -> Option<&'static str> {
        match (host, self) {
            (Host::Unix, Self::FirstPipeInstance) => Some("this platform has no named pipes"),
            (Host::Unix, Self::FileAccessLists) => {
                Some("files have no access lists of this kind here")
            }
            (Host::Unix, Self::BlockingLocks) => Some("locks do not keep readers out here"),
            (Host::Unix, Self::UnixSockets | Self::RenameOverOpen) | (Host::Windows, _) => None,
            (Host::Wine, Self::FirstPipeInstance) => {
                Some("Wine lets a second server have a pipe's name; Windows itself does not")
            }
            (Host::Wine, Self::FileAccessLists) => Some(
                "Wine shows a file's mode as its access list, inherits none and keeps no change; Windows itself does",
            ),
            (Host::Wine, Self::UnixSockets) => {
                Some("Wine has no UNIX sockets; Windows itself does")
            }
            (Host::Wine, Self::RenameOverOpen) => {
                Some("Wine refuses to rename over an open file; Windows itself does not")
            }
            (Host::Wine, Self::BlockingLocks) => {
                Some("locks do not keep readers out under Wine; on Windows itself they do")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_shows_them_all_and_wine_says_of_each_what_is_different() {
        for behaviour in Behaviour::ALL {
            assert_eq!(behaviour.lacking_on(Host::Windows), None, "{behaviour:?}");
            let why = behaviour.lacking_on(Host::Wine).unwrap_or_default();
            assert!(
                why.contains("Wine") && why.contains("Windows itself"),
                "{why}"
            );
        }
    }

    #[test]
    fn names_are_distinct() {
        let mut names: Vec<_> = Behaviour::ALL.iter().map(|one| one.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Behaviour::ALL.len());
    }

    #[test]
    fn what_is_said_of_here_is_what_is_said_of_this_system() {
        for behaviour in Behaviour::ALL {
            assert_eq!(behaviour.lacking(), behaviour.lacking_on(host()));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_takes_the_place_of_an_open_one() {
        let directory = tempfile::tempdir().unwrap();
        let [old, new] = ["old", "new"].map(|name| directory.path().join(name));
        std::fs::write(&old, "old").unwrap();
        std::fs::write(&new, "new").unwrap();
        let _open = std::fs::File::open(&old).unwrap();
        assert_eq!(Behaviour::RenameOverOpen.lacking(), None);
        std::fs::rename(&new, &old).unwrap();
    }
}
