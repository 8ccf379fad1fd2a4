//! kqueue: the kernel says when a directory changes, and a thread looks at once.

use rustix::event::kqueue::{Event, EventFilter, EventFlags, VnodeEvents, kevent, kqueue};
use rustix::fd::{AsRawFd as _, OwnedFd};
use rustix::fs::{Mode, OFlags};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::thread::JoinHandle;

/// Sees which modes a path has from the moment it appears.
#[derive(Debug)]
pub struct ModeWatch {
    stop: Option<std::io::PipeWriter>,
    thread: Option<JoinHandle<Vec<u32>>>,
}

impl ModeWatch {
    /// Begins to watch a path that need not exist; its directory must.
    ///
    /// # Errors
    /// The system's own when the directory cannot be watched.
    pub fn start(path: &Path) -> std::io::Result<Self> {
        let Some(directory) = path.parent() else {
            return Err(std::io::Error::from(std::io::ErrorKind::InvalidInput));
        };
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let directory = rustix::fs::open(directory, flags, Mode::empty())?;
        let (waiting, stop) = std::io::pipe()?;
        let watched = Watched {
            queue: kqueue()?,
            directory,
            stop: waiting.into(),
        };
        watched.register()?;
        let path = path.to_owned();
        Ok(Self {
            stop: Some(stop),
            thread: Some(std::thread::spawn(move || watched.watch(&path))),
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

struct Watched {
    queue: OwnedFd,
    directory: OwnedFd,
    stop: OwnedFd,
}

impl Watched {
    /// A change of the directory, and the end of the pipe, which is the word to stop.
    fn register(&self) -> std::io::Result<()> {
        let changes = EventFilter::Vnode {
            vnode: self.directory.as_raw_fd(),
            flags: VnodeEvents::WRITE,
        };
        let filters = [changes, EventFilter::Read(self.stop.as_raw_fd())];
        let flags = EventFlags::ADD | EventFlags::CLEAR;
        let wanted = filters.map(|filter| Event::new(filter, flags, std::ptr::null_mut()));
        let mut nothing: [std::mem::MaybeUninit<Event>; 0] = [];
        // SAFETY: both descriptors live as long as the queue.
        unsafe { kevent(&self.queue, &wanted, &mut nothing, None) }?;
        Ok(())
    }

    fn watch(&self, path: &Path) -> Vec<u32> {
        let mut modes = Vec::new();
        loop {
            let mut space = [const { std::mem::MaybeUninit::uninit() }; 2];
            // SAFETY: nothing is registered.
            let Ok((news, _)) = (unsafe { kevent(&self.queue, &[], &mut space, None) }) else {
                continue;
            };
            let mode = path.symlink_metadata().map(|file| file.mode() & 0o7777);
            if let Some(mode) = mode.ok().filter(|mode| modes.last() != Some(mode)) {
                modes.push(mode);
            }
            let stopped = |event: &Event| matches!(event.filter(), EventFilter::Read(_));
            if news.iter().any(stopped) {
                return modes;
            }
        }
    }
}
