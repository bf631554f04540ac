//! The document page: header, text, and a side panel.

use axum::response::Html;
use chancery_model::{BlockKind, Classification, Document, Field, Header, Recipient, TextSpan};
use chancery_store::Query;
use maud::{Markup, PreEscaped, html};

use super::frame::{Place, frame};
use super::html::{class_names, classes, clean, escape, style};
use super::listing::{facts, line, title_of};
use super::remarks::remarks;
use super::text;
use crate::formatting::counted;
use crate::queries::document::{Reading, RemarkMade, Within, cast};
use crate::search_response::Listed;
use crate::urls::{encode_component, short_id};

/// Maximum number of links to hits above the text.
const HITS: usize = 40;

/// Entities of a label shown at first; the others are folded.
const AT_ONCE: usize = 12;

/// Renders the page. `raw` is the document's part of the source file, as HTML,
/// to be shown beside the text.
pub(crate) fn page(reading: &Reading, within: &Within, raw: Option<&str>) -> Html<String> {
    let listed = Listed::from(&reading.summary);
    let document = &reading.held.annotated.document;
    let body = text::body(reading, raw.is_some());
    let address = format!("/doc/{}", reading.short_id());
    let title = title_of(&listed);
    let page = html! {
        div.document-page.beside[raw.is_some()] data-document=(listed.id) data-address=(address) {
            (neighbours(reading))
            article.document {
                header.card {
                    h1 dir="auto" {
                        @if let Some(title) = &body.title { (title) } @else { (title) }
                    }
                    p.facts { (facts(&listed)) }
                    (header_fields(&document.header, reading))
                    @if !body.head.0.is_empty() {
                        details.as-sent open[body.head_has_hits] {
                            summary { "The header as it was sent" }
                            div.lines { (body.head) }
                        }
                    }
                }
                (found(reading, within, &address))
                div.text lang="en" { (body.text) }
                @if !document.notes.is_empty() {
                    section.footnotes aria-labelledby="notes" {
                        h2 #notes { "Footnotes" }
                        ol.plain { (text::notes(&document.notes)) }
                    }
                }
                (mark_a_name(&address))
            }
            @if let Some(raw) = raw {
                section.raw aria-label="Source file" { (raw_text(raw)) }
            }
            aside.side aria-label="About this document" {
                (names(reading, &address))
                (related(reading))
                (remarks(
                    &reading.remarks.iter().map(RemarkMade::from).collect::<Vec<_>>(),
                    &listed.id, &address
                ))
                (about(reading, &address, raw.is_some()))
            }
        }
    };
    frame(&title, Place::Elsewhere, &within.query, &page)
}

fn neighbours(reading: &Reading) -> Markup {
    let link = |other: &chancery_store::Summary, rel: &str| {
        let listed = Listed::from(other);
        let title = title_of(&listed);
        let name = listed.reference.as_deref().unwrap_or(&title);
        html! {
            a rel=(rel) href={ "/doc/" (short_id(&listed.id)) } title=(title) {
                @if rel == "prev" { "← " } (clean(name)) @if rel == "next" { " →" }
            }
        }
    };
    html! {
        nav.neighbours aria-label="Neighbouring documents" {
            @if let Some(before) = &reading.before { (link(before, "prev")) }
            @if let Some(after) = &reading.after { (link(after, "next")) }
            @for section in &reading.sections {
                @let listed = Listed::from(section);
                a href={ "/doc/" (short_id(&listed.id)) }
                    aria-current=[(section.number == reading.summary.number).then_some("page")] {
                    "section " (section.section.map_or(0, |(number, _)| number))
                }
            }
        }
    }
}

