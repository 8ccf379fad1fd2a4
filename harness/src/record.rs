//! The discovery record: the file by which a client finds a backend that it did not start.

use crate::endpoint::Endpoint;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Largest record that is read.
const LIMIT: u64 = 1024 * 1024;

/// What the fields of a record are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// The address, as a URL.
    pub url: String,
    /// The process id.
    pub pid: String,
    /// The identity that a health answer repeats.
    pub identity: Option<String>,
    /// The time of the start, as RFC 3339.
    pub started_at: Option<String>,
}

/// A record as it was read.
#[derive(Clone, Debug)]
pub struct Record {
    path: PathBuf,
    fields: Fields,
    value: Value,
}

/// A record that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// There is none.
    #[error("there is no record at {0}")]
    Missing(PathBuf),
    /// It could not be read.
    #[error("the record {path} could not be read: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is not what a record is.
    #[error("the record {path} is not whole: {why}; it holds `{text}`")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
        /// What it holds, cut where it is long.
        text: String,
    },
}

impl Record {
    /// Reads a record.
    ///
    /// # Errors
    /// [`RecordError`] when there is none or it is no JSON object.
    pub fn read(path: &Path, fields: &Fields) -> Result<Self, RecordError> {
        let unreadable = |source: std::io::Error| match source.kind() {
            std::io::ErrorKind::NotFound => RecordError::Missing(path.to_owned()),
            _ => RecordError::Unreadable {
                path: path.to_owned(),
                source,
            },
        };
        let length = path.metadata().map_err(unreadable)?.len();
        if length > LIMIT {
            let why = format!("it is {length} bytes long");
            return Err(RecordError::Malformed {
                path: path.to_owned(),
                why,
                text: String::new(),
            });
        }
        let bytes = std::fs::read(path).map_err(unreadable)?;
        Self::parse(path, &bytes, fields)
    }

    /// Reads a record from its bytes; `path` is only for errors.
    ///
    /// # Errors
    /// [`RecordError::Malformed`] when it is no JSON object.
    pub fn parse(path: &Path, bytes: &[u8], fields: &Fields) -> Result<Self, RecordError> {
        let malformed = |why: String| RecordError::Malformed {
            path: path.to_owned(),
            why,
            text: crate::events::excerpt(bytes),
        };
        let value: Value =
            serde_json::from_slice(bytes).map_err(|error| malformed(error.to_string()))?;
        if !value.is_object() {
            return Err(malformed("it is no JSON object".to_owned()));
        }
        Ok(Self {
            path: path.to_owned(),
            fields: fields.clone(),
            value,
        })
    }

    /// Where it was read.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The URL as it stands.
    ///
    /// # Errors
    /// [`RecordError::Malformed`] when there is none.
    pub fn url(&self) -> Result<&str, RecordError> {
        self.text(&self.fields.url)
    }

    /// The address that the URL stands for.
    ///
    /// # Errors
    /// [`RecordError::Malformed`] when there is none or it breaks a rule of [`Endpoint::from_url`].
    pub fn endpoint(&self) -> Result<Endpoint, RecordError> {
        Endpoint::from_url(self.url()?).map_err(|error| self.malformed(error.to_string()))
    }

    /// The process id.
    ///
    /// # Errors
    /// [`RecordError::Malformed`] when it is missing or no positive number.
    pub fn pid(&self) -> Result<u32, RecordError> {
        let field = &self.fields.pid;
        let pid = self
            .value
            .get(field)
            .and_then(Value::as_u64)
            .and_then(|pid| u32::try_from(pid).ok());
        pid.filter(|pid| *pid > 0)
            .ok_or_else(|| self.malformed(format!("`{field}` is missing or is no process id")))
    }

    /// The identity.
    ///
    /// # Errors
    /// [`RecordError::Malformed`] when it is missing or no text.
    pub fn identity(&self) -> Result<&str, RecordError> {
        self.text(self.fields.identity.as_deref().unwrap_or("identity"))
    }

