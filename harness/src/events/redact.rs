//! Secrets do not go into evidence, which is uploaded, attached and pasted.

use super::event::Event;
use super::secrets;

/// Takes the secrets out of an event. The bytes of a connection have been through [`secrets::bytes`] before they were put into letters.
pub(super) fn event(event: &mut Event) {
    match event {
        Event::Spawned { argv, env, .. } => {
            for (name, value) in env {
                if secrets::names_a_secret(name) && !value.is_empty() {
                    *value = secrets::mark();
                } else {
                    secrets::text(value);
                }
            }
            arguments(argv);
        }
        Event::Output { line, .. } | Event::Asked { line, .. } | Event::Said { line, .. } => {
            secrets::text(line);
        }
        Event::Reported { report: words, .. }
        | Event::Commanded { command: words, .. }
        | Event::Path { what: words, .. }
        | Event::Note { text: words } => secrets::text(words),
        Event::Survivors { survivors, .. } => survivors.iter_mut().for_each(secrets::text),
        Event::Checked { expected, seen, .. } => {
            secrets::text(expected);
            secrets::text(seen);
        }
        Event::Verdict {
            reason,
            expected,
            seen,
            ..
        } => {
            secrets::text(reason);
            secrets::text(expected);
            secrets::text(seen);
        }
        _ => {}
    }
}

/// `--token x` and `--token=x`.
fn arguments(argv: &mut [String]) {
    let mut next = false;
    for word in argv {
        let option = word.starts_with('-');
        if next && !option {
            *word = secrets::mark();
        } else {
            secrets::text(word);
        }
        next = option && !word.contains('=') && secrets::names_a_secret(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_launch_keeps_the_names_of_its_secrets() {
        let mut launch = Event::Spawned {
            process: "backend-1".into(),
            pid: 1,
            argv: [
                "x",
                "--auth-token",
                "abc",
                "--password=def",
                "--token",
                "--quiet",
            ]
            .map(Into::into)
            .to_vec(),
            env: vec![
                ("API_KEY".into(), "ghi".into()),
                ("HOME".into(), "/h".into()),
                ("MY_SECRET".into(), String::new()),
            ],
            directory: "/".into(),
        };
        event(&mut launch);
        let Event::Spawned { argv, env, .. } = launch else {
            unreachable!()
        };
        assert_eq!(
            argv,
            [
                "x",
                "--auth-token",
                "[redacted]",
                "--password=[redacted]",
                "--token",
                "--quiet"
            ]
        );
        let values: Vec<&str> = env.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(values, ["[redacted]", "/h", ""]);
    }
}
