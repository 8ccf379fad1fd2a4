//! The published schemas, held to the types that read and write the same, and to every manifest in the tree.

mod fields;
mod validator;

use crate::finding::{Again, Aside};
use crate::finding::{CaseSummary, tests::case};
use crate::standing::{Breach, LeftOut};
use crate::summary::Summary;
use fields::{fields, fields_of, variants};
use harness::target::{self, Capability, Manifest};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use suites::expectation::Entry;
use suites::verdict::{Level, Totals, Verdict};
use validator::faults;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn schema(name: &str) -> Value {
    let path = root().join("docs/schema").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The keys of each table that a schema describes, by the table's place: `launch`, `file[]`.
fn tables(schema: &Value) -> BTreeMap<String, &Value> {
    fn walk<'a>(schema: &'a Value, at: &str, into: &mut BTreeMap<String, &'a Value>) {
        if let Some(properties) = schema["properties"].as_object() {
            into.insert(at.to_owned(), schema);
            for (name, property) in properties {
                let dot = if at.is_empty() { "" } else { "." };
                walk(property, &format!("{at}{dot}{name}"), into);
            }
        }
        if schema["items"].is_object() {
            walk(&schema["items"], &format!("{at}[]"), into);
        }
    }
    let mut into = BTreeMap::new();
    walk(schema, "", &mut into);
    into
}

