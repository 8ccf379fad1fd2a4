//! The lines of the protocol, read.

use serde_json::{Map, Value};

/// What a client says of itself first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// Its name.
    pub client: String,
    /// Its version.
    pub version: String,
    /// Its own process, where an adapter stands in front of it.
    pub pid: Option<u32>,
}

/// An error as an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What kind, a name from the protocol.
    pub kind: String,
    /// Why the backend ended, where that is what happened.
    pub reason: Option<String>,
    /// For people.
    pub message: String,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.reason {
            Some(reason) => write!(f, "error `{}` ({reason}): {}", self.kind, self.message),
            None => write!(f, "error `{}`: {}", self.kind, self.message),
        }
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Which line of the conversation it was, from 1.
    pub line: u64,
    /// What it says.
    pub outcome: Result<Map<String, Value>, Refused>,
}

/// Something that happened to the client.
#[derive(Clone, Debug, PartialEq)]
pub struct DriverEvent {
    /// Which line of the conversation it was, from 1.
    pub line: u64,
    /// Its name.
    pub name: String,
    /// Its other fields.
    pub fields: Map<String, Value>,
}

/// A line that is not the hello.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Message {
    Answer {
        id: u64,
        outcome: Result<Map<String, Value>, Refused>,
    },
    Event {
        name: String,
        fields: Map<String, Value>,
    },
}

/// A line as an object.
pub(super) fn object(line: &[u8]) -> Option<Map<String, Value>> {
    match serde_json::from_slice(line) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}

/// Reads a hello; `Err` says what is wrong with it.
pub(super) fn hello(object: &Map<String, Value>) -> Result<Hello, String> {
    let text = |key: &str| match object.get(key) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(format!("a hello whose `{key}` is no text")),
        None => Err(format!("a hello without `{key}`")),
    };
    let pid = match object.get("pid") {
        None | Some(Value::Null) => None,
        Some(pid) => match pid.as_u64().and_then(|pid| u32::try_from(pid).ok()) {
            Some(pid) if pid > 0 => Some(pid),
            _ => return Err("a hello whose `pid` is no process id".to_owned()),
        },
    };
    Ok(Hello {
        client: text("client")?,
        version: text("version")?,
        pid,
    })
}

/// Reads an answer or an event; `Err` says what is wrong with it.
pub(super) fn message(mut object: Map<String, Value>) -> Result<Message, String> {
    let id = object.remove("id");
    match (id, object.remove("event")) {
        (None, Some(Value::String(name))) => Ok(Message::Event {
            name,
            fields: object,
        }),
        (None, Some(_)) => Err("an event whose name is no text".to_owned()),
        (None, None) => Err("neither an answer (no `id`) nor an event (no `event`)".to_owned()),
        (Some(_), Some(_)) => Err("an answer and an event at once".to_owned()),
        (Some(id), None) => {
            let id = id
                .as_u64()
                .ok_or("an answer whose `id` is no whole number")?;
            let outcome = match (object.remove("ok"), object.remove("error")) {
                (Some(Value::Object(ok)), None) => Ok(ok),
                (None, Some(Value::Object(error))) => Err(refused(&error)?),
                (Some(_), None) => return Err("an answer whose `ok` is no object".to_owned()),
                (None, Some(_)) => return Err("an answer whose `error` is no object".to_owned()),
                (None, None) => return Err("an answer with neither `ok` nor `error`".to_owned()),
                (Some(_), Some(_)) => return Err("an answer with both `ok` and `error`".to_owned()),
            };
            Ok(Message::Answer { id, outcome })
        }
    }
}

fn refused(error: &Map<String, Value>) -> Result<Refused, String> {
    let text = |key: &str| error.get(key).and_then(Value::as_str).map(str::to_owned);
    Ok(Refused {
        kind: text("kind").ok_or("an error without `kind`")?,
        reason: text("reason"),
        message: text("message").unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(r#"{"id":1}"#, "an answer with neither `ok` nor `error`")]
    #[case(r#"{"id":1,"ok":true}"#, "an answer whose `ok` is no object")]
    #[case(r#"{"id":1,"error":"no"}"#, "an answer whose `error` is no object")]
    #[case(r#"{"id":1,"error":{}}"#, "an error without `kind`")]
    #[case(
        r#"{"id":1,"ok":{},"error":{}}"#,
        "an answer with both `ok` and `error`"
    )]
    #[case(r#"{"id":"1","ok":{}}"#, "an answer whose `id` is no whole number")]
    #[case(r#"{"id":-1,"ok":{}}"#, "an answer whose `id` is no whole number")]
    #[case(r#"{"id":1,"event":"x"}"#, "an answer and an event at once")]
    #[case(r#"{"event":1}"#, "an event whose name is no text")]
    #[case("{}", "neither an answer (no `id`) nor an event (no `event`)")]
    fn what_is_no_message_says_why(#[case] line: &str, #[case] why: &str) {
        let object = object(line.as_bytes()).unwrap();
        assert_eq!(message(object), Err(why.to_owned()));
    }

    #[rstest]
    #[case("")]
    #[case("hello")]
    #[case("[1]")]
    #[case("{\"id\":1")]
    #[case("{\"id\":1}{}")]
    fn what_is_no_object_is_none(#[case] line: &str) {
        assert_eq!(object(line.as_bytes()), None);
    }

    #[rstest]
    #[case(r#"{"driver":1}"#, "a hello without `client`")]
    #[case(
        r#"{"driver":1,"client":1,"version":"1"}"#,
        "a hello whose `client` is no text"
    )]
    #[case(
        r#"{"driver":1,"client":"x","version":"1","pid":0}"#,
        "a hello whose `pid` is no process id"
    )]
    fn what_is_no_hello_says_why(#[case] line: &str, #[case] why: &str) {
        assert_eq!(
            hello(&object(line.as_bytes()).unwrap()),
            Err(why.to_owned())
        );
    }

    #[test]
    fn an_error_is_told_with_its_reason() {
        let line =
            r#"{"id":7,"error":{"kind":"exited","reason":"unknown","message":"code 1"},"more":1}"#;
        let Ok(Message::Answer {
            id: 7,
            outcome: Err(refused),
        }) = message(object(line.as_bytes()).unwrap())
        else {
            panic!("it is an answer")
        };
        assert_eq!(refused.to_string(), "error `exited` (unknown): code 1");
    }
}
