//! How do thousands of markers and points stay small?
//!
//! plotters writes one element per marker, and every point of a line from the origin. Markers and lines of one style that follow
//! each other become one path, the same to the eye, and points are told from the one before. Paths with a stroke are
//! not to be filled.

use std::fmt::Write;

const END: &str = "\"/>\n";

/// `svg`, an element a line, with each run of lines, of filled polygons, or of filled circles, of one style as one path.
pub(super) fn joined(svg: &str) -> String {
    let mut joined = String::with_capacity(svg.len());
    let mut before = None;
    for line in svg.split_inclusive('\n') {
        let path = path(line.trim_end());
        match &path {
            None => joined += line,
            Some((style, steps)) if before.as_ref() == Some(style) => {
                joined.truncate(joined.len() - END.len());
                joined += &format!("{steps}{END}");
            }
            Some((style, steps)) => joined += &format!("<path {style} d=\"{steps}{END}"),
        }
        before = path.map(|(style, _)| style);
    }
    joined
}

fn attributes<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    line.strip_prefix(name)?.strip_suffix("\"/>")
}

/// The style of a line or a marker and its outline as path data; `None` for anything else, a marker with a stroke among it.
fn path(line: &str) -> Option<(String, String)> {
    if let Some(polyline) = attributes(line, "<polyline ") {
        let (style, points) = polyline.split_once(" points=\"")?;
        return Some((style.to_owned(), steps(points)?));
    }
    if let Some(polygon) = attributes(line, "<polygon ") {
        let (style, points) = polygon.split_once(" points=\"")?;
        return Some((style.to_owned(), steps(points)? + "z"));
    }
    let (x, rest) = attributes(line, "<circle cx=\"")?.split_once("\" cy=\"")?;
    let (y, rest) = rest.split_once("\" r=\"")?;
    let (radius, fill) = rest.split_once("\" fill=\"")?;
    let width = 2 * radius.parse::<u32>().ok()?;
    // a line of no length with round ends
    let style = format!("stroke=\"{fill}\" stroke-width=\"{width}\" stroke-linecap=\"round\"");
    (!fill.contains('"')).then(|| (style, format!("M{x},{y}h0")))
}

/// The first point and the step to each next one, as path data.
fn steps(points: &str) -> Option<String> {
    let mut path = String::new();
    let mut last = None;
    for point in points.split_ascii_whitespace() {
        let (x, y) = point.split_once(',')?;
        let (x, y): (i32, i32) = (x.parse().ok()?, y.parse().ok()?);
        let _ = match last.map(|(before_x, before_y)| (x - before_x, y - before_y)) {
            None => write!(path, "M{x},{y}"),
            Some((x, 0)) => write!(path, "h{x}"),
            Some((0, y)) => write!(path, "v{y}"),
            Some((x, y)) => write!(path, "l{x},{y}"),
        };
        last = Some((x, y));
    }
    last.map(|_| path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_markers_of_one_style_become_one_path_and_all_else_stays() {
        let svg = "<circle cx=\"10\" cy=\"20\" r=\"8\" fill=\"a\"/>\n\
                   <circle cx=\"12\" cy=\"21\" r=\"8\" fill=\"a\"/>\n\
                   <circle cx=\"12\" cy=\"21\" r=\"9\" fill=\"a\"/>\n\
                   <polygon fill=\"a\" points=\"1,2 4,6 -3,6\"/>\n\
                   <polygon fill=\"a\" points=\"1,2 1,6\"/>\n\
                   <polygon fill=\"b\" points=\"1,2 4,6\"/>\n\
                   <circle cx=\"1\" cy=\"2\" r=\"8\" fill=\"none\" stroke=\"c\"/>\n\
                   <polyline stroke=\"b\" points=\"1,2 4,6 5,6\"/>\n\
                   <polyline stroke=\"b\" points=\"0,2 0,6\"/>\n";
        assert_eq!(
            joined(svg),
            "<path stroke=\"a\" stroke-width=\"16\" stroke-linecap=\"round\" d=\"M10,20h0M12,21h0\"/>\n\
             <path stroke=\"a\" stroke-width=\"18\" stroke-linecap=\"round\" d=\"M12,21h0\"/>\n\
             <path fill=\"a\" d=\"M1,2l3,4h-7zM1,2v4z\"/>\n\
             <path fill=\"b\" d=\"M1,2l3,4z\"/>\n\
             <circle cx=\"1\" cy=\"2\" r=\"8\" fill=\"none\" stroke=\"c\"/>\n\
             <path stroke=\"b\" d=\"M1,2l3,4h1M0,2v4\"/>\n"
        );
    }
}
