//! The published schema and the streams say the same.
#![expect(
    clippy::unwrap_used,
    reason = "functions beside the tests; a panic is their failure"
)]

use harness::events::{Entry, Event, Recorder};
use serde_json::Value;
use std::collections::BTreeSet;

const SCHEMA: &str = include_str!("../../docs/schema/events.json");
const DOCUMENT: &str = include_str!("../../docs/events.md");

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

/// Why a value is not what a schema says: the keywords that the published one uses, and an error for any other.
fn against(root: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    for (keyword, wanted) in schema.as_object().unwrap() {
        let holds = match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" => true,
            "$ref" => {
                let place = wanted.as_str().unwrap().trim_start_matches('#');
                against(root, root.pointer(place).unwrap(), value).is_ok()
            }
            "type" => match wanted.as_str().unwrap() {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                "integer" => value.is_i64() || value.is_u64(),
                other => return Err(format!("the type {other}")),
            },
            "const" => value == wanted,
            "enum" => wanted.as_array().unwrap().contains(value),
            "minimum" => value.as_i64() >= wanted.as_i64(),
            "minItems" => {
                value.as_array().map(Vec::len) >= wanted.as_u64().map(|least| least as usize)
            }
            "maxItems" => {
                value.as_array().map(Vec::len) <= wanted.as_u64().map(|most| most as usize)
            }
            "items" => {
                (value.as_array().unwrap().iter()).all(|item| against(root, wanted, item).is_ok())
            }
            "required" => (wanted.as_array().unwrap().iter())
                .all(|key| value.get(key.as_str().unwrap()).is_some()),
            "properties" => (wanted.as_object().unwrap().iter()).all(|(key, own)| {
                value
                    .get(key)
                    .is_none_or(|value| against(root, own, value).is_ok())
            }),
            "additionalProperties" => (value.as_object().unwrap().keys())
                .all(|key| schema["properties"].get(key).is_some()),
            "oneOf" => {
                let fits = |one: &&Value| against(root, one, value).is_ok();
                wanted.as_array().unwrap().iter().filter(fits).count() == 1
            }
            other => return Err(format!("the keyword {other}")),
        };
        if !holds {
            return Err(format!("{value} does not keep {keyword}: {wanted}"));
        }
    }
    Ok(())
}

/// One of each, with all that it can hold.
fn every_event() -> Vec<Event> {
    let word = || "word".to_owned();
    vec![
        Event::Opened {
            schema: 2,
            subject: word(),
        },
        Event::Sandbox { root: word() },
        Event::Spawned {
            process: word(),
            pid: 1,
            argv: vec![word()],
            env: vec![(word(), word())],
            directory: word(),
        },
        Event::Output {
            process: word(),
            stream: "stdout".into(),
            line: word(),
        },
        Event::Reached {
            process: word(),
            stage: word(),
        },
        Event::Signalled {
            process: word(),
            signal: word(),
            by: Some(word()),
        },
        Event::Exited {
            process: word(),
            exit: word(),
            by: Some("itself".into()),
        },
        Event::Survivors {
            process: word(),
            survivors: vec![word()],
        },
        Event::Connected {
            connection: word(),
            to: word(),
        },
        Event::sent("connection-1", &[0xff; 5000]),
        Event::received("connection-1", b"text"),
        Event::Closed {
            connection: word(),
            by: "peer".into(),
        },
        Event::Asked {
            process: word(),
            line: word(),
        },
        Event::Said {
            process: word(),
            line: word(),
        },
        Event::Reported {
            process: word(),
            report: word(),
        },
        Event::Commanded {
            process: word(),
            command: word(),
        },
        Event::Path {
            path: word(),
            what: word(),
        },
        Event::Changed {
            path: word(),
            kind: "socket".into(),
            change: "appeared".into(),
            detail: Some(word()),
        },
        Event::Checked {
            step: word(),
            expected: word(),
            seen: word(),
            holds: true,
        },
        Event::Note { text: word() },
        Event::Verdict {
            verdict: "pass".into(),
            step: word(),
            reason: word(),
            expected: word(),
            seen: word(),
            duration_ms: 1,
            checks: 1,
        },
    ]
}

/// The names of the kinds that the schema has.
fn kinds(schema: &Value) -> BTreeSet<String> {
    let all = schema["oneOf"].as_array().unwrap().iter();
    all.map(|one| {
        one["properties"]["event"]["const"]
            .as_str()
            .unwrap()
            .to_owned()
    })
    .collect()
}

#[test]
fn every_event_is_as_the_schema_has_it() {
    let schema = schema();
    let mut seen = BTreeSet::new();
    for (seq, event) in (0..).zip(every_event()) {
        let entry = serde_json::to_value(Entry {
            seq,
            at_us: 7,
            event,
        })
        .unwrap();
        against(&schema, &schema, &entry).unwrap();
        seen.insert(entry["event"].as_str().unwrap().to_owned());
        // All that an event can hold is in the schema, and nothing else.
        let own = schema["oneOf"].as_array().unwrap().iter();
        let own = own
            .clone()
            .find(|one| one["properties"]["event"]["const"] == entry["event"])
            .unwrap();
        let keys = |value: &Value| {
            value
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect::<BTreeSet<_>>()
        };
        if entry["event"] != "received" {
            assert_eq!(keys(&own["properties"]), keys(&entry));
        }
    }
    assert_eq!(seen, kinds(&schema));
}

#[test]
fn what_is_no_event_is_not_as_the_schema_has_it() {
    let schema = schema();
    for odd in [
        r#"{"seq":0,"at_us":1,"event":"note"}"#,
        r#"{"seq":0,"at_us":1,"event":"note","text":7}"#,
        r#"{"seq":-1,"at_us":1,"event":"note","text":""}"#,
        r#"{"seq":0,"at_us":1,"event":"note","text":"","more":1}"#,
        r#"{"seq":0,"at_us":1,"event":"opened","schema":3,"subject":""}"#,
        r#"{"seq":0,"at_us":1,"event":"unheard-of"}"#,
    ] {
        let odd: Value = serde_json::from_str(odd).unwrap();
        assert!(against(&schema, &schema, &odd).is_err(), "{odd}");
    }
}

#[test]
fn streams_of_both_versions_are_as_the_schema_has_them() {
    let schema = schema();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("new.ndjson");
    let recorder = Recorder::create(&path, "mine::stop.it-ends").unwrap();
    for event in every_event() {
        recorder.record(event);
    }
    let new = std::fs::read_to_string(&path).unwrap();
    for line in include_str!("streams/schema-1.ndjson")
        .lines()
        .chain(new.lines())
    {
        let line: Value = serde_json::from_str(line).unwrap();
        against(&schema, &schema, &line).unwrap();
    }
}

#[test]
fn the_document_names_every_event() {
    for kind in kinds(&schema()) {
        assert!(DOCUMENT.contains(&format!("`{kind}`")), "{kind}");
    }
}
