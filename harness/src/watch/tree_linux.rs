//! inotify on a directory and all below it, as evidence.

use crate::events::{Event, Recorder, Source};
use rustix::fd::OwnedFd;
use rustix::fs::inotify::{self, ReadFlags, WatchFlags};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

/// Most changes that are recorded of one tree.
const MOST_CHANGES: u32 = 500;
/// Most directories that are watched in one tree.
const MOST_DIRECTORIES: usize = 128;

/// Records what appears, changes and vanishes below a directory, until it is dropped.
///
/// The system keeps the news until the next event is recorded, and they go into the evidence before it: so they are in their place among all
/// that happened, and wake no thread that would take the processor from the target.
#[derive(Debug)]
pub struct TreeWatch(Recorder);

impl TreeWatch {
    /// Begins to watch. What is there already is taken as it is. A recorder has one watch at a time.
    ///
    /// # Errors
    /// The system's own when it has no watches left.
    pub fn start(root: &Path, recorder: &Recorder) -> std::io::Result<Self> {
        let notify = inotify::init(inotify::CreateFlags::CLOEXEC | inotify::CreateFlags::NONBLOCK)?;
        let mut tree = Tree {
            notify,
            space: vec![MaybeUninit::uninit(); 4096],
            directories: BTreeMap::new(),
            known: BTreeMap::new(),
            left: MOST_CHANGES,
            found: Vec::new(),
        };
        tree.enter(root, false);
        recorder.attend(Box::new(tree));
        Ok(Self(recorder.clone()))
    }
}

impl Drop for TreeWatch {
    fn drop(&mut self) {
        self.0.attend_no_more();
    }
}

#[derive(Debug)]
struct Tree {
    notify: OwnedFd,
    space: Vec<MaybeUninit<u8>>,
    directories: BTreeMap<i32, PathBuf>,
    /// What is there, and what it was like when it was last looked at.
    known: BTreeMap<PathBuf, Look>,
    left: u32,
    found: Vec<Event>,
}

impl Source for Tree {
    fn meanwhile(&mut self) -> Vec<Event> {
        self.take_in();
        std::mem::take(&mut self.found)
    }
}

impl Tree {
    fn take_in(&mut self) {
        for (watch, flags, name) in self.queue() {
            if flags.contains(ReadFlags::QUEUE_OVERFLOW) {
                self.note("the system lost changes in the sandbox: there were too many at once");
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

    fn queue(&mut self) -> Vec<(i32, ReadFlags, Vec<u8>)> {
        let mut reader = inotify::Reader::new(&self.notify, &mut self.space);
        let mut queue = Vec::new();
        while let Ok(event) = reader.next() {
            let name = event.file_name().map(|name| name.to_bytes().to_vec());
            queue.push((event.wd(), event.events(), name.unwrap_or_default()));
        }
        queue
    }

    fn change(&mut self, path: &Path, flags: ReadFlags) {
        if flags.intersects(ReadFlags::DELETE | ReadFlags::MOVED_FROM) {
            if self.known.remove(path).is_some() {
                self.record(path, "vanished", &Look::gone());
            }
            return;
        }
        let look = Look::at(path);
        if look.kind == "gone" && self.known.contains_key(path) {
            return;
        }
        let directory = look.kind == "directory";
        match self.known.insert(path.to_owned(), look.clone()) {
            // A directory's content may have been found before its news came, and a file looked at after several of its changes.
            Some(before) if before == look => {}
            Some(_) => self.record(path, "changed", &look),
            None => self.record(path, "appeared", &look),
        }
        if directory && flags.intersects(ReadFlags::CREATE | ReadFlags::MOVED_TO) {
            self.enter(path, true);
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
            let directory = look.kind == "directory";
            if self.known.insert(path.clone(), look.clone()).is_none() && new {
                self.record(&path, "appeared", &look);
            }
            if directory {
                self.enter(&path, new);
            }
        }
    }

    fn record(&mut self, path: &Path, change: &str, look: &Look) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        self.found.push(Event::Changed {
            path: path.display().to_string(),
            kind: look.kind.to_owned(),
            change: change.to_owned(),
            detail: look.detail.clone(),
        });
        if self.left == 0 {
            self.note("further changes in the sandbox are not recorded");
        }
    }
}

impl Tree {
    fn note(&mut self, text: &str) {
        let text = text.to_owned();
        self.found.push(Event::Note { text });
    }
}

/// What a path was like when it was looked at.
#[derive(Clone, Debug, PartialEq)]
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

    /// What was recorded of a tree while `work` was done in it.
    /// The second argument records something else, and with it what happened so far.
    fn seen(work: impl FnOnce(&Path, &dyn Fn())) -> Vec<(String, String, String)> {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("root");
        std::fs::create_dir_all(root.join("there")).unwrap();
        let stream = dir.path().join("stream");
        let recorder = Recorder::create(&stream, "subject").unwrap();
        let watch = TreeWatch::start(&root, &recorder).unwrap();
        work(&root, &|| recorder.note("meanwhile"));
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
        let seen = seen(|root, meanwhile| {
            let listener = std::os::unix::net::UnixListener::bind(root.join("there/s")).unwrap();
            drop(listener);
            meanwhile();
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
        let seen = seen(|root, meanwhile| {
            std::fs::write(root.join("f"), "x").unwrap();
            meanwhile();
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
            for number in 0..600 {
                std::fs::write(root.join(number.to_string()), "x").unwrap();
            }
        });
        assert_eq!(seen.len(), 500);
    }
}
