//! The transmission header of a telegram in the electronic volumes: lines of a
//! paragraph, and lists of addresses.

use chancery_model::{CableId, Field, Header, TextSpan};

use crate::field::{date_time, reference_id};

/// Maximum length of a line of a transmission header; lines of prose are longer.
const MAX_LINE: usize = 60;

/// Parses a paragraph of a transmission header. Returns `false`, and changes
/// nothing, if the paragraph is not one.
pub(super) fn read(
    text: &str,
    span: TextSpan,
    header: &mut Header,
    markings: &mut Vec<TextSpan>,
) -> bool {
    let words = &text[span.range()];
    let is_head = |line: &str| matches!(line, "TELEGRAM" | "AIRGRAM" | "TELEGRAM OUTGOING");
    let is_short = words.lines().all(|line| line.len() <= MAX_LINE);
    let group = is_short.then(|| date_time::group(text, span)).flatten();
    if !is_short || group.is_none() && !words.lines().any(is_head) {
        return false;
    }
    let mut start = span.start as usize;
    for line in words.split('\n') {
        let place = TextSpan::from_range(start..start + line.len());
        start += line.len() + 1;
        if let Some(group) = group.as_ref().filter(|group| place.contains(&group.span)) {
            header.date_time = Some(group.clone());
            header.date = None;
        } else if let Some((station, serial)) = station(line) {
            let field = |part: &str, at: u32| Field {
                value: part.to_owned(),
                span: TextSpan::new(place.start + at, place.start + at + part.len() as u32),
            };
            header.station = Some(field(station, 0));
            header.serial = Some(field(serial, line.len() as u32 - serial.len() as u32));
        } else if !is_head(line) {
            continue;
        }
        markings.push(place);
    }
    header.reference_id = header.reference_id.take().or_else(|| reference(header));
    true
}

/// Splits "TEHRAN 5142" into the sending post and its serial.
fn station(line: &str) -> Option<(&str, &str)> {
    let (station, serial) = line.trim_end().rsplit_once(' ')?;
    let named = station.bytes().all(|b| b.is_ascii_uppercase() || matches!(b, b' ' | b'.'));
    let numbered = (3..=6).contains(&serial.len()) && serial.bytes().all(|b| b.is_ascii_digit());
    (named && numbered && !station.is_empty()).then_some((station, serial))
}

/// The canonical cable id, if post, serial and year are known.
fn reference(header: &Header) -> Option<Field<CableId>> {
    let (station, serial) = (header.station.as_ref()?, header.serial.as_ref()?);
    let year = header.date_time.as_ref()?.value.date.year % 100;
    let name = station.value.strip_prefix("AMEMBASSY ").unwrap_or(&station.value);
    let value = reference_id::canonical(&format!("{year:02} {name} {}", serial.value))?;
    let together = station.span.end < serial.span.start;
    let span =
        if together { TextSpan::new(station.span.start, serial.span.end) } else { serial.span };
    Some(Field { value, span })
}

/// Whether an item is a telegraphic address ("AMEMBASSY TEHRAN", "Amembassy
/// LONDON") and not an office in words.
pub(super) fn is_address(words: &str) -> bool {
    let starts = |prefix: &str| {
        words
            .as_bytes()
            .get(..prefix.len())
            .is_some_and(|s| s.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    starts("amembassy") || starts("amconsul") || !words.bytes().any(|b| b.is_ascii_lowercase())
}
