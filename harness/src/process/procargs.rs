//! What macOS tells of a process's start (`KERN_PROCARGS2`): a count of arguments, the path of the executable, NUL bytes up to a
//! boundary, the arguments, the environment, and after an empty string what the kernel itself adds.
//!
//! A program that Apple ships and protects shows no environment to others: the buffer then ends after the arguments,
//! without an error.

/// The system's own bound to arguments and environment, which refuses a larger buffer.
#[cfg(target_os = "macos")]
pub(crate) const LONGEST: usize = 1024 * 1024;

/// What the system tells of a process: nothing if it has ended or is another user's.
#[cfg(target_os = "macos")]
pub(crate) fn read(pid: i32, buffer: &mut [u8]) -> Option<&[u8]> {
    let mut name = [libc::CTL_KERN, libc::KERN_PROCARGS2, pid];
    let mut length = buffer.len();
    // SAFETY: name and buffer are as long as said, and nothing is set.
    let told = unsafe {
        libc::sysctl(
            name.as_mut_ptr(),
            name.len() as libc::c_uint,
            buffer.as_mut_ptr().cast(),
            &raw mut length,
            std::ptr::null_mut(),
            0,
        )
    };
    buffer.get(..length).filter(|_| told == 0)
}

/// The entries of the environment with the NUL bytes between them, as far as the buffer holds them; empty where there is none,
/// or the buffer is not what it should be. Allocates nothing.
pub(crate) fn environment(buffer: &[u8]) -> &[u8] {
    environment_in(buffer).unwrap_or_default()
}

fn environment_in(buffer: &[u8]) -> Option<&[u8]> {
    let (mut arguments, mut rest) = after_padding(buffer)?;
    while arguments > 0 {
        (_, rest) = string(rest)?;
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

/// The arguments, as far as the buffer holds them; none where it is not what it should be.
pub(crate) fn arguments(buffer: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (mut left, mut rest) = after_padding(buffer).unwrap_or_default();
    std::iter::from_fn(move || {
        left = left.checked_sub(1)?;
        let (argument, after) = string(rest)?;
        rest = after;
        Some(argument)
    })
}

/// How many arguments there should be, and the buffer from the first of them on.
fn after_padding(buffer: &[u8]) -> Option<(u32, &[u8])> {
    let (count, rest) = buffer.split_first_chunk::<{ size_of::<i32>() }>()?;
    let count = u32::try_from(i32::from_ne_bytes(*count)).ok()?;
    let (_, rest) = string(rest)?;
    let begin = rest.iter().position(|byte| *byte != 0)?;
    Some((count, rest.get(begin..)?))
}

/// The first string, and what follows its NUL.
fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    Some((bytes.get(..end)?, bytes.get(end + 1..)?))
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

    #[rstest]
    #[case::plain(2, b"/bin/x\0\0\0\0x\0-v\0A=1\0", &["x", "-v"])]
    #[case::protected(2, b"/bin/sleep\0\0sleep\x0060\0", &["sleep", "60"])]
    #[case::empty_argument(3, b"/bin/x\0\0x\0\0y\0A=1\0\0", &["x", "", "y"])]
    #[case::cut_in_an_argument(2, b"/bin/x\0x\0-v", &["x"])]
    #[case::no_arguments(0, b"/bin/x\0\0A=1\0\0", &[])]
    #[case::negative_count(-1, b"/bin/x\0x\0A=1\0", &[])]
    #[case::only_zeros(1, b"\0\0\0\0", &[])]
    #[case::nothing(1, b"", &[])]
    fn finds_the_arguments(#[case] count: i32, #[case] rest: &[u8], #[case] expected: &[&str]) {
        let buffer = buffer(count, rest);
        let found: Vec<_> = arguments(&buffer).map(String::from_utf8_lossy).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn too_short_for_a_count() {
        assert_eq!(environment(&[1, 0]), b"");
        assert_eq!(arguments(&[1, 0]).count(), 0);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            environment(&bytes);
            prop_assert!(arguments(&bytes).count() <= bytes.len());
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
            let told: Vec<_> = super::arguments(&buffer).map(<[u8]>::to_vec).collect();
            let given: Vec<_> = arguments.into_iter().map(String::into_bytes).collect();
            prop_assert_eq!(told, given);
        }
    }
}
