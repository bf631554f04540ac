//! Letters, and the signature under letters and memoranda.
//!
//! A letter has place and date on a line, the addressee in the lines above the
//! salutation ("Dear Mr. Minister:"), and the writer under the closing words. A
//! memorandum is signed in the same way, often without closing words.

use std::ops::Range;

use chancery_model::{Correspondent, Header, Spanned, TextSpan};

use crate::found_header::FieldSpan;
use crate::named_date;
use crate::scan::{self, line_ranges, trim_range};

/// Maximum number of lines with words above the salutation of a letter.
const MAX_LINES_ABOVE_SALUTATION: usize = 20;

/// Maximum number of lines with words from the end to the name of the signer.
const MAX_LINES_FROM_END: usize = 12;

/// Maximum number of lines below the name: the title of the signer.
const MAX_TITLE_LINES: usize = 3;

/// A letter's header.
#[derive(Debug, Default)]
pub(crate) struct LetterHeader {
    pub header: Header,
    pub fields: Vec<FieldSpan>,
}

/// Reads the header of a letter; `None` if `body` is no letter.
pub(crate) fn read_letter(text: &str, body: &Range<usize>) -> Option<LetterHeader> {
    let lines: Vec<Range<usize>> = line_ranges(text, body.clone())
        .map(|line| trim_range(text, line, &[]))
        .scan(0, |words, line| {
            *words += usize::from(!line.is_empty());
            (*words <= MAX_LINES_ABOVE_SALUTATION).then_some(line)
        })
        .collect();
    let words = |line: &Range<usize>| &text[line.clone()];
    let salutation = lines.iter().position(|line| is_salutation(words(line)))?;
    let dated = lines[..salutation].iter().enumerate().find_map(|(number, line)| {
        let span = TextSpan::from_range(line.clone());
        let day = named_date::find_named_days(text, span, None).into_iter().next();
        (line.len() <= 80).then_some((number, day?))
    });
    let (at, day) = dated?;
    let mut letter = LetterHeader::default();
    letter.header.date = Some(Spanned { span: TextSpan::from_range(lines[at].clone()), ..day });
    letter.fields.push(FieldSpan { span: TextSpan::from_range(lines[at].clone()), prose: None });
    let addressee = lines[at + 1..salutation].iter().rev();
    let block: Vec<_> =
        addressee.skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty()).collect();
    if let Some(name) = block.iter().rev().find(|line| !is_honorific(words(line))) {
        letter.header.to.push(party(text, (*name).clone()));
    }
    for line in block.into_iter().rev() {
        let span = TextSpan::from_range(line.clone());
        letter.fields.push(FieldSpan { span, prose: Some(span) });
    }
    Some(letter)
}

fn party(text: &str, line: Range<usize>) -> Spanned<Correspondent> {
    let line = trim_range(text, line, &[',', '.']);
    let name = text[line.clone()].to_owned();
    scan::field_at(Correspondent { name, ..Correspondent::default() }, line)
}

/// Whether a line greets the addressee.
fn is_salutation(line: &str) -> bool {
    let greets = ["Dear ", "My dear ", "My Dear ", "Excellency", "Sir:", "Sir,", "Madam:"];
    line.len() <= 60
        && greets.iter().any(|word| line.starts_with(word))
        && line.ends_with([':', ','])
}

/// Whether a line only honours the person that the next line names.
fn is_honorific(line: &str) -> bool {
    let line = line.trim_end_matches([',', ':']);
    [
        "The Honorable",
        "The Right Honorable",
        "The Right Honourable",
        "His Excellency",
        "Her Excellency",
    ]
    .contains(&line)
}

/// Finds the name under a letter or memorandum: a line of two to five capitalised words
/// near the end, apart from the text above it, with at most a title below.
pub(crate) fn find_closing_name(text: &str, body: Range<usize>) -> Option<Spanned<String>> {
    let lines: Vec<Range<usize>> =
        line_ranges(text, body).map(|line| trim_range(text, line, &[])).collect();
    let words = |at: usize| &text[lines[at].clone()];
    let mut seen = 0;
    for at in (1..lines.len()).rev() {
        if lines[at].is_empty() {
            continue;
        }
        seen += 1;
        if seen > MAX_LINES_FROM_END {
            break;
        }
        let stands_apart = lines[at - 1].is_empty() || is_closing(words(at - 1));
        if !stands_apart || !is_full_name(words(at)) {
            continue;
        }
        let below = lines[at + 1..].iter().take_while(|line| !line.is_empty());
        let is_title = |line: &Range<usize>| {
            let words = &text[line.clone()];
            words.len() <= 60 && words.starts_with(char::is_uppercase) && !words.ends_with('.')
        };
        let rest = &lines[at + 1 + below.clone().count()..];
        let ends = rest.iter().all(|line| line.is_empty() || is_form(&text[line.clone()]));
        if below.clone().count() <= MAX_TITLE_LINES && below.clone().all(is_title) && ends {
            return Some(scan::field_at(words(at).to_owned(), lines[at].clone()));
        }
    }
    None
}

/// Whether a line has the closing words of a letter.
fn is_closing(line: &str) -> bool {
    let line = line.trim_end_matches([',', '.']).to_ascii_lowercase();
    ["sincerely", "sincerely yours", "yours sincerely", "faithfully yours", "yours faithfully"]
        .contains(&line.as_str())
        || ["respectfully", "yours truly", "very truly yours", "with best wishes", "with warm"]
            .iter()
            .any(|words| line.starts_with(words))
}

/// Whether a line below a signature is standard wording: enclosures and copies.
fn is_form(line: &str) -> bool {
    let starts = ["Enclosure", "Attachment", "Distribution", "cc:", "cc ", "Copy to", "CC:"];
    starts.iter().any(|start| line.starts_with(start))
        || line.chars().all(|c| !c.is_lowercase()) && line.len() <= 40
}

/// Whether a line is a name in full: "Lyman B. Corbridge".
fn is_full_name(line: &str) -> bool {
    let line = line.split_once(", ").map_or(line, |(name, after)| match after {
        "Jr." | "Sr." | "Jr" | "Sr" | "II" | "III" => name,
        _ => line,
    });
    let parts: Vec<&str> = line.split_whitespace().collect();
    let is_word = |word: &&str| {
        word.chars().all(|c| c.is_alphabetic() || ".-'’".contains(c))
            && (word.starts_with(char::is_uppercase) || ["de", "van", "von", "la"].contains(word))
    };
    let is_long = |word: &&&str| word.len() > 2 && word.contains(char::is_lowercase);
    (2..=5).contains(&parts.len())
        && line.len() <= 45
        && parts.iter().all(is_word)
        && parts.iter().filter(is_long).count() >= 1
        && parts.last().is_some_and(|last| is_long(&last) && !last.ends_with('.'))
        && !is_title_word(parts[0])
}

/// Whether a word opens a title or a closing, and no name.
fn is_title_word(word: &str) -> bool {
    let words = [
        "The",
        "Inspector",
        "Director",
        "Deputy",
        "Assistant",
        "Acting",
        "Chief",
        "Special",
        "Executive",
        "Under",
        "Secretary",
        "Office",
        "Department",
        "American",
        "United",
        "National",
        "Central",
        "Minister",
        "Counselor",
        "Consul",
        "Sincerely",
        "Yours",
        "Very",
        "Best",
        "Chairman",
        "President",
    ];
    words.contains(&word)
}
