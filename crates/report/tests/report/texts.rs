//! The terminal's text and the README's block.

use breakeven_record::{Mode, Outcome};
use breakeven_report::markdown::{Part, SpliceError, part, report, splice};
use breakeven_report::page::page;
use breakeven_report::summary::Summary;
use breakeven_report::terminal::{Characters, Colour, Look, text};

use crate::hostile::hostile;
use crate::records::{contender, empty, realistic, warnings};

#[test]
fn the_text_keeps_to_the_width_and_names_every_claim() {
    let record = realistic(Mode::Quick, 6, &[10, 25, 300]);
    let summary = Summary::of(&record, "record.json");
    for width in [80, 110, 160] {
        let text = text(&summary, &Look::plain(width));
        for line in text.lines() {
            assert!(line.chars().count() <= usize::from(width), "{width}: {line}");
        }
        assert!(text.ends_with('\n') && !text.contains('\u{1b}'));
    }
    let wide = text(&summary, &Look::plain(160));
    for claim in &summary.claims {
        assert!(wide.contains(&claim.id), "{}", claim.id);
    }
    assert!(wide.contains("95 % each, not jointly"));
    assert!(wide.contains("direction only") && wide.contains("absent"));
}

#[test]
fn every_warning_is_shown_with_its_advice_on_terminal_page_and_markdown() {
    let mut record = realistic(Mode::Quick, 6, &[25]);
    record.warnings = warnings();
    let summary = Summary::of(&record, "record.json");
    for warning in &record.warnings {
        let word = warning.kind.word();
        let shown = text(&summary, &Look::plain(300));
        assert!(shown.contains(&format!("python/naive on whole/uniform-25: found <{word}>. Advice: wait.")));
        assert!(page(&summary).contains(&format!("found &lt;{word}&gt;. Advice: wait.")));
        assert!(report(&summary).contains(&format!("found &lt;{word}&gt;. Advice: wait.")));
    }
}

#[test]
fn of_many_warnings_of_one_kind_the_terminal_shows_three_and_the_page_all() {
    let mut record = realistic(Mode::Quick, 6, &[25]);
    record.warnings = (0..5).map(|_| warnings().remove(0)).collect();
    let summary = Summary::of(&record, "record.json");
    let shown = text(&summary, &Look::plain(300));
    assert_eq!(shown.matches("found <crashed_once>").count(), 3);
    assert!(shown.contains("2 more of the kind crashed_once are in the record"), "{shown}");
    assert_eq!(page(&summary).matches("found &lt;crashed_once&gt;").count(), 5);
}

#[test]
fn why_a_contender_was_not_timed_is_said_once_in_the_terminal_with_how_often() {
    let mut record = realistic(Mode::Quick, 6, &[10, 25, 300]);
    for (workload, reason) in
        record.workloads.iter_mut().zip(["SIGSEGV in round 3", "SIGSEGV in round 5", "again"])
    {
        let mut failed = contender("cpp/talk", Outcome::Failed);
        failed.findings.reason = Some(reason.to_owned());
        workload.contenders.push(failed);
    }
    let shown = text(&Summary::of(&record, "record.json"), &Look::plain(120));
    assert!(shown.contains("\ncpp/talk: failed: SIGSEGV in round 3 (so on 2 more)\n"), "{shown}");
    assert!(!shown.contains("round 5"), "{shown}");
    assert_eq!(
        shown.lines().filter(|line| line.starts_with(" cpp/talk") && line.contains(" failed ")).count(),
        3
    );
}

#[test]
fn an_empty_record_has_a_text_that_says_so() {
    let summary = Summary::of(&empty(Mode::Quick, 6), "record.json");
    assert!(text(&summary, &Look::plain(80)).contains("No workload was finished."));
    assert!(report(&summary).contains("not resolved"));
}

#[test]
fn what_a_record_says_cannot_break_the_markdown() {
    let mut record = realistic(Mode::Quick, 6, &[25]);
    record.environment.facts.insert("cpu".to_owned(), "a|b<script>`c`\nd".to_owned());
    let mut absent = contender("python/numpy-list", Outcome::Absent);
    absent.findings.reason = Some("<!-- claims:end -->".to_owned());
    record.workloads[0].contenders.retain(|contender| contender.id != "python/numpy-list");
    record.workloads[0].contenders.push(absent);
    let block = part(&Summary::of(&record, "record.json"), Part::Claims);
    assert!(!block.contains("<script>") && !block.contains("<!--"), "{block}");
    assert!(block.contains("a\\|b&lt;script&gt;\\`c\\` d"));
    let table: Vec<&str> = block.lines().take_while(|line| line.starts_with('|')).collect();
    assert_eq!(table.len(), 9);
}

#[test]
fn a_splice_replaces_what_stands_between_the_markers_and_nothing_else() {
    let readme = "a\n<!-- claims:begin -->\nold\n<!-- claims:end -->\nb\n";
    let once = splice(readme, |_| "new\n".to_owned()).expect("both markers are there");
    assert_eq!(once, "a\n<!-- claims:begin -->\nnew\n<!-- claims:end -->\nb\n");
    assert_eq!(splice(&once, |_| "new\n".to_owned()).expect("still there"), once);
    let nothing = |_| String::new();
    let (begin, end) = (Part::Claims.begin(), Part::Claims.end());
    assert_eq!(splice("no place", nothing), Err(SpliceError::Missing(begin.clone())));
    assert_eq!(splice(&format!("a\n{end}"), nothing), Err(SpliceError::Missing(begin.clone())));
    assert_eq!(splice(&format!("{end}{begin}"), nothing), Err(SpliceError::Order(begin, end)));
}

