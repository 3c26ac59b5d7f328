//! Step accuracy: errors derived from counts, the signal picture, and records that hold neither.

use breakeven_record::{Mode, Record};
use breakeven_report::page::page;
use breakeven_report::summary::{AccuracySummary, Summary};

use crate::page::without_script;
use crate::records::{accuracy, empty, every_rung, realistic};

fn html(record: &Record) -> String {
    page(&Summary::of(record, "bench-results/test/record.json"))
}

fn section(record: &Record) -> String {
    let html = html(record);
    let (_, rest) = html.split_once("<section id=\"accuracy\"").expect("every page has the section");
    rest.split_once("</section>").expect("it ends").0.to_owned()
}

fn derived() -> AccuracySummary {
    Summary::of(&every_rung(6), "record.json").accuracy.expect("the record has counts")
}

#[test]
fn errors_are_in_percent_of_the_reference_and_means_are_of_their_absolute_values() {
    let set = &derived().sets[0];
    assert_eq!(set.recordings[0].error_percent, Some(2.0));
    assert_eq!(set.recordings[1].error_percent, Some(-4.0));
    assert_eq!((set.mean_error_percent, set.worst_error_percent), (Some(3.0), Some(4.0)));
    assert_eq!(set.mean_error_percent_without_feedback, Some(0.5));
    assert_eq!(set.worst_error_percent_without_feedback, Some(1.0));
    assert_eq!((set.total.reference_steps, set.total.steps, set.total.error_percent), (150, 150, Some(0.0)));
}

#[test]
fn a_reference_of_no_steps_has_no_error() {
    let set = &derived().sets[1];
    assert_eq!(set.recordings[0].error_percent, None);
    assert_eq!((set.mean_error_percent, set.worst_error_percent), (None, None));
}

#[test]
fn the_page_shows_every_recording_with_source_reference_and_caveats() {
    let section = section(&every_rung(6));
    for said in [
        "validation by Salvi et al., CC BY 4.0",
        "foot switches",
        "recognised bouts only",
        "P01",
        "+2.00 %",
        "-4.00 %",
        "mean absolute error 3.00 %, worst 4.0 %",
        "mean absolute error 0.50 %, worst 1.0 %",
        "no error, since no reference is above 0",
        "without the feedback the count is as good",
        "Not measured: steps that are counted where no one walks",
    ] {
        assert!(section.contains(said), "{said}");
    }
}

#[test]
fn the_picture_marks_each_step_and_says_where_in_the_recording_it_is() {
    let section = section(&every_rung(6));
    assert_eq!(section.matches("<svg").count(), 2, "wide and narrow");
    let paths = section.split("<path ").skip(1).filter_map(|path| path.split("/>").next());
    assert_eq!(
        paths.map(|path| path.matches('z').count()).sum::<usize>(),
        2 * 6,
        "a triangle per step in each"
    );
    for said in ["5.00 seconds of", "from 1:12 on", "74.50 s", ">gz<", "6 steps"] {
        assert!(section.contains(said), "{said}");
    }
}

#[test]
fn a_record_without_counts_or_without_a_picture_says_so() {
    let without = section(&realistic(Mode::Quick, 6, &[25]));
    assert!(
        without.contains("no counts beside references") && without.contains("no excerpt of its recording")
    );
    let mut half = empty(Mode::Quick, 6);
    half.accuracy = Some(accuracy());
    let counts = half.accuracy.as_mut().expect("set above");
    counts.excerpt = None;
    assert!(section(&half).contains("P01") && section(&half).contains("no excerpt of its recording"));
}

#[test]
fn an_excerpt_that_is_no_signal_or_reaches_beyond_its_rows_does_not_break_the_page() {
    for (channels, rows) in [(0, 0), (2, 10), (3, 0), (3, 1), (6, 2)] {
        let mut record = every_rung(6);
        let excerpt =
            record.accuracy.as_mut().and_then(|accuracy| accuracy.excerpt.as_mut()).expect("it has one");
        excerpt.channels = vec![vec![i16::MIN; rows]; channels];
        excerpt.steps = vec![0, 1, 99];
        excerpt.open = vec![[0, 99], [50, 60]];
        assert!(!section(&record).contains("NaN"), "{channels} channels of {rows} rows");
    }
}

#[test]
fn names_of_recordings_cannot_break_the_page() {
    let mut record = every_rung(6);
    let counts = record.accuracy.as_mut().expect("it has counts");
    counts.sets[0].recordings[0].recording = "</td><script>".to_owned();
    counts.sets[0].source = "<img src=x>".to_owned();
    counts.sets[0].reference = "<b>".to_owned();
    counts.excerpt.as_mut().expect("it has one").recording = "<i>".to_owned();
    let html = html(&record);
    let html = without_script(&html);
    for forbidden in ["<script", "<img", "<b>", "<i>"] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
}
