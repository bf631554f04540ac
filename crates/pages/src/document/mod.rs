//! The document page: header, text, and a side panel.

mod header;
mod parts;
mod side;
mod source;

use chancery_formats::citation::{Citation, CitationFormat, CitationKind};
use chancery_model::{PageSummary, file_name_of_text};
use chancery_store::{Query, QueryField, RemarkKind};
use chancery_views::document::DocumentView;
use chancery_views::remarks::RemarkDetails;
use chancery_views::results::ResultTrail;
use chancery_views::search_response::DocumentSummary;
use chancery_views::urls::{search_url, short_document_id};
use maud::{Markup, html};

use crate::citation::{citation_head, citation_section, coins};
use crate::frame::{NavigationItem, render_frame_with_head};
use crate::html::{decision_button, label_options, without_controls};
use crate::icon::{Icon, icon};
use crate::listing::{document_metadata, document_title};
use crate::passages::{passage_form, passage_section, selection_templates};
use crate::remarks::remarks_section;
use crate::result_trail::{hit_bar, result_links};
use crate::statements::{statements_notice, statements_toggle};
use crate::text::{self, UNDO_FORM, change_note};
use header::header_fields;
use parts::{find_in_document, part_links};
use side::{names_by_label, related_documents, source_file_section, text_references};
use source::source_text;
pub use source::{render_source_file, render_source_page};

/// Renders the page. `raw` is the document's part of the source file, as HTML,
/// to be shown beside the text.
pub fn render_page(view: &DocumentView, trail: &ResultTrail, raw: Option<&str>) -> Markup {
    let listed = DocumentSummary::from(&view.summary);
    let document = &view.stored.annotated.document;
    let language = view.stored.annotated.words.language;
    let body = text::render_text(view, raw.is_some());
    let (address, base) = (view.page_path(), format!("/doc/{}", view.url_id()));
    // A decision leads back to where the reader is: without scripts by this path.
    let changed_elsewhere = view.changed.as_ref().filter(|changed| changed.span.is_none());
    let citation = view.citation();
    let words = citation.write(CitationFormat::Text);
    let title = match citation.kind {
        CitationKind::Volume if !citation.title.is_empty() => citation.title.clone(),
        _ => document_title(&listed),
    };
    let page = html! {
        div.document-page.beside[raw.is_some()] data-document=(listed.id) data-address=(address)
            data-citation=(words) {
            (result_links(trail))
            (neighbour_links(view))
            (volume_trail(view, &citation))
            @if let Some(changed) = changed_elsewhere {
                p.notice.change { (without_controls(&changed.change.message)) " " (change_note(changed)) }
            }
            article.document {
                @if let Some(changed) = &view.changed {
                    form #(UNDO_FORM) method="post" action="/decide" data-stay {
                        input type="hidden" name="back" value=(address);
                        input type="hidden" name="action" value="undo";
                        input type="hidden" name="decision" value=(changed.change.decision);
                    }
                }
                header.card {
                    h1 dir="auto" data-start=[body.title.as_ref().map(|_| body.title_start)] {
                        @if let Some(title) = &body.title { (title) } @else { (title) }
                    }
                    p.facts { (document_metadata(&listed)) }
                    div.row.card-actions {
                        (citation_section(&citation, &base))
                        (star_button(view, &listed.id, &address))
                        (remove_button(&listed.id))
                    }
                    (statements_toggle(view, trail, raw.is_some()))
                    @if !language.has_names_marked() {
                        p.quiet { "In " (language.name()) ": names are found only in English." }
                    }
                    @if let Some(pages) = PageSummary::new(&document.pages).sentence() {
                        p.quiet { (pages) }
                    }
                    (header_fields(&document.header, view))
                    @if !body.header.0.is_empty() {
                        details.as-sent open[body.header_has_hits] {
                            summary { "The header as it was sent" }
                            div.lines { (body.header) }
                        }
                    }
                }
                (find_in_document(view, trail))
                (hit_bar(trail, &address))
                (part_links(view, trail, "Parts of the document"))
                (statements_notice(view))
                div.text lang=(language.code()) { (body.text) }
                @if !body.footnotes.0.is_empty() {
                    section.footnotes.text aria-labelledby="notes" lang=(language.code()) {
                        h2 #notes { "Footnotes" }
                        ol.plain { (body.footnotes) }
                    }
                }
                (part_links(view, trail, "Parts of the document, again"))
                (add_name_form(&base))
                (passage_form(&base))
                (coins(&citation))
                p.source-line { (words) " Read in Chancery: " (address) }
            }
            @if let Some(raw) = raw {
                section.raw aria-label="Source file" { (source_text(raw)) }
            }
            aside.side.drawer #about aria-label="About this document" {
                a.button.plain.drawer-close href="#main" { (icon(Icon::Close)) "Close" }
                (names_by_label(view, &address))
                (text_references(view))
                (passage_section(view))
                (related_documents(view))
                (remarks_section(
                    &view.remarks.iter().map(RemarkDetails::from).collect::<Vec<_>>(),
                    &listed.id, &address
                ))
                (source_file_section(view, &address, &base, raw.is_some()))
            }
            (selection_templates(view))
        }
    };
    let head = citation_head(&citation);
    render_frame_with_head(&title, NavigationItem::Unlisted, &trail.typed, &head, &page)
}

