//! inotify on a directory and all below it, as evidence.

use crate::events::{Event, Recorder};
use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use rustix::fd::OwnedFd;
use rustix::fs::inotify::{self, ReadFlags, WatchFlags};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

/// Most changes that are recorded of one tree.
const MOST_CHANGES: u32 = 500;
/// Most directories that are watched in one tree.
const MOST_DIRECTORIES: usize = 128;

/// Records what appears, changes and vanishes below a directory, until it is dropped.
#[derive(Debug)]
pub struct TreeWatch {
    stop: Arc<OwnedFd>,
    thread: Option<JoinHandle<()>>,
}

impl TreeWatch {
    /// Begins to watch. What is there already is taken as it is.
    ///
    /// # Errors
    /// The system's own when it has no watches left.
    pub fn start(root: &Path, recorder: &Recorder) -> std::io::Result<Self> {
        let notify = inotify::init(inotify::CreateFlags::CLOEXEC | inotify::CreateFlags::NONBLOCK)?;
        let stop = Arc::new(eventfd(0, EventfdFlags::CLOEXEC)?);
        let mut tree = Tree {
            notify,
            directories: BTreeMap::new(),
            known: BTreeSet::new(),
            left: MOST_CHANGES,
            recorder: recorder.clone(),
        };
        tree.enter(root, false);
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || tree.follow(&stopped));
        Ok(Self {
            stop,
            thread: Some(thread),
        })
    }
}

impl Drop for TreeWatch {
    fn drop(&mut self) {
        // A word, and not the end of a pipe: a process that was forked meanwhile may hold the other end for a moment.
        let _ = rustix::io::write(&*self.stop, &1u64.to_ne_bytes());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Tree {
    notify: OwnedFd,
    directories: BTreeMap<i32, PathBuf>,
    known: BTreeSet<PathBuf>,
    left: u32,
    recorder: Recorder,
}

impl Tree {
    fn follow(mut self, stop: &OwnedFd) {
        loop {
            let mut fds = [
                PollFd::new(&self.notify, PollFlags::IN),
                PollFd::new(stop, PollFlags::IN),
            ];
            let polled = poll(&mut fds, None);
            let stopped = polled.is_ok() && !fds[1].revents().is_empty();
            // What happened before the stop is in the queue by now.
            self.take_in();
            if stopped {
                return;
            }
        }
    }

    fn take_in(&mut self) {
        for (watch, flags, name) in self.queue() {
            if flags.contains(ReadFlags::QUEUE_OVERFLOW) {
                self.recorder
                    .note("the system lost changes in the sandbox: there were too many at once");
            }
            if flags.contains(ReadFlags::IGNORED) {
                self.directories.remove(&watch);
                continue;
            }
            let Some(directory) = self.directories.get(&watch) else {
                continue;
            };
            if !name.is_empty() {
                let path = directory.join(OsStr::from_bytes(&name));
                self.change(&path, flags);
            }
        }
    }

    fn queue(&self) -> Vec<(i32, ReadFlags, Vec<u8>)> {
        let mut space = [std::mem::MaybeUninit::uninit(); 16 * 1024];
        let mut reader = inotify::Reader::new(&self.notify, &mut space);
        let mut queue = Vec::new();
        while let Ok(event) = reader.next() {
            let name = event.file_name().map(|name| name.to_bytes().to_vec());
            queue.push((event.wd(), event.events(), name.unwrap_or_default()));
        }
        queue
    }

    fn change(&mut self, path: &Path, flags: ReadFlags) {
        if flags.intersects(ReadFlags::DELETE | ReadFlags::MOVED_FROM) {
            if self.known.remove(path) {
                self.record(path, "vanished", &Look::gone());
            }
            return;
        }
        let look = Look::at(path);
        if flags.contains(ReadFlags::CREATE) || flags.contains(ReadFlags::MOVED_TO) {
            // A directory's content may have been found before its news came.
            let new = self.known.insert(path.to_owned());
            if new {
                self.record(path, "appeared", &look);
            } else if flags.contains(ReadFlags::MOVED_TO) {
                self.record(path, "changed", &look);
            }
            if look.kind == "directory" {
                self.enter(path, true);
            }
        } else if look.kind != "gone" {
            self.record(path, "changed", &look);
        }
    }

    /// Watches a directory and those below it. What is in it came before its watch.
    fn enter(&mut self, directory: &Path, new: bool) {
        let flags = WatchFlags::CREATE
            | WatchFlags::DELETE
            | WatchFlags::MOVE
            | WatchFlags::CLOSE_WRITE
            | WatchFlags::ATTRIB
            | WatchFlags::ONLYDIR
            | WatchFlags::DONT_FOLLOW;
        if self.directories.len() >= MOST_DIRECTORIES {
            return;
        }
        let Ok(watch) = inotify::add_watch(&self.notify, directory, flags) else {
            return;
        };
        self.directories.insert(watch, directory.to_owned());
        for row in std::fs::read_dir(directory).into_iter().flatten().flatten() {
            let path = row.path();
            let look = Look::at(&path);
            if self.known.insert(path.clone()) && new {
                self.record(&path, "appeared", &look);
            }
            if look.kind == "directory" {
                self.enter(&path, new);
            }
        }
    }

    fn record(&mut self, path: &Path, change: &str, look: &Look) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        self.recorder.record(Event::Changed {
            path: path.display().to_string(),
            kind: look.kind.to_owned(),
            change: change.to_owned(),
            detail: look.detail.clone(),
        });
        if self.left == 0 {
            self.recorder
                .note("further changes in the sandbox are not recorded");
        }
    }
}

/// What a path was like when it was looked at.
struct Look {
    kind: &'static str,
    detail: Option<String>,
}

impl Look {
    const fn gone() -> Self {
        Self {
            kind: "gone",
            detail: None,
        }
    }

