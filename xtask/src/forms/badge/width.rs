//! How wide a text is in the font of badges, near enough to state a length that looks right.

/// In pixels, at 11 pixels a line.
pub(super) fn width(text: &str) -> u32 {
    text.chars().map(tenths).sum::<u32>().div_ceil(10)
}

/// Verdana's widths.
const fn tenths(character: char) -> u32 {
    match character {
        'i' | 'j' | 'l' => 30,
        ' ' | 'f' | 't' => 41,
        'r' | '/' | '.' | '-' => 48,
        'c' | 's' | 'k' | 'v' | 'x' | 'y' | 'z' => 60,
        'm' => 107,
        'w' => 90,
        _ => 69,
    }
}
