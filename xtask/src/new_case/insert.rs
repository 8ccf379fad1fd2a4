//! Putting a line where it belongs in a file that people keep by hand.

/// A list of modules with one more, in alphabetical order.
pub(super) fn module(text: &str, name: &str) -> Option<String> {
    let line = format!("mod {name};\n");
    let modules: Vec<(usize, &str)> = lines(text)
        .filter(|(_, line)| line.starts_with("mod ") && line.trim_end().ends_with(';'))
        .collect();
    let (last, last_line) = modules.last()?;
    let after = modules.iter().find(|(_, other)| *other > line.as_str());
    let at = after.map_or(last + last_line.len(), |(at, _)| *at);
    at_offset(text, at, &line)
}

/// The chapter's list of cases with one more at its end.
pub(super) fn entry(text: &str, path: &str) -> Option<String> {
    let begin = text.find("const CASES: &[Case] = &[")?;
    let (end, _) = lines(text).find(|(at, line)| *at > begin && line.starts_with("];"))?;
    at_offset(text, end, &format!("    {path},\n"))
}

/// The table of defects with one more at the end of its chapter, or, where the chapter has none yet, at the table's.
pub(super) fn defect(text: &str, chapter: &str, defect: &str) -> Option<String> {
    let heading = |line: &str| {
        let name = line.strip_prefix("    // ")?;
        Some(name.split(':').next()?.trim().to_owned())
    };
    let begin = text.find("table! {")?;
    let (end, _) = lines(text).find(|(at, line)| *at > begin && line.starts_with('}'))?;
    let inner = || lines(text).filter(|(at, _)| (begin..end).contains(at));
    let last = inner().filter(|(_, line)| heading(line).as_deref() == Some(chapter));
    let Some((last, _)) = last.last() else {
        return at_offset(text, end, &format!("    // {chapter}\n{defect}"));
    };
    let next = inner().find(|(at, line)| *at > last && heading(line).is_some());
    at_offset(text, next.map_or(end, |(at, _)| at), defect)
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |offset, line| {
        let at = *offset;
        *offset += line.len();
        Some((at, line))
    })
}

fn at_offset(text: &str, at: usize, inserted: &str) -> Option<String> {
    let (before, after) = text.split_at_checked(at)?;
    Some(format!("{before}{inserted}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("a", "mod a;\nmod b;\nmod d;\n\nuse x;\n")]
    #[case("c", "mod b;\nmod c;\nmod d;\n\nuse x;\n")]
    #[case("e", "mod b;\nmod d;\nmod e;\n\nuse x;\n")]
    fn modules_are_in_order(#[case] name: &str, #[case] expected: &str) {
        let text = "mod b;\nmod d;\n\nuse x;\n";
        assert_eq!(module(text, name).as_deref(), Some(expected));
    }

    #[test]
    fn a_case_comes_last() {
        let text = "pub(super) const CASES: &[Case] = &[\n    a::X,\n];\n// end\n];\n";
        assert_eq!(
            entry(text, "b::Y").unwrap(),
            "pub(super) const CASES: &[Case] = &[\n    a::X,\n    b::Y,\n];\n// end\n];\n"
        );
    }

    #[rstest]
    #[case(
        "stop",
        "    A \"a\" \"x\";\n    // stop: late\n    B \"b\" \"x\";\n    NEW\n    // crash\n    C \"c\" \"x\";\n"
    )]
    #[case(
        "crash",
        "    A \"a\" \"x\";\n    // stop: late\n    B \"b\" \"x\";\n    // crash\n    C \"c\" \"x\";\n    NEW\n"
    )]
    #[case(
        "pair",
        "    A \"a\" \"x\";\n    // stop: late\n    B \"b\" \"x\";\n    // crash\n    C \"c\" \"x\";\n    // pair\n    NEW\n"
    )]
    fn a_defect_comes_at_the_end_of_its_chapter(#[case] chapter: &str, #[case] inner: &str) {
        let text = "use x;\n\ntable! {\n    // stop\n    A \"a\" \"x\";\n    // stop: late\n    B \"b\" \"x\";\n    // crash\n    C \"c\" \"x\";\n}\n";
        let expected = format!("use x;\n\ntable! {{\n    // stop\n{inner}}}\n");
        assert_eq!(defect(text, chapter, "    NEW\n"), Some(expected));
    }

    #[test]
    fn a_file_in_another_form_is_left() {
        assert_eq!(module("use x;\n", "a"), None);
        assert_eq!(entry("const OTHER: u8 = 1;\n", "a::X"), None);
        assert_eq!(defect("fn main() {}\n", "stop", "    NEW\n"), None);
    }
}
