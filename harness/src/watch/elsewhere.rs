//! Systems whose notifications come too late to see a first mode: cases that need it are gated by platform.

use std::path::Path;

/// Sees which modes a path has from the moment it appears.
#[derive(Debug)]
pub struct ModeWatch(());

impl ModeWatch {
    /// Begins to watch a path; here it never can.
    ///
    /// # Errors
    /// Always `Unsupported`.
    pub fn start(_: &Path) -> std::io::Result<Self> {
        Err(std::io::Error::from(std::io::ErrorKind::Unsupported))
    }

    /// Ends the watch and yields the permission bits that were seen.
    #[must_use]
    pub fn seen(self) -> Vec<u32> {
        Vec::new()
    }
}
