//! Manifests of the null targets: a reference's own, with all its claims, and another program behind it.

use crate::targets;
use fixtures::nulls::{ClientKind, Kind};
use harness::target::Role;
use std::path::{Path, PathBuf};

/// A null target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Null {
    /// What it plays.
    pub role: Role,
    /// Its name, with the role where it is not a backend's.
    pub name: String,
    /// The manifest's file.
    pub path: PathBuf,
}

/// Writes the manifests of all null targets into a directory.
///
/// # Errors
/// A sentence when a reference's manifest is not as this expects, or a file cannot be written.
pub fn write(directory: &Path) -> Result<Vec<Null>, String> {
    let mut nulls = Vec::new();
    for kind in Kind::ALL {
        nulls.push(backend(directory, kind.name())?);
    }
    for kind in ClientKind::ALL {
        nulls.push(client(directory, kind.name())?);
    }
    Ok(nulls)
}

/// Writes the manifest of one null backend.
///
/// # Errors
/// As [`write()`].
pub fn backend(directory: &Path, kind: &str) -> Result<Null, String> {
    let replaced = [
        ("id = \"reference\"", format!("id = \"null-{kind}\"")),
        (
            "{fixtures}/reference-backend",
            "{fixtures}/null-target".to_owned(),
        ),
        (
            "\"{bin}\", \"serve\"",
            format!("\"{{bin}}\", \"--kind\", \"{kind}\", \"serve\""),
        ),
        // With little patience: what does nothing right does it at once.
        ("within_ms = 5000", "within_ms = 500".to_owned()),
    ];
    let name = kind.to_owned();
    place(
        directory,
        Role::Backend,
        name,
        &targets::reference(),
        &replaced,
    )
}

/// Writes the manifest of one null client.
///
/// # Errors
/// As [`write()`].
pub fn client(directory: &Path, kind: &str) -> Result<Null, String> {
    let own = targets::own_manifests().display().to_string();
    let replaced = [
        (
            "id = \"reference-client\"",
            format!("id = \"null-client-{kind}\""),
        ),
        (
            "bin = \"{fixtures}/reference-client\"",
            "bin = \"{fixtures}/null-client\"".to_owned(),
        ),
        (
            "    \"{bin}\",",
            format!("    \"{{bin}}\", \"--kind={kind}\","),
        ),
        (
            "manifest = \"reference.toml\"",
            format!("manifest = '{own}/reference.toml'"),
        ),
    ];
    let name = format!("client-{kind}");
    place(
        directory,
        Role::Client,
        name,
        &targets::reference_client(),
        &replaced,
    )
}

fn place(
    directory: &Path,
    role: Role,
    name: String,
    reference: &Path,
    replaced: &[(&str, String)],
) -> Result<Null, String> {
    let text = std::fs::read_to_string(reference)
        .map_err(|error| format!("{}: {error}", reference.display()))?;
    let text = replaced.iter().try_fold(text, |text, (from, to)| {
        text.contains(from)
            .then(|| text.replace(from, to))
            .ok_or_else(|| format!("{} lacks `{from}`", reference.display()))
    })?;
    let path = directory.join(format!("null-{name}.toml"));
    std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(Null { role, name, path })
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_null_target_has_a_manifest_that_can_be_used() {
        let directory = tempfile::tempdir().unwrap();
        let nulls = super::write(directory.path()).unwrap();
        let paths: Vec<_> = nulls.iter().map(|null| null.path.clone()).collect();
        let targets = crate::targets::load_all(&paths).unwrap();
        for (null, target) in nulls.iter().zip(&targets) {
            assert_eq!(target.manifest.target.role, null.role);
            assert!(target.id().ends_with(&null.name), "{}", target.id());
        }
    }
}
