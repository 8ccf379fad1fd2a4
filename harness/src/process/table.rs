//! Questions to the process table that are the same on every platform.

use super::identity::Identity;
use super::platform;
use std::collections::BTreeMap;

/// All living descendants of `root`, without `root` itself. Zombies are dead and are left out.
#[must_use]
pub fn descendants(root: u32) -> Vec<Identity> {
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
