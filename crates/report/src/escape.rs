//! What does text of a record do where it is shown? Nothing: it is text.
//!
//! Records hold what others named: their own functions, packages, machines. [`legible`] takes from it what acts on a
//! terminal or on the direction of the text around it, [`markdown`] what Markdown or HTML would take for markup. The
//! page's own escaping is maud's.

use std::borrow::Cow;

/// `text` with every control character but line feed and tab, and every mark that turns the direction of what follows, as U+FFFD.
/// Letters that are written right to left stay: they turn nothing but themselves.
pub(crate) fn legible(text: &str) -> Cow<'_, str> {
    if text.contains(acts) { Cow::Owned(text.replace(acts, "\u{fffd}")) } else { Cow::Borrowed(text) }
}

fn acts(character: char) -> bool {
    let turns = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || (character.is_control() && !matches!(character, '\n' | '\t'))
}

/// Text that Markdown and HTML take literally, on one line.
#[must_use]
pub fn markdown(text: &str) -> String {
    let mut literal = String::with_capacity(text.len());
    for character in legible(text).chars() {
        match character {
            '<' => literal.push_str("&lt;"),
            '>' => literal.push_str("&gt;"),
            '&' => literal.push_str("&amp;"),
            '|' | '`' | '[' | ']' | '\\' | '*' | '~' => literal.extend(['\\', character]),
            '\n' | '\t' => literal.push(' '),
            other => literal.push(other),
        }
    }
    literal
}

/// An id as code in Markdown; one that holds a character that code cannot, as text.
pub(crate) fn code(id: &str) -> String {
    let literal = markdown(id);
    if literal == id { format!("`{id}`") } else { literal }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_shown_as_a_replacement_and_letters_stay() {
        assert_eq!(
            legible("a\u{1b}[31m\u{0}\u{9b}\u{7f}\u{202e}\u{2066}b\n\t"),
            "a\u{fffd}[31m\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}b\n\t"
        );
        for untouched in ["python/numpy-list", "\u{5d0}\u{5d1}", "\u{1f9ea}\u{200d}", "117×"] {
            assert!(matches!(legible(untouched), Cow::Borrowed(text) if text == untouched));
        }
    }

    #[test]
    fn no_character_of_markdown_or_html_keeps_its_meaning() {
        assert_eq!(
            markdown("a|b<i>`c`\n[d](e)*f*\\~&amp;"),
            "a\\|b&lt;i&gt;\\`c\\` \\[d\\](e)\\*f\\*\\\\\\~&amp;amp;"
        );
    }
}
