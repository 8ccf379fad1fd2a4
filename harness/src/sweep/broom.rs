//! One sweep: its memory, laid out before a fork, and its rounds of looking and killing.

use super::kin::{self, Known, Row};
use super::platform;
use super::tag::Tag;
use std::time::{Duration, Instant};

/// So many processes it can see at once; a machine with more of them is told as one where nothing is sure.
const MOST_PROCESSES: usize = 16 * 1024;
/// The system's own bound to arguments and environment on macOS, which refuses a larger buffer; what Linux allows beyond it is not read.
const LONGEST_ENVIRONMENT: usize = 1024 * 1024;
/// So many past members are remembered.
const MOST_KNOWN: usize = 64 * 1024;
/// Longest wait for the end of one that was killed, before the table is read again.
const STEP: Duration = Duration::from_millis(20);

/// What a look has to find out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// Everything, also who carries the tag.
    Whole,
    /// Who was made by whom, which costs a small part of that.
    #[cfg_attr(
        not(target_os = "macos"),
        expect(dead_code, reason = "only there a fork is news that a keeper hears")
    )]
    Lineage,
}

/// The memory of a sweep. Its pages are not touched before they are needed.
#[derive(Debug)]
pub(crate) struct Sweep {
    tag: Tag,
    root: Option<(i32, u64)>,
    rows: Vec<Row>,
    buffer: Vec<u8>,
    known: Known,
    whole_table: bool,
}

impl Sweep {
    pub(crate) fn new(tag: Tag) -> Self {
        Self {
            tag,
            root: None,
            rows: Vec::with_capacity(MOST_PROCESSES),
            buffer: vec![0; LONGEST_ENVIRONMENT],
            known: Known::with_room(MOST_KNOWN),
            whole_table: false,
        }
    }

    /// From now on what stems from this living process belongs too, itself left out.
    pub(crate) fn below(&mut self, root: i32) {
        self.root = platform::row(root).map(|row| (root, row.id));
    }

    /// Reads the table and tells who belongs, and how many of them are new.
    pub(crate) fn look(&mut self, look: Look) -> usize {
        self.rows.clear();
        let (rows, buffer) = (&mut self.rows, &mut self.buffer);
        let me = rustix::process::getpid().as_raw_nonzero().get();
        self.whole_table = platform::each_pid(buffer, &mut |pid, buffer| {
            if rows.len() == rows.capacity() {
                return false;
            }
            if let Some(mut row) = platform::row(pid) {
                row.tagged =
                    look == Look::Whole && pid != me && platform::has_tag(pid, &self.tag, buffer);
                rows.push(row);
            }
            true
        });
        self.rows.sort_unstable_by_key(|row| row.pid);
        // A pid may be told twice when its process ends and another begins meanwhile.
        self.rows.dedup_by_key(|row| row.pid);
        kin::mark(&mut self.rows, &mut self.known, self.root)
    }

    /// Who belonged at the last look: pid and start.
    pub(crate) fn kin(&self) -> impl Iterator<Item = (i32, u64)> {
        self.rows
            .iter()
            .filter(|row| row.kin)
            .map(|row| (row.pid, row.started))
    }

    /// Kills those that belong until there are none, and says how often it had to. `None` when there still are some after this
    /// time. `between` is called after each round.
    pub(crate) fn until_none(
        &mut self,
        within: Duration,
        mut between: impl FnMut(),
    ) -> Option<i32> {
        let started = Instant::now();
        let mut killed = 0;
        loop {
            self.look(Look::Whole);
            let mut last = None;
            for row in self.rows.iter().filter(|row| row.kin) {
                killed += i32::from(platform::kill(row));
                last = Some(row);
            }
            match last {
                None if self.whole_table => return Some(killed),
                _ if started.elapsed() >= within => return None,
                Some(row) => platform::wait_for_end(row.pid, STEP),
                None => {}
            }
            between();
        }
    }
}
