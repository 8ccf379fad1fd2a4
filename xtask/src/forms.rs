//! A run's findings in other forms, each for programs that read such and nothing else.

pub(crate) mod badge;
pub(crate) mod tap;

use crate::summary::Summary;
use anyhow::{Context as _, Result};
use std::path::Path;

/// Writes them all beside the summary.
pub(crate) fn write(summary: &Summary, directory: &Path) -> Result<()> {
    let badge = badge::Badge::of(summary);
    for (name, text) in [
        (tap::NAME, tap::text(summary)),
        (badge::JSON_NAME, badge.json()?),
        (badge::SVG_NAME, badge.svg()),
    ] {
        let path = directory.join(name);
        std::fs::write(&path, text)
            .with_context(|| format!("{} could not be written", path.display()))?;
    }
    Ok(())
}
