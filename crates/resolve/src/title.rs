//! Finds titles, ranks and offices around a name, and whose offices they are.

use chancery_model::{Label, Mention, TextSpan};

use crate::name::{Title, TitleSet, title_of_phrase};
use crate::normalise;

/// Number of bytes before a name that are searched for titles.
const MAX_BYTES_BEFORE: usize = 72;

/// Number of bytes after a name that are searched for titles.
const MAX_BYTES_AFTER: usize = 64;

/// Number of words after a name that are searched: in ", offered to talk to the General"
/// the name is another's.
const MAX_WORDS_AFTER: usize = 5;

/// Length from which on a word before a full stop is no abbreviation: "the Prince. Osei".
const MIN_WHOLE_WORD: usize = 6;

/// The titles around a mention of a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SurroundingTitles {
    /// The titles before and after it.
    pub(crate) titles: TitleSet,
    /// The span of the titles before it.
    pub(crate) title_span: Option<TextSpan>,
    /// The mention of the country or organisation that the titles belong to.
    pub(crate) owner: Option<u32>,
    /// Whether the titles are of the past: "former President".
    pub(crate) is_former: bool,
}

/// Words before a title that a person no longer has.
const FORMER: [&str; 5] = ["former", "ex", "late", "deposed", "ousted"];

/// Finds the titles around mention `number`.
pub(crate) fn find_titles_around(
    text: &str,
    mentions: &[Mention],
    number: usize,
) -> SurroundingTitles {
    let span = mentions[number].span;
    let before = number.checked_sub(1).map(|before| mentions[before]);
    let floor = before.map_or(0, |before| before.span.end as usize);
    let mut around = titles_before_name(text, floor, span.start as usize);
    if let (Some(words), Some(before)) = (around.title_span, before) {
        let between = &text[before.span.end as usize..(words.start as usize).max(floor)];
        if before.label != Label::Per && matches!(between, " " | "" | "'s " | "’s ") {
            around.owner = Some(number as u32 - 1);
        }
    }
    let ceiling = mentions.get(number + 1).map_or(text.len(), |next| next.span.start as usize);
    let next_is_person = mentions.get(number + 1).is_some_and(|next| next.label == Label::Per);
    let behind = titles_after_name(text, span.end as usize, ceiling, next_is_person);
    around.titles = around.titles.union_with(behind);
    around
}

/// Finds the titles directly before a name. `floor` is the end of the previous
/// mention.
fn titles_before_name(text: &str, floor: usize, start: usize) -> SurroundingTitles {
    let mut from = start.saturating_sub(MAX_BYTES_BEFORE).max(floor);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let window = &text[from..start];
    let window_start = window.rfind(['\n', '\t', ';', ':']).map_or(0, |at| at + 1);
    let window = &window[window_start..];
    let base = from + window_start;
    if let Some(inside) = window.strip_suffix('(') {
        return titles_before_bracket(inside, base);
    }
    let mut around = SurroundingTitles::default();
    let mut end = window.trim_end().len();
    if end == window.len() && !window.is_empty() {
        return around;
    }
    let mut first = None;
    while end > 0 && !ends_sentence(&window[..end]) {
        let Some((title, at)) = longest_trailing_title(&window[..end]) else { break };
        around.titles = around.titles.union_with(TitleSet::from_title(title));
        first = Some(at);
        end = window[..at].trim_end().len();
    }
    around.title_span =
        first.map(|at| TextSpan::from_range(base + at..base + window.trim_end().len()));
    if let Some(at) = first {
        let words = window.get(..end).unwrap_or_default().rsplit(|c: char| !c.is_alphabetic());
        let before = words.into_iter().find(|word| !word.is_empty()).unwrap_or_default();
        let title = window[at..].split(|c: char| !c.is_alphabetic());
        let mut words = title.chain([before]);
        around.is_former =
            words.any(|word| FORMER.iter().any(|one| one.eq_ignore_ascii_case(word)));
    }
    around
}

/// Whether words end with a full stop that is not that of an abbreviation.
fn ends_sentence(words: &str) -> bool {
    let Some(words) = words.strip_suffix('.') else { return false };
    let last = words.rsplit(|letter: char| !letter.is_alphanumeric()).next().unwrap_or("");
    last.len() >= MIN_WHOLE_WORD
}

/// Titles that go on with "of" or "for" and a task: "Minister of Works".
const TITLES_WITH_TASKS: [&str; 3] = ["minister", "secretary", "director"];

/// Returns the title of a normalised phrase: a title, or one with its task.
fn title_with_task(phrase: &str) -> Option<Title> {
    title_of_phrase(phrase).or_else(|| {
        let (title, task) = phrase.split_once(' ')?;
        let goes_on = task.starts_with("of ") || task.starts_with("for ");
        let has_task = goes_on && TITLES_WITH_TASKS.contains(&title);
        has_task.then(|| title_of_phrase(title)).flatten()
    })
}