    fn at(path: &Path) -> Self {
        let Ok(file) = path.symlink_metadata() else {
            return Self::gone();
        };
        let form = file.file_type();
        let kind = match () {
            () if form.is_dir() => "directory",
            () if form.is_socket() => "socket",
            () if form.is_symlink() => "link",
            () if form.is_file() => "file",
            () => "other",
        };
        let detail = format!(
            "{kind}, mode {:04o}, {} bytes, inode {}",
            file.mode() & 0o7777,
            file.len(),
            file.ino()
        );
        Self {
            kind,
            detail: Some(detail),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::read;
    use crate::pace::Deadline;
    use std::time::Duration;

    /// What was recorded of a tree while `work` was done in it.
    /// The second argument waits until something is recorded of a path.
    fn seen(work: impl FnOnce(&Path, &dyn Fn(&str))) -> Vec<(String, String, String)> {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("root");
        std::fs::create_dir_all(root.join("there")).unwrap();
        let stream = dir.path().join("stream");
        let recorder = Recorder::create(&stream, "subject").unwrap();
        let watch = TreeWatch::start(&root, &recorder).unwrap();
        work(&root, &|name| {
            let deadline = Deadline::after(Duration::from_secs(10));
            let path = root.join(name).display().to_string();
            while !std::fs::read_to_string(&stream).unwrap().contains(&path) && !deadline.passed() {
                std::thread::yield_now();
            }
        });
        drop(watch);
        let own = |entry: crate::events::Entry| match entry.event {
            Event::Changed {
                path, kind, change, ..
            } => {
                let path = Path::new(&path)
                    .strip_prefix(&root)
                    .unwrap()
                    .display()
                    .to_string();
                Some((path, kind, change))
            }
            _ => None,
        };
        read(&stream).unwrap().into_iter().filter_map(own).collect()
    }

    fn has(seen: &[(String, String, String)], path: &str, kind: &str, change: &str) -> bool {
        seen.iter()
            .any(|one| (one.0.as_str(), one.1.as_str(), one.2.as_str()) == (path, kind, change))
    }

    #[test]
    fn a_socket_appears_and_vanishes() {
        let seen = seen(|root, recorded| {
            let listener = std::os::unix::net::UnixListener::bind(root.join("there/s")).unwrap();
            drop(listener);
            // Its kind is what is found when it is looked at, so it must still be there then.
            recorded("there/s");
            std::fs::remove_file(root.join("there/s")).unwrap();
        });
        assert!(has(&seen, "there/s", "socket", "appeared"), "{seen:?}");
        assert!(has(&seen, "there/s", "gone", "vanished"), "{seen:?}");
    }

    #[test]
    fn a_file_in_directories_that_are_new_appears_once() {
        let seen = seen(|root, _| {
            std::fs::create_dir_all(root.join("a/b/c")).unwrap();
            std::fs::write(root.join("a/b/c/f"), "x").unwrap();
        });
        let appeared = seen
            .iter()
            .filter(|one| one.0 == "a/b/c/f" && one.2 == "appeared");
        assert_eq!(appeared.count(), 1, "{seen:?}");
        assert!(has(&seen, "a/b/c", "directory", "appeared"));
    }

    #[test]
    fn a_file_that_another_is_renamed_over_has_changed() {
        let seen = seen(|root, _| {
            std::fs::write(root.join("f"), "x").unwrap();
            std::fs::write(root.join("new"), "y").unwrap();
            std::fs::rename(root.join("new"), root.join("f")).unwrap();
        });
        let last: Vec<_> = seen
            .iter()
            .filter(|one| one.0 == "f")
            .map(|one| one.2.as_str())
            .collect();
        assert_eq!(
            (last.first(), last.last()),
            (Some(&"appeared"), Some(&"changed")),
            "{seen:?}"
        );
    }

    #[test]
    fn too_many_changes_are_told_and_not_recorded() {
        let seen = seen(|root, _| {
            for number in 0..400 {
                std::fs::write(root.join(number.to_string()), "x").unwrap();
            }
        });
        assert_eq!(seen.len(), 500);
    }
}
