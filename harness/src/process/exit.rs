//! How a process ended.

use super::signal::Signal;

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

    /// Whether it ended as one that was asked to by this signal: it returned 0, or, having done what it had to, died of the
    /// signal all the same, as a shell and several runtimes do to say why they ended.
    #[must_use]
    pub fn as_asked(self, signal: Signal) -> bool {
        self.success() || self.to_string() == format!("ended by {signal}")
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
            Self::Signal(2) => f.write_str("ended by SIGINT"),
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

    #[rstest]
    #[case(Exit::Code(0), true)]
    #[case(Exit::Signal(15), true)]
    #[case(Exit::Signal(2), false)]
    #[case(Exit::Signal(9), false)]
    #[case(Exit::Code(1), false)]
    #[case(Exit::Code(143), false)]
    fn knows_an_end_that_was_asked_for(#[case] exit: Exit, #[case] asked: bool) {
        assert_eq!(exit.as_asked(Signal::Term), asked);
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
