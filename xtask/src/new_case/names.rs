//! The names of what is made: of the clause, of its case and of the defect.

use anyhow::{Result, bail};
use suites::cases;
use suites::contract;

/// The chapters of the contract.
pub(super) const CHAPTERS: [&str; 11] = [
    "address", "listen", "ready", "record", "single", "stop", "crash", "claims", "client",
    "bridge", "pair",
];

/// What things are called.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) chapter: &'static str,
    pub(super) clause: String,
    pub(super) case: String,
    pub(super) defect: String,
    /// The file of the case, without its ending.
    pub(super) module: String,
}

impl Names {
    /// Names for a clause, `chapter.slug`; the others follow from it where they are not given.
    pub(super) fn of(clause: &str, case: Option<&str>, defect: Option<&str>) -> Result<Self> {
        let Some((chapter, slug)) = clause.split_once('.') else {
            bail!("`{clause}` is no name of a clause; write `chapter.what-a-target-does`");
        };
        let Some(chapter) = CHAPTERS.into_iter().find(|known| *known == chapter) else {
            bail!(
                "there is no chapter `{chapter}`; there are {}",
                CHAPTERS.join(", ")
            );
        };
        let case = case.map_or_else(|| format!("{chapter}.it-{slug}"), str::to_owned);
        let Some(case_slug) = case
            .strip_prefix(chapter)
            .and_then(|rest| rest.strip_prefix('.'))
        else {
            bail!("`{case}` is in another chapter than its clause; write `{chapter}.what-is-so`");
        };
        let defect = defect.map_or_else(|| format!("breaks-{chapter}-{slug}"), str::to_owned);
        for name in [slug, case_slug, defect.as_str()] {
            if !kebab(name) {
                bail!("`{name}` is no words in lower case with dashes between them");
            }
        }
        if cases::all().any(|known| known.id == case) {
            let clause_known = contract::clause(clause).is_some();
            let more = if clause_known {
                "; for one more case of that clause, name it"
            } else {
                "; name another"
            };
            bail!("the case {case} is there already{more} with --case");
        }
        Ok(Self {
            chapter,
            clause: clause.to_owned(),
            module: case_slug.replace('-', "_"),
            case,
            defect,
        })
    }

    /// Whether it is for clients.
    pub(super) fn for_clients(&self) -> bool {
        matches!(self.chapter, "client" | "bridge" | "pair")
    }

    /// The file with the defects of the reference that the chapter is proved on.
    pub(super) fn catalogue(&self) -> &'static str {
        if self.for_clients() {
            "fixtures/src/defects/client/catalogue.rs"
        } else {
            "fixtures/src/defects/catalogue.rs"
        }
    }

    /// The defect's switch.
    pub(super) fn switch(&self) -> String {
        let capital = |word: &str| {
            let mut letters = word.chars();
            let first = letters.next().map(|first| first.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        };
        self.defect.split('-').map(capital).collect()
    }
}

/// Words that begin with a letter, so that they can be names in code too.
fn kebab(name: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty()
            && (word.bytes()).all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.split('-').all(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn the_rest_follows_from_the_clause() {
        let names = Names::of("stop.keeps-its-word", None, None).unwrap();
        assert_eq!(
            (names.case.as_str(), names.module.as_str()),
            ("stop.it-keeps-its-word", "it_keeps_its_word")
        );
        assert_eq!(names.defect, "breaks-stop-keeps-its-word");
        assert_eq!(names.switch(), "BreaksStopKeepsItsWord");
    }

    #[rstest]
    #[case("stop", None, None, "write `chapter.what-a-target-does`")]
    #[case("halt.ends", None, None, "there is no chapter `halt`")]
    #[case("stop.Ends", None, None, "`Ends` is no words in lower case")]
    #[case("stop.ends--now", None, None, "`ends--now` is no words")]
    #[case("stop.9-lives", None, None, "`9-lives` is no words")]
    #[case(
        "stop.ends",
        Some("crash.it-ends"),
        None,
        "another chapter than its clause"
    )]
    #[case("stop.ends", None, Some("../x"), "`../x` is no words")]
    #[case(
        "stop.removes-record",
        Some("stop.its-record-is-gone"),
        None,
        "one more case of that clause"
    )]
    fn refuses_what_is_no_name(
        #[case] clause: &str,
        #[case] case: Option<&str>,
        #[case] defect: Option<&str>,
        #[case] message: &str,
    ) {
        let why = Names::of(clause, case, defect).unwrap_err().to_string();
        assert!(why.contains(message), "{why}");
    }

    #[test]
    fn the_chapters_are_those_of_the_contract() {
        let clauses = contract::clauses().unwrap();
        let mut chapters: Vec<&str> = (clauses.iter())
            .filter_map(|clause| clause.slug.split('.').next())
            .collect();
        chapters.dedup();
        assert_eq!(chapters, CHAPTERS);
    }
}
