//! inotify: the kernel says when a name appears, and a thread looks at once.

use rustix::fd::OwnedFd;
use rustix::fs::inotify;
use std::ffi::{OsStr, OsString};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::thread::JoinHandle;

/// Sees which modes a path has from the moment it appears.
#[derive(Debug)]
pub struct ModeWatch {
    stop: Option<OwnedFd>,
    thread: Option<JoinHandle<Vec<u32>>>,
}

impl ModeWatch {
    /// Begins to watch a path that need not exist; its directory must.
    ///
    /// # Errors
    /// The system's own when the directory cannot be watched.
    pub fn start(path: &Path) -> std::io::Result<Self> {
        let (directory, name) = match (path.parent(), path.file_name()) {
            (Some(directory), Some(name)) => (directory, name.to_owned()),
            _ => return Err(std::io::Error::from(std::io::ErrorKind::InvalidInput)),
        };
        let notify = inotify::init(inotify::CreateFlags::CLOEXEC | inotify::CreateFlags::NONBLOCK)?;
        let flags = inotify::WatchFlags::CREATE
            | inotify::WatchFlags::ATTRIB
            | inotify::WatchFlags::MOVED_TO;
        inotify::add_watch(&notify, directory, flags)?;
        let (waiting, stop) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?;
        let path = path.to_owned();
        let thread = std::thread::spawn(move || watch(&notify, &waiting, &path, &name));
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Ends the watch and yields the permission bits that were seen, in order and without repeats.
    #[must_use]
    pub fn seen(mut self) -> Vec<u32> {
        self.end()
    }

    fn end(&mut self) -> Vec<u32> {
        drop(self.stop.take());
        self.thread
            .take()
            .and_then(|thread| thread.join().ok())
            .unwrap_or_default()
    }
}

impl Drop for ModeWatch {
    fn drop(&mut self) {
        self.end();
    }
}

fn watch(notify: &OwnedFd, stop: &OwnedFd, path: &Path, name: &OsStr) -> Vec<u32> {
    use rustix::event::{PollFd, PollFlags, poll};
    let mut modes = Vec::new();
    let mut look = || {
        let mode = path
            .symlink_metadata()
            .ok()
            .map(|file| file.mode() & 0o7777);
        if let Some(mode) = mode.filter(|mode| modes.last() != Some(mode)) {
            modes.push(mode);
        }
    };
    loop {
        let mut fds = [
            PollFd::new(notify, PollFlags::IN),
            PollFd::new(stop, PollFlags::IN),
        ];
        if poll(&mut fds, None).is_err() {
            continue;
        }
        let stopped = !fds[1].revents().is_empty();
        if names(notify).iter().any(|one| one == name) {
            look();
        }
        if stopped {
            look();
            return modes;
        }
    }
}

fn names(notify: &OwnedFd) -> Vec<OsString> {
    use std::os::unix::ffi::OsStrExt as _;
    let mut space = [std::mem::MaybeUninit::uninit(); 4096];
    let mut events = inotify::Reader::new(notify, &mut space);
    let mut names = Vec::new();
    while let Ok(event) = events.next() {
        if let Some(name) = event.file_name() {
            names.push(OsStr::from_bytes(name.to_bytes()).to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn sees_the_modes_a_path_has_had() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x");
        let watch = ModeWatch::start(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
        assert_eq!(watch.seen().last(), Some(&0o700));
    }

    #[test]
    fn sees_nothing_where_nothing_appears() {
        let dir = tempfile::tempdir().unwrap();
        assert!(
            ModeWatch::start(&dir.path().join("x"))
                .unwrap()
                .seen()
                .is_empty()
        );
    }
}
