//! The keeper's news of forks, where it needs them: on macOS a process that its maker did not outlive can be told only by who
//! has seen that maker.

#[cfg(target_os = "macos")]
pub(super) use kqueue::Forks;
#[cfg(not(target_os = "macos"))]
pub(super) use none::Forks;

#[cfg(not(target_os = "macos"))]
mod none {
    use crate::sweep::Sweep;

    /// No news: the sweep goes by other signs.
    #[derive(Debug)]
    pub(in crate::process) enum Forks {}

    impl Forks {
        pub(in crate::process) const fn start(_: &mut Sweep) -> Option<Self> {
            None
        }

        pub(in crate::process) const fn follow(&mut self) {
            match *self {}
        }

        pub(in crate::process) const fn descriptor(&self) -> libc::c_int {
            match *self {}
        }
    }
}

#[cfg(target_os = "macos")]
mod kqueue {
    use crate::sweep::{Look, Sweep};
    use rustix::event::kqueue::{Event, EventFilter, EventFlags, ProcessEvents, kevent, kqueue};
    use rustix::fd::{AsRawFd as _, OwnedFd};
    use std::time::Duration;

    /// So often it looks at a time: who forks without end must not keep the keeper from hearing the harness.
    const MOST_LOOKS: u32 = 16;

    /// A queue that tells when one of those that belong forks. The kernel follows nobody into a fork by itself (`NOTE_TRACK` is
    /// refused), so each fork is a reason to look who is new, and to ask for news of that one too.
    #[derive(Debug)]
    pub(in crate::process) struct Forks<'a> {
        queue: OwnedFd,
        sweep: &'a mut Sweep,
        begun: bool,
    }

    impl<'a> Forks<'a> {
        /// Begins with those that are there at the first [`Forks::follow`]. `None` if there is no queue to be had: the sweep
        /// goes by other signs then.
        pub(in crate::process) fn start(sweep: &'a mut Sweep) -> Option<Self> {
            let queue = kqueue().ok()?;
            Some(Self {
                queue,
                sweep,
                begun: false,
            })
        }

        /// Takes the news, and looks around if there are any, until a look finds nobody new: who forked before being asked about
        /// gave no news of it.
        pub(in crate::process) fn follow(&mut self) {
            let mut new = !self.begun;
            self.begun = true;
            for _ in 0..MOST_LOOKS {
                if !self.has_news() && !new {
                    return;
                }
                new = self.sweep.look(Look::Lineage) > 0;
                for (pid, _) in self.sweep.kin() {
                    if let Some(pid) = rustix::process::Pid::from_raw(pid) {
                        ask(&self.queue, pid);
                    }
                }
            }
        }

        pub(in crate::process) fn descriptor(&self) -> libc::c_int {
            self.queue.as_raw_fd()
        }

        fn has_news(&self) -> bool {
            let mut space = [const { std::mem::MaybeUninit::uninit() }; 32];
            // SAFETY: nothing is registered.
            let taken = unsafe { kevent(&self.queue, &[], &mut space, Some(Duration::ZERO)) };
            taken.is_ok_and(|(news, _)| !news.is_empty())
        }
    }

    /// To ask for the same again changes nothing. One that has ended by now has no news.
    fn ask(queue: &OwnedFd, pid: rustix::process::Pid) {
        let filter = EventFilter::Proc {
            pid,
            flags: ProcessEvents::FORK,
        };
        let wanted = [Event::new(
            filter,
            EventFlags::ADD | EventFlags::CLEAR,
            std::ptr::null_mut(),
        )];
        let mut nothing: [std::mem::MaybeUninit<Event>; 0] = [];
        // SAFETY: the filter names no descriptor.
        let _ = unsafe { kevent(queue, &wanted, &mut nothing, Some(Duration::ZERO)) };
    }
}
