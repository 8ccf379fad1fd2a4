//! What a keeper and the harness say to each other: messages of one fixed size over a socket pair.

/// A message from a keeper (or from the launcher that it made).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Message {
    /// The target runs. `launcher` is the process between keeper and target, or 0.
    Spawned { pid: i32, launcher: i32 },
    /// `execve` (or what comes before it) failed with this `errno`, at this stage.
    Failed { errno: i32, stage: i32 },
    /// A process ended; `status` is as `waitpid` tells it.
    Exited { pid: i32, status: i32 },
    /// The keeper is about to end; nothing that it kept lives. `killed` processes had to be killed.
    Ended { killed: i32 },
}

/// Bytes of one message on the wire.
pub(super) const SIZE: usize = 12;

impl Message {
    /// Writes without allocating: the keeper is a fork and must not.
    pub(super) fn to_bytes(self) -> [u8; SIZE] {
        let (tag, a, b) = match self {
            Self::Spawned { pid, launcher } => (1, pid, launcher),
            Self::Failed { errno, stage } => (2, errno, stage),
            Self::Exited { pid, status } => (3, pid, status),
            Self::Ended { killed } => (4, killed, 0),
        };
        let mut bytes = [0; SIZE];
        for (slot, value) in bytes.chunks_exact_mut(4).zip([tag, a, b]) {
            slot.copy_from_slice(&i32::to_ne_bytes(value));
        }
        bytes
    }

    /// Reads one message; `None` for a tag that nobody writes.
    pub(super) fn from_bytes(bytes: &[u8; SIZE]) -> Option<Self> {
        let mut words = bytes
            .chunks_exact(4)
            .filter_map(|chunk| Some(i32::from_ne_bytes(chunk.try_into().ok()?)));
        let (tag, a, b) = (words.next()?, words.next()?, words.next()?);
        match tag {
            1 => Some(Self::Spawned {
                pid: a,
                launcher: b,
            }),
            2 => Some(Self::Failed { errno: a, stage: b }),
            3 => Some(Self::Exited { pid: a, status: b }),
            4 => Some(Self::Ended { killed: a }),
            _ => None,
        }
    }
}

/// What failed before the target's first instruction.
pub(super) mod stage {
    /// `fork` in the keeper.
    pub(in crate::process) const FORK: i32 = 1;
    /// `chdir` to the working directory.
    pub(in crate::process) const DIRECTORY: i32 = 2;
    /// `setrlimit`.
    pub(in crate::process) const LIMIT: i32 = 3;
    /// `execve` itself.
    pub(in crate::process) const EXEC: i32 = 4;
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(Message::Spawned { pid: 1, launcher: 0 })]
    #[case(Message::Failed { errno: 2, stage: stage::EXEC })]
    #[case(Message::Exited { pid: i32::MAX, status: -1 })]
    #[case(Message::Ended { killed: 3 })]
    fn reads_what_it_writes(#[case] message: Message) {
        assert_eq!(Message::from_bytes(&message.to_bytes()), Some(message));
    }

    #[test]
    fn refuses_an_unknown_tag() {
        assert_eq!(Message::from_bytes(&[0; SIZE]), None);
    }
}
