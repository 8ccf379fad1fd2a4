//! The clauses, read from `suites/contract/*.md`.

use crate::verdict::Level;
use std::sync::OnceLock;

/// The chapters in the order of a life.
const CHAPTERS: [(&str, &str); 11] = [
    ("address", include_str!("../contract/address.md")),
    ("listen", include_str!("../contract/listen.md")),
    ("ready", include_str!("../contract/ready.md")),
    ("record", include_str!("../contract/record.md")),
    ("single", include_str!("../contract/single.md")),
    ("stop", include_str!("../contract/stop.md")),
    ("crash", include_str!("../contract/crash.md")),
    ("claims", include_str!("../contract/claims.md")),
    ("client", include_str!("../contract/client.md")),
    ("bridge", include_str!("../contract/bridge.md")),
    ("pair", include_str!("../contract/pair.md")),
];

/// One clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Its stable name: `chapter.what-must-be`.
    pub slug: String,
    /// How binding it is.
    pub level: Level,
    /// What a target must offer for it to apply, in words.
    pub needs: Vec<String>,
    /// The field bug behind it.
    pub bug: Option<String>,
    /// Why no case tries it yet.
    pub excluded: Option<String>,
    /// What it says.
    pub text: String,
    /// Why it matters.
    pub reason: String,
    /// How a target comes to keep it, for whoever has to mend one.
    pub fix: Option<String>,
}

/// A chapter that is not written as chapters are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("suites/contract/{chapter}.md:{line}: {message}")]
pub struct ContractError {
    chapter: String,
    line: usize,
    message: String,
}

/// All clauses in order.
///
/// # Errors
/// [`ContractError`] for the first place that is not as it should be.
pub fn clauses() -> Result<&'static [Clause], ContractError> {
    static CLAUSES: OnceLock<Result<Vec<Clause>, ContractError>> = OnceLock::new();
    let read = || {
        let mut clauses = Vec::new();
        for (chapter, text) in CHAPTERS {
            clauses.extend(parse(chapter, text)?);
        }
        Ok(clauses)
    };
    CLAUSES
        .get_or_init(read)
        .as_ref()
        .map(Vec::as_slice)
        .map_err(Clone::clone)
}

/// The clause of this name.
#[must_use]
pub fn clause(slug: &str) -> Option<&'static Clause> {
    clauses().ok()?.iter().find(|clause| clause.slug == slug)
}

/// Reads one chapter.
fn parse(chapter: &str, text: &str) -> Result<Vec<Clause>, ContractError> {
    let lines: Vec<&str> = text.lines().collect();
    let fail = |line: usize, message: String| ContractError {
        chapter: chapter.to_owned(),
        line: line + 1,
        message,
    };
    if !lines
        .first()
        .is_some_and(|title| title.starts_with(&format!("# {chapter}: ")))
    {
        return Err(fail(0, format!("the first line is not `# {chapter}: …`")));
    }
    let starts: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.starts_with("## "))
        .map(|(at, _)| at)
        .collect();
    let ends = starts.iter().skip(1).copied().chain([lines.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| {
            let body = lines.get(start + 1..end).unwrap_or_default();
            section(chapter, lines.get(*start).unwrap_or(&""), body)
                .map_err(|(offset, message)| fail(start + offset, message))
        })
        .collect()
}

