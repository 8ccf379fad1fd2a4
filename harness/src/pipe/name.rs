//! Names of pipes. All processes of a machine share them, so a name of its own stands for what a directory of its own is to a
//! socket.

use crate::endpoint::PIPE_PREFIX;
use crate::standin::fresh_hex;

/// Longest name of a pipe in characters: 256 with the prefix (CreateNamedPipe).
pub const NAME_LIMIT: usize = 247;

/// The path of a pipe that nobody has used before, and that nobody guesses: whoever made it first would own it.
#[must_use]
pub fn fresh_path() -> String {
    format!("{PIPE_PREFIX}sidecar-{}", fresh_hex(24))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Endpoint;

    #[test]
    fn two_never_meet_and_each_has_a_url() {
        let (one, other) = (fresh_path(), fresh_path());
        assert_ne!(one, other);
        let endpoint = Endpoint::from_text(&one);
        assert_eq!(Endpoint::from_url(&endpoint.to_url()), Ok(endpoint));
    }
}
