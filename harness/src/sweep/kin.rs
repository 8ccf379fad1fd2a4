//! Who belongs to a target, told from a table of processes: a decision and no system call, the same on every platform.

/// One process as a sweep sees it. Who has ended is not in a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) pid: i32,
    /// When it started, in the platform's own unit; see `Identity::started`.
    pub(super) started: u64,
    /// A number that no other process has had or will have until the machine starts again.
    pub(super) id: u64,
    /// The number of the process that made it, which stays when that one ends; 0 where the system does not tell.
    pub(super) maker: u64,
    pub(super) parent: i32,
    pub(super) session: i32,
    /// Its environment holds the tag. An empty or hidden environment says nothing against it.
    pub(super) tagged: bool,
    pub(super) kin: bool,
}

/// Numbers of processes that were once found to belong. A fixed room, so that a fork may use it: when it is full the oldest is
/// forgotten.
#[derive(Debug)]
pub(super) struct Known {
    ids: Vec<u64>,
    room: usize,
}

impl Known {
    pub(super) fn with_room(room: usize) -> Self {
        Self {
            ids: Vec::with_capacity(room),
            room,
        }
    }

    /// `true` if it was not known before.
    pub(super) fn add(&mut self, id: u64) -> bool {
        let Err(at) = self.ids.binary_search(&id) else {
            return false;
        };
        if self.ids.len() < self.room {
            self.ids.insert(at, id);
        } else if at > 0 {
            self.ids.copy_within(1..at, 0);
            if let Some(slot) = self.ids.get_mut(at - 1) {
                *slot = id;
            }
        }
        true
    }

    pub(super) fn has(&self, id: u64) -> bool {
        self.ids.binary_search(&id).is_ok()
    }
}

/// Marks the rows of those that belong and takes note of them. `root` is the process below which they were started, by pid
/// and number; it does not belong itself. Rows must be sorted by pid.
///
/// Any of these is enough: the tag; to have been found before; to have been made by one that was; to be in the session of the root
/// or of one that belongs; to be a child of one of these. Says how many were not known before.
pub(super) fn mark(rows: &mut [Row], known: &mut Known, root: Option<(i32, u64)>) -> usize {
    let mut new = 0;
    // A root that is not in the table has ended, and its pid may be somebody else's by now.
    let root = root.filter(|(pid, id)| find(rows, *pid).is_some_and(|row| row.id == *id));
    loop {
        let mut found = false;
        for at in 0..rows.len() {
            let Some(row) = rows.get(at).copied() else {
                continue;
            };
            if row.kin || root.is_some_and(|(pid, _)| pid == row.pid) || row.pid <= 1 {
                continue;
            }
            if belongs(row, rows, known, root) {
                new += usize::from(known.add(row.id));
                if let Some(row) = rows.get_mut(at) {
                    row.kin = true;
                }
                found = true;
            }
        }
        if !found {
            return new;
        }
    }
}

fn belongs(row: Row, rows: &[Row], known: &Known, root: Option<(i32, u64)>) -> bool {
    let of_root =
        |(pid, id)| row.session == pid || row.parent == pid || (row.maker != 0 && row.maker == id);
    // A row that is older than its parent's has a parent that ended while the table was read, and whose pid was given away.
    let of_kin =
        |pid| find(rows, pid).is_some_and(|other| other.kin && other.started <= row.started);
    row.tagged
        || known.has(row.id)
        || (row.maker != 0 && known.has(row.maker))
        || root.is_some_and(of_root)
        || of_kin(row.parent)
        || (row.session != row.pid && of_kin(row.session))
}

