use super::*;
use base64::Engine as _;
use harness::events::{Event, Recorder};

/// What a target might write to break out of the page, or to mislead who reads it.
const HOSTILE: &str = "<script>alert(1)</script></script><!--<script>{{script}}\u{2028}\u{2029}\u{1b}[31mred\u{0}\u{202e}&quot;\"'`";

fn case(verdict: Verdict, text: &str) -> CaseSummary {
    CaseSummary {
        clause: "stop.within-bound".into(),
        duration_ms: 12,
        step: text.into(),
        expected: text.into(),
        seen: text.into(),
        ..crate::finding::tests::case("stop.it-ends", verdict, text)
    }
}

fn page_of(cases: Vec<CaseSummary>, events: &[Event]) -> String {
    let directory = tempfile::tempdir().unwrap();
    let stream = stream_path(directory.path(), "mine", "stop.it-ends");
    let recorder = Recorder::create(&stream, "mine::stop.it-ends").unwrap();
    for event in events {
        recorder.record(event.clone());
    }
    draw(&Summary::made_up("mine", cases), directory.path()).unwrap()
}

/// What lies between this beginning and the next end of a script.
fn script<'a>(page: &'a str, begins: &str) -> &'a str {
    let (_, rest) = page.split_once(begins).unwrap();
    rest.split_once("</script>").unwrap().0
}

fn evidence(page: &str) -> String {
    let packed = script(page, "id=\"evidence-0\">");
    let packed = base64::prelude::BASE64_STANDARD.decode(packed).unwrap();
    String::from_utf8(miniz_oxide::inflate::decompress_to_vec(&packed).unwrap()).unwrap()
}

#[test]
fn what_a_target_writes_is_never_markup() {
    let plain = page_of(vec![case(Verdict::Fail, "plain")], &[]);
    let hostile = page_of(
        vec![case(Verdict::Fail, HOSTILE)],
        &[Event::Note {
            text: HOSTILE.into(),
        }],
    );
    let tags = |page: &str| page.matches(['<', '>']).count();
    assert_eq!(
        tags(&hostile),
        tags(&plain),
        "a target's text has brought a bracket"
    );
    assert!(!hostile.contains(['\u{2028}', '\u{2029}', '\u{0}', '\u{1b}']));
}

#[test]
fn what_a_target_writes_is_there_to_be_read() {
    let page = page_of(
        vec![case(Verdict::Fail, HOSTILE)],
        &[Event::Note {
            text: HOSTILE.into(),
        }],
    );
    let run: serde_json::Value = serde_json::from_str(script(&page, "id=\"run\">")).unwrap();
    assert_eq!(run["cases"][0]["seen"], HOSTILE);
    let last = evidence(&page);
    let note: serde_json::Value = serde_json::from_str(last.lines().last().unwrap()).unwrap();
    assert_eq!(note["text"], HOSTILE);
}

#[test]
fn a_case_brings_its_clause_and_the_command_that_tries_it_again() {
    let mut summary = Summary::made_up("mine", vec![case(Verdict::Fail, "why")]);
    summary
        .manifests
        .insert("mine".into(), "'my app.toml'".into());
    let page = draw(&summary, Path::new("/nowhere")).unwrap();
    let run: serde_json::Value = serde_json::from_str(script(&page, "id=\"run\">")).unwrap();
    assert_eq!(
        run["cases"][0]["again"],
        "cargo xtask e2e --target 'my app.toml' --case stop.it-ends --keep"
    );
    let clauses = run["clauses"].as_array().unwrap();
    let own = clauses
        .iter()
        .find(|clause| clause["slug"] == "stop.within-bound")
        .unwrap();
    assert!(own["text"].as_str().unwrap().contains("5 s") && own["reason"] != "");
    assert!(
        clauses
            .iter()
            .all(|clause| clause["slug"].as_str().unwrap().starts_with("stop."))
    );
}

#[test]
fn what_was_foreseen_and_both_tries_come_with_their_cases() {
    let directory = tempfile::tempdir().unwrap();
    let flaky = again_path(directory.path(), "mine", "stop.flaky");
    let recorder = Recorder::create(&flaky, "mine::stop.flaky").unwrap();
    recorder.record(Event::Note {
        text: "alone".into(),
    });
    let page = draw(&crate::standing::foreseen::run(), directory.path()).unwrap();
    let run: serde_json::Value = serde_json::from_str(script(&page, "id=\"run\">")).unwrap();
    let standings: Vec<&str> = (run["cases"].as_array().unwrap().iter())
        .map(|case| case["standing"].as_str().unwrap_or("plain"))
        .collect();
    assert_eq!(
        standings,
        ["plain", "plain", "expected", "quarantined", "flaky"]
    );
    assert_eq!(run["cases"][2]["known"]["owner"], "ada");
    assert_eq!(run["cases"][4]["second"]["v"], "pass");
    assert_eq!(run["breaches"][0]["line"], 22);
    assert_eq!(run["out"][0]["clause"], "ready.health-status");
    assert!(page.contains("id=\"evidence-4-again\"") && !page.contains("id=\"evidence-2-again\""));
}

#[test]
fn a_page_asks_the_network_for_nothing() {
    let page = page_of(vec![case(Verdict::Pass, "")], &[]);
    assert!(page.contains("default-src 'none'"));
    for asks in [
        "src=",
        "@import",
        "url(",
        "fetch(",
        "XMLHttpRequest",
        "import(",
    ] {
        assert!(!page.contains(asks), "{asks}");
    }
    let links = page.match_indices("href=\"").map(|(at, _)| &page[at + 6..]);
    assert!(links.into_iter().all(|link| link.starts_with('#')));
}

#[test]
fn only_the_script_of_the_page_itself_carries_its_nonce() {
    let page = page_of(vec![case(Verdict::Pass, "")], &[]);
    let nonce = page.split_once("script-src 'nonce-").unwrap().1;
    let nonce = nonce.split_once('\'').unwrap().0;
    assert_eq!(nonce.len(), 32);
    assert_eq!(
        page.matches(&format!("<script nonce=\"{nonce}\">")).count(),
        1
    );
    assert!(!page_of(vec![case(Verdict::Pass, "")], &[]).contains(nonce));
}

#[test]
fn a_case_without_evidence_has_its_place_all_the_same() {
    let cases = vec![case(Verdict::HarnessError, "no evidence")];
    let page = draw(&Summary::made_up("mine", cases), Path::new("/nowhere")).unwrap();
    assert!(page.contains("no evidence") && !page.contains("id=\"evidence-0\""));
}
