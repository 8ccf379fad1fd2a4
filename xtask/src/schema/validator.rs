//! As much of JSON Schema as the published schemas use. A keyword that it does not know is a failure, so that none is ignored.

use serde_json::{Map, Value};

/// Everything in which a value is not what a schema says.
pub(super) fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    check(schema, value, "", &mut faults);
    faults
}

fn check(schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    for (keyword, rule) in schema.as_object().unwrap() {
        let well = match keyword.as_str() {
            "$schema" | "title" | "description" | "default" => true,
            "type" => is(value, rule.as_str().unwrap()),
            "const" => value == rule,
            "enum" => rule.as_array().unwrap().contains(value),
            "minimum" => value.as_i64() >= rule.as_i64(),
            "maximum" => value.as_i64() <= rule.as_i64(),
            "minItems" => {
                value.as_array().map(Vec::len) >= rule.as_u64().map(|least| least as usize)
            }
            "uniqueItems" => unique(value.as_array().unwrap()),
            "pattern" => fits(value.as_str().unwrap_or_default(), rule.as_str().unwrap()),
            "required" => {
                let missing = |name: &Value| value.get(name.as_str().unwrap()).is_none();
                !rule.as_array().unwrap().iter().any(missing)
            }
            "propertyNames" => {
                let named = |name: &String| faults_of_name(rule, name);
                value
                    .as_object()
                    .is_some_and(|table| !table.keys().any(named))
            }
            "oneOf" => {
                let fitting = |one: &&Value| super::validator::faults(one, value).is_empty();
                rule.as_array().unwrap().iter().filter(fitting).count() == 1
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(rule, item, &format!("{at}[{index}]"), faults);
                }
                true
            }
            "properties" => {
                for (name, property) in rule.as_object().unwrap() {
                    if let Some(inner) = value.get(name) {
                        check(property, inner, &format!("{at}.{name}"), faults);
                    }
                }
                true
            }
            "additionalProperties" => {
                let known = schema["properties"].as_object();
                additional(rule, known, value, at, faults)
            }
            other => panic!("this validator does not know `{other}`"),
        };
        if !well {
            faults.push(format!("{at}: {value} is not as `{keyword}` {rule} says"));
        }
    }
}

fn faults_of_name(rule: &Value, name: &str) -> bool {
    !faults(rule, &name.into()).is_empty()
}

fn additional(
    rule: &Value,
    known: Option<&Map<String, Value>>,
    value: &Value,
    at: &str,
    faults: &mut Vec<String>,
) -> bool {
    let beyond = (value.as_object().into_iter().flatten())
        .filter(|(name, _)| !known.is_some_and(|known| known.contains_key(*name)));
    if rule == &Value::Bool(false) {
        return beyond.count() == 0;
    }
    for (name, inner) in beyond {
        check(rule, inner, &format!("{at}.{name}"), faults);
    }
    true
}

fn is(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        other => panic!("this validator does not know the type `{other}`"),
    }
}

fn unique(items: &[Value]) -> bool {
    (items.iter().enumerate()).all(|(index, item)| !items[..index].contains(item))
}

fn fits(text: &str, pattern: &str) -> bool {
    match pattern {
        "^/" => text.starts_with('/'),
        "^[a-z0-9-]+$" => {
            let known =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            !text.is_empty() && text.bytes().all(known)
        }
        other => panic!("this validator does not know the pattern `{other}`"),
    }
}

#[test]
fn finds_what_is_wrong() {
    let schema = serde_json::json!({
        "type": "object",
        "properties": {
            "name": {"type": "string", "pattern": "^/"},
            "list": {"type": "array", "items": {"enum": ["a", "b"]}, "uniqueItems": true, "minItems": 1},
            "way": {"oneOf": [{"const": 1}, {"type": "integer", "maximum": 0}]},
        },
        "required": ["name"],
        "additionalProperties": false,
    });
    let all_of = |value: Value| faults(&schema, &value).len();
    assert_eq!(
        all_of(serde_json::json!({"name": "/x", "list": ["a", "b"], "way": 1})),
        0
    );
    assert_eq!(all_of(serde_json::json!({"name": "x"})), 1);
    assert_eq!(all_of(serde_json::json!({"name": "/x", "list": []})), 1);
    assert_eq!(
        all_of(serde_json::json!({"name": "/x", "list": ["a", "a", "c"]})),
        2
    );
    assert_eq!(all_of(serde_json::json!({"name": "/x", "way": 2})), 1);
    assert_eq!(all_of(serde_json::json!({"other": 1})), 2);
    assert_eq!(all_of(serde_json::json!(7)), 2);
}