fn find(rows: &[Row], pid: i32) -> Option<&Row> {
    let at = rows.binary_search_by_key(&pid, |row| row.pid).ok()?;
    rows.get(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ROOT: Option<(i32, u64)> = Some((10, 1000));

    /// A process that has nothing to do with any other.
    fn row(pid: i32) -> Row {
        Row {
            pid,
            started: pid.unsigned_abs().into(),
            id: u64::from(pid.unsigned_abs()) * 100,
            maker: 100,
            parent: 1,
            session: pid,
            ..Row::default()
        }
    }

    fn kin(rows: &[Row], known: &mut Known) -> Vec<i32> {
        let mut rows = rows.to_vec();
        rows.push(row(1));
        rows.push(row(10));
        rows.sort_unstable_by_key(|row| row.pid);
        mark(&mut rows, known, ROOT);
        rows.iter()
            .filter(|row| row.kin)
            .map(|row| row.pid)
            .collect()
    }

    fn kin_at_first(rows: &[Row]) -> Vec<i32> {
        kin(rows, &mut Known::with_room(8))
    }

    #[test]
    fn strangers_are_left_alone() {
        assert!(kin_at_first(&[row(20), row(30)]).is_empty());
    }

    #[test]
    fn each_sign_is_enough() {
        let tagged = Row {
            tagged: true,
            ..row(20)
        };
        let in_session = Row {
            session: 10,
            ..row(21)
        };
        let child = Row {
            parent: 10,
            ..row(22)
        };
        let made = Row {
            maker: 1000,
            ..row(23)
        };
        assert_eq!(
            kin_at_first(&[tagged, in_session, child, made, row(24)]),
            [20, 21, 22, 23]
        );
    }

    /// Whatever the order of pids, which wrap.
    #[test]
    fn a_line_is_followed_to_its_end() {
        let rows = [
            Row {
                parent: 30,
                started: 99,
                ..row(20)
            },
            Row {
                parent: 40,
                ..row(30)
            },
            Row {
                tagged: true,
                started: 5,
                ..row(40)
            },
        ];
        assert_eq!(kin_at_first(&rows), [20, 30, 40]);
    }

    #[test]
    fn a_session_belongs_with_its_leader() {
        let leader = Row {
            tagged: true,
            ..row(20)
        };
        let member = Row {
            session: 20,
            ..row(30)
        };
        assert_eq!(kin_at_first(&[leader, member]), [20, 30]);
    }

    #[test]
    fn who_is_older_than_its_parent_has_another() {
        let parent = Row {
            tagged: true,
            started: 50,
            ..row(20)
        };
        let child = Row {
            parent: 20,
            started: 40,
            ..row(30)
        };
        assert_eq!(kin_at_first(&[parent, child]), [20]);
    }

    /// A double fork: nothing but the maker ties it, and that one is dead.
    #[test]
    fn what_a_dead_one_made_belongs_if_that_one_was_seen() {
        let mut known = Known::with_room(8);
        let between = Row {
            parent: 10,
            ..row(20)
        };
        assert_eq!(kin(&[between], &mut known), [20]);
        let stray = Row {
            maker: between.id,
            ..row(30)
        };
        assert_eq!(kin(&[stray], &mut known), [30]);
        assert!(kin_at_first(&[stray]).is_empty(), "nobody saw its maker");
    }

    #[test]
    fn who_was_found_once_stays_found_but_not_who_has_its_pid_later() {
        let mut known = Known::with_room(8);
        let tagged = Row {
            tagged: true,
            ..row(20)
        };
        assert_eq!(kin(&[tagged], &mut known), [20]);
        assert_eq!(kin(&[row(20)], &mut known), [20]);
        let later = Row { id: 77, ..row(20) };
        assert!(kin(&[later], &mut known).is_empty());
    }

    #[test]
    fn a_root_that_is_gone_ties_nobody() {
        let child = Row {
            parent: 10,
            session: 10,
            ..row(20)
        };
        let mut rows = [
            Row {
                id: 1001,
                ..row(10)
            },
            child,
        ];
        mark(&mut rows, &mut Known::with_room(8), ROOT);
        assert!(
            rows.iter().all(|row| !row.kin),
            "its pid is somebody else's"
        );
        let mut rows = [child];
        mark(&mut rows, &mut Known::with_room(8), ROOT);
        assert!(rows.iter().all(|row| !row.kin));
    }

    #[test]
    fn only_who_was_not_known_is_new() {
        let (mut known, mut rows) = (Known::with_room(8), [row(20), row(30)]);
        rows.iter_mut().for_each(|row| row.tagged = true);
        assert_eq!(mark(&mut rows, &mut known, None), 2);
        rows.iter_mut().for_each(|row| row.kin = false);
        assert_eq!(mark(&mut rows, &mut known, None), 0);
    }

    #[test]
    fn neither_the_root_nor_the_first_process_belongs() {
        let first = Row {
            tagged: true,
            ..row(1)
        };
        let root = Row {
            tagged: true,
            ..row(10)
        };
        let mut rows = [first, root];
        mark(&mut rows, &mut Known::with_room(8), ROOT);
        assert!(rows.iter().all(|row| !row.kin));
    }

    #[test]
    fn without_an_answer_about_makers_nobody_is_made_by_a_known_one() {
        let mut known = Known::with_room(8);
        known.add(0);
        let unknown = Row {
            maker: 0,
            ..row(20)
        };
        assert!(kin(&[unknown], &mut known).is_empty());
    }

    #[test]
    fn a_full_memory_forgets_the_oldest() {
        let mut known = Known::with_room(2);
        assert!(known.add(5) && known.add(7) && !known.add(7) && known.add(9));
        assert!(!known.has(5) && known.has(7) && known.has(9));
        assert!(known.add(8));
        assert!(!known.has(7) && known.has(8) && known.has(9));
    }

    proptest! {
        /// Those who show no sign, in a table where nobody does, are never chosen, whatever the ties among them.
        #[test]
        fn nobody_is_chosen_without_a_sign(ties in proptest::collection::vec((11..60_i32, 11..60_i32, 11..60_i32), 0..30)) {
            let mut rows: Vec<Row> = ties
                .into_iter()
                .map(|(pid, parent, session)| Row { parent, session, ..row(pid) })
                .collect();
            rows.sort_unstable_by_key(|row| row.pid);
            rows.dedup_by_key(|row| row.pid);
            prop_assert!(kin_at_first(&rows).is_empty());
        }

        #[test]
        fn a_memory_never_grows_beyond_its_room(ids in proptest::collection::vec(any::<u64>(), 0..40)) {
            let mut known = Known::with_room(7);
            for id in ids {
                known.add(id);
                prop_assert!(known.ids.len() <= 7 && known.ids.is_sorted());
            }
        }
    }
}
