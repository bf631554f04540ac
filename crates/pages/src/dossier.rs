//! The passages of a dossier: where an entity is named, document after document, and
//! what narrows them.

use chancery_model::Label;
use chancery_store::{DocumentRow, Query, QueryField, Snippet};
use chancery_views::dossier::{DOCUMENTS_PER_PAGE, Dossier, DossierDocument};
use chancery_views::export_format::ExportFormat;
use chancery_views::formatting::{format_count, group_digits};
use chancery_views::passages::PassageParagraph;
use chancery_views::search_response::DocumentSummary;
use chancery_views::urls::{document_url, entity_url, percent_encode};
use maud::{Markup, html};

use crate::charts::histogram::render_histogram;
use crate::html::{
    classification_name, label_css_class, pager_links, plural_label_name, without_controls,
};
use crate::icon::{Icon, icon};
use crate::listing::{document_metadata, document_title, quoted_words, shown_date};

/// Passages of a document on the page; the others are in the document.
const PASSAGES_SHOWN: usize = 60;

/// Entities of a label, posts and classifications that narrow the passages.
const VALUES_SHOWN: usize = 8;

/// The address of the dossier narrowed by a query.
fn narrowed_address(dossier: &Dossier, query: &Query) -> String {
    let address = entity_url(&dossier.entity.id);
    match query {
        Query::All => address,
        query => format!("{address}?q={}", percent_encode(&query.to_string())),
    }
}

/// When the entity is first and last named, with links.
pub(crate) fn first_and_last(dossier: &Dossier) -> Markup {
    let end = |words: &str, row: &DocumentRow| {
        let listed = DocumentSummary::from(row);
        let address = passage_address(&listed.id, &dossier.entity.id, 1);
        html! {
            span.fact {
                (words) " "
                a href=(address) title=(document_title(&listed)) { (shown_date(listed.date.as_deref().unwrap_or_default())) }
            }
        }
    };
    html! {
        @if let Some([first, last]) = &dossier.seen {
            p.facts {
                @if first.date == last.date { (end("named on", first)) }
                @else { (end("first named", first)) " " (end("last named", last)) }
            }
        }
    }
}

/// All passages, in order of date, with what narrows them and how to take them along.
pub(crate) fn passages(dossier: &Dossier) -> Markup {
    let address = entity_url(&dossier.entity.id);
    let typed = &dossier.reading.typed;
    let page = |offset: usize| match typed.trim() {
        "" => format!("{address}?offset={offset}#mentions"),
        typed => format!("{address}?q={}&offset={offset}#mentions", percent_encode(typed)),
    };
    html! {
        section.mentions aria-labelledby="mentions" {
            div.bar {
                h2 #mentions { "All passages" }
                span.quiet { (format_count(dossier.total as u64, "document")) ", oldest first" }
            }
            (filter_form(dossier))
            (chips(dossier))
            @if let Some(problem) = &dossier.reading.problem { p.notice { (without_controls(problem)) } }
            (exports(dossier))
            ol.hits start=(dossier.offset + 1) data-endless="" {
                @for document in &dossier.documents { (document_passages(document, &dossier.entity.id)) }
            }
            @if dossier.documents.is_empty() {
                p.nothing { "No passages. " a href=(address) { "Show all" } }
            }
            (pager_links(dossier.total, dossier.offset, DOCUMENTS_PER_PAGE, &page))
        }
    }
}

fn filter_form(dossier: &Dossier) -> Markup {
    html! {
        form.row method="get" action=(entity_url(&dossier.entity.id)) role="search" aria-label="Narrow the passages" {
            label for="within" { "Only in documents with" }
            input #within name="q" type="search" value=(dossier.reading.typed) maxlength="2000"
                autocomplete="off" spellcheck="false" placeholder="words, date:1957..1959, a name";
            button type="submit" { "Filter" }
        }
    }
}

