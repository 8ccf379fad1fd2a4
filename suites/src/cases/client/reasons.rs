//! Why a backend ended, from what it said.

use crate::case::{Case, Need, fails_at};
use crate::context::{Client, Context};
use crate::verdict::Outcome;
use harness::standin::{Opening, Saying, Script, Stream};

const NEEDS: &[Need] = &[Need::Reasons];

const KNOWS: &str = "it knows why";

pub(super) const ONE_PIECE: Case = Case {
    id: "client.reason-in-one-piece",
    clause: "client.knows-why-its-backend-ended",
    needs: NEEDS,
    proofs: &[
        fails_at("reason-ignored", KNOWS),
        fails_at("reports-on-spawn", KNOWS),
    ],
    run: |cx| Box::pin(said(cx, |words| vec![vec![format!("{words}\n")]])),
};

pub(super) const CUT: Case = Case {
    id: "client.reason-cut-anywhere",
    clause: "client.knows-why-its-backend-ended",
    needs: NEEDS,
    proofs: &[
        fails_at("reason-ignored", KNOWS),
        fails_at("reports-on-spawn", KNOWS),
        fails_at("reason-per-chunk", KNOWS),
    ],
    run: |cx| Box::pin(said(cx, cut)),
};

/// Near both ends, in the middle, before the line end, and everywhere at once.
fn cut(words: &str) -> Vec<Vec<String>> {
    let chars: Vec<char> = words.chars().collect();
    let (length, last) = (chars.len(), chars.len().saturating_sub(1));
    let cut_at = |at: usize| {
        let (head, tail) = chars.split_at(at);
        let tail: String = tail.iter().chain(&['\n']).collect();
        vec![head.iter().collect(), tail]
    };
    let mut ways: Vec<Vec<String>> = [1, length / 2, last, length]
        .into_iter()
        .map(cut_at)
        .collect();
    ways.push(chars.iter().chain(&['\n']).map(char::to_string).collect());
    ways
}

pub(super) const AMONG_OTHERS: Case = Case {
    id: "client.reason-among-other-lines",
    clause: "client.knows-why-its-backend-ended",
    needs: NEEDS,
    proofs: &[
        fails_at("reason-ignored", KNOWS),
        fails_at("reports-on-spawn", KNOWS),
        fails_at("reason-of-first-line-only", KNOWS),
    ],
    run: |cx| {
        Box::pin(said(cx, |words| {
            let text = format!("reading the configuration\n{words}\nending\n");
            vec![vec![text]]
        }))
    },
};

pub(super) const NO_LINE_END: Case = Case {
    id: "client.reason-without-line-end",
    clause: "client.knows-why-its-backend-ended",
    needs: NEEDS,
    proofs: &[
        fails_at("reason-ignored", KNOWS),
        fails_at("reports-on-spawn", KNOWS),
        fails_at("reason-needs-line-end", KNOWS),
    ],
    run: |cx| Box::pin(said(cx, |words| vec![vec![words.to_owned()]])),
};

/// How the words arrive is up to the kernel, the load and the language of the backend. Whether the user is asked to sign in
/// must not be.
async fn said(cx: &Context, ways: fn(&str) -> Vec<Vec<String>>) -> Outcome {
    let client = cx.opened_client().await?;
    for (reason, words) in cx.manifest().reasons.clone() {
        for pieces in ways(&words) {
            let heard = reason_after(cx, &client, KNOWS, pieces).await?;
            cx.expect_eq(KNOWS, &Some(reason.clone()), &heard)?;
        }
    }
    Ok(())
}

const NOT_KNOWN: &str = "it does not claim to know why";

pub(super) const OTHER_WORDS: Case = Case {
    id: "client.other-words-are-unknown",
    clause: "client.invents-no-reason",
    needs: &[],
    proofs: &[
        fails_at("any-exit-is-already-running", NOT_KNOWN),
        fails_at("reports-on-spawn", NOT_KNOWN),
    ],
    run: |cx| Box::pin(other_words(cx)),
};

/// The disk is full, and the app says "please close the other window". There is none.
async fn other_words(cx: &Context) -> Outcome {
    let client = cx.opened_client().await?;
    for words in [&["cannot write: no space left on device\n"][..], &[]] {
        let pieces = words.iter().map(|&piece| piece.to_owned()).collect();
        let heard = reason_after(cx, &client, NOT_KNOWN, pieces).await?;
        cx.expect_eq(NOT_KNOWN, &Some("unknown".to_owned()), &heard)?;
    }
    Ok(())
}

/// What it makes of a backend that says this and ends.
async fn reason_after(
    cx: &Context,
    client: &Client,
    step: &str,
    pieces: Vec<String>,
) -> Outcome<Option<String>> {
    let says = pieces.into_iter().map(|text| Saying {
        stream: Stream::Stderr,
        text,
    });
    let script = Script {
        says: says.collect(),
        opening: Opening::Exit(1),
        ..cx.healthy_script()
    };
    cx.next_launch(script).await?;
    let refused = client.start().is_refused(step, &["exited"]).await?;
    Ok(refused.reason)
}
