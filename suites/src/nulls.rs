//! Manifests of the null targets: a reference's own, with all its claims, and another program behind it.

use crate::{proving, targets};
use fixtures::nulls::{ClientKind, Kind};
use std::path::{Path, PathBuf};

/// A null target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Null {
    /// The id of the target whose place it takes, and on which its cases are proved.
    pub stands_for: String,
    /// Its name, with that id where it is not the reference backend's.
    pub name: String,
    /// The manifest's file.
    pub path: PathBuf,
}

/// Writes the manifests of all null targets into a directory: each kind in the place of each target on which cases are proved.
///
/// # Errors
/// A sentence when a manifest is not as this expects, or a file cannot be written.
pub fn write(directory: &Path) -> Result<Vec<Null>, String> {
    let mut nulls = Vec::new();
    for path in proving::provable() {
        let id = path.file_stem().unwrap_or_default().to_string_lossy();
        if id.ends_with("client") {
            for kind in ClientKind::ALL {
                nulls.push(client_for(directory, &path, kind.name())?);
            }
        } else {
            for kind in Kind::ALL {
                nulls.push(backend_for(directory, &path, kind.name())?);
            }
        }
    }
    Ok(nulls)
}

/// Writes the manifest of one null backend in the place of the reference.
///
/// # Errors
/// As [`write()`].
pub fn backend(directory: &Path, kind: &str) -> Result<Null, String> {
    backend_for(directory, &targets::reference(), kind)
}

/// Writes the manifest of one null client in the place of the reference.
///
/// # Errors
/// As [`write()`].
pub fn client(directory: &Path, kind: &str) -> Result<Null, String> {
    client_for(directory, &targets::reference_client(), kind)
}

fn backend_for(directory: &Path, original: &Path, kind: &str) -> Result<Null, String> {
    let replaced = [
        (
            "{fixtures}/reference-backend",
            "{fixtures}/null-target".to_owned(),
        ),
        // With little patience: what does nothing right does it at once.
        ("within_ms = 5000", "within_ms = 500".to_owned()),
    ];
    let word = format!("\"--kind\", \"{kind}\", \"serve\"");
    place(directory, original, kind, &replaced, "\"serve\"", &word)
}

fn client_for(directory: &Path, original: &Path, kind: &str) -> Result<Null, String> {
    let own = targets::own_manifests().display().to_string();
    let mut replaced = vec![(
        "bin = \"{fixtures}/reference-client\"",
        "bin = \"{fixtures}/null-client\"".to_owned(),
    )];
    if original == targets::reference_client() {
        let pair = format!("manifest = '{own}/reference.toml'");
        replaced.push(("manifest = \"reference.toml\"", pair));
    }
    let word = format!("    \"{{bin}}\", \"--kind={kind}\",");
    place(
        directory,
        original,
        kind,
        &replaced,
        "    \"{bin}\",",
        &word,
    )
}

/// Writes the manifest of `original` with another program behind it, told its kind by `word` in the place of `first`.
fn place(
    directory: &Path,
    original: &Path,
    kind: &str,
    replaced: &[(&str, String)],
    first: &str,
    word: &str,
) -> Result<Null, String> {
    let text = std::fs::read_to_string(original)
        .map_err(|error| format!("{}: {error}", original.display()))?;
    let id = original.file_stem().unwrap_or_default().to_string_lossy();
    let id = id.into_owned();
    let name = match id.as_str() {
        "reference" => kind.to_owned(),
        "reference-client" => format!("client-{kind}"),
        other => format!("{other}-{kind}"),
    };
    let named = format!("id = \"{id}\"");
    let replaced = replaced.iter().cloned().chain([
        (first, word.to_owned()),
        (named.as_str(), format!("id = \"null-{name}\"")),
    ]);
    let text = replaced.into_iter().try_fold(text, |text, (from, to)| {
        text.contains(from)
            .then(|| text.replace(from, &to))
            .ok_or_else(|| format!("{} lacks `{from}`", original.display()))
    })?;
    let path = directory.join(format!("null-{name}.toml"));
    std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(Null {
        stands_for: id,
        name,
        path,
    })
}

#[cfg(test)]
mod tests {
    use crate::proving;

    #[test]
    fn every_null_target_has_a_manifest_that_can_be_used() {
        let directory = tempfile::tempdir().unwrap();
        let nulls = super::write(directory.path()).unwrap();
        let paths: Vec<_> = nulls.iter().map(|null| null.path.clone()).collect();
        let targets = crate::targets::load_all(&paths).unwrap();
        let own = crate::targets::load_all(&proving::provable()).unwrap();
        for (null, target) in nulls.iter().zip(&targets) {
            let original = own.iter().find(|one| one.id() == null.stands_for).unwrap();
            let role = |one: &crate::targets::LoadedTarget| one.manifest.target.role;
            assert_eq!(role(target), role(original));
            assert!(target.id().ends_with(&null.name), "{}", target.id());
        }
    }
}
