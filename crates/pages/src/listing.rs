//! How lists show a document: its title, its metadata, and passages of it.

use chancery_model::{MONTH_NAMES, Section, TextSpan};
use chancery_store::Snippet;
use maud::{Markup, html};

use crate::html::{classification_name, without_controls};
use chancery_views::excerpts::TextExcerpt;
use chancery_views::search_response::{DocumentSummary, snippet_place};
use chancery_views::urls::short_document_id;

/// A document in one line: its title, linked, and its metadata.
pub fn document_line(document: &DocumentSummary) -> Markup {
    html! {
        a.subject href={ "/doc/" (short_document_id(&document.id)) } { (document_title(document)) }
        " " span.facts { (document_metadata(document)) }
    }
}

/// A document's title: its subject, else its cable id, else the name of its file.
pub fn document_title(document: &DocumentSummary) -> String {
    without_controls(document.title()).into_owned()
}

/// A document's metadata: cable id, date, post, classification, section; the name of its
/// file if it has no id and no date.
pub fn document_metadata(document: &DocumentSummary) -> Markup {
    let has_neither = document.cable_id.is_none() && document.date.is_none();
    html! {
        @if let Some(cable_id) = &document.cable_id { span.fact { (without_controls(cable_id)) } " " }
        @if let Some(date) = &document.date { time.fact datetime=(date) { (shown_date(date)) } " " }
        @if let Some(post) = &document.post { span.fact { (without_controls(post)) } " " }
        @if let Some(level) = document.classification { span.fact.level { (classification_name(level)) } " " }
        @if let Some(section) = &document.section {
            @if section.number == Section::ALL {
                span.fact { "all " (section.of) " sections" } " "
            } @else {
                span.fact { "section " (section.number) " of " (section.of) } " "
            }
        }
        @if has_neither { span.fact { (without_controls(document.file_name())) } }
    }
}

/// A date as people write it: "3 May 1975", "May 1975".
pub fn shown_date(iso: &str) -> String {
    let mut parts = iso.split('-');
    let (year, month, day) = (parts.next().unwrap_or(iso), parts.next(), parts.next());
    let month =
        month.and_then(|month| MONTH_NAMES.get(month.parse::<usize>().ok()?.checked_sub(1)?));
    match (month, day) {
        (Some(month), Some(day)) => format!("{} {month} {year}", day.trim_start_matches('0')),
        (Some(month), None) => format!("{month} {year}"),
        _ => year.to_owned(),
    }
}

/// Letters before a mention in a line that is cut at its end.
const LETTERS_BEFORE: usize = 28;

/// A mention with few words before it, for a line that is cut at its end.
pub fn mention_in_line(excerpt: &TextExcerpt) -> Markup {
    let before = excerpt.before.char_indices().rev().nth(LETTERS_BEFORE).map_or(0, |(at, _)| at);
    let before = excerpt.before[before..].split_once(' ').map_or("", |(_, rest)| rest);
    html! { "… " (without_controls(before)) mark { (without_controls(&excerpt.text)) } (without_controls(&excerpt.after)) }
}

/// A mention with the words around it.
pub fn mention_in_context(excerpt: &TextExcerpt) -> Markup {
    html! { "… " (without_controls(&excerpt.before)) mark { (without_controls(&excerpt.text)) } (without_controls(&excerpt.after)) " …" }
}

/// A snippet with the words that match highlighted. Dots stand where it begins or ends
/// inside a sentence.
pub fn snippet_words(snippet: &Snippet) -> Markup {
    let (begins_inside, ends_inside) = snippet.is_cut;
    html! {
        @if let Some(marker) = &snippet.footnote {
            span.quiet { (without_controls(&snippet_place(marker))) }
        }
        @if begins_inside { "… " }
        (quoted_words(snippet))
        @if ends_inside { " …" }
    }
}

/// The words of a snippet alone, with those that match highlighted.
pub fn quoted_words(snippet: &Snippet) -> Markup {
    let slice = |from: u32, to: u32| {
        let own = TextSpan::new(from - snippet.span.start, to - snippet.span.start);
        without_controls(&snippet.text[own.byte_range()]).into_owned()
    };
    let mut at = snippet.span.start;
    html! {
        @for hit in &snippet.hits {
            (slice(at, hit.start)) mark { (slice(hit.start, hit.end)) }
            @let () = at = hit.end;
        }
        (slice(at, snippet.span.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_shows_what_it_has() {
        let bare = DocumentSummary {
            id: "ab".repeat(32),
            cable_id: None,
            date: None,
            post: None,
            classification: None,
            subject: None,
            section: None,
            path: "letters/1975/held-12.txt".to_owned(),
        };
        assert_eq!(document_title(&bare), "held-12.txt");
        assert!(document_metadata(&bare).into_string().contains("held-12.txt"));
        let dated = DocumentSummary { date: Some("1975-05".to_owned()), ..bare };
        let shown = document_metadata(&dated).into_string();
        assert!(shown.contains("May 1975") && !shown.contains("held-12"), "{shown}");
    }

    #[test]
    fn dates_are_written_out() {
        for (iso, words) in [
            ("1975-05-03", "3 May 1975"),
            ("1975-12-31", "31 December 1975"),
            ("1975-05", "May 1975"),
            ("1975", "1975"),
            ("1975-13-01", "1975"),
        ] {
            assert_eq!(shown_date(iso), words, "{iso}");
        }
    }
}
