//! Records that a case writes itself, in the form of the target's own.

use super::world::{Context, expand};
use crate::verdict::{Outcome, Stop};
use harness::files::Snapshot;
use harness::record::Fields;
use harness::target::Discovery;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

impl Context {
    /// What the manifest says of the record.
    ///
    /// # Errors
    /// [`Stop::Harness`] when the target writes none: the case does not say that it needs one.
    pub fn discovery(&self) -> Outcome<&Discovery> {
        let discovery = self.manifest().discovery.as_ref();
        discovery
            .ok_or_else(|| Stop::Harness("the case needs a record and does not say so".to_owned()))
    }

    /// What the fields of the record are called.
    ///
    /// # Errors
    /// [`Stop::Harness`] when the target writes none.
    pub fn fields(&self) -> Outcome<Fields> {
        let discovery = self.discovery()?;
        Ok(Fields {
            url: discovery.url.clone(),
            pid: discovery.pid.clone(),
            identity: discovery.identity.clone(),
            started_at: discovery.started_at.clone(),
        })
    }

    /// The place of the record in this sandbox.
    ///
    /// # Errors
    /// [`Stop::Harness`] when the target writes none.
    pub fn record_path(&self) -> Outcome<PathBuf> {
        self.record_path_with(&self.env())
    }

    pub(super) fn record_path_with(&self, env: &BTreeMap<OsString, OsString>) -> Outcome<PathBuf> {
        let file = expand(&self.values(env), &self.discovery()?.file)?;
        Ok(PathBuf::from(file))
    }

    /// The place of the lock file in this sandbox, if the target has one.
    ///
    /// # Errors
    /// [`Stop::Harness`] when the target writes no record.
    pub fn lock_path(&self) -> Outcome<Option<PathBuf>> {
        let lock = self.discovery()?.lock.as_deref();
        lock.map(|lock| Ok(PathBuf::from(expand(&self.values(&self.env()), lock)?)))
            .transpose()
    }

    /// A record in the target's form.
    ///
    /// # Errors
    /// [`Stop::Harness`] when the target writes none.
    pub fn record_text(&self, url: &str, pid: i64, identity: &str) -> Outcome<String> {
        let fields = self.fields()?;
        let mut record = Map::new();
        record.insert(fields.url, Value::from(url));
        record.insert(fields.pid, Value::from(pid));
        if let Some(field) = fields.identity {
            record.insert(field, Value::from(identity));
        }
        if let Some(field) = fields.started_at {
            record.insert(field, Value::from("2026-01-01T00:00:00Z"));
        }
        Ok(Value::Object(record).to_string())
    }

    /// The URL of an address at which nobody has ever listened.
    #[must_use]
    pub fn url_of_nobody(&self) -> String {
        self.endpoint_beside("nobody").to_url()
    }

    /// Puts bytes where the record is, in private directories, as a predecessor would have left them.
    ///
    /// # Errors
    /// [`Stop::Harness`] when they cannot be written.
    pub fn leave_record(&self, bytes: impl AsRef<[u8]>) -> Outcome<PathBuf> {
        let path = self.record_path()?;
        self.private_directories(path.parent())?;
        std::fs::write(&path, bytes)?;
        self.set_mode(&path, 0o600)?;
        self.recorder()
            .note(format!("the harness left a record at {}", path.display()));
        self.remember_left_record(&path);
        Ok(path)
    }

    /// Expects a target that has become ready to have put its own record in the place of the one that a case left: a target that
    /// never looks there has not been tried at all.
    ///
    /// # Errors
    /// [`Stop::Fail`] when the one that was left still stands there.
    pub(super) fn left_record_is_replaced(&self, place: &Path) -> Outcome {
        match self.take_left_record().filter(|(path, _)| path == place) {
            Some((path, left)) => {
                let seen = Snapshot::of(&path);
                let replaced = seen != left;
                self.expect(
                    "its own record takes the place of the one that was left",
                    format!("another content at {}", path.display()),
                    format!("{seen:?}"),
                    replaced,
                )
            }
            None => Ok(()),
        }
    }

    /// Puts bytes where the record is in one step, as another instance does that starts beside the target.
    ///
    /// # Errors
    /// [`Stop::Fail`] when the target's own record is not there, [`Stop::Harness`] when the bytes cannot be written.
    pub fn replace_record(&self, bytes: impl AsRef<[u8]>) -> Outcome<PathBuf> {
        let path = self.record_path()?;
        let there = path.exists();
        let expected = format!("a record at {}", path.display());
        let seen = if there {
            "it is there"
        } else {
            "nothing is there"
        };
        self.expect("its record is in its place", expected, seen, there)?;
        let beside = path.with_extension("successor");
        std::fs::write(&beside, bytes)?;
        self.set_mode(&beside, 0o600)?;
        std::fs::rename(&beside, &path)?;
        self.recorder()
            .note(format!("the harness replaced {}", path.display()));
        Ok(path)
    }

    /// An identity in the target's form that no target has: the same two characters over and over.
    #[must_use]
    pub fn made_up_identity(&self) -> String {
        let length = self.manifest().health.identity_length.unwrap_or(32);
        "a5".chars().cycle().take(length).collect()
    }
}