/// The volume and the chapters around a document of a published volume.
fn volume_trail(view: &DocumentView, citation: &Citation) -> Markup {
    let (Some(volume), Some(number)) = (&citation.volume, &citation.number) else {
        return html! {};
    };
    let path = view.stored.paths.first().map_or("", |path| file_name_of_text(path));
    let query = Query::words(QueryField::Path, path).to_string();
    html! {
        nav.volume-trail aria-label="Volume" {
            ol.plain {
                li { a href=(search_url(&query)) { (without_controls(&volume.title)) } }
                @for chapter in &volume.chapters { li { (without_controls(chapter)) } }
                li aria-current="page" { "Document " (number) }
            }
        }
    }
}

/// The keyword of a document that a user set aside with a star.
const STARRED: &str = "starred";

fn star_button(view: &DocumentView, id: &str, back: &str) -> Markup {
    let is_star = |remark: &&chancery_store::Remark| {
        remark.kind == RemarkKind::Keyword && remark.text == STARRED
    };
    match view.remarks.iter().find(is_star) {
        Some(star) => {
            let decision = star.decision.to_string();
            decision_button("★ Starred", back, &[("action", "undo"), ("decision", &decision)])
        }
        None => decision_button(
            "☆ Star",
            back,
            &[("action", "keyword"), ("on", id), ("words", STARRED)],
        ),
    }
}

/// Takes the document out of the archive. The page of decisions, which follows, undoes it.
fn remove_button(id: &str) -> Markup {
    decision_button(
        "Remove from the archive",
        "/recent",
        &[("action", "remove"), ("documents", id)],
    )
}

fn neighbour_links(view: &DocumentView) -> Markup {
    let link = |other: &chancery_store::DocumentRow, rel: &str| {
        let listed = DocumentSummary::from(other);
        let title = document_title(&listed);
        let name = listed.cable_id.as_deref().unwrap_or(&title);
        html! {
            a rel=(rel) href={ "/doc/" (short_document_id(&listed.id)) } title=(title) {
                @if rel == "prev" { "← " } (without_controls(name)) @if rel == "next" { " →" }
            }
        }
    };
    html! {
        nav.neighbours aria-label="Neighbouring documents" {
            a.to-about href="#about" { "Names and notes" }
            @if let Some(before) = &view.before { (link(before, "prev")) }
            @if let Some(after) = &view.after { (link(after, "next")) }
            @for section in &view.sections {
                @let listed = DocumentSummary::from(section);
                a href={ "/doc/" (short_document_id(&listed.id)) }
                    aria-current=[(section.number == view.summary.number).then_some("page")] {
                    "section " (section.section.map_or(0, |(number, _)| number))
                }
            }
        }
    }
}

/// A form to add a missing name by its words, for browsers without scripts.
fn add_name_form(address: &str) -> Markup {
    html! {
        details.mark-a-name #mark-a-name {
            summary { "Add a name that was not found" }
            form method="post" action={ (address) "/mentions" } {
                label for="mark-words" { "Name, exactly as in the text" }
                input #mark-words name="words" required maxlength="300";
                label for="mark-nth" { "Which occurrence" }
                input #mark-nth name="nth" type="number" min="1" value="1";
                label for="mark-class" { "Label" }
                select #mark-class name="label" {
                    (label_options(None))
                }
                button type="submit" { "Add name" }
            }
        }
    }
}
