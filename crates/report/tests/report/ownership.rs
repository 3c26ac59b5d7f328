//! Reference counts: is every count shown as it was taken, and is a call that leaks marked?

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
fn every_count_is_in_the_table_of_page_and_markdown() {
    let mut record = owned(empty(Mode::Quick, 6));
    let owners = record.ownership.as_mut().expect("it has counts");
    // counts that nothing else on the page is
    owners.scenarios[1].before = References { list: 101, read: 102, asked: 103, unread: 104 };
    owners.scenarios[1].during = Some(References { list: 105, read: 106, asked: 107, unread: 108 });
    owners.scenarios[1].after = References { list: 109, read: 110, asked: 111, unread: 112 };
    owners.scenarios[1].blocks_left = 113;
    let (section, markdown) = (section(&record), part(&summary(&record), Part::Ownership));
    for cell in ["101/105/109", "102/106/110", "103/107/111", "104/108/112", "113"] {
        assert!(section.contains(&format!("<td>{cell}</td>")), "{cell} is not in {section}");
        assert!(markdown.contains(&format!("| {cell} |")), "{cell} is not in {markdown}");
    }
}

#[test]
fn what_is_kept_is_marked_and_what_is_given_back_is_not() {
    let mut record = owned(empty(Mode::Quick, 6));
    let marked = |record: &Record| section(record).matches("<tr class=\"wrong\">").count();
    assert_eq!(marked(&record), 1);
    assert!(part(&summary(&record), Part::Ownership).contains("✗ 3 of these kept | 25000 |"));
    assert_eq!(part(&summary(&record), Part::Ownership).matches("✓ all").count(), 2);
    let owners = record.ownership.as_mut().expect("it has counts");
    owners.scenarios[2].after = owners.scenarios[2].before;
    assert_eq!(marked(&record), 0);
    assert!(!part(&summary(&record), Part::Ownership).contains('✗'));
    let owners = record.ownership.as_mut().expect("it has counts");
    owners.scenarios[0].after.list -= 1;
    assert_eq!(marked(&record), 1);
    let text = part(&summary(&record), Part::Ownership);
    assert!(text.contains("✗ not as before (-1)"), "one too few is as wrong: {text}");
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
fn a_call_that_did_not_convert_the_middle_item_has_no_count_for_that_moment() {
    let mut record = owned(empty(Mode::Quick, 6));
    record.ownership.as_mut().expect("it has counts").scenarios[0].during = None;
    assert!(section(&record).contains("<td>2/?/2</td>"));
    assert!(part(&summary(&record), Part::Ownership).contains("| 2/?/2 |"));
}

#[test]
fn a_terminal_has_a_line_per_call_with_the_counts_before_during_and_after() {
    let record = owned(empty(Mode::Quick, 6));
    let text = text(&summary(&record), &Look::plain(140));
    let (_, text) = text.split_once("Who owns what").expect("the heading");
    for (counts, calls) in [("1/1/1", 2), ("2/4/2", 2), ("2/5/3", 1)] {
        let lines = text.lines().filter(|line| line.contains(counts)).count();
        assert_eq!(lines, calls, "{counts}: {text}");
    }
    assert_eq!(text.matches("std.standard_dev ").count(), ScenarioKind::ALL.len(), "{text}");
}
