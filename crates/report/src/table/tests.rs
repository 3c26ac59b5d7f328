//! One table in every dialect: what each writes, and that none lets a record's text be more than text.

use super::{Align, Cell, Piece, Table, Tone};
use crate::look::{Characters, Colour, Look};

fn table() -> Table {
    let mut table = Table::new(
        "Times",
        [
            ("contender", Align::Left),
            ("time", Align::Right),
            ("log scale", Align::Left),
            ("verdict", Align::Left),
        ],
    )
    .from_width(2, 100)
    .with_rows([
        vec![
            Cell::code("rust/simd"),
            Cell::from("13.2 ns").aside(Some("13.1 to 13.3".to_owned())),
            Cell::bar(0.25),
            Cell::verdict(Tone::Good, "▲", "faster"),
        ],
        vec![
            Cell::code("user/a|b<i>, \"c\""),
            Cell::from("2.00 s").marked(true),
            Cell::bar(1.0),
            Cell(vec![Piece::Strong(vec![Piece::Text("worst".to_owned())])]),
        ],
    ]);
    table.notes.push("One & all.".to_owned());
    table
}

#[test]
fn markdown_has_a_line_per_row_without_bars_and_no_foreign_markup() {
    let expected = "\
| contender | time | verdict |
|---|---:|---|
| `rust/simd` | 13.2 ns (13.1 to 13.3) | ▲ faster |
| user/a\\|b&lt;i&gt;, \"c\" | 2.00 s (extrapolated) | **worst** |

One &amp; all.
";
    assert_eq!(table().markdown(), expected);
}

#[test]
fn comma_separated_values_are_quoted_where_they_must_be() {
    let expected = "contender,time,verdict\r\n\
                    rust/simd,13.2 ns (13.1 to 13.3),faster\r\n\
                    \"user/a|b<i>, \"\"c\"\"\",2.00 s,worst\r\n";
    assert_eq!(table().csv(), expected);
}

#[test]
fn the_page_escapes_isolates_and_marks_what_is_wrong() {
    let mut table = table();
    table.rows[1][3] = Cell::verdict(Tone::Bad, "✗", "wrong");
    let html = table.page().into_string();
    assert!(html.contains("<th scope=\"row\"><bdi><code>user/a|b&lt;i&gt;, &quot;c&quot;</code></bdi></th>"));
    assert!(html.contains("<div class=\"fine\">13.1 to 13.3</div>"), "{html}");
    assert!(html.contains("<tr class=\"wrong\">") && html.contains("aria-hidden=\"true\">✗</i>"), "{html}");
}

#[test]
fn a_terminal_shows_bars_where_there_is_room_and_blocks_where_there_is_little() {
    let wide = table().terminal(Look::plain(100));
    assert!(
        wide.contains("██▌") && wide.contains("2.00 s*") && wide.contains("*: extrapolated.\n"),
        "{wide}"
    );
    let narrow = table().terminal(Look::plain(80));
    assert!(!narrow.contains('█') && narrow.contains("rust/simd"), "{narrow}");
    let blocks = table().terminal(Look::plain(40));
    assert!(
        blocks.starts_with("rust/simd\n  time 13.2 ns (13.1 to 13.3),\n  verdict ▲ faster\n"),
        "{blocks}"
    );
}

#[test]
fn a_verdict_is_painted_by_its_tone_and_a_name_never() {
    let mut table = table();
    table.rows[1][0] = Cell::code("rust/faster");
    let look = Look { colour: Colour::Ansi, characters: Characters::Ascii, width: 100 };
    let shown = table.terminal(look);
    assert!(shown.contains("\u{1b}[32m^ faster\u{1b}[0m") && shown.contains("rust/faster "), "{shown}");
    assert_eq!(shown.matches('\u{1b}').count(), 2);
}
