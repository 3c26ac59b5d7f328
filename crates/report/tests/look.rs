//! Writes pages to look at: `BREAKEVEN_LOOK=FOLDER cargo test -p breakeven-report --test look`.
mod records;
use breakeven_measure::record::Mode;
use breakeven_report::summary::Summary;
#[test]
fn look() {
    let Some(folder) = std::env::var_os("BREAKEVEN_LOOK") else { return };
    let folder = std::path::PathBuf::from(folder);
    let quick = records::realistic(Mode::Quick, 6, &[10, 25, 50, 100, 150, 200, 300, 1000]);
    let summary = Summary::of(&quick, "bench-results/x/record.json");
    std::fs::write(folder.join("summary.json"), serde_json::to_string_pretty(&summary).unwrap()).unwrap();
    std::fs::write(folder.join("text.txt"), breakeven_report::terminal::text(&summary, 110)).unwrap();
    std::fs::write(folder.join("claims.md"), breakeven_report::markdown::markdown(&summary)).unwrap();
    std::fs::write(folder.join("quick.html"), breakeven_report::page::page(&quick, &summary)).unwrap();
}
