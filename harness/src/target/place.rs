//! Where in a manifest's text something stands, counted as editors count.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Line and column, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
}

impl Place {
    /// The place of a byte. One that is not in the text counts as its end.
    pub(super) fn of_offset(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count()
            + 1;
        Self { line, column }
    }

    /// The place of a key such as `launch.argv[1]`, or of what comes nearest above it if it is not there.
    pub(super) fn of_key(text: &str, document: &Spanned<DeTable<'_>>, key: &str) -> Self {
        let mut table = Some(document.get_ref());
        let mut offset = 0;
        let mut list = None;
        for step in key.split(['.', '[']) {
            let found = match step.strip_suffix(']') {
                Some(index) => list.and_then(|list| element(list, index)),
                None => table.and_then(|table| member(table, step)),
            };
            let Some((start, value)) = found else {
                break;
            };
            offset = start;
            (table, list) = (value.as_table(), Some(value));
        }
        Self::of_offset(text, offset)
    }
}

type Found<'a> = Option<(usize, &'a DeValue<'a>)>;

fn member<'a>(table: &'a DeTable<'a>, name: &str) -> Found<'a> {
    let (key, value) = table.iter().find(|(key, _)| key.get_ref() == name)?;
    Some((key.span().start, value.get_ref()))
}

fn element<'a>(list: &'a DeValue<'a>, index: &str) -> Found<'a> {
    let element = list.as_array()?.get(index.parse::<usize>().ok()?)?;
    Some((element.span().start, element.get_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(0, (1, 1))]
    #[case(2, (1, 3))]
    #[case(3, (2, 1))]
    #[case(99, (3, 2))]
    fn counts_lines_and_columns(#[case] offset: usize, #[case] expected: (usize, usize)) {
        let place = Place::of_offset("ab\ncd\ne", offset);
        assert_eq!((place.line, place.column), expected);
    }

    #[rstest]
    #[case("top", (1, 1))]
    #[case("launch", (3, 2))]
    #[case("launch.argv", (4, 1))]
    #[case("launch.argv[1]", (5, 3))]
    #[case("launch.argv[9]", (4, 1))]
    #[case("launch.absent", (3, 2))]
    #[case("absent", (1, 1))]
    #[case("file[1].path", (10, 1))]
    #[case("dotted.key", (2, 8))]
    fn finds_a_key_or_what_is_above_it(#[case] key: &str, #[case] expected: (usize, usize)) {
        let text = "top = 1\ndotted.key = 2\n[launch]\nargv = [\"a\",\n  \"b\"]\n\n[[file]]\npath = 1\n[[file]]\npath = 2\n";
        let document = DeTable::parse(text).unwrap();
        let place = Place::of_key(text, &document, key);
        assert_eq!((place.line, place.column), expected);
    }
}
