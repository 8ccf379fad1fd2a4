//! The command under test, and a directory of a user's own.

use assert_cmd::Command;
use std::path::{Path, PathBuf};

/// A manifest with a server beside it.
pub(crate) const MANIFEST: &str = r#"manifest = 1
[target]
id = "mine"
role = "backend"

[launch]
bin = "./server"
argv = ["{bin}", "{address}"]
[address]
unix = "{runtime}/x.sock"
[health]
path = "/"
status = 204
"#;

pub(crate) fn xtask() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command
        .env_remove("SIDECAR_TARGETS")
        .env_remove("SIDECAR_OUT")
        .env_remove("GITHUB_OUTPUT")
        .env_remove("GITHUB_STEP_SUMMARY")
        .env("NO_COLOR", "1");
    command
}

/// The manifest of the reference backend.
#[cfg(unix)]
pub(crate) fn reference() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/targets/reference.toml")
}

/// A directory of a user's own.
pub(crate) struct Project(tempfile::TempDir);

impl Project {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn root(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn manifest(&self, name: &str, text: &str) -> PathBuf {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    #[cfg(unix)]
    pub(crate) fn program(&self, name: &str, text: &str, mode: u32) {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::write(self.path(name), text).unwrap();
        std::fs::set_permissions(self.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    }
}