/// Returns the longest title, of at most six words, at the end of `words`, and
/// its start.
fn longest_trailing_title(words: &str) -> Option<(Title, usize)> {
    let mut found = None;
    let mut at = words.len();
    for _ in 0..6 {
        let head = words[..at].trim_end();
        if head.is_empty() {
            break;
        }
        at = head.rfind([' ', '-']).map_or(0, |blank| blank + 1);
        let phrase = &words[at..];
        if phrase.contains(',') {
            break;
        }
        if let Some(title) = title_with_task(&normalise::normalise_words(phrase)) {
            found = Some((title, at));
        }
    }
    found
}

/// Finds the title before a name in brackets: "From the President's Assistant
/// (Kissinger)".
fn titles_before_bracket(words: &str, base: usize) -> SurroundingTitles {
    let starts = [" From the ", " to the ", " by the ", " and the ", "From ", " to ", " and "];
    let start = starts.iter().filter_map(|word| words.rfind(word).map(|at| at + word.len())).max();
    let start = start.unwrap_or(0);
    let start = start + if words[start..].starts_with("the ") { 4 } else { 0 };
    let phrase = words[start..].trim_end();
    let titles = TitleSet::from_remark(phrase);
    let span = (!titles.is_insignificant())
        .then(|| TextSpan::from_range(base + start..base + start + phrase.len()));
    SurroundingTitles { titles, title_span: span, ..SurroundingTitles::default() }
}

/// Words that begin what is said of others: ", with Mrs. Osei", ", his wife".
const WORDS_OF_OTHERS: [&str; 22] = [
    "with", "his", "her", "their", "whose", "and", "or", "but", "by", "to", "from", "for", "at",
    "in", "on", "after", "before", "when", "while", "if", "that", "because",
];

/// Finds the titles after a name: ", Ambassador to Togo,".
fn titles_after_name(text: &str, end: usize, ceiling: usize, next_is_person: bool) -> TitleSet {
    let Some(rest) = text[end..].strip_prefix(", ") else { return TitleSet::default() };
    let mut stop = rest.len().min(MAX_BYTES_AFTER);
    while !rest.is_char_boundary(stop) {
        stop -= 1;
    }
    let phrase = &rest[..stop];
    let phrase = &phrase[..phrase.find([',', '.', ';', '\n', ')', '(']).unwrap_or(phrase.len())];
    if next_is_person && end + 2 + phrase.len() >= ceiling {
        return TitleSet::default();
    }
    let first = phrase.split(' ').next().unwrap_or_default();
    if WORDS_OF_OTHERS.contains(&first) {
        return TitleSet::default();
    }
    let mut words = phrase.match_indices(' ').map(|(at, _)| at);
    let end = words.nth(MAX_WORDS_AFTER - 1).unwrap_or(phrase.len());
    TitleSet::from_remark(&phrase[..end])
}

#[cfg(test)]
mod tests {
    use chancery_model::MentionSource;

    #[test]
    fn titles_of_the_past_are_known() {
        let cases = [
            ("Former President ", true),
            ("the late President ", true),
            ("Then ex-President ", true),
            ("the President ", false),
            ("of late the President. President ", false),
            ("a former teacher, President ", false),
        ];
        for (before, expected) in cases {
            let text = format!("{before}Osei");
            assert_eq!(titles_before_name(&text, 0, before.len()).is_former, expected, "{before}");
        }
    }

    use super::*;

    #[test]
    fn titles_before_and_after_are_found() {
        let cases = [
            ("met Algerian Foreign Minister #Medelci# today", "minister", "Foreign Minister"),
            ("AFRICOM Commander General #Ward# said", "general", "Commander General"),
            (
                "From the Assistant Secretary of State (#Talbot#)",
                "secretary",
                "Assistant Secretary of State",
            ),
            ("and #Ama Osei#, Ambassador to Togo, left", "ambassador", ""),
            ("the King, #Osei# and", "", ""),
            ("Mrs. #Osei#", "mistress", "Mrs."),
            ("Minister of Works #Ama Osei# said", "minister", "Minister of Works"),
            ("saw the Crown Prince. #Osei# said", "", ""),
            ("saw Gen. #Osei# there", "general", "Gen."),
            ("#Osei#, with Mrs. Mensah, left", "", ""),
            ("#Osei#, his wife, and", "", ""),
            ("#Ama Osei#, wife of the mayor, left", "mistress", ""),
            ("and #Ama Osei#, offered to mediate with the General, left", "", ""),
        ];
        for (marked, titles, words) in cases {
            let start = marked.find('#').expect("a mark");
            let text = marked.replace('#', "");
            let end = marked.rfind('#').expect("a mark") - 1;
            let span = TextSpan::from_range(start..end);
            let mention =
                Mention { span, label: Label::Per, score: 1.0, source: MentionSource::Imported };
            let around = find_titles_around(&text, &[mention], 0);
            let said: Vec<&str> = around.titles.iter().map(Title::as_str).collect();
            assert_eq!(said.join(" "), titles, "{marked}");
            let found = around.title_span.map_or("", |span| &text[span.byte_range()]);
            assert_eq!(found, words, "{marked}");
        }
    }
}
