//! What can be wrong with a manifest, with its place and what to do.

use std::path::PathBuf;

/// A manifest that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The file could not be read.
    #[error("{path}: the manifest could not be read: {source}; check the path given with --target")]
    Read {
        /// The manifest.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is no TOML, has a key or a value that is not known, or contradicts itself or the contract.
    #[error("{path}:{line}:{column}: {message}")]
    Wrong {
        /// The manifest.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong and what to do.
        message: String,
    },
    /// Two manifests describe targets with one id.
    #[error(
        "{first} and {second} both describe a target with the id `{id}`; give one of them another id"
    )]
    SameId {
        /// One manifest.
        first: PathBuf,
        /// The other.
        second: PathBuf,
        /// The id.
        id: String,
    },
}
