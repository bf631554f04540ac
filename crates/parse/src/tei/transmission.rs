//! The transmission header of a telegram in the electronic volumes: lines of a
//! paragraph, and lists of addresses.

use chancery_model::{CableId, Header, Spanned, TextSpan};

use chancery_fields::transmission_lines::post_and_serial;
use chancery_fields::{cable_id, date_time};

/// Maximum length of a line of a transmission header; lines of prose are longer.
const MAX_LINE_BYTES: usize = 60;

/// Parses a paragraph of a transmission header. Returns `false`, and changes
/// nothing, if the paragraph is not one.
pub(super) fn parse_transmission_header(
    text: &str,
    span: TextSpan,
    header: &mut Header,
    markings: &mut Vec<TextSpan>,
) -> bool {
    let words = &text[span.byte_range()];
    let is_head = |line: &str| matches!(line, "TELEGRAM" | "AIRGRAM" | "TELEGRAM OUTGOING");
    let is_short = words.lines().all(|line| line.len() <= MAX_LINE_BYTES);
    let group = is_short.then(|| date_time::find_date_time_group(text, span)).flatten();
    if !is_short || group.is_none() && !words.lines().any(is_head) {
        return false;
    }
    let mut start = span.start as usize;
    for line in words.split('\n') {
        let line_span = TextSpan::from_range(start..start + line.len());
        start += line.len() + 1;
        if let Some(group) = group.as_ref().filter(|group| line_span.contains(&group.span)) {
            header.date_time = Some(group.clone());
            header.date = None;
        } else if let Some((post, serial)) = post_and_serial(line) {
            let field = |part: &str, at: u32| Spanned {
                value: part.to_owned(),
                span: TextSpan::new(line_span.start + at, line_span.start + at + part.len() as u32),
            };
            header.post = Some(field(post, 0));
            header.serial = Some(field(serial, line.len() as u32 - serial.len() as u32));
        } else if !is_head(line) {
            continue;
        }
        markings.push(line_span);
    }
    header.cable_id = header.cable_id.take().or_else(|| build_cable_id(header));
    true
}

/// The canonical cable id, if post, serial and year are known.
fn build_cable_id(header: &Header) -> Option<Spanned<CableId>> {
    let (post, serial) = (header.post.as_ref()?, header.serial.as_ref()?);
    let year = header.date_time.as_ref()?.value.date.year % 100;
    let name = post.value.strip_prefix("AMEMBASSY ").unwrap_or(&post.value);
    let value = cable_id::canonical_cable_id(&format!("{year:02} {name} {}", serial.value))?;
    let together = post.span.end < serial.span.start;
    let span = if together { TextSpan::new(post.span.start, serial.span.end) } else { serial.span };
    Some(Spanned { value, span })
}
