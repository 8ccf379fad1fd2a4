//! The parser's words, turned into what is wrong and what to do.

/// Tables that every manifest has.
const TABLES: [&str; 3] = ["target", "launch", "health"];

/// For a text that is TOML and no manifest.
pub(super) fn of_form(message: &str) -> String {
    let message = message.trim();
    if let Some(rest) = message.strip_prefix("unknown field ") {
        return unknown("key", rest);
    }
    if let Some(rest) = message.strip_prefix("unknown variant ") {
        return unknown("value", rest);
    }
    if let Some(name) = message.strip_prefix("missing field ") {
        return missing(name.trim_matches('`'));
    }
    let given = message
        .strip_prefix("invalid type: ")
        .or_else(|| message.strip_prefix("invalid value: "));
    match given.and_then(|rest| rest.rsplit_once(", expected ")) {
        Some((given, expected)) => format!("{given} stands where {} must stand", kind(expected)),
        None => message.to_owned(),
    }
}

/// For a text that is no TOML.
pub(super) fn of_syntax(message: &str) -> String {
    match message.trim() {
        "duplicate key" => "this key stands there twice; remove one of the two".to_owned(),
        message => format!("this is not valid TOML: {message}"),
    }
}

/// `rest` holds names in back-quotes: the one that was given, then those that are known.
fn unknown(kind: &str, rest: &str) -> String {
    let mut names = rest.split('`').skip(1).step_by(2);
    let given = names.next().unwrap_or_default();
    let known: Vec<&str> = names.collect();
    match nearest(given, &known) {
        Some(nearest) => format!("unknown {kind} `{given}`; did you mean `{nearest}`?"),
        None => format!("unknown {kind} `{given}`; known here: {}", known.join(", ")),
    }
}

fn missing(name: &str) -> String {
    if name == "manifest" {
        return "the version of the form is missing; begin with `manifest = 1`".to_owned();
    }
    if TABLES.contains(&name) {
        return format!("the table `[{name}]` is missing; add it");
    }
    format!("the key `{name}` is missing in this table; add it")
}

/// What the parser's name of a type means to somebody who writes TOML.
fn kind(expected: &str) -> &str {
    match expected {
        "u16" => "a whole number from 0 to 65535",
        "u32" | "u64" | "usize" => "a whole number",
        "a boolean" => "true or false",
        "a sequence" => "a list such as [\"one\", \"two\"]",
        "a string" => "a text in quotes",
        "a map" => "a table",
        other if other.starts_with("struct ") => "a table",
        other => other,
    }
}

/// The known name that is most like the given one, if any is like it at all.
pub(super) fn nearest<'a>(given: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|name| (strsim::jaro_winkler(given, name), *name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(
        "unknown field `pth`, expected one of `path`, `status`",
        "unknown key `pth`; did you mean `path`?"
    )]
    #[case(
        "unknown variant `drian`, expected one of `drain`, `tcp`",
        "unknown value `drian`; did you mean `drain`?"
    )]
    #[case(
        "unknown field `zzz`, expected `path`",
        "unknown key `zzz`; known here: path"
    )]
    #[case(
        "missing field `argv`",
        "the key `argv` is missing in this table; add it"
    )]
    #[case("missing field `health`", "the table `[health]` is missing; add it")]
    #[case(
        "invalid type: integer `1`, expected a string",
        "integer `1` stands where a text in quotes must stand"
    )]
    #[case("what nobody foresaw", "what nobody foresaw")]
    fn says_what_to_do(#[case] message: &str, #[case] expected: &str) {
        assert_eq!(of_form(message), expected);
    }
}
