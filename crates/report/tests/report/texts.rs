//! The terminal's text and the README's block.

use crate::records::{contender, empty, realistic, warnings};
use breakeven_measure::record::{Mode, Outcome};
use breakeven_report::markdown::{SpliceError, markdown, splice};
use breakeven_report::page::page;
use breakeven_report::summary::Summary;
use breakeven_report::terminal::text;

#[test]
fn the_text_keeps_to_the_width_and_names_every_claim() {
    let record = realistic(Mode::Quick, 6, &[10, 25, 300]);
    let summary = Summary::of(&record, "record.json");
    for width in [80, 110, 160] {
        let text = text(&summary, width);
        for line in text.lines() {
            assert!(line.chars().count() <= usize::from(width), "{width}: {line}");
        }
        assert!(text.ends_with('\n') && !text.contains('\u{1b}'));
    }
    let wide = text(&summary, 160);
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
        let shown = text(&summary, 300);
        assert!(shown.contains(&format!("python/naive on whole/uniform-25: found <{word}>. Advice: wait.")));
        assert!(page(&record, &summary).contains(&format!("found &lt;{word}&gt;. Advice: wait.")));
        assert!(markdown(&summary).contains(&format!("found &lt;{word}&gt;. Advice: wait.")));
    }
}

#[test]
fn of_many_warnings_of_one_kind_the_terminal_shows_three_and_the_page_all() {
    let mut record = realistic(Mode::Quick, 6, &[25]);
    record.warnings = (0..5).map(|_| warnings().remove(0)).collect();
    let summary = Summary::of(&record, "record.json");
    let shown = text(&summary, 300);
    assert_eq!(shown.matches("found <crashed_once>").count(), 3);
    assert!(shown.contains("2 more of the kind crashed_once are in the record"), "{shown}");
    assert_eq!(page(&record, &summary).matches("found &lt;crashed_once&gt;").count(), 5);
}

#[test]
fn an_empty_record_has_a_text_that_says_so() {
    let summary = Summary::of(&empty(Mode::Quick, 6), "record.json");
    assert!(text(&summary, 80).contains("No workload was finished."));
    assert!(markdown(&summary).contains("not resolved"));
}

#[test]
fn what_a_record_says_cannot_break_the_markdown() {
    let mut record = realistic(Mode::Quick, 6, &[25]);
    record.environment.facts.insert("cpu".to_owned(), "a|b<script>`c`\nd".to_owned());
    let mut absent = contender("python/numpy-list", Outcome::Absent);
    absent.reason = Some("<!-- claims:end -->".to_owned());
    record.workloads[0].contenders.retain(|contender| contender.id != "python/numpy-list");
    record.workloads[0].contenders.push(absent);
    let block = markdown(&Summary::of(&record, "record.json"));
    assert!(!block.contains("<script>") && !block.contains("<!--"), "{block}");
    assert!(block.contains("a\\|b&lt;script&gt;\\`c\\` d"));
    let table: Vec<&str> = block.lines().take_while(|line| line.starts_with('|')).collect();
    assert_eq!(table.len(), 8);
}

#[test]
fn a_splice_replaces_what_stands_between_the_markers_and_nothing_else() {
    let readme = "a\n<!-- claims:begin -->\nold\n<!-- claims:end -->\nb\n";
    let once = splice(readme, "new\n").expect("both markers are there");
    assert_eq!(once, "a\n<!-- claims:begin -->\nnew\n<!-- claims:end -->\nb\n");
    assert_eq!(splice(&once, "new\n").expect("still there"), once);
    assert_eq!(splice("a\n<!-- claims:end -->", ""), Err(SpliceError::Missing("<!-- claims:begin -->")));
    assert_eq!(splice("<!-- claims:end --><!-- claims:begin -->", ""), Err(SpliceError::Order));
}
