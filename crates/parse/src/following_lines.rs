//! What the lines below a line show about it: whether it is a row of a table, or stands
//! over a heading.

use crate::line_patterns;
use crate::line_segments::LineSegment;

fn words<'a>(text: &'a str, piece: &LineSegment<'_>) -> &'a str {
    &text[piece.span.byte_range()]
}

/// Whether `next` is a row of dashes directly below a line.
pub(crate) fn is_rule(text: &str, next: &LineSegment<'_>) -> bool {
    !next.after_blank && line_patterns::is_dash_row(words(text, next))
}

/// Whether `rest` begins with a heading and a row of dashes under it. A row above it then
/// is over the heading.
pub(crate) fn has_ruled_heading(text: &str, rest: &[LineSegment<'_>]) -> bool {
    let [heading, row, ..] = rest else { return false };
    let line = words(text, heading);
    heading.field.is_none()
        && !line_patterns::is_dash_row(line)
        && line_patterns::paragraph_opening(line).is_none()
        && !line_patterns::ends_sentence(line)
        && is_rule(text, row)
}

/// Whether `piece` is a row of a table. `in_table` means that a table is above it.
pub(crate) fn is_table_row(
    text: &str,
    piece: &LineSegment<'_>,
    rest: &[LineSegment<'_>],
    in_table: bool,
) -> bool {
    let has_columns = |piece| line_patterns::has_columns(words(text, piece));
    let next_has = || rest.first().is_some_and(|next| !next.after_blank && has_columns(next));
    has_columns(piece) && (in_table || next_has()) || is_in_two_columns(text, piece, rest, in_table)
}

/// Whether `piece` is a row of two columns: it and the two lines below it have one gap,
/// and the second column is straight. In a table each line with a gap is a row.
fn is_in_two_columns(
    text: &str,
    piece: &LineSegment<'_>,
    rest: &[LineSegment<'_>],
    in_table: bool,
) -> bool {
    let column = |piece: &LineSegment| {
        let start = line_patterns::second_column(words(text, piece))?;
        Some(start + usize::from(piece.indent))
    };
    let Some(own) = column(piece).filter(|_| !piece.in_header) else { return false };
    if in_table && !piece.after_blank {
        return true;
    }
    let [second, third, ..] = rest else { return false };
    [second, third].iter().all(|row| !row.after_blank && column(row) == Some(own))
}
