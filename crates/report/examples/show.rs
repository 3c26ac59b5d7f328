fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().unwrap();
    let width: u16 = args.next().unwrap().parse().unwrap();
    let record = breakeven_record::Record::read(std::path::Path::new(&path)).unwrap();
    let summary = breakeven_report::summary::Summary::of(&record, &path);
    print!(
        "{}",
        breakeven_report::terminal::screen(&summary, &breakeven_report::terminal::Look::plain(width))
    );
    if let Some(page) = args.next() {
        std::fs::write(page, breakeven_report::page::page(&summary)).unwrap();
    }
}
