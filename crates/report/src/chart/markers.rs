//! How do thousands of markers stay small?
//!
//! plotters writes one element per marker. Those of one colour that follow each other become one path, the same to the eye.

use std::fmt::Write;

/// `svg`, an element a line, with each run of filled polygons and circles of one colour as one path.
pub(super) fn joined(svg: &str) -> String {
    let mut joined = String::with_capacity(svg.len());
    let mut open: Option<&str> = None;
    for line in svg.split_inclusive('\n') {
        let marker = marker(line.trim_end());
        if open.is_some() && marker.as_ref().map(|(fill, _)| *fill) != open {
            joined.push_str("\"/>\n");
            open = None;
        }
        match marker {
            None => joined.push_str(line),
            Some((fill, path)) => {
                if open.is_none() {
                    let _ = write!(joined, "<path fill=\"{fill}\" d=\"");
                    open = Some(fill);
                }
                joined.push_str(&path);
            }
        }
    }
    if open.is_some() {
        joined.push_str("\"/>\n");
    }
    joined
}

/// The colour of a marker and its outline as path data; `None` for anything else, a marker with a stroke among it.
fn marker(line: &str) -> Option<(&str, String)> {
    let attributes = |name: &str| line.strip_prefix(name)?.strip_suffix("\"/>");
    if let Some(polygon) = attributes("<polygon fill=\"") {
        let (fill, points) = polygon.split_once("\" points=\"")?;
        return Some((fill, corners(points)?));
    }
    let (x, rest) = attributes("<circle cx=\"")?.split_once("\" cy=\"")?;
    let (y, rest) = rest.split_once("\" r=\"")?;
    let (radius, fill) = rest.split_once("\" fill=\"")?;
    let (x, radius): (i32, i32) = (x.parse().ok()?, radius.parse().ok()?);
    let whole = 2 * radius;
    let arcs = format!("a{radius},{radius} 0 1,0 {whole},0a{radius},{radius} 0 1,0-{whole},0z");
    (!fill.contains('"')).then(|| (fill, format!("M{},{y}{arcs}", x - radius)))
}

/// From the first corner to each next one.
fn corners(points: &str) -> Option<String> {
    let mut path = String::new();
    let mut last = None;
    for point in points.split_ascii_whitespace() {
        let (x, y) = point.split_once(',')?;
        let (x, y): (i32, i32) = (x.parse().ok()?, y.parse().ok()?);
        let _ = match last {
            None => write!(path, "M{x},{y}"),
            Some((before_x, before_y)) => write!(path, "l{},{}", x - before_x, y - before_y),
        };
        last = Some((x, y));
    }
    path.push('z');
    last.map(|_| path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_of_one_colour_become_one_path_and_all_else_stays() {
        let svg = "<circle cx=\"10\" cy=\"20\" r=\"8\" fill=\"a\"/>\n\
                   <polygon fill=\"a\" points=\"1,2 4,6 -3,6\"/>\n\
                   <polygon fill=\"b\" points=\"1,2 4,6\"/>\n\
                   <circle cx=\"1\" cy=\"2\" r=\"8\" fill=\"none\" stroke=\"c\"/>\n\
                   <polygon fill=\"b\" points=\"1,2 4,6\"/>\n";
        assert_eq!(
            joined(svg),
            "<path fill=\"a\" d=\"M2,20a8,8 0 1,0 16,0a8,8 0 1,0-16,0zM1,2l3,4l-7,0z\"/>\n\
             <path fill=\"b\" d=\"M1,2l3,4z\"/>\n\
             <circle cx=\"1\" cy=\"2\" r=\"8\" fill=\"none\" stroke=\"c\"/>\n\
             <path fill=\"b\" d=\"M1,2l3,4z\"/>\n"
        );
    }
}
