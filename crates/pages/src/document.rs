//! The document page: header, text, and a side panel.

use chancery_formats::citation::{Citation, CitationFormat, CitationKind};
use chancery_model::{
    BlockKind, Classification, Correspondent, Document, Header, Officer, OfficerRole, PageSummary,
    Spanned, TextSpan,
};
use chancery_store::{Query, QueryField, RemarkKind};
use maud::{Markup, PreEscaped, html};

use crate::citation::{citation_head, citation_section, coins};
use crate::frame::{NavigationItem, render_frame, render_frame_with_head};
use crate::html::{
    append_escaped, decision_button, label_css_class, label_options, plural_label_name,
    without_controls,
};
use crate::icon::{Icon, icon};
use crate::listing::{document_line, document_metadata, document_title};
use crate::passages::{passage_form, passage_section, selection_templates};
use crate::remarks::remarks_section;
use crate::result_trail::{hit_bar, result_links};
use crate::statements::{statements_notice, statements_toggle};
use crate::text;
use chancery_views::document::{DocumentView, count_entities_by_label};
use chancery_views::formatting::format_count;
use chancery_views::references::ResolvedReference;
use chancery_views::remarks::RemarkDetails;
use chancery_views::results::ResultTrail;
use chancery_views::search_response::DocumentSummary;
use chancery_views::urls::{percent_encode, search_url, short_document_id};

/// Entities of a label shown at first; the others are collapsed.
const ENTITIES_SHOWN: usize = 12;

/// Renders the page. `raw` is the document's part of the source file, as HTML,
/// to be shown beside the text.
pub fn render_page(view: &DocumentView, trail: &ResultTrail, raw: Option<&str>) -> Markup {
    let listed = DocumentSummary::from(&view.summary);
    let document = &view.stored.annotated.document;
    let language = view.stored.annotated.words.language;
    let body = text::render_text(view, raw.is_some());
    let (address, base) = (view.page_path(), format!("/doc/{}", view.url_id()));
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
            article.document {
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
                        p.quiet { "In " (language.name()) ": names are marked only in English." }
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
                (hit_bar(trail, &address))
                (statements_notice(view))
                div.text lang=(language.code()) { (body.text) }
                @if !body.footnotes.0.is_empty() {
                    section.footnotes.text aria-labelledby="notes" lang=(language.code()) {
                        h2 #notes { "Footnotes" }
                        ol.plain { (body.footnotes) }
                    }
                }
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
    let path = view.stored.paths.first().map_or("", |path| file_name(path));
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
    decision_button("Remove", "/recent", &[("action", "remove"), ("documents", id)])
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

fn header_fields(header: &Header, view: &DocumentView) -> Markup {
    let level = |level: Classification| match level {
        Classification::Unclassified => "Unclassified",
        Classification::Sensitive => "Sensitive but unclassified",
        Classification::LimitedOfficialUse => "Limited official use",
        Classification::Restricted => "Restricted",
        Classification::Confidential => "Confidential",
        Classification::Secret => "Secret",
        Classification::TopSecret => "Top secret",
    };
    let row = |name: &str, value: Markup| html! { div { dt { (name) } dd { (value) } } };
    let words = |value: &str| html! { (without_controls(value)) };
    let joined = |all: &[Spanned<String>]| {
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
                (row("Date and time", html! {
                    (time.value.date) " " (format!("{:02}:{:02}", time.value.hour, time.value.minute)) " Z"
                }))
            }
            @if let Some(from) = &header.from { (row("From", addressee_name(&from.value))) }
            @if !header.to.is_empty() { (row("To", addressee_list(&header.to))) }
            @if !header.info.is_empty() { (row("Info", addressee_list(&header.info))) }
            @if let Some(by) = &header.classified_by {
                (row("Classified by", html! {
                    (without_controls(&by.value.name))
                    @if let Some(title) = &by.value.title { ", " (without_controls(title)) }
                }))
            }
            @if let Some(until) = &header.declassify_on { (row("Declassify on", html! { (until.value) })) }
            @if !header.reasons.is_empty() { (row("Reasons", joined(&header.reasons))) }
            @if !header.tags.is_empty() {
                (row("TAGS", html! {
                    @for tag in &header.tags {
                        a.tag href={ "/?q=" (percent_encode(&Query::words(chancery_store::QueryField::Tag, &tag.value.name).to_string())) } {
                            (without_controls(&tag.value.name))
                        } " "
                    }
                }))
            }
            @if !header.references.is_empty() {
                (row("References", html! {
                    ul.plain {
                        @for reference in &header.references { li { (reference_link(view, &reference.value)) } }
                    }
                }))
            }
            @if !header.signatures.is_empty() { (row("Signature", joined(&header.signatures))) }
            @for role in OfficerRole::ALL {
                @let names = officer_names(header, role);
                @if !names.is_empty() { (row(role.name(), words(&names))) }
            }
            @if let Some(origins) = header.describe_origins() { (row("Not in the text", words(&origins))) }
        }
    }
}