#[test]
fn a_splice_fills_each_part_that_has_markers_and_only_those() {
    let place = |part: Part| format!("{}\nold\n{}\n", part.begin(), part.end());
    let readme = format!("{}between\n{}", place(Part::Ladder), place(Part::Choice));
    let spliced = splice(&readme, |part| part.title().to_owned()).expect("both pairs are there");
    for part in Part::ALL {
        let wanted = matches!(part, Part::Ladder | Part::Choice);
        assert_eq!(
            spliced.contains(&format!("{}\n{}\n{}", part.begin(), part.title(), part.end())),
            wanted,
            "{part:?}"
        );
    }
    assert!(spliced.contains("between") && !spliced.contains("old"));
}

#[test]
fn colour_is_for_terminals_that_want_it_and_ascii_for_locales_without_utf_8() {
    let variables = |set: &'static [(&'static str, &'static str)]| {
        move |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    };
    let (unicode, ascii, plain, ansi) = (Characters::Unicode, Characters::Ascii, Colour::Plain, Colour::Ansi);
    type Case = (Option<u16>, &'static [(&'static str, &'static str)], u16, Characters, Colour);
    let cases: [Case; 9] = [
        (Some(80), &[], 80, unicode, ansi),
        (None, &[], 110, unicode, plain),
        (Some(80), &[("NO_COLOR", "1")], 80, unicode, plain),
        (Some(80), &[("NO_COLOR", "")], 80, unicode, ansi),
        (Some(80), &[("TERM", "dumb")], 80, unicode, plain),
        (Some(80), &[("LANG", "C")], 80, ascii, ansi),
        (Some(80), &[("LC_ALL", "en_GB.utf8"), ("LANG", "C")], 80, unicode, ansi),
        (None, &[("LC_ALL", ""), ("LC_CTYPE", "POSIX"), ("LANG", "en_GB.UTF-8")], 110, ascii, plain),
        (Some(200), &[("LANG", "C.UTF-8")], 200, unicode, ansi),
    ];
    for (columns, set, width, characters, colour) in cases {
        assert_eq!(
            Look::of(columns, variables(set)),
            Look { width, characters, colour },
            "{columns:?} {set:?}"
        );
    }
}

#[test]
fn a_look_without_colour_or_unicode_has_the_same_lines() {
    let record = realistic(Mode::Quick, 6, &[10, 25, 300]);
    let summary = Summary::of(&record, "record.json");
    for width in [80, 120] {
        let unicode = text(&summary, &Look::plain(width));
        let ascii = text(&summary, &Look { characters: Characters::Ascii, ..Look::plain(width) });
        assert!(ascii.is_ascii() && ascii.contains("x") && !ascii.contains('?') | unicode.contains('?'));
        let lengths = |text: &str| text.lines().map(|line| line.chars().count()).collect::<Vec<_>>();
        assert_eq!(lengths(&ascii), lengths(&unicode), "{width}");
        let coloured = text(&summary, &Look { colour: Colour::Ansi, ..Look::plain(width) });
        assert!(coloured.contains("\u{1b}[32m"), "something is faster, or reproduced");
        let mut bare = coloured.replace("\u{1b}[0m", "");
        for code in ["1", "31", "32", "33"] {
            bare = bare.replace(&format!("\u{1b}[{code}m"), "");
        }
        assert_eq!(bare, unicode, "{width}");
        assert_eq!(unicode.contains('█'), width >= 100, "bars where there is room");
    }
}

#[test]
fn what_a_record_says_sends_nothing_to_the_terminal_and_cannot_break_markdown() {
    let (record, _) = hostile();
    let summary = Summary::of(&record, "record.json");
    let shown = text(&summary, &Look::plain(120)) + &report(&summary);
    let acts = |character: char| character.is_control() && character != '\n';
    assert!(!shown.contains(acts), "{:?}", shown.chars().find(|&character| acts(character)));
    let markdown = report(&summary);
    for forbidden in ["<script", "<img", "<b>", "<em>", "<svg", "<!--", "\u{202e}"] {
        assert!(!markdown.contains(forbidden), "{forbidden}");
    }
    for line in markdown.lines().filter(|line| line.starts_with("| user/")) {
        // a row of the ladder, or of sliding windows
        assert!(matches!(line.replace("\\|", "").matches('|').count(), 5 | 8), "{line}");
    }
}

#[test]
fn the_markdown_has_the_main_parts_of_the_page_and_says_what_is_missing() {
    let full = report(&Summary::of(&realistic(Mode::Quick, 6, &[10, 25, 300]), "record.json"));
    let nothing = report(&Summary::of(&empty(Mode::Quick, 6), "record.json"));
    for part in Part::ALL {
        assert!(
            full.contains(&format!("## {}\n", part.title())) && nothing.contains(part.title()),
            "{part:?}"
        );
    }
    for said in
        ["no sizes of uniform arrays", "no pedometer workload", "no sliding windows", "Nothing stood out"]
    {
        assert!(nothing.contains(said), "{said}");
    }
}
