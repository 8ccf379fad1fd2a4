//! The keeper's news of those that belong, where it needs them: on macOS a process that its maker did not outlive can be told only by
//! who has seen that maker, and one whose parent was killed ends as nobody's child here.

#[cfg(target_os = "macos")]
pub(super) use kqueue::News;
#[cfg(not(target_os = "macos"))]
pub(super) use none::News;

#[cfg(not(target_os = "macos"))]
mod none {
    use crate::sweep::Sweep;

    /// No news: the sweep goes by other signs, and a subreaper hears of every end.
    #[derive(Debug)]
    pub(in crate::process) enum News {}

    impl News {
        pub(in crate::process) const fn start() -> Option<Self> {
            None
        }

        pub(in crate::process) fn follow(&mut self, _: &mut Sweep, _: impl FnMut(i32, i32)) {
            match *self {}
        }

        pub(in crate::process) fn ends(&mut self, _: impl FnMut(i32, i32)) {
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

    /// A queue that tells when one of those that belong forks or ends. The kernel follows nobody into a fork by itself (`NOTE_TRACK` is
    /// refused), so each fork is a reason to look who is new, and to ask for news of that one too.
    #[derive(Debug)]
    pub(in crate::process) struct News {
        queue: OwnedFd,
        begun: bool,
    }

    impl News {
        /// Begins with those that are there at the first [`News::follow`]. `None` if there is no queue to be had: the sweep
        /// goes by other signs then, and the end of one whose launcher was killed is not heard.
        pub(in crate::process) fn start() -> Option<Self> {
            let queue = kqueue().ok()?;
            Some(Self {
                queue,
                begun: false,
            })
        }

        /// Takes the news, and looks around if there are any, until a look finds nobody new: who forked before being asked about
        /// gave no news of it. `ended` is told each pid that ended, and how, as `waitpid` would; also of a child of the keeper.
        pub(in crate::process) fn follow(
            &mut self,
            sweep: &mut Sweep,
            mut ended: impl FnMut(i32, i32),
        ) {
            let mut new = !self.begun;
            self.begun = true;
            for _ in 0..MOST_LOOKS {
                if !self.take(&mut ended) && !new {
                    return;
                }
                new = sweep.look(Look::Lineage) > 0;
                for (pid, _) in sweep.kin() {
                    if let Some(pid) = rustix::process::Pid::from_raw(pid) {
                        ask(&self.queue, pid);
                    }
                }
            }
        }

        /// Takes what news there are, for the ends among them alone.
        pub(in crate::process) fn ends(&mut self, mut ended: impl FnMut(i32, i32)) {
            while self.take(&mut ended) {}
        }

        pub(in crate::process) fn descriptor(&self) -> libc::c_int {
            self.queue.as_raw_fd()
        }

        /// Whether there were any.
        fn take(&mut self, ended: &mut impl FnMut(i32, i32)) -> bool {
            let mut space = [const { std::mem::MaybeUninit::uninit() }; 32];
            // SAFETY: nothing is registered.
            let taken = unsafe { kevent(&self.queue, &[], &mut space, Some(Duration::ZERO)) };
            let Ok((news, _)) = taken else { return false };
            for event in &*news {
                if let EventFilter::Proc { pid, flags } = event.filter()
                    && flags.contains(ProcessEvents::EXIT)
                {
                    // `proc_exit` passes the low 16 bits of the wait status along.
                    let status = i32::try_from(event.data() & 0xffff).unwrap_or(0);
                    ended(pid.as_raw_nonzero().get(), status);
                }
            }
            !news.is_empty()
        }
    }

    /// To ask for the same again changes nothing. One that has ended by now has no news. How it ended the kernel tells whoever may
    /// signal it (XNU's `filt_procattach`).
    fn ask(queue: &OwnedFd, pid: rustix::process::Pid) {
        let status = ProcessEvents::from_bits_retain(libc::NOTE_EXITSTATUS);
        let filter = EventFilter::Proc {
            pid,
            flags: ProcessEvents::FORK | ProcessEvents::EXIT | status,
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
