//! Finds the heading of a table: its first row, or the first row below its title.
//!
//! People put a title and notes above a table: lines of one or two cells. Such lines
//! are no rows, and the problem that says so names the first of them.

use super::columns::{NamedColumns, role_of_heading};
use super::guess::has_data;
use crate::UnpackError;

/// Maximum number of lines above the heading.
const MAX_LINES_ABOVE: usize = 10;

/// A row, or why it cannot be read.
pub(super) type ReadRow = Result<Vec<Vec<u8>>, UnpackError>;

/// The index of the row that is the heading of the table; `None` if there is none.
pub(super) fn find_heading(rows: &[ReadRow], named: &NamedColumns) -> Option<usize> {
    let typical = typical_width(rows);
    // The row, and how many of its cells are known headings.
    let mut best: Option<(usize, usize)> = None;
    let mut above = 0;
    for (index, row) in rows.iter().take(MAX_LINES_ABOVE + 1).enumerate() {
        let Ok(row) = row else { break };
        let filled = count_filled(row);
        let is_title = filled == 0 || typical > 1 && filled * 2 <= typical;
        if is_heading(row, named) {
            let known = count_known(row, named);
            let may_be = known > 0 || !is_title && above <= 1;
            if may_be && best.is_none_or(|(_, most)| known > most) {
                best = Some((index, known));
            }
        }
        if !is_title {
            break;
        }
        above = above.max(filled);
    }
    best.map(|(index, _)| index)
}

/// The problem of lines above a heading; `None` if there are none but blank ones.
pub(super) fn lines_above(rows: &[ReadRow]) -> Option<UnpackError> {
    let texts = rows.iter().flatten().map(|row| {
        let cells = row.iter().map(|cell| decode(cell).trim().to_owned());
        cells.filter(|cell| !cell.is_empty()).collect::<Vec<String>>().join(" ")
    });
    let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
    let first = texts.first()?.chars().take(80).collect();
    Some(UnpackError::LinesAboveHeading { count: texts.len(), first })
}

/// The number of filled cells that a quarter of the rows reach.
fn typical_width(rows: &[ReadRow]) -> usize {
    let mut widths: Vec<usize> = rows.iter().flatten().map(|row| count_filled(row)).collect();
    widths.retain(|&width| width > 0);
    widths.sort_unstable();
    widths.get(widths.len() * 3 / 4).copied().unwrap_or(0)
}

fn count_filled(row: &[Vec<u8>]) -> usize {
    row.iter().filter(|cell| !cell.trim_ascii().is_empty()).count()
}

/// Number of cells that are known headings, or that the user names.
fn count_known(row: &[Vec<u8>], named: &NamedColumns) -> usize {
    let headings: Vec<String> = row.iter().map(|cell| decode(cell)).collect();
    let known = headings.iter().filter(|heading| role_of_heading(heading).is_some()).count();
    known + named.pairs().filter(|(_, column)| is_named(column, &headings)).count()
}

fn is_named(column: &str, headings: &[String]) -> bool {
    column.parse::<usize>().is_err() && NamedColumns::index_of(column, headings).is_some()
}

/// Whether a row can be a heading: it has a known heading or one that the user names,
/// or it has no data.
fn is_heading(row: &[Vec<u8>], named: &NamedColumns) -> bool {
    let headings: Vec<String> = row.iter().map(|cell| decode(cell)).collect();
    if named.pairs().any(|(_, column)| is_named(column, &headings)) {
        return true;
    }
    if has_data(row) || headings.iter().all(|heading| heading.trim().is_empty()) {
        return false;
    }
    let is_known = headings.iter().any(|heading| role_of_heading(heading).is_some());
    is_known || count_filled(row) == row.len()
}

/// A cell as text: UTF-8, or Windows-1252 for bytes that are not.
pub(super) fn decode(cell: &[u8]) -> String {
    let mut text = String::with_capacity(cell.len());
    for chunk in cell.utf8_chunks() {
        text += chunk.valid();
        text.extend(chunk.invalid().iter().map(|&byte| chancery_model::decode_windows_1252(byte)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_found_below_titles() {
        let long = "The envoy met the harbour master of Markenroy and spoke of the new pier.";
        let heading = "id,date,subject,text";
        let row = format!("09LISBON1,2009-06-10,Harbour talk,{long}");
        let cases: [(&[&str], Option<usize>); 12] = [
            (&[heading, &row], Some(0)),
            (&["Register of telegrams", heading, &row], Some(1)),
            (&["Register of telegrams,,,", heading, &row, &row], Some(1)),
            (&["Register,of telegrams", heading, &row], Some(1)),
            (&["Register", "made in 1974", ",,,", heading, &row, &row], Some(3)),
            (&[",,,", heading, &row], Some(1)),
            (&["Content", heading, &row], Some(1)),
            // Unknown headings below a title.
            (&["Register", "Kiste,Blatt,Wort,Rest", &row, &row], Some(1)),
            // Tables without a heading.
            (&[&row, &row], None),
            (&["Register", &row, &row], None),
            // A table of one column.
            (&["text", long], Some(0)),
            (&["text"], Some(0)),
        ];
        for (lines, expected) in cases {
            let rows: Vec<ReadRow> = lines
                .iter()
                .map(|line| Ok(line.split(',').map(|cell| cell.as_bytes().to_vec()).collect()))
                .collect();
            assert_eq!(find_heading(&rows, &NamedColumns::default()), expected, "{lines:?}");
        }
    }
}