fn header_fields(header: &Header, reading: &Reading) -> Markup {
    let level = |level: Classification| match level {
        Classification::Unclassified => "Unclassified",
        Classification::Sensitive => "Sensitive but unclassified",
        Classification::LimitedOfficialUse => "Limited official use",
        Classification::Confidential => "Confidential",
        Classification::Secret => "Secret",
        Classification::TopSecret => "Top secret",
    };
    let row = |name: &str, value: Markup| html! { div { dt { (name) } dd { (value) } } };
    let words = |value: &str| html! { (clean(value)) };
    let joined = |all: &[Field<String>]| {
        let all: Vec<&str> = all.iter().map(|field| field.value.as_str()).collect();
        words(&all.join(", "))
    };
    html! {
        dl.fields {
            @if let Some(level_of) = &header.classification {
                (row("Classification", html! { span.level { (level(level_of.value)) } }))
            }
            @if !header.captions.is_empty() { (row("Captions", joined(&header.captions))) }
            @if let Some(time) = &header.date_time {
                (row("Sent", html! {
                    (time.value.date) " " (format!("{:02}:{:02}", time.value.hour, time.value.minute)) " Z"
                }))
            } @else if let Some(date) = &header.date {
                (row("Date", html! { (date.value) }))
            }
            @if let Some(from) = &header.from { (row("From", addressee(&from.value))) }
            @if !header.to.is_empty() { (row("To", addressees(&header.to))) }
            @if !header.info.is_empty() { (row("Info", addressees(&header.info))) }
            @if let Some(by) = &header.classified_by {
                (row("Classified by", html! {
                    (clean(&by.value.name))
                    @if let Some(title) = &by.value.title { ", " (clean(title)) }
                }))
            }
            @if let Some(until) = &header.declassify_on { (row("Declassify on", html! { (until.value) })) }
            @if !header.reasons.is_empty() { (row("Reasons", joined(&header.reasons))) }
            @if !header.tags.is_empty() {
                (row("TAGS", html! {
                    @for tag in &header.tags {
                        a.tag href={ "/?q=" (encode_component(&Query::words(chancery_store::Field::Tag, &tag.value.name).to_string())) } {
                            (clean(&tag.value.name))
                        } " "
                    }
                }))
            }
            @if !header.references.is_empty() {
                (row("References", html! {
                    ul.plain {
                        @for reference in &header.references { li { (refers(reading, &reference.value)) } }
                    }
                }))
            }
            @if !header.signatures.is_empty() { (row("Signed", joined(&header.signatures))) }
        }
    }
}

fn refers(reading: &Reading, reference: &chancery_model::Reference) -> Markup {
    html! {
        @if let Some(bullet) = &reference.bullet { (clean(bullet)) ". " }
        @match reading.references.get(&reference.value) {
            Some(document) => {
                @let listed = Listed::from(document);
                a href={ "/doc/" (short_id(&listed.id)) } title=(title_of(&listed)) {
                    (clean(&reference.value))
                }
            }
            None => { (clean(&reference.value)) }
        }
    }
}

fn addressee(recipient: &Recipient) -> Markup {
    html! {
        (clean(&recipient.name))
        @if let Some(precedence) = recipient.precedence {
            " " span.quiet { (precedence.as_str().to_lowercase()) }
        }
    }
}

/// A list of addressees, with those after the first few folded.
fn addressees(all: &[Field<Recipient>]) -> Markup {
    const AT_ONCE: usize = 3;
    let list = |some: &[Field<Recipient>]| {
        html! {
            ul.plain { @for one in some { li { (addressee(&one.value)) } } }
        }
    };
    html! {
        @if all.len() <= AT_ONCE + 1 { (list(all)) } @else {
            (list(&all[..AT_ONCE]))
            details { summary { (all.len() - AT_ONCE) " more" } (list(&all[AT_ONCE..])) }
        }
    }
}

/// The bar that says what was searched for, with a link to each hit.
fn found(reading: &Reading, within: &Within, address: &str) -> Markup {
    if within.query.trim().is_empty() && within.entity.is_empty() {
        return html! {};
    }
    let entity = reading.known.values().find(|known| known.id == within.entity);
    let what = entity.map_or(within.query.as_str(), |known| known.name.as_str());
    html! {
        div.found role="status" {
            span { (counted(reading.hits.len() as u64, "hit")) " for " q { (clean(what)) } }
            span.places {
                @for number in 1..=reading.hits.len().min(HITS) {
                    a href={ "#hit" (number) } { (number) } " "
                }
                @if reading.hits.len() > HITS { "…" }
            }
            a.quiet href=(address) { "Clear" }
        }
    }
}