    /// The time of the start as it stands.
    ///
    /// # Errors
    /// [`RecordError::Malformed`] when it is missing or no text.
    pub fn started_at(&self) -> Result<&str, RecordError> {
        self.text(self.fields.started_at.as_deref().unwrap_or("started_at"))
    }

    /// Expects every field that a record has.
    ///
    /// # Errors
    /// [`RecordError::Malformed`] names the first that is missing or not what it is to be.
    pub fn is_whole(&self) -> Result<(), RecordError> {
        self.url()?;
        self.pid()?;
        if self.fields.identity.is_some() {
            self.identity()?;
        }
        if self.fields.started_at.is_some() {
            self.started_at()?;
        }
        Ok(())
    }

    fn text(&self, field: &str) -> Result<&str, RecordError> {
        self.value
            .get(field)
            .and_then(Value::as_str)
            .ok_or_else(|| self.malformed(format!("`{field}` is missing or is no text")))
    }

    fn malformed(&self, why: String) -> RecordError {
        RecordError::Malformed {
            path: self.path.clone(),
            why,
            text: self.value.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn fields() -> Fields {
        Fields {
            url: "url".into(),
            pid: "pid".into(),
            identity: Some("nonce".into()),
            started_at: Some("started_at".into()),
        }
    }

    fn parse(text: &str) -> Result<Record, RecordError> {
        Record::parse(Path::new("r.json"), text.as_bytes(), &fields())
    }

    #[test]
    fn reads_its_fields() {
        let record =
            parse(r#"{"url":"http://127.0.0.1:9","pid":7,"nonce":"ab","started_at":"t","more":1}"#)
                .unwrap();
        assert_eq!(
            record.endpoint().unwrap(),
            Endpoint::Tcp(([127, 0, 0, 1], 9).into())
        );
        assert_eq!(
            (record.pid().unwrap(), record.identity().unwrap()),
            (7, "ab")
        );
    }

    #[rstest]
    #[case("")]
    #[case("[]")]
    #[case("null")]
    #[case(r#"{"url":"#)]
    fn refuses_what_is_no_object(#[case] text: &str) {
        assert!(matches!(parse(text), Err(RecordError::Malformed { .. })));
    }

    #[rstest]
    #[case(r#"{"pid":0}"#)]
    #[case(r#"{"pid":-1}"#)]
    #[case(r#"{"pid":1.5}"#)]
    #[case(r#"{"pid":"7"}"#)]
    #[case(r#"{"pid":4294967296}"#)]
    #[case("{}")]
    fn refuses_what_is_no_pid(#[case] text: &str) {
        let error = parse(text).unwrap().pid().unwrap_err().to_string();
        assert!(
            error.contains("`pid` is missing or is no process id"),
            "{error}"
        );
    }

    #[rstest]
    #[case(r#"{"url":"u","pid":7,"nonce":"ab","started_at":"t"}"#, None)]
    #[case(r#"{"pid":7,"nonce":"ab","started_at":"t"}"#, Some("`url`"))]
    #[case(r#"{"url":"u","pid":0,"nonce":"ab","started_at":"t"}"#, Some("`pid`"))]
    #[case(r#"{"url":"u","pid":7,"nonce":1,"started_at":"t"}"#, Some("`nonce`"))]
    #[case(r#"{"url":"u","pid":7,"nonce":"ab"}"#, Some("`started_at`"))]
    fn tells_whether_it_is_whole(#[case] text: &str, #[case] lacking: Option<&str>) {
        let whole = parse(text).unwrap().is_whole();
        match lacking {
            None => assert!(whole.is_ok()),
            Some(field) => assert!(whole.unwrap_err().to_string().contains(field)),
        }
    }

    #[test]
    fn tells_a_missing_record_from_an_unreadable_one() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(
            Record::read(&dir.path().join("r"), &fields()),
            Err(RecordError::Missing(_))
        ));
        assert!(matches!(
            Record::read(dir.path(), &fields()),
            Err(RecordError::Unreadable { .. })
        ));
    }
}
