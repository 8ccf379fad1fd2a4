//! Choosing cases by glob.

use crate::case::Case;

/// Whether a name matches a glob in which `*` stands for any text and `?` for one character.
#[must_use]
pub fn matches(glob: &str, name: &str) -> bool {
    fn rest(glob: &[u8], name: &[u8]) -> bool {
        match glob.split_first() {
            None => name.is_empty(),
            Some((b'*', after)) => (0..=name.len()).any(|skip| rest(after, &name[skip..])),
            Some((b'?', after)) => !name.is_empty() && rest(after, &name[1..]),
            Some((byte, after)) => name.first() == Some(byte) && rest(after, &name[1..]),
        }
    }
    rest(glob.as_bytes(), name.as_bytes())
}

/// The cases that match one of the globs; all without globs.
///
/// # Errors
/// The globs that match nothing.
pub fn select<'a>(
    globs: &[String],
    cases: impl Iterator<Item = &'a Case> + Clone,
) -> Result<Vec<&'a Case>, Vec<String>> {
    let unmatched: Vec<String> = globs
        .iter()
        .filter(|glob| !cases.clone().any(|case| matches(glob, case.id)))
        .cloned()
        .collect();
    if !unmatched.is_empty() {
        return Err(unmatched);
    }
    Ok(cases
        .filter(|case| globs.is_empty() || globs.iter().any(|glob| matches(glob, case.id)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("listen.*", "listen.stale", true)]
    #[case("listen.*", "listen.", true)]
    #[case("*stale*", "listen.stale-socket", true)]
    #[case("listen.stal?", "listen.stale", true)]
    #[case("listen.stal?", "listen.stal", false)]
    #[case("listen", "listen.stale", false)]
    #[case("", "", true)]
    #[case("**", "x", true)]
    #[case("a*b*c", "a-b-b-c", true)]
    #[case("a*b*c", "a-c-b", false)]
    fn matches_globs(#[case] glob: &str, #[case] name: &str, #[case] expected: bool) {
        assert_eq!(matches(glob, name), expected);
    }
}
