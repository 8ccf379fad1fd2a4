//! Reading the manifest of the real backend that a client's manifest names.

use super::error::ManifestError;
use super::load::load;
use super::manifest::{Manifest, Role};
use super::place::Place;
use std::path::{Path, PathBuf};
use toml::de::DeTable;

/// The key under which a client's manifest names it.
const KEY: &str = "pair.manifest";

/// Reads the manifest that `[pair]` names, and says where it lies; `None` where there is no `[pair]`. `path` is that of the
/// client's manifest, which the other is relative to.
///
/// # Errors
/// [`ManifestError`] at that key when it cannot be read or is no backend's, or in the other file when that is wrong in itself.
pub fn load_pair(
    path: &Path,
    manifest: &Manifest,
) -> Result<Option<(PathBuf, Manifest)>, ManifestError> {
    let Some(pair) = &manifest.pair else {
        return Ok(None);
    };
    let other = path.parent().unwrap_or(Path::new("")).join(&pair.manifest);
    let fault = |what: String| wrong(path, format!("`{KEY}`: {what}"));
    let named = other.display();
    match load(&other) {
        Ok(backend) if backend.target.role == Role::Backend => Ok(Some((other, backend))),
        Ok(no_backend) => Err(fault(format!(
            "{named} is the manifest of a {}; name that of the backend which this client launches",
            no_backend.target.role
        ))),
        Err(ManifestError::Read { source, .. }) => Err(fault(format!(
            "{named} could not be read: {source}; name the manifest of its real backend, relative to this file"
        ))),
        Err(error) => Err(error),
    }
}

/// The fault with its place in the client's manifest, which has been read before.
fn wrong(path: &Path, message: String) -> ManifestError {
    let path = path.to_owned();
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(source) => return ManifestError::Read { path, source },
    };
    let place = match DeTable::parse(&text) {
        Ok(document) => Place::of_key(&text, &document, KEY),
        Err(_) => Place::of_offset(&text, 0),
    };
    ManifestError::Wrong {
        path,
        line: place.line,
        column: place.column,
        message,
    }
}
