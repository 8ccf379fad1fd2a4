//! What macOS tells of a process's start (`KERN_PROCARGS2`): a count of arguments, the path of the executable, NUL bytes up to a
//! boundary, the arguments, the environment, and after an empty string what the kernel itself adds.
//!
//! A program that Apple ships and protects shows no environment to others: the buffer then ends after the arguments,
//! without an error.

/// The entries of the environment with the NUL bytes between them, as far as the buffer holds them; empty where there is none,
/// or the buffer is not what it should be. Allocates nothing.
pub(super) fn environment(buffer: &[u8]) -> &[u8] {
    environment_in(buffer).unwrap_or_default()
}

fn environment_in(buffer: &[u8]) -> Option<&[u8]> {
    let (count, rest) = buffer.split_first_chunk::<{ size_of::<i32>() }>()?;
    let mut arguments = u32::try_from(i32::from_ne_bytes(*count)).ok()?;
    let rest = after_string(rest)?;
    let mut rest = rest.get(rest.iter().position(|byte| *byte != 0)?..)?;
    while arguments > 0 {
        rest = after_string(rest)?;
        arguments -= 1;
    }
    let end = (0..rest.len()).find(|at| {
        let begins = at
            .checked_sub(1)
            .is_none_or(|before| rest.get(before) == Some(&0));
        begins && rest.get(*at) == Some(&0)
    });
    rest.get(..end.unwrap_or(rest.len()))
}

/// What follows the first string and its NUL.
fn after_string(bytes: &[u8]) -> Option<&[u8]> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    bytes.get(end + 1..)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn buffer(count: i32, rest: &[u8]) -> Vec<u8> {
        [&count.to_ne_bytes(), rest].concat()
    }

    #[rstest]
    #[case::plain(2, b"/bin/x\0\0\0\0x\0-v\0A=1\0B=2\0\0ptr_munge=\0", b"A=1\0B=2\0")]
    #[case::nothing_of_the_kernel(1, b"/bin/x\0x\0A=1\0", b"A=1\0")]
    #[case::cut_in_the_last_entry(1, b"/bin/x\0x\0A=1\0B=", b"A=1\0B=")]
    #[case::protected(1, b"/bin/sleep\0\0sleep\0", b"")]
    #[case::empty_argument(3, b"/bin/x\0\0x\0\0y\0A=1\0\0", b"A=1\0")]
    #[case::no_environment(1, b"/bin/x\0x\0\0stack_guard=\0", b"")]
    #[case::no_arguments(0, b"/bin/x\0\0A=1\0\0", b"A=1\0")]
    #[case::fewer_arguments_than_said(9, b"/bin/x\0x\0A=1\0", b"")]
    #[case::negative_count(-1, b"/bin/x\0x\0A=1\0", b"")]
    #[case::only_zeros(1, b"\0\0\0\0", b"")]
    #[case::nothing(1, b"", b"")]
    fn finds_the_environment(#[case] count: i32, #[case] rest: &[u8], #[case] expected: &[u8]) {
        let buffer = buffer(count, rest);
        assert_eq!(
            environment(&buffer).escape_ascii().to_string(),
            expected.escape_ascii().to_string()
        );
    }

    #[test]
    fn an_argument_that_looks_like_an_entry_is_none() {
        let buffer = buffer(2, b"/bin/env\0\0env\0SIDECAR_CASE=x\0A=1\0\0");
        assert_eq!(environment(&buffer), b"A=1\0");
    }

    #[test]
    fn too_short_for_a_count() {
        assert_eq!(environment(&[1, 0]), b"");
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            environment(&bytes);
        }

        #[test]
        fn never_panics_on_what_is_nearly_right(
            count in -2..6_i32,
            rest in proptest::collection::vec(prop_oneof![Just(0_u8), Just(b'='), any::<u8>()], 0..120),
        ) {
            let buffer = buffer(count, &rest);
            let found = environment(&buffer);
            prop_assert!(!found.windows(2).any(|two| two == [0, 0]));
        }

        #[test]
        fn yields_what_was_put_in(
            path in "[a-z/]{1,20}",
            padding in 0..8_usize,
            arguments in proptest::collection::vec("[a-z=]{1,8}", 1..5),
            entries in proptest::collection::vec("[A-Z]{1,5}=[a-z=]{0,8}", 0..5),
        ) {
            let mut rest = path.into_bytes();
            rest.resize(rest.len() + 1 + padding, 0);
            for word in arguments.iter().chain(&entries) {
                rest.extend(word.bytes().chain([0]));
            }
            rest.extend(b"\0stack_guard=0x1\0");
            let expected: Vec<u8> = entries.iter().flat_map(|entry| entry.bytes().chain([0])).collect();
            let buffer = buffer(arguments.len() as i32, &rest);
            prop_assert_eq!(environment(&buffer), expected);
        }
    }
}
