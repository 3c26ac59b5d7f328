//! Names and values that would break a page which did not escape them.

use breakeven_record::{Mode, Outcome, Record, WorkloadRecord};

use crate::records::{accuracy, contender, pedometer, realistic, sliding, slow, timed, with, with_rungs};

/// A record whose names and values try to become markup, scripts, terminal controls and text of another
/// direction, and the texts that a reader of its page must find.
pub(crate) fn hostile() -> (Record, Vec<String>) {
    let names = [
        "user/<script>document.title='ran'</script>",
        "user/\"onmouseover=alert(1) x=\"'`<b>&amp;",
        "user/\u{5d0}\u{5d1}\u{5d2} \u{627}\u{644}\u{639}\u{631}\u{628}\u{64a}\u{629} 123",
        "user/\u{1f9ea}\u{1f469}\u{200d}\u{1f52c}\u{1f3f3}\u{fe0f}\u{200d}\u{1f308}e\u{301}\u{320}\u{323}",
        "user/a-name-without-any-place-to-break-it-which-goes-on-and-on-and-on-for-longer-than-a-screen-is-wide.py:function",
    ];
    let mut record = realistic(Mode::Quick, 6, &[10, 25, 300]);
    for workload in &mut record.workloads {
        for (place, name) in names.iter().enumerate() {
            let mut bad = timed(name, 700.0 + 100.0 * place as f64, 6);
            bad.findings.version = Some("</td><b>1".to_owned());
            bad.declared.input = "<em>list".to_owned();
            bad.declared.isa = Some("<u>avx2".to_owned());
            bad.findings.max_ulp = Some(4f64.powi(3 * place as i32));
            workload.contenders.push(bad);
        }
        workload.contenders.push(timed("user/\u{1b}[31mred\u{7}\u{0}\u{9b}2J\u{202e}desrever", 650.0, 6));
        let mut absent = contender("user/absent", Outcome::Absent);
        absent.findings.reason =
            Some("<img src=x onerror=alert(1)> | `a` <!-- claims:end --> \u{1b}]0;title\u{7}".to_owned());
        workload.contenders.push(absent);
        workload.why = "</section><h1>why".to_owned();
        workload.input.note = Some("\"><svg onload=alert(1)>".to_owned());
    }
    let (record, more) = with_hostile_recording(record);
    let mut record = with(record, hostile_windows());
    record.label = "</title><script>alert(1)</script>".to_owned();
    record.command.push("</code><script>alert(1)</script>".to_owned());
    record.environment.facts.insert("<i>".to_owned(), "</dd><script>alert(1)</script>".to_owned());
    record.environment.facts.insert("cpu".to_owned(), "\u{202e}upc | \u{5d0}\u{5d1}".to_owned());
    let shown = names.iter().map(|&name| name.to_owned());
    let mut shown: Vec<String> = shown.collect();
    shown.extend(
        [
            "<img src=x onerror=alert(1)>",
            "</section><h1>why",
            "</dd><script>alert(1)</script>",
            "\u{fffd}[31mred\u{fffd}\u{fffd}\u{fffd}2J\u{fffd}desrever",
        ]
        .map(str::to_owned),
    );
    shown.extend(more);
    (record, shown)
}

/// Windows whose kind of numbers is markup, so that it stands in the titles of figures.
fn hostile_windows() -> WorkloadRecord {
    let mut windows = sliding(100_000, 75);
    windows.id = "sliding/<s>uniform\"-100000-w75".to_owned();
    windows.input.name = "<s onclick='alert(1)'>\u{202e}".to_owned();
    windows.contenders = ["rust/incremental", "user/<b>' \" onfocus=alert(1)>", "control/<i>"]
        .map(|id| timed(id, 1e6, 6))
        .into_iter()
        .collect();
    windows
}

/// A ladder and counts of steps under such names, and what a reader must find of them.
fn with_hostile_recording(record: Record) -> (Record, Vec<String>) {
    let mut hour = with_rungs(pedometer("<script>alert(1)</script>", 359_786, 3), 6);
    hour.input.note = Some("</p><script>alert('note')</script>".to_owned());
    let mut rung = slow(&hour, "user/\"><img src=x onerror=alert(1)>", 50.0, &[359_786], 6);
    rung.declared.isa = Some("'><u>".to_owned());
    hour.contenders.push(rung);
    let mut counts = accuracy();
    for set in &mut counts.sets {
        set.name = format!("<script>alert('set')</script>{}", set.name);
        set.source = "\"><a href='javascript:alert(1)'>source".to_owned();
        set.reference = "<iframe>\u{5d0}".to_owned();
        set.recordings[0].recording = "</td></table><form>P01".to_owned();
    }
    if let Some(excerpt) = &mut counts.excerpt {
        excerpt.recording = "</svg><script>alert('excerpt')</script>".to_owned();
    }
    let shown = [
        "</p><script>alert('note')</script>",
        "<script>alert('set')</script>",
        "</td></table><form>P01",
        "<iframe>\u{5d0}",
        "</svg><script>alert('excerpt')</script>",
    ];
    let record = Record { accuracy: Some(counts), ..with(record, hour) };
    (record, shown.map(str::to_owned).to_vec())
}
