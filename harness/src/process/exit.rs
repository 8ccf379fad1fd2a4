//! How a process ended.

/// The end of a process, as its parent saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exit {
    /// It returned this code.
    Code(i32),
    /// A signal of this number ended it (never on Windows).
    Signal(i32),
}

impl Exit {
    /// Whether it returned 0.
    #[must_use]
    pub const fn success(self) -> bool {
        matches!(self, Self::Code(0))
    }

    /// Whether it returned a code other than 0 by itself; an end by a signal is no refusal.
    #[must_use]
    pub const fn refused(self) -> bool {
        matches!(self, Self::Code(code) if code != 0)
    }

    #[cfg(unix)]
    pub(crate) const fn from_wait_status(status: i32) -> Self {
        if libc::WIFSIGNALED(status) {
            Self::Signal(libc::WTERMSIG(status))
        } else {
            Self::Code(libc::WEXITSTATUS(status))
        }
    }
}

impl std::fmt::Display for Exit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Code(code) => write!(f, "exit code {code}"),
            Self::Signal(9) => f.write_str("ended by SIGKILL"),
            Self::Signal(15) => f.write_str("ended by SIGTERM"),
            Self::Signal(13) => f.write_str("ended by SIGPIPE"),
            Self::Signal(number) => write!(f, "ended by signal {number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(Exit::Code(0), true, false, "exit code 0")]
    #[case(Exit::Code(1), false, true, "exit code 1")]
    #[case(Exit::Signal(9), false, false, "ended by SIGKILL")]
    #[case(Exit::Signal(11), false, false, "ended by signal 11")]
    fn tells_a_refusal_from_a_death(
        #[case] exit: Exit,
        #[case] success: bool,
        #[case] refused: bool,
        #[case] words: &str,
    ) {
        assert_eq!((exit.success(), exit.refused()), (success, refused));
        assert_eq!(exit.to_string(), words);
    }

    #[cfg(unix)]
    #[rstest]
    #[case(0, Exit::Code(0))]
    #[case(3 << 8, Exit::Code(3))]
    #[case(9, Exit::Signal(9))]
    #[case(9 | 0x80, Exit::Signal(9))]
    fn reads_a_wait_status(#[case] status: i32, #[case] expected: Exit) {
        assert_eq!(Exit::from_wait_status(status), expected);
    }
}
