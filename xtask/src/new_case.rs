//! `cargo xtask new-case`: the stubs of a clause, of a case and of a defect, where they belong. The audit of the contract and the
//! proof of the case are red, and say what is to be done, until all three are written and the defect dies of the case.

mod insert;
mod names;
mod stubs;

use crate::arguments::NewCase;
use crate::cargo::workspace;
use anyhow::{Context as _, Result, bail};
use names::Names;
use std::path::{Path, PathBuf};

pub(crate) fn run(arguments: &NewCase) -> Result<u8> {
    let names = Names::of(
        &arguments.clause,
        arguments.case.as_deref(),
        arguments.defect.as_deref(),
    )?;
    let root = workspace();
    let changes = changes(&root, &names)?;
    for change in &changes {
        std::fs::write(root.join(&change.file), &change.text)
            .with_context(|| format!("{} could not be written", change.file.display()))?;
        println!("{}: {}", change.file.display(), change.what);
    }
    println!("\n{}", stubs::next_steps(&names));
    Ok(0)
}

/// What becomes of one file.
struct Change {
    /// Relative to the workspace's root.
    file: PathBuf,
    what: String,
    text: String,
}

/// All of it, worked out before anything is written, so that a tree is never left with half of it.
fn changes(root: &Path, names: &Names) -> Result<Vec<Change>> {
    let read = |file: &Path| {
        std::fs::read_to_string(root.join(file))
            .with_context(|| format!("{} could not be read", file.display()))
    };
    let mut changes = Vec::new();
    let chapter = PathBuf::from(format!("suites/contract/{}.md", names.chapter));
    let contract = read(&chapter)?;
    if !contract
        .lines()
        .any(|line| line == format!("## {}", names.clause))
    {
        changes.push(Change {
            text: format!("{}\n{}", contract.trim_end(), stubs::clause(names)),
            what: format!("the clause {}", names.clause),
            file: chapter,
        });
    }

    let directory = PathBuf::from(format!("suites/src/cases/{}", names.chapter));
    let case = directory.join(format!("{}.rs", names.module));
    if root.join(&case).exists() {
        bail!(
            "{} is there already; name the case otherwise with --case",
            case.display()
        );
    }
    changes.push(Change {
        text: stubs::case(names),
        what: format!("the case {}", names.case),
        file: case,
    });
    let list = directory.join("mod.rs");
    let text = insert::module(&read(&list)?, &names.module)
        .and_then(|text| insert::entry(&text, &format!("{}::CASE", names.module)))
        .with_context(|| {
            format!(
                "{} has no list of cases in the form that is known",
                list.display()
            )
        })?;
    changes.push(Change {
        text,
        what: "in the list of the chapter's cases".to_owned(),
        file: list,
    });

    let catalogue = PathBuf::from(names.catalogue());
    let old = read(&catalogue)?;
    if old.contains(&format!(" \"{}\" ", names.defect)) {
        bail!(
            "the defect {} is there already; name another with --defect",
            names.defect
        );
    }
    let text = insert::defect(&old, names.chapter, &stubs::defect(names))
        .with_context(|| format!("{} has no table of defects", catalogue.display()))?;
    changes.push(Change {
        text,
        what: format!("the defect {}", names.defect),
        file: catalogue,
    });
    Ok(changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    #[test]
    fn every_chapter_takes_a_new_case() {
        for chapter in names::CHAPTERS {
            let names = Names::of(&format!("{chapter}.keeps-its-word"), None, None).unwrap();
            let changes = changes(&root(), &names).unwrap();
            let files: Vec<String> = (changes.iter())
                .map(|change| change.file.display().to_string().replace('\\', "/"))
                .collect();
            assert_eq!(
                files,
                [
                    format!("suites/contract/{chapter}.md"),
                    format!("suites/src/cases/{chapter}/it_keeps_its_word.rs"),
                    format!("suites/src/cases/{chapter}/mod.rs"),
                    names.catalogue().to_owned(),
                ]
            );
            let list = &changes[2].text;
            assert!(list.contains("\nmod it_keeps_its_word;\n"), "{list}");
            assert!(
                list.contains("    it_keeps_its_word::CASE,\n];\n"),
                "{list}"
            );
        }
    }

    /// The sources, without what was built of them.
    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let (name, into) = (entry.file_name(), to.join(entry.file_name()));
            let built = name == "target" && from.join("Cargo.toml").exists();
            if built || name.to_string_lossy().starts_with(".git") {
                continue;
            }
            match entry.file_type().unwrap().is_dir() {
                true => copy(&entry.path(), &into),
                false => drop(std::fs::copy(entry.path(), into).unwrap()),
            }
        }
    }

    /// A stub that does not compile is found by whoever needs one, years later.
    #[test]
    #[ignore = "checks a copy of the suite from nothing, which takes a minute; `cargo nextest run -p xtask --run-ignored only` runs it"]
    fn what_is_written_compiles_for_each_role() {
        let home = tempfile::tempdir().unwrap();
        let tree = home.path().join("tree");
        copy(&root(), &tree);
        for chapter in ["stop", "client", "pair"] {
            let names = Names::of(&format!("{chapter}.keeps-its-word"), None, None).unwrap();
            for change in changes(&tree, &names).unwrap() {
                std::fs::write(tree.join(&change.file), &change.text).unwrap();
            }
        }
        let check = std::process::Command::new(env!("CARGO"))
            .args(["check", "--package", "suites", "--lib", "--offline"])
            .current_dir(&tree)
            .env("CARGO_TARGET_DIR", home.path().join("target"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&check.stderr);
        assert!(check.status.success(), "{said}");
    }

    #[test]
    fn a_clause_that_is_there_gets_one_case_more() {
        let names = Names::of(
            "stop.removes-record",
            Some("stop.the-lock-is-gone"),
            Some("leaves-lock"),
        );
        let changes = changes(&root(), &names.unwrap()).unwrap();
        assert_eq!(changes.len(), 3);
        assert!(changes[0].text.contains("clause: \"stop.removes-record\""));
    }

    #[test]
    fn nothing_that_is_there_is_written_over() {
        let defect = Names::of("stop.keeps-its-word", None, Some("leaves-record"));
        let why = changes(&root(), &defect.unwrap()).err().unwrap();
        assert!(why.to_string().contains("name another with --defect"));
        let case = Names::of("stop.removes-record", Some("stop.leftovers"), None);
        let why = changes(&root(), &case.unwrap()).err().unwrap();
        assert!(why.to_string().contains("name the case otherwise"));
    }
}
