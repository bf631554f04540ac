//! The transmission header of a telegram as the electronic volumes transcribe
//! it: lines of a paragraph, and lists of addresses.

use chancery_model::{
    CableId, Date, DateTimeGroup, Field, Header, Precedence, Recipient, TextSpan,
};

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/// Reads the lines of a paragraph: false, with nothing done, where it is no
/// part of a transmission header.
pub(super) fn read(
    text: &str,
    span: TextSpan,
    header: &mut Header,
    markings: &mut Vec<TextSpan>,
) -> bool {
    let words = &text[span.range()];
    let is_head = |line: &str| matches!(line, "TELEGRAM" | "AIRGRAM" | "TELEGRAM OUTGOING");
    let is_short = words.lines().all(|line| line.len() <= 60);
    if !is_short || !words.lines().any(|line| is_head(line) || date_time(line).is_some()) {
        return false;
    }
    let mut start = span.start as usize;
    for line in words.split('\n') {
        let place = TextSpan::from_range(start..start + line.len());
        start += line.len() + 1;
        if let Some(value) = date_time(line) {
            header.date_time = Some(Field { value, span: place });
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

/// "TEHRAN 5142": the sending station and its serial.
fn station(line: &str) -> Option<(&str, &str)> {
    let (station, serial) = line.trim_end().rsplit_once(' ')?;
    let named = station.bytes().all(|b| b.is_ascii_uppercase() || matches!(b, b' ' | b'.'));
    let numbered = (3..=6).contains(&serial.len()) && serial.bytes().all(|b| b.is_ascii_digit());
    (named && numbered && !station.is_empty()).then_some((station, serial))
}

/// The canonical id, where station, serial and year are known.
fn reference(header: &Header) -> Option<Field<CableId>> {
    let (station, serial) = (header.station.as_ref()?, header.serial.as_ref()?);
    let year = header.date_time.as_ref()?.value.date.year % 100;
    let name = station.value.strip_prefix("AMEMBASSY ").unwrap_or(&station.value);
    let name: String = name.chars().filter(|c| c.is_ascii_alphabetic()).collect();
    let serial_digits = serial.value.trim_start_matches('0');
    let span = TextSpan::new(station.span.start, serial.span.end.max(station.span.end));
    Some(Field { value: CableId(format!("{year:02}{name}{serial_digits}")), span })
}

/// The date-time group of a line such as "P R 170720Z MAY 72".
fn date_time(line: &str) -> Option<DateTimeGroup> {
    if line.len() > 60 {
        return None;
    }
    let mut words = line.split([' ', ',']).filter(|word| !word.is_empty());
    let clock = words.by_ref().find_map(|word| {
        let digits = word.trim_start_matches(|c: char| c.is_ascii_alphabetic()).strip_suffix('Z')?;
        let digits = digits.get(digits.len().checked_sub(6)?..)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(digits)
    })?;
    let month = words.next()?.to_ascii_uppercase();
    let month = MONTHS.iter().position(|name| month.get(..3) == Some(name))? + 1;
    let year: u16 = words.next()?.get(..2)?.parse().ok()?;
    let two = |at: usize| clock[at..at + 2].parse::<u8>().ok();
    let date = Date::new(1900 + year, month as u8, two(0)?)?;
    let (hour, minute) = (two(2)?, two(4)?);
    (hour < 24 && minute < 60).then_some(DateTimeGroup { date, hour, minute })
}

/// Whether an item is an address of the wire and no office in words:
/// "AMEMBASSY TEHRAN", "Amembassy LONDON".
pub(super) fn is_address(words: &str) -> bool {
    let starts = |prefix: &str| {
        words.as_bytes().get(..prefix.len()).is_some_and(|s| s.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    starts("amembassy") || starts("amconsul") || !words.bytes().any(|b| b.is_ascii_lowercase())
}

/// Reads "SECSTATE WASHDC IMMEDIATE 2844".
pub(super) fn recipient(words: &str) -> Recipient {
    let mut name = words.trim().replace(['\n', '\t'], " ");
    let mcn = name.rsplit_once(' ').and_then(|(_, last)| {
        last.bytes().all(|byte| byte.is_ascii_digit()).then(|| last.to_owned())
    });
    if let Some(mcn) = &mcn {
        name.truncate(name.len() - mcn.len() - 1);
    }
    let known = [
        Precedence::NiactImmediate,
        Precedence::Immediate,
        Precedence::Priority,
        Precedence::Routine,
        Precedence::Flash,
    ];
    let precedence = known.into_iter().find(|level| name.ends_with(level.as_str()));
    if let Some(level) = precedence {
        name.truncate(name.len() - level.as_str().len());
    }
    let name = name.trim_end().to_owned();
    Recipient { name, precedence, mcn, ..Recipient::default() }
}
