//! Just enough of Rust's tokens to see what a function of a case hands on.

/// What matters in the body of a function.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A text that is an argument of a call.
    Argument(&'a str),
    /// A constant that is an argument of a call.
    Constant(&'a str),
    /// A function that is called.
    Call(&'a str),
    /// A method that is called, but for those of the context, which are nobody's own.
    Method(&'a str),
}

/// The tokens of a body, in order.
pub(super) fn tokens(body: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = body;
    // What stands before the current place, without space: an argument comes after `(` or `,`.
    let mut before = ' ';
    let mut last_word = "";
    // How deep in a macro's parentheses: what is there is a form for a text, and no step.
    let mut in_macro: u32 = 0;
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("//") {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
            continue;
        }
        let length = match first {
            '"' => {
                let inner = string_end(rest);
                if in_macro == 0 && matches!(before, '(' | ',') {
                    tokens.extend(rest.get(1..inner).map(Token::Argument));
                }
                inner + 1
            }
            'r' | 'b' if raw_text(rest).is_some() => raw_text(rest).unwrap_or(1),
            '\'' => character_end(rest),
            first if first.is_alphabetic() || first == '_' => {
                let end = rest
                    .find(|c: char| !c.is_alphanumeric() && c != '_')
                    .unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                let constant = word.len() > 1 && !word.contains(|c: char| c.is_lowercase());
                if after.starts_with('(') {
                    match before {
                        '.' if last_word != "cx" => tokens.push(Token::Method(word)),
                        '.' | ':' => {}
                        _ => tokens.push(Token::Call(word)),
                    }
                } else if constant && in_macro == 0 && matches!(before, '(' | ',') {
                    tokens.push(Token::Constant(word));
                }
                last_word = word;
                end
            }
            first => {
                match first {
                    '(' if before == '!' || in_macro > 0 => in_macro += 1,
                    ')' => in_macro = in_macro.saturating_sub(1),
                    _ => {}
                }
                first.len_utf8()
            }
        };
        if !first.is_whitespace() {
            before = first;
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    tokens
}

/// The place of the closing quote of the text that begins here.
fn string_end(rest: &str) -> usize {
    let mut escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            '"' if !escaped => return at,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    rest.len()
}

/// The length of the raw text that begins here, if one does. It is a path or a message, and never a step.
fn raw_text(rest: &str) -> Option<usize> {
    let opening = rest.strip_prefix('b').unwrap_or(rest).strip_prefix('r')?;
    let inner = opening.trim_start_matches('#');
    let end = format!("\"{}", "#".repeat(opening.len() - inner.len()));
    let inner = inner.strip_prefix('"')?;
    let begin = rest.len() - inner.len();
    Some(
        inner
            .find(&end)
            .map_or(rest.len(), |at| begin + at + end.len()),
    )
}

/// The length of the character, or of the lifetime's mark, that begins here.
fn character_end(rest: &str) -> usize {
    let mut after = rest.char_indices().skip(1);
    match after.next() {
        Some((_, '\\')) => (rest.get(3..).and_then(|tail| tail.find('\''))).map_or(1, |at| at + 4),
        Some(_) => match after.next() {
            Some((at, '\'')) => at + 1,
            _ => 1,
        },
        None => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("f(cx, \"a b\")", vec![Token::Call("f"), Token::Argument("a b")])]
    #[case("x.f(STEP, 1)", vec![Token::Method("f"), Token::Constant("STEP")])]
    #[case("cx.f(\"a b\")", vec![Token::Argument("a b")])]
    #[case("// f(\"a\")\ng(\"b\")", vec![Token::Call("g"), Token::Argument("b")])]
    #[case("format!(\"a ({})\", f(FORM)); g(STEP)", vec![Token::Call("f"), Token::Call("g"), Token::Constant("STEP")])]
    #[case("f('\"', \"a\")", vec![Token::Call("f"), Token::Argument("a")])]
    #[case("f('\\'', \"a\")", vec![Token::Call("f"), Token::Argument("a")])]
    #[case("f::<'a>(\"a\")", vec![Token::Argument("a")])]
    #[case("f(\"a \\\" b\", \"c\")", vec![Token::Call("f"), Token::Argument("a \\\" b"), Token::Argument("c")])]
    #[case("f(r\"\\\", br#\"a \" b\"#, \"c\")", vec![Token::Call("f"), Token::Argument("c")])]
    #[case("let text = \"no argument\";", vec![])]
    #[case("\"open", vec![])]
    fn sees_calls_and_their_texts(#[case] body: &str, #[case] expected: Vec<Token<'_>>) {
        assert_eq!(tokens(body), expected);
    }
}
