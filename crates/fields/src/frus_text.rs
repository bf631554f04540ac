//! Documents of FRUS as plain text: the editors' heading, the dateline, and the note on
//! the source.
//!
//! ```text
//! 123. Telegram From the Embassy in Mauritius to the Department of State1
//!
//! Port Louis, March 3, 1975, 1430Z.
//! ```

use std::ops::Range;

use chancery_model::{Correspondent, Date, DateTimeGroup, Header, Spanned, TextSpan};

use crate::found_header::EditorialTitle;
use crate::scan::{self, line_ranges, trim_range};
use crate::{frus_head, keys, named_date, source_note, transmission_lines};

/// Kinds of documents in the headings of the editors. A heading has one of them.
const KINDS: &str = "Telegram Airgram Memorandum Letter Message Minutes Paper Record Note Notes \
    Report Editorial Despatch Circular Summary Study Statement Estimate Draft Instruction Briefing \
    Transcript Address Remarks Agreement Aide-Mémoire Proclamation Order Directive Press Conversation \
    Backchannel Interview Speech Communiqué Declaration Resolution Cable Diary Intelligence National";

/// Maximum length of a heading in bytes.
const MAX_HEADING_BYTES: usize = 600;

/// Lengths of a line in print that is full, so that the next line continues it.
const FULL_LINE: std::ops::RangeInclusive<usize> = 55..=100;

/// Maximum length of a dateline in bytes.
const MAX_DATELINE_BYTES: usize = 160;

/// Reads the header of a document of FRUS; `None` if `body` does not start with a
/// heading of the editors.
pub(crate) fn read_frus_text(text: &str, body: &Range<usize>) -> Option<(Header, EditorialTitle)> {
    let heading = find_heading(text, body)?;
    let span = TextSpan::from_range(heading.clone());
    // A name may go on in the next line of the heading.
    let joined = text[..heading.end].replace('\n', " ");
    let head = frus_head::parse_head(&joined, span, None);
    let mut header = Header {
        serial: head.serial.clone(),
        from: head.from.or(head.participants.map(|sides| sides.0)).map(|span| party(text, span)),
        to: head
            .to
            .or(head.participants.map(|sides| sides.1))
            .map(|span| party(text, span))
            .into_iter()
            .collect(),
        date_time: head.date_time.clone(),
        ..Header::default()
    };
    let dateline = find_dateline(text, heading.end..body.end);
    let words_of_dateline = dateline.as_ref().map(|line| line.words.clone());
    let below = dateline.as_ref().map_or(heading.end, |line| line.words.end);
    match dateline {
        Some(DatedLine { group: Some(group), .. }) if header.date_time.is_none() => {
            header.date_time = Some(group);
        }
        Some(line) if header.date_time.is_none() => header.date = Some(line.day),
        _ => {}
    }
    if header.document_date().is_none() {
        header.date.clone_from(&head.date);
    }
    if head.is_telegram && header.serial.is_none() {
        header.serial = serial_of_first_paragraph(text, below..body.end);
    }
    if header.serial.is_some() {
        header.post = head.sending_post(text, header.from.as_ref());
    }
    if head.is_telegram {
        let year = header.document_date().map(|date| date.year);
        transmission_lines::read_transmission_lines(text, below..body.end, year, &mut header);
    }
    if let Some(note) = find_source_note(text, heading.end..body.end) {
        note.fill(&mut header);
    }
    let dateline = words_of_dateline.map(TextSpan::from_range);
    Some((header, EditorialTitle { heading: span, number: head.number, dateline }))
}

/// The heading at the start of `body`, up to a blank line or the dateline. The number of
/// the note on the source, which stands at its end, is left out.
fn find_heading(text: &str, body: &Range<usize>) -> Option<Range<usize>> {
    let mut lines = line_ranges(text, body.clone()).map(|line| trim_range(text, line, &[]));
    let first = lines.by_ref().find(|line| !line.is_empty())?;
    let words = &text[first.clone()];
    let digits = words.bytes().take_while(u8::is_ascii_digit).count();
    let title = words[digits..].strip_prefix('.')?.trim_start();
    ((1..=4).contains(&digits) && title.starts_with(char::is_uppercase)).then_some(())?;
    let (mut end, mut last) = (first.end, first.len());
    for line in lines.take_while(|line| !line.is_empty()) {
        let so_far = &text[first.start..end];
        let is_complete = !so_far.ends_with(',') && !goes_on(so_far);
        let dateline = read_dateline(text, line.clone()).filter(|_| is_complete);
        // "Council Staff, Washington, March 3, 1975" continues a full line.
        let is_dated = dateline.is_some_and(|dated| {
            let place = &text[line.start..dated.day.span.start as usize];
            !FULL_LINE.contains(&last) || place.matches(',').count() < 2
        });
        let is_prose = line.len() > *FULL_LINE.end()
            || keys::paragraph_number_end(text, line.start, line.end).is_some();
        if is_dated || is_prose || line.end - first.start > MAX_HEADING_BYTES {
            break;
        }
        (end, last) = (line.end, line.len());
    }
    let heading = trim_range(text, first.start..end, &[]);
    let has_kind = text[heading.clone()]
        .split(|c: char| c.is_whitespace() || c == ',')
        .any(|word| KINDS.split_whitespace().any(|kind| kind == word));
    has_kind.then(|| without_note_number(text, heading))
}

