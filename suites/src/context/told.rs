//! The address that a client tells its backend, and what others can do with it.

use super::world::Context;
use crate::verdict::Outcome;
use harness::endpoint::Endpoint;
use harness::files;

/// What was told in one life of a client.
#[derive(Clone, Debug)]
pub struct Told {
    /// Where its backend was to listen.
    pub endpoint: Endpoint,
    /// The client's own process id.
    pub client: u32,
}

impl Context {
    /// Expects an address that no other user can remove, put another one in the place of, or take before it is made. `before` is of an
    /// earlier life of the same client.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Fail`] at `step` when one can.
    pub fn nobody_else_can_replace(&self, step: &str, told: &Told, before: &Told) -> Outcome {
        match &told.endpoint {
            Endpoint::Unix(path) => {
                let directory = path.parent().unwrap_or(path);
                let mode = files::mode(directory);
                let private = |mode: u32| mode & 0o022 == 0 || mode & 0o1000 != 0;
                let expected = format!(
                    "{} can be written by nobody else, or is sticky",
                    directory.display()
                );
                let seen = mode.map_or("nothing is there".to_owned(), |mode| format!("{mode:04o}"));
                self.expect(step, expected, seen, mode.is_some_and(private))
            }
            Endpoint::Tcp(at) => self.expect(step, "a loopback address", at, at.ip().is_loopback()),
            // Who makes a pipe first has its name. Who may open it then is up to the backend.
            Endpoint::Pipe(name) => {
                let expected = format!(
                    "a pipe whose name does not follow from the one in the life before, {}, and the process ids {} and {}",
                    before.endpoint, before.client, told.client
                );
                let guessed = match &before.endpoint {
                    Endpoint::Pipe(earlier) => follows(name, earlier, told.client, before.client),
                    _ => false,
                };
                self.expect(step, expected, name, !guessed)
            }
        }
    }
}

/// Whether a name is an earlier one again, or is it but for the process id in it.
fn follows(name: &str, earlier: &str, pid: u32, earlier_pid: u32) -> bool {
    let written = [
        (earlier_pid.to_string(), pid.to_string()),
        (format!("{earlier_pid:x}"), format!("{pid:x}")),
    ];
    let guesses = written.iter().flat_map(|(old, new)| {
        let places = earlier.match_indices(old.as_str());
        places.map(move |(at, _)| [&earlier[..at], new, &earlier[at + old.len()..]].concat())
    });
    name == earlier || guesses.into_iter().any(|guess| guess == name)
}

#[cfg(test)]
mod tests {
    use super::follows;
    use rstest::rstest;

    #[rstest]
    #[case::the_same("app", "app", true)]
    #[case::the_id("app-64-x", "app-32-x", true)]
    #[case::the_id_in_hexadecimals("app-40", "app-20", true)]
    #[case::the_id_where_its_digits_are_elsewhere_too("32-64-32", "32-32-32", true)]
    #[case::random_letters("app-64-9c1e", "app-32-07aa", false)]
    #[case::the_id_of_somebody_else("app-68", "app-32", false)]
    #[case::no_id_at_all("app-9c1e", "app-07aa", false)]
    fn a_name_follows_from_an_earlier_one(
        #[case] name: &str,
        #[case] earlier: &str,
        #[case] expected: bool,
    ) {
        assert_eq!(follows(name, earlier, 64, 32), expected);
    }
}
