//! Reading manifests, and saying where and how one is wrong.

use super::error::ManifestError;
use super::manifest::Manifest;
use super::place::Place;
use super::{validate, wording};
use std::path::Path;
use toml::de::DeTable;

/// Reads and checks a manifest.
///
/// # Errors
/// [`ManifestError`] with the place of what is wrong.
pub fn load(path: &Path) -> Result<Manifest, ManifestError> {
    let text = std::fs::read_to_string(path).map_err(|source| ManifestError::Read {
        path: path.to_owned(),
        source,
    })?;
    parse(path, &text)
}

/// Checks a manifest's text; `path` is for errors.
///
/// # Errors
/// [`ManifestError`] with the place of what is wrong.
pub fn parse(path: &Path, text: &str) -> Result<Manifest, ManifestError> {
    let wrong = |place: Place, message: String| ManifestError::Wrong {
        path: path.to_owned(),
        line: place.line,
        column: place.column,
        message,
    };
    let start =
        |error: &toml::de::Error| Place::of_offset(text, error.span().map_or(0, |span| span.start));
    let document = DeTable::parse(text)
        .map_err(|error| wrong(start(&error), wording::of_syntax(error.message())))?;
    let mut manifest: Manifest = toml::from_str(text)
        .map_err(|error| wrong(start(&error), wording::of_form(error.message())))?;
    validate::check(&manifest).map_err(|fault| {
        let place = Place::of_key(text, &document, &fault.key);
        wrong(place, format!("`{}`: {}", fault.key, fault.message))
    })?;
    let line = |key: String| Place::of_key(text, &document, &key).line;
    for (index, entry) in manifest.expected.iter_mut().enumerate() {
        entry.line = line(format!("expected[{index}]"));
    }
    for (index, entry) in manifest.quarantine.iter_mut().enumerate() {
        entry.line = line(format!("quarantine[{index}]"));
    }
    Ok(manifest)
}
