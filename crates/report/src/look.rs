//! How does this terminal, or this file, want its text?

use crate::escape::legible;
use crate::wording::unbroken;

/// Columns where there is no terminal to ask, and no variable that tells.
const COLUMNS: u16 = 110;

/// Width, characters and colour of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Columns at most; below 40 counts as 40.
    pub width: u16,
    /// What may be printed.
    pub characters: Characters,
    /// Whether anything is coloured.
    pub colour: Colour,
}

/// The characters that arrive as they are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Characters {
    /// All of Unicode.
    Unicode,
    /// ASCII alone: `x` for ×, `#` for blocks, `?` for what has no likeness.
    Ascii,
}

/// Whether control sequences may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Plain text.
    Plain,
    /// The eight colours of every terminal.
    Ansi,
}

/// A colour by what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    Heading,
    Good,
    Part,
    Bad,
}

impl Look {
    /// Plain Unicode of this width.
    #[must_use]
    pub fn plain(width: u16) -> Self {
        Self { width, characters: Characters::Unicode, colour: Colour::Plain }
    }

    /// What suits a terminal of so many columns, or a file where there are `None`, under these variables.
    ///
    /// A file is as wide as `COLUMNS` says. Colour is for terminals only, and neither for `TERM=dumb` nor where `NO_COLOR` is not empty. Of `LC_ALL`,
    /// `LC_CTYPE` and `LANG` the first that is not empty decides on the characters: without UTF-8 in it they are ASCII.
    ///
    /// ```
    /// use breakeven_report::terminal::{Characters, Colour, Look};
    /// let look = Look::of(Some(80), |name| (name == "LANG").then(|| "C".to_owned()));
    /// assert_eq!(look, Look { width: 80, characters: Characters::Ascii, colour: Colour::Ansi });
    /// assert_eq!(Look::of(None, |name| (name == "COLUMNS").then(|| "60".to_owned())), Look::plain(60));
    /// ```
    #[must_use]
    pub fn of(columns: Option<u16>, variable: impl Fn(&str) -> Option<String>) -> Self {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(&variable);
        let utf8 = locale.is_none_or(|locale| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        });
        let dumb = variable("TERM").is_some_and(|term| term == "dumb");
        let colourful = columns.is_some() && !dumb && variable("NO_COLOR").is_none();
        Self {
            width: columns.or_else(|| variable("COLUMNS")?.parse().ok()).unwrap_or(COLUMNS),
            characters: if utf8 { Characters::Unicode } else { Characters::Ascii },
            colour: if colourful { Colour::Ansi } else { Colour::Plain },
        }
    }

    pub(crate) fn columns(self) -> u16 {
        self.width.max(40)
    }

    /// `text` in the characters there are; what would act on the terminal is replaced.
    pub(crate) fn written(self, text: &str) -> String {
        let text = legible(text);
        match self.characters {
            Characters::Unicode => text.into_owned(),
            Characters::Ascii => text.chars().map(alike).collect(),
        }
    }

    /// `text` in lines of at most this width, as far as its words allow, in the characters there are.
    pub(crate) fn paragraph(self, text: &str) -> String {
        self.written(&self.wrapped(text, ""))
    }

    /// `text` in lines of at most this width, as far as its words allow, each after `indent`.
    pub(crate) fn wrapped(self, text: &str, indent: &str) -> String {
        let mut wrapped = String::new();
        let mut column = 0;
        for word in unbroken(text).split([' ', '\n', '\t']).filter(|word| !word.is_empty()) {
            let length = word.chars().count();
            if column > indent.len() && column + 1 + length > usize::from(self.columns()) {
                wrapped.push('\n');
                column = 0;
            }
            let gap = if column == 0 { indent } else { " " };
            wrapped.push_str(gap);
            wrapped.push_str(&word.replace('\u{a0}', " "));
            column += gap.len() + length;
        }
        wrapped.push('\n');
        wrapped
    }

    /// `text` as a heading.
    pub(crate) fn heading(self, text: &str) -> String {
        self.painted(self.written(text), &[(text, Ink::Heading)]) + "\n"
    }

    /// What [`Look::written`] gave, with each of `words` in its colour.
    pub(crate) fn painted(self, written: String, words: &[(impl AsRef<str>, Ink)]) -> String {
        if self.colour == Colour::Plain {
            return written;
        }
        words.iter().fold(written, |text, (word, ink)| {
            let word = self.written(word.as_ref());
            text.replace(&word, &format!("\u{1b}[{}m{word}\u{1b}[0m", ink.code()))
        })
    }
}

impl Ink {
    fn code(self) -> &'static str {
        match self {
            Ink::Heading => "1",
            Ink::Good => "32",
            Ink::Part => "33",
            Ink::Bad => "31",
        }
    }
}

/// The ASCII character most like this one: always one, so that columns stay where they are.
fn alike(character: char) -> char {
    match character {
        '─' | '–' | '—' | '−' => '-',
        '│' => '|',
        '╎' => ':',
        '└' => '+',
        '○' => 'o',
        '×' | '✗' => 'x',
        '✓' => '+',
        '≈' => '~',
        '→' => '>',
        '’' | '‘' => '\'',
        '“' | '”' => '"',
        'µ' => 'u',
        '·' | '…' | '•' => '.',
        '▲' => '^',
        '▼' => 'v',
        '▏' | '▎' | '▍' => '.',
        '▌' | '▋' | '▊' => '=',
        '▉' | '█' => '#',
        other if other.is_ascii() => other,
        _ => '?',
    }
}
