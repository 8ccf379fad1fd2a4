//! Reading manifests, and saying where and how one is wrong.

use super::error::ManifestError;
use super::manifest::Manifest;
use super::validate;
use std::path::Path;

/// Reads and checks a manifest.
///
/// # Errors
/// [`ManifestError`] with the place of what is wrong.
pub fn load(path: &Path) -> Result<Manifest, ManifestError> {
    let text = std::fs::read_to_string(path).map_err(|source| ManifestError::Read {
        path: path.to_owned(),
        source,
    })?;
    parse(path, &text)
}

/// Checks a manifest's text; `path` is for errors.
///
/// # Errors
/// [`ManifestError`] with the place of what is wrong.
pub fn parse(path: &Path, text: &str) -> Result<Manifest, ManifestError> {
    let manifest: Manifest = toml::from_str(text).map_err(|error| {
        let (line, column) = place(text, error.span().map_or(0, |span| span.start));
        ManifestError::Syntax {
            path: path.to_owned(),
            line,
            column,
            message: explain(error.message()),
        }
    })?;
    validate::check(path, &manifest)?;
    Ok(manifest)
}

fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    (line, column)
}

/// Adds the nearest known name to the parser's own words.
fn explain(message: &str) -> String {
    let message = message.trim();
    let mut quoted = message.split('`').skip(1).step_by(2);
    let unknown = message.starts_with("unknown field") || message.starts_with("unknown variant");
    let Some(given) = quoted.next().filter(|_| unknown) else {
        return message.to_owned();
    };
    let kind = if message.starts_with("unknown field") {
        "key"
    } else {
        "value"
    };
    let known: Vec<&str> = quoted.collect();
    match nearest(given, &known) {
        Some(nearest) => format!("unknown {kind} `{given}`; did you mean `{nearest}`?"),
        None => format!("unknown {kind} `{given}`; known here: {}", known.join(", ")),
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
    #[case("missing field `argv`", "missing field `argv`")]
    fn names_the_nearest(#[case] message: &str, #[case] expected: &str) {
        assert_eq!(explain(message), expected);
    }

    #[rstest]
    #[case(0, (1, 1))]
    #[case(2, (1, 3))]
    #[case(3, (2, 1))]
    #[case(99, (3, 2))]
    fn counts_lines_and_columns(#[case] offset: usize, #[case] expected: (usize, usize)) {
        assert_eq!(place("ab\ncd\ne", offset), expected);
    }
}
