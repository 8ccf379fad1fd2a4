//! `{name}` in the texts of a manifest.

use super::wording::nearest;
use std::collections::BTreeMap;

/// A text that cannot be expanded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaceholderError {
    /// A name that is not known.
    #[error("unknown placeholder `{{{name}}}`; {hint}")]
    Unknown {
        /// The name.
        name: String,
        /// The nearest known one, or all.
        hint: String,
    },
    /// A brace without its other half.
    #[error("a `{{` without its `}}`; write `{{{{` for a brace that is meant as such")]
    Open,
}

/// What placeholders stand for.
#[derive(Clone, Debug, Default)]
pub struct Values(BTreeMap<&'static str, String>);

impl Values {
    /// No placeholder at all.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one, or replaces it.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.insert(name, value.into());
        self
    }

    /// Replaces each `{name}`; `{{` and `}}` stand for braces.
    ///
    /// # Errors
    /// [`PlaceholderError`] for an unknown name or a brace that is left open.
    pub fn expand(&self, text: &str) -> Result<String, PlaceholderError> {
        let mut expanded = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            expanded.push_str(&rest[..at]);
            let brace = &rest[at..];
            if brace.starts_with("{{") || brace.starts_with("}}") {
                expanded.push_str(&brace[..1]);
                rest = &brace[2..];
            } else if let Some(inside) = brace.strip_prefix('{') {
                let (name, after) = inside.split_once('}').ok_or(PlaceholderError::Open)?;
                expanded.push_str(self.0.get(name).ok_or_else(|| self.unknown(name))?);
                rest = after;
            } else {
                expanded.push('}');
                rest = &brace[1..];
            }
        }
        expanded.push_str(rest);
        Ok(expanded)
    }

    fn unknown(&self, name: &str) -> PlaceholderError {
        let known: Vec<&str> = self.0.keys().copied().collect();
        let hint = match nearest(name, &known) {
            Some(nearest) => format!("did you mean `{{{nearest}}}`?"),
            None => format!("known here: {}", known.join(", ")),
        };
        PlaceholderError::Unknown {
            name: name.to_owned(),
            hint,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn values() -> Values {
        Values::new()
            .with("address", "/run/a.sock")
            .with("runtime", "/run")
            .with("id", "{home}")
    }

    #[rstest]
    #[case("--socket={address}", "--socket=/run/a.sock")]
    #[case("{runtime}/{runtime}", "/run//run")]
    #[case("{{address}}", "{address}")]
    #[case("server {{ x {id} }}", "server { x {home} }")]
    #[case("", "")]
    fn expands(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(values().expand(text), Ok(expected.to_owned()));
    }

    #[rstest]
    #[case(
        "{adress}",
        "unknown placeholder `{adress}`; did you mean `{address}`?"
    )]
    #[case(
        "{zzz}",
        "unknown placeholder `{zzz}`; known here: address, id, runtime"
    )]
    #[case(
        "{address",
        "a `{` without its `}`; write `{{` for a brace that is meant as such"
    )]
    fn refuses(#[case] text: &str, #[case] message: &str) {
        assert_eq!(values().expand(text).unwrap_err().to_string(), message);
    }

    proptest! {
        #[test]
        fn text_without_braces_stays(text in "[^{}]{0,40}") {
            prop_assert_eq!(values().expand(&text), Ok(text));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[{}a-z]{0,40}") {
            let _ = values().expand(&text);
        }
    }
}
