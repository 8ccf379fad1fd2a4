//! How the directory above the sandboxes of one process is called.

/// What its name begins with; characters of chance follow.
pub(super) const PREFIX: &str = "sc-";
/// How many of them.
pub(super) const CHANCE: usize = 6;

/// Whether a directory may be one of ours, by its name.
#[cfg(any(windows, test))]
pub(super) fn is_ours(name: &str) -> bool {
    name.strip_prefix(PREFIX).is_some_and(|chance| {
        chance.len() == CHANCE && chance.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("sc-aB3xY9", true)]
    #[case("sc-aB3xY", false)]
    #[case("sc-aB3xY9z", false)]
    #[case("sc-aB3x.9", false)]
    #[case("sc-", false)]
    #[case("xx-aB3xY9", false)]
    #[case("", false)]
    fn a_root_is_known_by_its_name(#[case] name: &str, #[case] expected: bool) {
        assert_eq!(is_ours(name), expected);
    }
}