/// "Judith A. Marchetti (POL), Karin B. Lindqvist".
fn officer_names(header: &Header, role: OfficerRole) -> String {
    let of_role = header.officers.iter().filter(|officer| officer.value.role == role);
    let names: Vec<String> = of_role
        .map(|Spanned { value: Officer { name, office, .. }, .. }| match office {
            Some(office) => format!("{name} ({office})"),
            None => name.clone(),
        })
        .collect();
    names.join(", ")
}

fn reference_link(view: &DocumentView, reference: &chancery_model::Reference) -> Markup {
    html! {
        @if let Some(bullet) = &reference.bullet { (without_controls(bullet)) ". " }
        @let same = |one: &&ResolvedReference| one.is_in_header && one.reference.value == reference.value;
        @match view.references.iter().find(same).and_then(|one| one.document.as_ref().ok()) {
            Some(document) => {
                @let listed = DocumentSummary::from(document);
                a href={ "/doc/" (short_document_id(&listed.id)) } title=(document_title(&listed)) {
                    (without_controls(&reference.value))
                }
            }
            None => { (without_controls(&reference.value)) }
        }
    }
}

/// The references in the text: the documents that they mean, or why there is none.
fn text_references(view: &DocumentView) -> Markup {
    let references = view.references.iter().filter(|one| !one.is_in_header);
    let (found, open): (Vec<_>, Vec<_>) = references.partition(|one| one.document.is_ok());
    let words = |one: &ResolvedReference| {
        without_controls(&view.stored.annotated.document.text[one.reference.span]).into_owned()
    };
    html! {
        @if !found.is_empty() || !open.is_empty() {
            section aria-labelledby="text-references" {
                h2 #text-references { "References in the text" }
                ul.plain {
                    @for one in &found {
                        @if let Ok(document) = &one.document {
                            @let listed = DocumentSummary::from(document);
                            li { (words(one)) ": " (document_line(&listed)) }
                        }
                    }
                }
                @if !open.is_empty() {
                    details {
                        summary { (format_count(open.len() as u64, "reference")) " without a document" }
                        ul.plain {
                            @for one in &open {
                                li {
                                    (words(one)) " (" (without_controls(&one.reference.value)) "): "
                                    (one.document.as_ref().err().map_or("", String::as_str))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn addressee_name(recipient: &Correspondent) -> Markup {
    html! {
        (without_controls(&recipient.name))
        @if let Some(precedence) = recipient.precedence {
            " " span.quiet { (precedence.as_str().to_lowercase()) }
        }
    }
}

/// A list of addressees, with those after the first few collapsed.
fn addressee_list(all: &[Spanned<Correspondent>]) -> Markup {
    const ADDRESSEES_SHOWN: usize = 3;
    let list = |some: &[Spanned<Correspondent>]| {
        html! {
            ul.plain { @for one in some { li { (addressee_name(&one.value)) } } }
        }
    };
    html! {
        @if all.len() <= ADDRESSEES_SHOWN + 1 { (list(all)) } @else {
            (list(&all[..ADDRESSEES_SHOWN]))
            details { summary { (all.len() - ADDRESSEES_SHOWN) " more" } (list(&all[ADDRESSEES_SHOWN..])) }
        }
    }
}

fn names_by_label(view: &DocumentView, address: &str) -> Markup {
    let row = |entity: &chancery_store::StoredEntity, count: usize| {
        html! {
            li {
                a href={ (address) "?entity=" (percent_encode(&entity.id)) "#hit1" } {
                    (without_controls(&entity.name))
                }
                " " span.count { (count) }
            }
        }
    };
    html! {
        section.cast aria-labelledby="names" {
            h2 #names { "Names in this document" }
            @for (label, all) in count_entities_by_label(view) {
                details open[label != chancery_model::Label::Misc] {
                    summary { span.n.(label_css_class(label)) { (plural_label_name(label)) } " " span.count { (all.len()) } }
                    ul.counts { @for (entity, count) in all.iter().take(ENTITIES_SHOWN) { (row(entity, *count)) } }
                    @if all.len() > ENTITIES_SHOWN {
                        details {
                            summary { (all.len() - ENTITIES_SHOWN) " more" }
                            ul.counts {
                                @for (entity, count) in all.iter().skip(ENTITIES_SHOWN) { (row(entity, *count)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn related_documents(view: &DocumentView) -> Markup {
    html! {
        @if !view.cited_by.is_empty() {
            section aria-labelledby="cited" {
                h2 #cited { "Cited by" }
                ul.lines {
                    @for other in &view.cited_by { li { (document_line(&DocumentSummary::from(other))) } }
                }
            }
        }
        @if !view.near_duplicates.is_empty() {
            section aria-labelledby="copies" {
                h2 #copies { "Near-duplicates" }
                ul.lines {
                    @for (other, likeness) in &view.near_duplicates {
                        li {
                            (document_line(&DocumentSummary::from(other)))
                            " " span.quiet { (format!("{:.0} % similar", likeness * 100.0)) }
                        }
                    }
                }
            }
        }
    }
}

fn source_file_section(view: &DocumentView, address: &str, base: &str, beside: bool) -> Markup {
    html! {
        section aria-labelledby="file" {
            h2 #file { "Source file" }
            ul.paths { @for path in &view.stored.paths { li { (without_controls(file_name(path))) } } }
            p {
                @if beside { a href=(address) { "Hide source" } } @else {
                    a href={ (address) "?beside=raw#raw0" } { "Show source beside the text" }
                }
                " · " a href={ (base) "/raw" } { "Show source only" }
            }
        }
    }
}

/// A path without its folders: where a file was is no matter of its readers.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
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

/// The document's part of the source file. `raw` is HTML.
fn source_text(raw: &str) -> Markup {
    html! { pre.raw-text tabindex="0" { (PreEscaped(raw)) } }
}

/// Renders the bytes of a document as HTML. Every block is an element with an
/// id, for links to it; `mark` is highlighted.
pub fn render_source_file(document: &Document, bytes: &[u8], mark: Option<TextSpan>) -> String {
    let base = document.raw.start;
    let inside = |at: u32| (at.saturating_sub(base) as usize).min(bytes.len());
    let mut spans: Vec<(usize, usize, usize)> = Vec::new();
    for (number, block) in document.blocks.iter().enumerate() {
        if matches!(block.kind, BlockKind::Header) && spans.len() > 400 {
            continue;
        }
        let raw = document.text.to_raw_span(block.span);
        spans.push((inside(raw.start), inside(raw.end), number));
    }
    spans.sort_unstable();
    let marked = mark.map(|span| {
        let raw = document.text.to_raw_span(span);
        (inside(raw.start), inside(raw.end))
    });
    let decoded = |from: usize, to: usize| chancery_parse::decode_characters(&bytes[from..to]);
    let mut out = String::from("\n");
    let piece = |out: &mut String, from: usize, to: usize| {
        let cuts =
            marked.map_or([to, to], |(start, end)| [start.clamp(from, to), end.clamp(from, to)]);
        append_escaped(out, &decoded(from, cuts[0]));
        if cuts[0] < cuts[1] {
            out.push_str("<mark id=\"here\">");
            append_escaped(out, &decoded(cuts[0], cuts[1]));
            out.push_str("</mark>");
        }
        append_escaped(out, &decoded(cuts[1].max(cuts[0]), to));
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
pub fn render_source_page(view: &DocumentView, raw: Option<&str>) -> Markup {
    let listed = DocumentSummary::from(&view.summary);
    let title = document_title(&listed);
    let body = html! {
        article.raw-page {
            h1 { (title) }
            p.facts { (document_metadata(&listed)) }
            p { a href={ "/doc/" (view.url_id()) } { "Show the text" } }
            ul.paths { @for path in &view.stored.paths { li { (without_controls(file_name(path))) } } }
            @match raw {
                Some(raw) => (source_text(raw)),
                None => p.notice { "The archive does not store this file. Open it at its path." }
            }
        }
    };
    render_frame(&title, NavigationItem::Unlisted, "", &body)
}
