//! Who owns what: is every count shown as it was taken, and is a leak told from what gives all back?

use breakeven_record::Mode;
use breakeven_record::Record;
use breakeven_record::ownership::{References, ScenarioKind};
use breakeven_report::markdown::{Part, part};
use breakeven_report::page::page;
use breakeven_report::summary::Summary;
use breakeven_report::terminal::{Look, text};

use crate::records::{empty, owned};

fn summary(record: &Record) -> Summary {
    Summary::of(record, "bench-results/test/record.json")
}

/// The section of the page, without the rest.
fn section(record: &Record) -> String {
    let page = page(&summary(record));
    let (_, section) = page.split_once("<section id=\"ownership\"").expect("the section");
    section.split("</section>").next().unwrap_or_default().to_owned()
}

#[test]
fn every_count_is_in_the_table_and_at_a_target_of_the_drawing() {
    let mut record = owned(empty(Mode::Quick, 6));
    let owners = record.ownership.as_mut().expect("it has counts");
    // counts that nothing else on the page is
    owners.scenarios[1].before = References { list: 101, read: 102, asked: 103, unread: 104 };
    owners.scenarios[1].during = Some(References { list: 105, read: 106, asked: 107, unread: 108 });
    owners.scenarios[1].after = References { list: 109, read: 110, asked: 111, unread: 112 };
    owners.scenarios[1].blocks_left = 113;
    let (section, markdown) = (section(&record), part(&summary(&record), Part::Ownership));
    for count in 101..=113 {
        assert!(section.contains(&format!("<td class=\"n\">{count}</td>")), "{count} is not in the table");
        assert!(markdown.contains(&format!(" {count} |")), "{count} is not in {markdown}");
        let told = section.matches(&format!(", {count} references\"")).count();
        assert_eq!(told, if count < 113 { 2 } else { 0 }, "{count} on the wide and on the narrow drawing");
    }
    assert!(section.contains("aria-label=\"fails, during: middle item, asked, 107 references\""));
}

#[test]
fn what_is_kept_is_drawn_as_crosses_and_said_and_what_is_given_back_is_not() {
    let mut record = owned(empty(Mode::Quick, 6));
    let crosses = |record: &Record| section(record).matches("var(--talk)").count();
    // two strokes a cross, three items, two drawings
    assert_eq!(crosses(&record), 12);
    assert!(part(&summary(&record), Part::Ownership).contains("✗ 3 of these kept | 25000 |"));
    assert_eq!(part(&summary(&record), Part::Ownership).matches("✓ all").count(), 2);
    let owners = record.ownership.as_mut().expect("it has counts");
    owners.scenarios[2].after = owners.scenarios[2].before;
    assert_eq!(crosses(&record), 0);
    assert!(!part(&summary(&record), Part::Ownership).contains('✗'));
    let owners = record.ownership.as_mut().expect("it has counts");
    owners.scenarios[0].after.list -= 1;
    let told = part(&summary(&record), Part::Ownership);
    assert!(told.contains("✗ not as before (-1)"), "one too few is as wrong: {told}");
}

#[test]
fn a_record_without_counts_says_so_and_draws_nothing() {
    let record = empty(Mode::Quick, 6);
    let section = section(&record);
    assert!(section.contains("holds no reference counts") && !section.contains("<svg"), "{section}");
    assert!(part(&summary(&record), Part::Ownership).contains("holds no reference counts"));
    assert!(!text(&summary(&record), &Look::plain(110)).contains("Who owns what"));
}

#[test]
fn a_call_in_which_no_item_looked_has_no_count_for_it() {
    let mut record = owned(empty(Mode::Quick, 6));
    record.ownership.as_mut().expect("it has counts").scenarios[0].during = None;
    let section = section(&record);
    assert!(section.contains("the item was not asked"));
    assert!(!section.contains("succeeds, during"));
}

#[test]
fn a_terminal_has_a_line_per_call_and_moment() {
    let record = owned(empty(Mode::Quick, 6));
    let text = text(&summary(&record), &Look::plain(110));
    let (_, text) = text.split_once("Who owns what").expect("the heading");
    let (_, text) = text.split_once("of its own.").expect("how it was counted");
    for moment in ["before", "during", "after"] {
        let lines = text.lines().filter(|line| line.split_whitespace().any(|word| word == moment));
        assert_eq!(lines.count(), ScenarioKind::ALL.len(), "{moment}: {text}");
    }
}
