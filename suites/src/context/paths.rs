//! Paths of the target on which a case can try the wire.

use super::world::{Context, expand};
use crate::verdict::{Outcome, Stop};

impl Context {
    /// The path that answers with the body of the request.
    ///
    /// # Errors
    /// [`Stop::Harness`] when the manifest names none: the case does not say that it needs one.
    pub fn echo_path(&self) -> Outcome<String> {
        let path = self.manifest().surface.echo.as_deref();
        path.map(str::to_owned).ok_or_else(|| {
            Stop::Harness("the case needs a path that echoes and does not say so".to_owned())
        })
    }

    /// The path that answers with this status.
    ///
    /// # Errors
    /// [`Stop::Harness`] when the manifest names none: the case does not say that it needs one.
    pub fn status_path(&self, code: u16) -> Outcome<String> {
        let path = self.manifest().surface.status.as_deref().ok_or_else(|| {
            Stop::Harness("the case needs a path for any status and does not say so".to_owned())
        })?;
        expand(
            &self.values(&self.env()).with("code", code.to_string()),
            path,
        )
    }

    /// A path that no target serves.
    #[must_use]
    pub const fn unknown_path(&self) -> &'static str {
        "/there-is-no-such-path-in-any-target"
    }
}
