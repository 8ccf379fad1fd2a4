//! What appears, changes and vanishes in a tree, as evidence.
//!
//! The tree is looked through before an event is recorded, so that what is found is in its place among all that happened. The system's own
//! notifications would miss nothing, but closing an inotify instance takes 10 milliseconds and more, as long as many a case.

use crate::events::{Event, Recorder, Source};
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// Most changes that are recorded of one tree.
const MOST_CHANGES: u32 = 500;
/// Most paths that are looked at; a tree that holds more is no longer watched.
const MOST_PATHS: usize = 400;
/// A look is followed by a pause of this many times what it took, so that looks cost a fortieth of the time.
const PAUSE: u32 = 40;

/// Records what appears, changes and vanishes below a directory, until it is dropped.
#[derive(Debug)]
pub struct TreeWatch(Recorder);

impl TreeWatch {
    /// Begins to watch. What is there already is taken as it is. A recorder has one watch at a time.
    #[must_use]
    pub fn start(root: &Path, recorder: &Recorder) -> Self {
        let known = paths(root).unwrap_or_default();
        recorder.attend(Box::new(Tree {
            root: root.to_owned(),
            known,
            left: MOST_CHANGES,
            rested: None,
        }));
        Self(recorder.clone())
    }
}

impl Drop for TreeWatch {
    fn drop(&mut self) {
        self.0.attend_no_more();
    }
}

#[derive(Debug)]
struct Tree {
    root: PathBuf,
    /// What was there at the last look, and what it was like.
    known: BTreeMap<PathBuf, Look>,
    left: u32,
    /// When the pause after the last look is over.
    rested: Option<Instant>,
}

impl Source for Tree {
    fn meanwhile(&mut self, before: Option<&Event>) -> Vec<Event> {
        // What the life of a process is told by is worth a look in any case; there are few of these.
        let telling = |event: &Event| match event {
            Event::Reached { stage, .. } => stage == "address present",
            Event::Signalled { .. } | Event::Exited { .. } => true,
            _ => false,
        };
        let rested = self.rested.is_none_or(|rested| Instant::now() >= rested);
        if self.left == 0 || !(rested || before.is_none_or(telling)) {
            return Vec::new();
        }
        let began = Instant::now();
        let found = self.look();
        self.rested = Some(Instant::now() + began.elapsed().max(Duration::from_micros(50)) * PAUSE);
        found
    }
}

impl Tree {
    fn look(&mut self) -> Vec<Event> {
        let Some(now) = paths(&self.root) else {
            self.left = 0;
            let text = format!(
                "the sandbox holds more than {MOST_PATHS} paths: further changes are not recorded"
            );
            return vec![Event::Note { text }];
        };
        let before = std::mem::replace(&mut self.known, now);
        let mut changes = Vec::new();
        for (path, look) in &before {
            if !self.known.contains_key(path) {
                changes.push(change(path, "vanished", look, false));
            }
        }
        for (path, look) in &self.known {
            match before.get(path) {
                None => changes.push(change(path, "appeared", look, true)),
                Some(before) if before != look => changes.push(change(path, "changed", look, true)),
                Some(_) => {}
            }
        }
        let room = usize::try_from(self.left).unwrap_or(usize::MAX);
        if changes.len() > room {
            changes.truncate(room);
        }
        self.left -= u32::try_from(changes.len()).unwrap_or(self.left);
        if self.left == 0 {
            let text = "further changes in the sandbox are not recorded".to_owned();
            changes.push(Event::Note { text });
        }
        changes
    }
}

fn change(path: &Path, change: &str, look: &Look, there: bool) -> Event {
    Event::Changed {
        path: path.display().to_string(),
        kind: look.kind.to_owned(),
        change: change.to_owned(),
        detail: there.then(|| look.words()),
    }
}

/// All that is below a directory, if it is not too much. What goes while it is looked at is as if it had gone before.
fn paths(root: &Path) -> Option<BTreeMap<PathBuf, Look>> {
    let mut found = BTreeMap::new();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        for row in std::fs::read_dir(directory).into_iter().flatten().flatten() {
            let Ok(metadata) = row.metadata() else {
                continue;
            };
            if found.len() >= MOST_PATHS {
                return None;
            }
            if metadata.is_dir() {
                directories.push(row.path());
            }
            found.insert(row.path(), Look::of(&metadata));
        }
    }
    Some(found)
}

/// What a path was like when it was looked at.
#[derive(Debug, PartialEq)]
struct Look {
    kind: &'static str,
    length: u64,
    /// When its content was changed, of a file. A directory changes with what is in it, which is told by itself.
    modified: Option<SystemTime>,
    mode: Option<u32>,
    inode: Option<u64>,
}

