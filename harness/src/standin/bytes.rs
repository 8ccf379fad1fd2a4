//! Bytes in JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// Bytes that stand in JSON as base64: the standard alphabet, with padding.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl Bytes {
    /// The base64 text.
    #[must_use]
    pub fn encode(&self) -> String {
        STANDARD.encode(&self.0)
    }

    /// The bytes that a base64 text stands for.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn decode(text: &str) -> Result<Self, base64::DecodeError> {
        STANDARD.decode(text).map(Self)
    }
}

impl std::fmt::Debug for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", crate::events::excerpt(&self.0))
    }
}

impl From<&str> for Bytes {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl Serialize for Bytes {
    /// As a text that is known to need no escapes: looking at each of millions of characters takes long in a debug build.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(format!("\"{}\"", self.encode()))
            .map_err(serde::ser::Error::custom)?
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::decode(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standin::{Command, Reaction, Report, Rule};

    #[test]
    fn bytes_survive_in_what_is_said_and_heard() {
        let every = Bytes((0..=255).collect());
        let command = Command::Rules {
            rules: vec![Rule::always(Reaction::Answer {
                status: 200,
                headers: Vec::new(),
                body: every.clone(),
            })],
        };
        let report = Report::Request {
            connection: 1,
            request: 2,
            head: Bytes::default(),
            body: every,
        };
        let (said, heard) = (
            serde_json::to_string(&command).unwrap(),
            serde_json::to_string(&report).unwrap(),
        );
        assert_eq!(serde_json::from_str::<Command>(&said).unwrap(), command);
        assert_eq!(serde_json::from_str::<Report>(&heard).unwrap(), report);
        assert!(heard.contains("\"head\":\"\""), "{heard}");
    }
}
