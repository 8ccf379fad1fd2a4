//! Questions to the process table that are the same on every platform.

use super::identity::Identity;
use super::platform;
use std::collections::BTreeMap;

/// All living descendants of `root`, without `root` itself. Zombies are dead and are left out.
///
/// Asked of the kernel's list of children where there is one: a walk over the whole table costs a thousand times as much.
#[must_use]
pub fn descendants(root: u32) -> Vec<Identity> {
    let mut found = Vec::new();
    let mut parents = vec![root];
    while let Some(parent) = parents.pop() {
        let Some(children) = platform::children(parent) else {
            return descendants_by_walk(root);
        };
        for (pid, entry) in children {
            parents.push(pid);
            if !entry.zombie {
                found.push(Identity::new(pid, entry.started));
            }
        }
    }
    found
}

/// The same from one look at the whole table.
fn descendants_by_walk(root: u32) -> Vec<Identity> {
    let mut children: BTreeMap<u32, Vec<Identity>> = BTreeMap::new();
    for (pid, entry) in platform::rows() {
        if !entry.zombie {
            children
                .entry(entry.parent)
                .or_default()
                .push(Identity::new(pid, entry.started));
        }
    }
    let mut found = Vec::new();
    let mut parents = vec![root];
    while let Some(parent) = parents.pop() {
        for child in children.remove(&parent).unwrap_or_default() {
            parents.push(child.pid());
            found.push(child);
        }
    }
    found
}

/// The pid of a process's parent.
#[must_use]
pub fn parent(pid: u32) -> Option<u32> {
    platform::entry(pid).map(|entry| entry.parent)
}

/// The command line of a process as the system shows it, for evidence.
#[must_use]
pub fn command_line(pid: u32) -> Option<String> {
    platform::command_line(pid)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Other tests have children too, where all run in one process.
    #[test]
    fn both_ways_find_the_same() {
        let mut child = std::process::Command::new("sh")
            .args(["-c", "sh -c 'sleep 600 & wait' & wait"])
            .spawn()
            .unwrap();
        while descendants(child.id()).len() < 2 {
            std::thread::yield_now();
        }
        let sorted = |mut found: Vec<Identity>| {
            found.sort();
            found
        };
        let found = sorted(descendants(child.id()));
        assert_eq!(found, sorted(descendants_by_walk(child.id())));
        child.kill().unwrap();
        child.wait().unwrap();
        for one in found {
            let pid = rustix::process::Pid::from_raw(i32::try_from(one.pid()).unwrap()).unwrap();
            // The one waits for the other, and may have ended with it.
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        }
    }
}