/// What narrows the passages, each with a link that takes it out.
fn chips(dossier: &Dossier) -> Markup {
    let terms = dossier.reading.query.terms();
    html! {
        @if !terms.is_empty() && dossier.reading.problem.is_none() {
            ul.chips aria-label="Parts of the filter" {
                @for (number, term) in terms.iter().enumerate() {
                    @let words = dossier.names.describe(term);
                    @let rest = dossier.reading.query.clone().without_term(number);
                    li {
                        a.chip href=(narrowed_address(dossier, &rest))
                            aria-label={ "Without " (without_controls(&words)) } {
                            (without_controls(&words)) (icon(Icon::Close))
                        }
                    }
                }
            }
        }
    }
}

/// Exports of exactly these passages, with their citations.
fn exports(dossier: &Dossier) -> Markup {
    let entity = percent_encode(&dossier.entity.id).to_string();
    let filter = percent_encode(&dossier.reading.query.to_string()).to_string();
    let address = |form: ExportFormat| {
        let (name, excel) = (form.url_name(), if form.is_table() { "&excel=true" } else { "" });
        format!("/export?format={name}&entity={entity}&q={filter}&sort=oldest{excel}")
    };
    let search = percent_encode(&dossier.query().to_string()).to_string();
    html! {
        @if dossier.total > 0 {
            p.take {
                (icon(Icon::Export)) " "
                a download href=(address(ExportFormat::Quotations)) { "Save these passages" }
                " for Word, or as "
                a download href=(address(ExportFormat::Passages)) { "a table for Excel" } ". "
                a href={ "/?q=" (search) "&sort=oldest" } { "Show them as a search" }
            }
        }
    }
}

/// The address of a passage: hit number `hit` of the entity in a document.
pub(crate) fn passage_address(document: &str, entity: &str, hit: usize) -> String {
    let address = format!("{}?entity={}", document_url(document), percent_encode(entity));
    match hit {
        1 => format!("{address}#hit1"),
        hit => format!("{address}&hit={hit}#hit{hit}"),
    }
}

fn document_passages(document: &DossierDocument, entity: &str) -> Markup {
    let quoted = &document.quoted;
    let listed = DocumentSummary::from(&quoted.summary);
    let mut hit = 1;
    let mut numbered: Vec<(&Snippet, &PassageParagraph, usize)> =
        Vec::with_capacity(quoted.passages.len());
    for (passage, place) in quoted.passages.iter().zip(&document.places) {
        numbered.push((passage, place, hit));
        hit += passage.hits.len();
    }
    let hidden = numbered.len().saturating_sub(PASSAGES_SHOWN);
    html! {
        li.hit data-citation=(without_controls(&document.citation)) {
            h3 { a.subject href=(passage_address(&listed.id, entity, 1)) { (document_title(&listed)) } }
            p.facts { (document_metadata(&listed)) }
            @for (passage, place, hit) in numbered.iter().take(PASSAGES_SHOWN) {
                @let cited = place.cited();
                div.passage-line data-place=[cited.as_deref().map(without_controls)] {
                    a.to-passage href=(passage_address(&listed.id, entity, *hit))
                        title="Read it in the document" aria-label={ (place_in_words(place)) ": read it in the document" } {
                        (place_mark(place))
                    }
                    p.snippet data-words { (quoted_words(passage)) }
                    button.copy-passage.with-script type="button" data-copy="passage"
                        aria-label="Copy with citation" { "Copy with citation" }
                }
            }
            @if hidden > 0 {
                @let next = numbered[PASSAGES_SHOWN].2;
                p { a href=(passage_address(&listed.id, entity, next)) { (format_count(hidden as u64, "more passage")) " in this document" } }
            }
        }
    }
}