fn section(chapter: &str, heading: &str, body: &[&str]) -> Result<Clause, (usize, String)> {
    let slug = heading.trim_start_matches("## ").to_owned();
    let own = slug
        .strip_prefix(chapter)
        .and_then(|rest| rest.strip_prefix('.'));
    let kebab = |name: &str| {
        name.split('-')
            .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric()))
    };
    if !own.is_some_and(kebab) {
        return Err((0, format!("`{slug}` is not `{chapter}.words-with-dashes`")));
    }
    let mut clause = Clause {
        slug,
        level: Level::Must,
        needs: Vec::new(),
        bug: None,
        excluded: None,
        text: String::new(),
        reason: String::new(),
        fix: None,
    };
    let mut level = None;
    for (offset, line) in body
        .iter()
        .enumerate()
        .filter(|(_, line)| line.starts_with("- "))
    {
        let entry = line.trim_start_matches("- ").split_once(": ");
        let (key, value) = entry.ok_or((offset + 1, format!("`{line}` is not `- key: value`")))?;
        match (key, value) {
            ("level", "MUST") => level = Some(Level::Must),
            ("level", "SHOULD") => level = Some(Level::Should),
            ("level", "MAY") => level = Some(Level::May),
            ("needs", value) => clause.needs = value.split(", ").map(str::to_owned).collect(),
            ("bug", value) => clause.bug = Some(value.to_owned()),
            ("excluded", value) => clause.excluded = Some(value.to_owned()),
            _ => return Err((offset + 1, format!("`{key}: {value}` is not known"))),
        }
    }
    clause.level = level.ok_or((0, "it has no level".to_owned()))?;
    let prose: Vec<&str> = body
        .iter()
        .copied()
        .filter(|line| !line.starts_with("- "))
        .collect();
    let mut paragraphs = prose
        .split(|line| line.is_empty())
        .filter(|lines| !lines.is_empty())
        .map(|lines| lines.join(" "));
    clause.text = paragraphs.next().ok_or((0, "it has no text".to_owned()))?;
    let reason = paragraphs.next().unwrap_or_default();
    let reason = reason
        .strip_prefix("Reason: ")
        .ok_or((0, "its second paragraph is no `Reason: …`".to_owned()))?;
    clause.reason = reason.to_owned();
    if let Some(fix) = paragraphs.next() {
        let fix = fix
            .strip_prefix("Fix: ")
            .ok_or((0, "its third paragraph is no `Fix: …`".to_owned()))?;
        clause.fix = Some(fix.to_owned());
    }
    if paragraphs.next().is_some() {
        return Err((0, "it has more than a text, a reason and a fix".to_owned()));
    }
    Ok(clause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const GOOD: &str = "# stop: how it ends\n\nIntro.\n\n## stop.ends\n- level: MUST\n- needs: drain, tcp\n- bug: It hung.\n\nIt\nends.\n\nReason: So\nthat it ends.\n\nFix: End\nit.\n";

    #[test]
    fn reads_a_chapter() {
        let clauses = parse("stop", GOOD).unwrap();
        assert_eq!(
            clauses,
            [Clause {
                slug: "stop.ends".into(),
                level: Level::Must,
                needs: vec!["drain".into(), "tcp".into()],
                bug: Some("It hung.".into()),
                excluded: None,
                text: "It ends.".into(),
                reason: "So that it ends.".into(),
                fix: Some("End it.".into()),
            }]
        );
    }

    #[rstest]
    #[case("# stop: ", "# halt: ", "stop.md:1: the first line is not")]
    #[case(
        "stop.ends",
        "halt.ends",
        "stop.md:5: `halt.ends` is not `stop.words-with-dashes`"
    )]
    #[case("stop.ends", "stop.ends now", "stop.md:5:")]
    #[case(
        "- level: MUST",
        "- level: WOULD",
        "stop.md:6: `level: WOULD` is not known"
    )]
    #[case("- level: MUST\n", "", "stop.md:5: it has no level")]
    #[case("- bug: It hung.", "- bug", "stop.md:8: `- bug` is not `- key: value`")]
    #[case("Reason: ", "Because ", "stop.md:5: its second paragraph")]
    #[case("Reason: ", "More.\n\nReason: ", "stop.md:5: its second paragraph")]
    #[case("Fix: ", "Cure: ", "stop.md:5: its third paragraph is no `Fix: …`")]
    #[case("Fix: ", "Fix: It.\n\nMore: ", "stop.md:5: it has more than a text")]
    fn says_where_a_chapter_is_wrong(#[case] from: &str, #[case] to: &str, #[case] message: &str) {
        let error = parse("stop", &GOOD.replacen(from, to, 1))
            .unwrap_err()
            .to_string();
        assert!(error.contains(message), "{error}");
    }
}
