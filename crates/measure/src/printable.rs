//! What of a contender's text may reach a terminal, a table or a page?

/// The text in one line without escape sequences and control characters: an exception may hold anything.
#[must_use]
pub fn one_line(text: &str) -> String {
    let visible = console::strip_ansi_codes(text);
    let printable: String = visible.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    printable.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_control_characters_are_left_out() {
        let table = [
            ("two\n  lines\r\n", "two lines"),
            ("\u{1b}[31mred\u{1b}[0m and \u{1b}[2J\u{1b}[Hgone", "red and gone"),
            ("\u{1b}]0;title\u{7}text\u{1b}]8;;http://x\u{1b}\\link", "textlink"),
            ("bell\u{7} back\u{8} nul\0 \u{9b}31mC1", "bell back nul C1"),
            ("caf\u{e9} \u{fffd} 5 \u{b5}s", "caf\u{e9} \u{fffd} 5 \u{b5}s"),
        ];
        for (text, expected) in table {
            assert_eq!(one_line(text), expected, "{text:?}");
            assert!(!one_line(text).contains(char::is_control));
        }
        assert!(!one_line("cut off \u{1b}[").contains('\u{1b}'));
    }
}