/// The mark beside a passage: "¶5", "footnote 3", "heading".
pub(crate) fn place_mark(place: &PassageParagraph) -> Markup {
    html! {
        @match (&place.number, &place.footnote) {
            (Some(number), _) => { "¶" (without_controls(number)) }
            (None, Some(_)) => (without_controls(&place.cited().unwrap_or_default())),
            (None, None) if place.kind == "paragraph" => "¶",
            (None, None) => (place.kind),
        }
    }
}

/// The same for those who hear it.
fn place_in_words(place: &PassageParagraph) -> String {
    match &place.number {
        Some(number) => format!("Paragraph {}", without_controls(number)),
        None => place.cited().unwrap_or_else(|| place.kind.to_owned()),
    }
}

/// Dates, posts, classifications and statements of the documents: a click narrows the passages.
pub(crate) fn filters(dossier: &Dossier) -> Markup {
    let filter = &dossier.reading.query;
    let list = |title: &str,
                field: QueryField,
                values: &[(String, u64)],
                shown: &dyn Fn(&str) -> String| {
        html! {
            @if values.len() > 1 {
                h3 { (title) }
                ul.counts {
                    @for (value, count) in values.iter().take(VALUES_SHOWN) {
                        @let narrowed = filter.clone().and(Query::words(field, value));
                        li {
                            a href=(narrowed_address(dossier, &narrowed)) { (without_controls(&shown(value))) } " "
                            span.count { (group_digits(*count)) }
                        }
                    }
                }
            }
        }
    };
    html! {
        @if !dossier.months.is_empty() {
            section aria-labelledby="when" {
                h2 #when { "When" }
                (render_histogram(&dossier.months, filter, &entity_url(&dossier.entity.id)))
            }
        }
        @if dossier.posts.len() > 1 || dossier.classifications.len() > 1 || says_or_is_told(dossier) {
            section aria-labelledby="from" {
                h2 #from { "In which documents" }
                (list("Posts", QueryField::Post, &dossier.posts, &|value| value.to_uppercase()))
                (list("Classification", QueryField::Classification, &dossier.classifications, &|value| classification_name(value)))
                (parts_in_statements(dossier))
            }
        }
    }
}

fn says_or_is_told(dossier: &Dossier) -> bool {
    dossier.statements.iter().any(|&documents| documents > 0)
}

/// Whether the entity speaks or hears in the documents: a click narrows the passages.
fn parts_in_statements(dossier: &Dossier) -> Markup {
    let parts = [("says something", QueryField::Said), ("hears something", QueryField::Told)];
    html! {
        @if says_or_is_told(dossier) {
            h3 { "In statements" }
            ul.counts {
                @for ((words, field), &documents) in parts.into_iter().zip(&dossier.statements) {
                    @if documents > 0 {
                        @let spoken = Query::words(field, &dossier.entity.id);
                        @let narrowed = dossier.reading.query.clone().and(spoken);
                        li {
                            a href=(narrowed_address(dossier, &narrowed)) { (words) } " "
                            span.count { (group_digits(documents as u64)) }
                        }
                    }
                }
            }
        }
    }
}

/// Who and what is named in the same documents: a name opens its page, its count
/// narrows the passages.
pub(crate) fn named_together(dossier: &Dossier) -> Markup {
    html! {
        section aria-labelledby="together" {
            h2 #together { "Named together with" }
            @for label in Label::ALL {
                @let all: Vec<_> = dossier.related.iter()
                    .filter(|other| other.label == label).take(VALUES_SHOWN).collect();
                @if !all.is_empty() {
                    h3.n.(label_css_class(label)) { (plural_label_name(label)) }
                    ul.counts {
                        @for other in all {
                            @let narrowed = dossier.reading.query.clone().and(Query::entity(&other.id));
                            li {
                                a href=(entity_url(&other.id)) { (without_controls(&other.name)) } " "
                                a.count href={ (narrowed_address(dossier, &narrowed)) "#mentions" }
                                    aria-label={ (format_count(other.documents, "document")) " with both" } {
                                    (group_digits(other.documents))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