impl Look {
    fn of(metadata: &Metadata) -> Self {
        let kind = kind(metadata);
        let file = kind == "file";
        Self {
            kind,
            length: if file { metadata.len() } else { 0 },
            modified: metadata.modified().ok().filter(|_| file),
            mode: mode(metadata),
            inode: inode(metadata),
        }
    }

    fn words(&self) -> String {
        let mut words = self.kind.to_owned();
        if let Some(mode) = self.mode {
            words += &format!(", mode {mode:04o}");
        }
        if self.kind == "file" {
            words += &format!(", {} bytes", self.length);
        }
        if let Some(inode) = self.inode {
            words += &format!(", inode {inode}");
        }
        words
    }
}

fn kind(metadata: &Metadata) -> &'static str {
    let form = metadata.file_type();
    if form.is_dir() {
        "directory"
    } else if form.is_symlink() {
        "link"
    } else if form.is_file() {
        "file"
    } else if is_socket(metadata) {
        "socket"
    } else {
        "other"
    }
}

#[cfg(unix)]
fn is_socket(metadata: &Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_socket(&metadata.file_type())
}

#[cfg(unix)]
fn mode(metadata: &Metadata) -> Option<u32> {
    Some(std::os::unix::fs::MetadataExt::mode(metadata) & 0o7777)
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> Option<u64> {
    Some(std::os::unix::fs::MetadataExt::ino(metadata))
}

/// A socket is a reparse point there, which the standard library does not tell from others.
#[cfg(not(unix))]
const fn is_socket(_: &Metadata) -> bool {
    false
}

#[cfg(not(unix))]
const fn mode(_: &Metadata) -> Option<u32> {
    None
}

#[cfg(not(unix))]
const fn inode(_: &Metadata) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::read;

    /// What was recorded of a tree while `work` was done in it. The second argument records something that calls for a look.
    fn seen(work: impl FnOnce(&Path, &dyn Fn())) -> Vec<(String, String, String)> {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("root");
        std::fs::create_dir_all(root.join("there")).unwrap();
        let stream = dir.path().join("stream");
        let recorder = Recorder::create(&stream, "subject").unwrap();
        let watch = TreeWatch::start(&root, &recorder);
        work(&root, &|| {
            recorder.record(Event::exited("backend-1", "exit code 0"));
        });
        drop(watch);
        let own = |entry: crate::events::Entry| match entry.event {
            Event::Changed {
                path, kind, change, ..
            } => {
                let path = Path::new(&path).strip_prefix(&root).unwrap();
                Some((path.display().to_string(), kind, change))
            }
            _ => None,
        };
        let entries = read(&stream).unwrap();
        entries.into_iter().filter_map(own).collect()
    }

    fn has(seen: &[(String, String, String)], path: &str, kind: &str, change: &str) -> bool {
        let one = |one: &(String, String, String)| (one.0 == path, one.1 == kind, one.2 == change);
        seen.iter().any(|each| one(each) == (true, true, true))
    }

    #[cfg(unix)]
    #[test]
    fn a_socket_appears_and_vanishes() {
        let seen = seen(|root, look| {
            drop(std::os::unix::net::UnixListener::bind(root.join("there/s")).unwrap());
            look();
            std::fs::remove_file(root.join("there/s")).unwrap();
        });
        assert!(has(&seen, "there/s", "socket", "appeared"), "{seen:?}");
        assert!(has(&seen, "there/s", "socket", "vanished"), "{seen:?}");
    }

    #[test]
    fn what_was_there_before_is_no_news() {
        assert!(seen(|_, look| look()).is_empty());
    }

    #[test]
    fn a_file_that_another_is_renamed_over_has_changed() {
        let seen = seen(|root, look| {
            std::fs::write(root.join("f"), "x").unwrap();
            look();
            std::fs::write(root.join("new"), "yy").unwrap();
            std::fs::rename(root.join("new"), root.join("f")).unwrap();
        });
        assert!(
            has(&seen, "f", "file", "appeared") && has(&seen, "f", "file", "changed"),
            "{seen:?}"
        );
        assert_eq!(seen.len(), 2);
    }

    #[test]
    fn too_many_changes_are_told_and_not_recorded() {
        let seen = seen(|root, look| {
            for number in 0..300 {
                std::fs::write(root.join(number.to_string()), "x").unwrap();
            }
            look();
            for number in 0..300 {
                std::fs::remove_file(root.join(number.to_string())).unwrap();
            }
        });
        assert_eq!(seen.len(), 500);
    }
}