fn keys(table: &Value) -> BTreeSet<String> {
    table["properties"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect()
}

fn owned(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn same_keys(schema: &Value, expected: Vec<(&str, &[&str])>) {
    let described: BTreeMap<String, BTreeSet<String>> = (tables(schema).into_iter())
        .map(|(at, table)| (at, keys(table)))
        .collect();
    let expected: BTreeMap<String, BTreeSet<String>> = (expected.into_iter())
        .map(|(at, names)| (at.to_owned(), owned(names)))
        .collect();
    assert_eq!(described, expected);
}

fn choices(schema: &Value, pointer: &str) -> BTreeSet<String> {
    let values = schema.pointer(pointer).unwrap().as_array().unwrap();
    (values.iter())
        .map(|value| value.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_manifest_has_the_keys_that_the_schema_has_and_no_other() {
    same_keys(
        &schema("manifest.json"),
        vec![
            ("", fields::<Manifest>()),
            ("target", fields::<target::Target>()),
            ("target.requires", fields::<target::Requires>()),
            ("launch", fields::<target::Launch>()),
            ("file[]", fields::<target::Provided>()),
            ("address", fields::<target::Address>()),
            ("backend", fields::<target::Backend>()),
            ("bridge", fields::<target::Bridge>()),
            ("pair", fields::<target::Pair>()),
            ("ready", fields::<target::Ready>()),
            ("health", fields::<target::Health>()),
            ("discovery", fields::<target::Discovery>()),
            ("stop", fields::<target::Stop>()),
            ("stop.request", fields::<target::StopRequest>()),
            ("dependency", fields::<target::Dependency>()),
            ("surface", fields::<target::Surface>()),
            (
                "capabilities",
                fields_of(|manifest: &Manifest| &manifest.capabilities),
            ),
            ("calibration", fields::<target::Calibration>()),
            ("expected[]", fields::<target::Expectation>()),
            ("quarantine[]", fields::<target::Expectation>()),
        ],
    );
}

#[test]
fn a_manifest_has_the_values_that_the_schema_has_and_no_other() {
    let schema = schema("manifest.json");
    let own = |pointer| choices(&schema, pointer);
    let capabilities = owned(&Capability::ALL.map(Capability::name));
    for pointer in [
        "/properties/capabilities/properties/supports/items/enum",
        "/properties/launch/properties/extra/propertyNames/enum",
        "/properties/launch/properties/extra_env/propertyNames/enum",
    ] {
        assert_eq!(own(pointer), capabilities, "{pointer}");
    }
    let askable = Capability::ALL.iter().copied();
    let askable = askable.filter(|one| one.asking() != target::Asking::Nothing);
    let askable: BTreeSet<String> = askable.map(|one| one.name().to_owned()).collect();
    let refuses = "/properties/capabilities/properties/refuses/items/enum";
    assert_eq!(own(refuses), askable, "{refuses}");
    for (pointer, variants) in [
        (
            "/properties/target/properties/role/enum",
            variants::<target::Role>(),
        ),
        (
            "/properties/backend/properties/transport/enum",
            variants::<target::Transport>(),
        ),
        (
            "/properties/backend/properties/ends_with_client/enum",
            variants::<harness::standin::EndsWithClient>(),
        ),
    ] {
        assert_eq!(own(pointer), owned(variants), "{pointer}");
    }
    for key in ["address", "port"] {
        let pointer = format!("/properties/backend/properties/{key}/oneOf");
        let forms = schema.pointer(&pointer).unwrap().as_array().unwrap();
        let forms: BTreeSet<String> = forms.iter().flat_map(keys).collect();
        assert_eq!(forms, owned(variants::<harness::standin::Where>()));
    }
}

#[test]
fn the_summary_has_the_keys_that_the_schema_has_and_no_other() {
    let schema = schema("summary.json");
    same_keys(
        &schema,
        vec![
            ("", fields::<Summary>()),
            ("cases[]", fields::<CaseSummary>()),
            ("cases[].aside", fields::<Aside>()),
            ("cases[].aside.known", fields::<Entry>()),
            ("cases[].aside.again", fields::<Again>()),
            ("breaches[]", fields::<Breach>()),
            ("left_out[]", fields::<LeftOut>()),
            ("totals", fields::<Totals>()),
        ],
    );
    let case = "/properties/cases/items/properties";
    let own = |key: &str| choices(&schema, &format!("{case}/{key}/enum"));
    assert_eq!(own("verdict"), owned(variants::<Verdict>()));
    assert_eq!(own("level"), owned(variants::<Level>()));
}

#[test]
fn a_summary_is_what_its_schema_says() {
    let mut failed = case("stop.a", Verdict::Fail, "why");
    failed.step = "it ends".into();
    let mut summary = Summary::made_up("mine", vec![failed, case("stop.b", Verdict::Pass, "")]);
    let bare = serde_json::to_value(&summary).unwrap();
    summary.part = Some("slice:1/2".into());
    summary.broken_off = vec!["lost".into()];
    (summary.manifests).insert("mine".into(), "mine.toml".into());
    for mut value in [bare, serde_json::to_value(&summary).unwrap()] {
        assert_eq!(
            faults(&schema("summary.json"), &value),
            Vec::<String>::new()
        );
        value["totals"]["pass"] = (-1).into();
        value["cases"][0]["verdict"] = "splendid".into();
        assert_eq!(faults(&schema("summary.json"), &value).len(), 2);
    }
}

/// Every manifest of the tree, by its path.
fn manifests() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = ["fixtures/targets", "docs/examples"]
        .map(|place| root().join(place))
        .to_vec();
    while let Some(place) = open.pop() {
        for row in std::fs::read_dir(place).unwrap() {
            let path = row.unwrap().path();
            if path.is_dir() && !path.ends_with("node_modules") {
                open.push(path);
            } else if path.extension().is_some_and(|kind| kind == "toml") {
                found.push(path);
            }
        }
    }
    found
}

fn value_of(text: &str) -> Value {
    serde_json::to_value(toml::from_str::<toml::Value>(text).unwrap()).unwrap()
}

#[test]
fn every_manifest_is_what_the_schema_says_and_names_it() {
    let schema = schema("manifest.json");
    let manifests = manifests();
    assert!(manifests.len() >= 8, "{manifests:?}");
    for path in manifests {
        let text = std::fs::read_to_string(&path).unwrap();
        let found = faults(&schema, &value_of(&text));
        assert!(found.is_empty(), "{}: {found:#?}", path.display());
        let named = text.lines().find_map(|line| line.strip_prefix("#:schema "));
        let named = named.map(|named| path.parent().unwrap().join(named));
        let there = named.and_then(|named| named.canonicalize().ok());
        let own = root().join("docs/schema/manifest.json");
        assert_eq!(there, own.canonicalize().ok(), "{}", path.display());
    }
}

#[test]
fn every_whole_manifest_in_the_guides_is_what_the_schema_says() {
    let schema = schema("manifest.json");
    for guide in [
        "README.md",
        "docs/test-your-backend.md",
        "docs/test-your-client.md",
    ] {
        let text = std::fs::read_to_string(root().join(guide)).unwrap();
        let blocks = text.split("```toml\n").skip(1);
        let whole = blocks
            .filter_map(|block| Some(block.split_once("```")?.0))
            .filter(|block| block.contains("manifest = 1"));
        let mut seen = 0;
        for block in whole {
            let found = faults(&schema, &value_of(block));
            assert!(found.is_empty(), "{guide}: {found:#?}\n{block}");
            seen += 1;
        }
        assert!(seen > 0, "{guide}");
    }
}

/// Tables that neither of the two whole manifests has.
const BESIDES: &str = r#"
[[file]]
path = "{config}/app.conf"
content = "x"
[target.requires]
argv = ["node", "--version"]
at_least = "20"
[[expected]]
case = "stop.*"
message = "the record is gone"
reason = "x"
issue = "x"
owner = "x"
expires = 2027-01-31
[[quarantine]]
case = "stop.*"
message = "the record is gone"
reason = "x"
issue = "x"
owner = "x"
expires = 2027-01-31
"#;

/// Without a key, is a manifest refused for that? Together the two have every table.
#[test]
fn what_the_schema_requires_is_what_the_reader_requires() {
    let schema = schema("manifest.json");
    let tables = tables(&schema);
    let mut tried = BTreeSet::new();
    for name in ["reference.toml", "reference-client.toml"] {
        let path = root().join("fixtures/targets").join(name);
        let text = std::fs::read_to_string(&path).unwrap() + BESIDES;
        target::parse(&path, &text).unwrap();
        let whole: toml::Table = toml::from_str(&text).unwrap();
        for (at, table) in &tables {
            for key in keys(table) {
                let mut less = whole.clone();
                if !remove(&mut less, at, &key) {
                    continue;
                }
                let refused = target::parse(&path, &toml::to_string(&less).unwrap());
                let refused = refused.err().map(|error| error.to_string());
                let missed = refused.is_some_and(|why| why.contains(" is missing"));
                let required = (table["required"].as_array().into_iter().flatten())
                    .any(|one| one.as_str() == Some(&key));
                assert_eq!(missed, required, "{name}: {at}.{key}");
                tried.insert(at.clone());
            }
        }
    }
    let untried: Vec<&String> = tables.keys().filter(|at| !tried.contains(*at)).collect();
    assert!(untried.is_empty(), "{untried:?}");
}

/// Takes a key out of the table at a place; whether it was there.
fn remove(whole: &mut toml::Table, at: &str, key: &str) -> bool {
    let mut table = whole;
    for step in at.split('.').filter(|step| !step.is_empty()) {
        let inner = match step.strip_suffix("[]") {
            Some(list) => (table.get_mut(list))
                .and_then(toml::Value::as_array_mut)
                .and_then(|list| list.first_mut()),
            None => table.get_mut(step),
        };
        let Some(toml::Value::Table(inner)) = inner else {
            return false;
        };
        table = inner;
    }
    table.remove(key).is_some()
}
