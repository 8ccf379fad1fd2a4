//! What the terminal is and can do.

use std::io::IsTerminal;

/// Its width in columns; nothing where there is none.
pub(crate) fn width() -> Option<usize> {
    size().map(|(width, _)| width)
}

/// Its columns and rows; nothing where there is none, or where it does not say.
pub(crate) fn size() -> Option<(usize, usize)> {
    let (terminal_size::Width(width), terminal_size::Height(height)) =
        terminal_size::terminal_size()?;
    (width > 0 && height > 0).then_some((width.into(), height.into()))
}

/// Whether this stream is a terminal that can move its cursor.
pub(crate) fn draws(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && able(std::env::var("TERM").ok().as_deref())
}

/// Whether colours are wanted on this stream.
pub(crate) fn colour(stream: &impl IsTerminal) -> bool {
    draws(stream) && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Windows sets no `TERM`, and elsewhere a terminal without one is taken for one that can.
fn able(term: Option<&str>) -> bool {
    term != Some("dumb")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(None, true)]
    #[case(Some("xterm-256color"), true)]
    #[case(Some("dumb"), false)]
    fn knows_what_cannot_draw(#[case] term: Option<&str>, #[case] expected: bool) {
        assert_eq!(able(term), expected);
    }
}