/// Whether a heading ends with a word that others follow.
fn goes_on(heading: &str) -> bool {
    let last = heading.rsplit(char::is_whitespace).next().unwrap_or("");
    last.chars().all(char::is_lowercase)
}

/// A heading without the numbers of its notes: "Department of State1", "…, 19721", `…[1]`.
fn without_note_number(text: &str, heading: Range<usize>) -> Range<usize> {
    let words = &text[heading.clone()];
    let digits = words.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (bare, number) = words.split_at(words.len() - digits);
    let in_brackets = words.strip_suffix(']').and_then(|inner| {
        let inner = inner.trim_end_matches(|c: char| c.is_ascii_digit());
        inner.strip_suffix('[').filter(|bare| bare.len() + 2 < words.len())
    });
    let kept = match (in_brackets, digits) {
        (Some(bare), _) => bare.len(),
        // The year of a date, and the numbers.
        (None, 5..=6) if number.starts_with(['1', '2']) => bare.len() + 4,
        (None, 1..=2) if !bare.ends_with(' ') => bare.len(),
        _ => words.len(),
    };
    trim_range(text, heading.start..heading.start + kept, &[])
}

/// Place and date below a heading.
struct DatedLine {
    words: Range<usize>,
    day: Spanned<Date>,
    group: Option<Spanned<DateTimeGroup>>,
}

/// The dateline: among the first lines below the heading.
fn find_dateline(text: &str, below: Range<usize>) -> Option<DatedLine> {
    const MAX_LINES: usize = 4;
    let lines = line_ranges(text, below).map(|line| trim_range(text, line, &[]));
    let words = lines.filter(|line| !line.is_empty()).take(MAX_LINES);
    words.into_iter().find_map(|words| read_dateline(text, words))
}

/// Reads "Port Louis, March 3, 1975, 1430Z.", "Washington, May 1972"; `None` for a line of
/// prose that names a date.
fn read_dateline(text: &str, words: Range<usize>) -> Option<DatedLine> {
    (words.len() <= MAX_DATELINE_BYTES).then_some(())?;
    let span = TextSpan::from_range(words.clone());
    let day = named_date::find_named_days(text, span, None).into_iter().next();
    let day = day.or_else(|| named_date::find_named_month(text, span))?;
    let place = text[words.start..day.span.start as usize].trim_end();
    let after = &text[day.span.end as usize..words.end];
    let is_name = |word: &str| {
        word.starts_with(|c: char| c.is_uppercase() || c.is_numeric())
            || ["of", "de", "la", "the"].contains(&word)
    };
    let is_place = place.is_empty()
        || place.split_whitespace().all(is_name)
            && place.starts_with(char::is_uppercase)
            && place.ends_with(',')
            && place.len() <= MAX_PLACE_BYTES;
    let is_clock = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.len() <= 5 || ["midnight", "approximately", "morning", "afternoon"].contains(&word)
    };
    let ends = after.len() <= MAX_CLOCK_BYTES
        && after.split(|c: char| c.is_whitespace() || "—–".contains(c)).all(is_clock);
    (is_place && ends).then_some(())?;
    let date = day.value;
    let mut clocks = scan::word_ranges(text, day.span.end as usize..words.end);
    let group = clocks.find_map(|word| {
        let printed = text[word.clone()].trim_end_matches([',', '.']);
        let printed = printed.split_inclusive('Z').next().unwrap_or(printed);
        let (hour, minute) = frus_head::parse_zulu_time(printed)?;
        let span = TextSpan::new(day.span.start, TextSpan::from_range(word).end);
        Some(Spanned { value: DateTimeGroup { date, hour, minute }, span })
    });
    Some(DatedLine { words, day, group })
}

/// Maximum length of the place in a dateline, in bytes.
const MAX_PLACE_BYTES: usize = 60;

/// Maximum length of the clock time after the date, in bytes.
const MAX_CLOCK_BYTES: usize = 40;

/// The serial of a telegram: the number of its first paragraph, unless that is 1.
fn serial_of_first_paragraph(text: &str, below: Range<usize>) -> Option<Spanned<String>> {
    let mut lines = line_ranges(text, below).map(|line| trim_range(text, line, &[]));
    let first = lines.find(|line| !line.is_empty())?;
    let digits = scan::count_digits(text, first.start, first.end);
    let number = first.start..first.start + digits;
    let rest = &text[number.end..first.end];
    let value = &text[number.clone()];
    let fits = (1..=6).contains(&digits) && rest.starts_with(". ") && value != "1";
    fits.then(|| scan::field_at(value.to_owned(), number))
}

/// The first source note.
fn find_source_note(text: &str, below: Range<usize>) -> Option<source_note::SourceNote> {
    let opening = memchr::memmem::find_iter(&text.as_bytes()[below.clone()], b"Source:");
    opening.map(|at| below.start + at).find_map(|at| {
        let start = text[..at].rfind('\n').map_or(below.start, |end| end + 1).max(below.start);
        let end = text[at..below.end].find("\n\n").map_or(below.end, |length| at + length);
        source_note::read_source_note(text, TextSpan::from_range(start..end))
    })
}

fn party(text: &str, span: TextSpan) -> Spanned<Correspondent> {
    let name = text[span.byte_range()].split_whitespace().collect::<Vec<_>>().join(" ");
    Spanned { value: Correspondent { name, ..Correspondent::default() }, span }
}