fn names(reading: &Reading, address: &str) -> Markup {
    let row = |known: &chancery_store::Known, count: usize| {
        html! {
            li {
                a href={ (address) "?entity=" (encode_component(&known.id)) "#hit1" } {
                    (clean(&known.name))
                }
                " " span.count { (count) }
            }
        }
    };
    html! {
        section.cast aria-labelledby="names" {
            h2 #names { "Names in this document" }
            @for (label, all) in cast(reading) {
                details open[label != chancery_model::Label::Misc] {
                    summary { span.n.(style(label)) { (class_names(label)) } " " span.count { (all.len()) } }
                    ul.counts { @for (known, count) in all.iter().take(AT_ONCE) { (row(known, *count)) } }
                    @if all.len() > AT_ONCE {
                        details {
                            summary { (all.len() - AT_ONCE) " more" }
                            ul.counts {
                                @for (known, count) in all.iter().skip(AT_ONCE) { (row(known, *count)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn related(reading: &Reading) -> Markup {
    html! {
        @if !reading.cited_by.is_empty() {
            section aria-labelledby="cited" {
                h2 #cited { "Cited by" }
                ul.lines {
                    @for other in &reading.cited_by { li { (line(&Listed::from(other))) } }
                }
            }
        }
        @if !reading.copies.is_empty() {
            section aria-labelledby="copies" {
                h2 #copies { "Near-duplicates" }
                ul.lines {
                    @for (other, likeness) in &reading.copies {
                        li {
                            (line(&Listed::from(other)))
                            " " span.quiet { (format!("{:.0} % similar", likeness * 100.0)) }
                        }
                    }
                }
            }
        }
    }
}

fn about(reading: &Reading, address: &str, beside: bool) -> Markup {
    html! {
        section aria-labelledby="file" {
            h2 #file { "Source file" }
            ul.paths { @for path in &reading.held.paths { li { (clean(path)) } } }
            p {
                @if beside { a href=(address) { "Hide source" } } @else {
                    a href={ (address) "?beside=raw" } { "Show source beside the text" }
                }
                " · " a href={ (address) "/raw" } { "Show source only" }
            }
        }
    }
}

/// A form to add a missing name by its words, for browsers without scripts.
fn mark_a_name(address: &str) -> Markup {
    html! {
        details.mark-a-name #mark-a-name {
            summary { "Add a name that was not found" }
            form method="post" action={ (address) "/mark" } {
                label for="mark-words" { "Name, exactly as in the text" }
                input #mark-words name="words" required maxlength="300";
                label for="mark-nth" { "Which occurrence" }
                input #mark-nth name="nth" type="number" min="1" value="1";
                label for="mark-class" { "Label" }
                select #mark-class name="class" {
                    (classes(None))
                }
                button type="submit" { "Add name" }
            }
        }
    }
}

/// The document's part of the source file. `raw` is HTML.
fn raw_text(raw: &str) -> Markup {
    html! { pre.raw-text tabindex="0" { (PreEscaped(raw)) } }
}

/// Renders the bytes of a document as HTML. Every block is an element with an
/// id, for links to it; `mark` is highlighted.
pub(crate) fn drawn(document: &Document, bytes: &[u8], mark: Option<TextSpan>) -> String {
    let base = document.raw.start;
    let inside = |at: u32| (at.saturating_sub(base) as usize).min(bytes.len());
    let mut spans: Vec<(usize, usize, usize)> = Vec::new();
    for (number, block) in document.blocks.iter().enumerate() {
        if matches!(block.kind, BlockKind::Header) && spans.len() > 400 {
            continue;
        }
        let raw = document.text.to_raw(block.span);
        spans.push((inside(raw.start), inside(raw.end), number));
    }
    spans.sort_unstable();
    let marked = mark.map(|span| {
        let raw = document.text.to_raw(span);
        (inside(raw.start), inside(raw.end))
    });
    let decoded = |from: usize, to: usize| chancery_parse::characters(&bytes[from..to]);
    let mut out = String::from("\n");
    let piece = |out: &mut String, from: usize, to: usize| {
        let cuts =
            marked.map_or([to, to], |(start, end)| [start.clamp(from, to), end.clamp(from, to)]);
        escape(out, &decoded(from, cuts[0]));
        if cuts[0] < cuts[1] {
            out.push_str("<mark id=\"here\">");
            escape(out, &decoded(cuts[0], cuts[1]));
            out.push_str("</mark>");
        }
        escape(out, &decoded(cuts[1].max(cuts[0]), to));
    };
    let mut at = 0;
    for (start, end, number) in spans {
        if start < at || end <= start {
            continue;
        }
        piece(&mut out, at, start);
        out.push_str(&format!("<span class=\"raw-block\" id=\"raw{number}\">"));
        piece(&mut out, start, end);
        out.push_str("</span>");
        at = end;
    }
    piece(&mut out, at, bytes.len());
    out
}

/// Renders the page of the source file alone.
pub(crate) fn raw_page(reading: &Reading, raw: Option<&str>) -> Html<String> {
    let listed = Listed::from(&reading.summary);
    let title = title_of(&listed);
    let body = html! {
        article.raw-page {
            h1 { (title) }
            p.facts { (facts(&listed)) }
            p { a href={ "/doc/" (reading.short_id()) } { "Show the text" } }
            ul.paths { @for path in &reading.held.paths { li { (clean(path)) } } }
            @match raw {
                Some(raw) => (raw_text(raw)),
                None => p.notice { "The archive does not store this file. Open it at its path." }
            }
        }
    };
    frame(&title, Place::Elsewhere, "", &body)
}

/// The span of the `nth` occurrence of `words` in `text`, counted from 1.
pub(crate) fn nth_place(words: &str, text: &str, nth: usize) -> Option<TextSpan> {
    let words = words.trim();
    if words.is_empty() {
        return None;
    }
    let (start, found) = text.match_indices(words).nth(nth.checked_sub(1)?)?;
    Some(TextSpan::from_range(start..start + found.len()))
}
