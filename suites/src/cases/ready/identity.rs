//! Who it says it is.

use crate::case::{Case, Need, fails_at};
use crate::context::Context;
use crate::verdict::Outcome;
use std::collections::BTreeSet;

pub(super) const NAMED_EACH_TIME: Case = Case {
    id: "ready.health-names-the-identity-each-time",
    clause: "ready.names-its-identity",
    needs: &[Need::Identity],
    proofs: &[fails_at("nonce-missing", "it names the same identity")],
    run: |cx| Box::pin(named_each_time(cx)),
};

/// The identity is how a client knows its own backend. When it is missing or changes between two answers, the client treats its
/// backend as a stranger and starts another.
async fn named_each_time(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    let health = &cx.manifest().health;

    let mut connection = backend.connect("a connection is taken").await?;
    for _ in 0..3 {
        let answer = backend
            .get_on("health is answered again", &mut connection, &health.path)
            .await?;

        let header = health.identity_header.as_deref();
        let named = header
            .and_then(|name| answer.header(name))
            .map(str::to_owned);
        cx.expect_eq("it names the same identity", &backend.identity(), &named)?;
    }
    Ok(())
}

pub(super) const RECORDED: Case = Case {
    id: "ready.health-names-the-recorded-identity",
    clause: "ready.names-its-identity",
    needs: &[Need::RecordedIdentity],
    proofs: &[fails_at(
        "nonce-differs-from-record",
        "the record holds the identity that health names",
    )],
    run: |cx| Box::pin(recorded(cx)),
};

/// A second window reads the record, asks health, and compares. When the two differ, it takes the running backend for somebody else's.
async fn recorded(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;

    let record = backend.record("the record can be read")?;

    let recorded = record.identity().map(str::to_owned);
    let recorded = cx.expect_ok("the record holds an identity", "an identity", recorded)?;
    cx.expect_eq(
        "the record holds the identity that health names",
        &backend.identity(),
        &Some(recorded),
    )
}

pub(super) const FRESH: Case = Case {
    id: "ready.identity-is-new-at-each-start",
    clause: "ready.identity-is-fresh",
    needs: &[Need::Identity],
    proofs: &[fails_at(
        "constant-nonce",
        "the second start has another identity",
    )],
    run: |cx| Box::pin(fresh(cx)),
};

/// With an identity that never changes, a record from last week matches whatever answers today: the app talks to an instance that
/// does not have its data.
async fn fresh(cx: &Context) -> Outcome {
    let first = cx.ready().await?;
    first.end().await?;

    let second = cx.start().ready("it becomes ready again").await?;

    let (first, second) = (first.identity(), second.identity());
    cx.expect(
        "the second start has another identity",
        format!("another one than {first:?}"),
        format!("{second:?}"),
        first != second,
    )
}

pub(super) const STATED_FORM: Case = Case {
    id: "ready.identity-has-the-stated-form",
    clause: "ready.identity-is-unguessable",
    needs: &[Need::Identity],
    proofs: &[fails_at("short-nonce", "it has the stated length")],
    run: |cx| Box::pin(stated_form(cx)),
};

/// Clients refuse what does not look like an identity. And a short one can be tried out by any program on the machine, which then
/// poses as the backend and is sent what the user types.
async fn stated_form(cx: &Context) -> Outcome {
    let backend = cx.ready().await?;
    let identity = backend.identity().unwrap_or_default();
    let stated = cx.manifest().health.identity_length.unwrap_or_default();

    cx.expect_eq(
        "it has the stated length",
        &stated,
        &identity.chars().count(),
    )?;
    if let Some(alphabet) = alphabet(cx) {
        let strange: String = identity
            .chars()
            .filter(|one| !alphabet.contains(one))
            .collect();
        cx.expect_eq("it keeps to the stated alphabet", &String::new(), &strange)?;
    }
    let room = bits(
        stated,
        alphabet(cx)
            .unwrap_or_else(|| identity.chars().collect())
            .len(),
    );
    cx.expect(
        "the stated form has room for 128 bits",
        "128 bits or more",
        format!("{room:.1} bits"),
        room >= RANDOM_BITS,
    )
}

pub(super) const UNGUESSABLE: Case = Case {
    id: "ready.identity-has-no-pattern",
    clause: "ready.identity-is-unguessable",
    needs: &[Need::Identity],
    proofs: &[
        fails_at("nonce-from-clock", "what varies has room for 128 bits"),
        fails_at("constant-nonce", "what varies has room for 128 bits"),
        fails_at("short-nonce", "what varies has room for 128 bits"),
    ],
    run: |cx| Box::pin(unguessable(cx)),
};

const STARTS: usize = 8;
const RANDOM_BITS: f64 = 128.0;

/// An identity made of the time, the pid or a counter can be computed by another program, which then poses as the backend.
///
/// Such parts are the same in starts that follow each other closely, at most of their places. A random place is the same in eight
/// starts with the probability 16⁻⁷ (hexadecimal), so that one among 32 happens once in eight million runs. One such place is
/// therefore forgiven; two among 32 happen with the probability 7·10⁻¹⁵, less than once in a hundred million million runs.
async fn unguessable(cx: &Context) -> Outcome {
    let mut identities: Vec<Vec<char>> = Vec::new();
    for _ in 0..STARTS {
        let backend = cx.start().ready("it becomes ready each time").await?;
        identities.push(backend.identity().unwrap_or_default().chars().collect());
        backend.end().await?;
    }

    let longest = identities.iter().map(Vec::len).max().unwrap_or_default();
    let at = |place: usize| identities.iter().map(move |one| one.get(place));
    let varying = (0..longest)
        .filter(|place| at(*place).collect::<BTreeSet<_>>().len() > 1)
        .count();
    let letters = alphabet(cx).unwrap_or_else(|| identities.iter().flatten().copied().collect());

    let room = bits(varying + 1, letters.len());
    let shown: Vec<String> = identities.iter().map(|one| one.iter().collect()).collect();
    cx.expect(
        "what varies has room for 128 bits",
        format!("at least 128 bits in the places that differ among {STARTS} starts"),
        format!("{varying} of {longest} places differ, {room:.1} bits: {shown:?}"),
        room >= RANDOM_BITS,
    )
}

/// The characters of an identity, if the manifest says which.
fn alphabet(cx: &Context) -> Option<BTreeSet<char>> {
    let stated = cx.manifest().health.identity_alphabet.as_deref()?;
    let letters = if stated == "hex" {
        "0123456789abcdef"
    } else {
        stated
    };
    Some(letters.chars().collect())
}

/// What so many characters out of so many can say.
fn bits(length: usize, letters: usize) -> f64 {
    let each = u32::try_from(letters.max(1)).map_or(0.0, |letters| f64::from(letters).log2());
    u32::try_from(length).map_or(0.0, |length| f64::from(length) * each)
}
