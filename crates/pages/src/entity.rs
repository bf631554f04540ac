//! The page of an entity.

use chancery_store::{Query, is_surname_group, shown_name};
use maud::{Markup, html};

use crate::charts::histogram::render_histogram;
use crate::charts::plot::{narrowed_search_address, view_links};
use crate::frame::{NavigationItem, render_frame};
use crate::html::{
    decision_button, label_css_class, label_name, label_options, pager_links, plural_label_name,
    without_controls,
};
use crate::listing::{self, document_title, mention_in_context};
use crate::merge::{preview_button, question_list};
use crate::remarks::remarks_section;
use chancery_views::entity::{
    DOCUMENTS_PER_PAGE, EntityDetails, KnowledgeBaseEntry, MentioningDocument, OpenSurname,
};
use chancery_views::formatting::format_count;
use chancery_views::urls::{entity_url, percent_encode, short_document_id};

/// Entities of a label in the list of those named in the same documents.
const RELATED_SHOWN: usize = 8;

/// Spellings shown at first; the others are collapsed.
const SPELLINGS_SHOWN: usize = 10;

/// Renders the page, with one page of the documents that mention the entity.
///
/// `total` counts all these documents; `mentions` starts at `offset`.
pub fn render_page(
    entity: &EntityDetails,
    total: usize,
    offset: usize,
    mentions: &[MentioningDocument],
) -> Markup {
    let address = entity_url(&entity.id);
    let months: Vec<(u32, u64)> = entity
        .months
        .iter()
        .filter_map(|month| Some((month.month.replace('-', "").parse().ok()?, month.count)))
        .collect();
    let query = Query::entity(&entity.id);
    let body = html! {
        div.entity-page {
            header.card {
                h1 { (without_controls(&shown_name(&entity.id, &entity.name))) }
                p.facts {
                    span.n.(label_css_class(entity.label)) { (label_name(entity.label)) } " · "
                    (format_count(entity.mentions, "mention")) " in "
                    a href={ "/?q=" (percent_encode(&query.to_string())) } { (format_count(entity.documents, "document")) }
                }
                @if let Some(surname) = &entity.surname { (surname_notice(entity, surname)) }
                @if let Some(entry) = &entity.knowledge_base { (knowledge_base_entry(entry)) }
                (view_links(&query, None))
            }
            section.mentions aria-labelledby="mentions" {
                h2 #mentions { "In context" }
                ol.hits start=(offset + 1) { @for one in mentions { (document_with_mentions(one, &entity.id)) } }
                (pager_links(total, offset, DOCUMENTS_PER_PAGE, &|offset| format!("{address}?offset={offset}#mentions")))
            }
            aside.side aria-label="About this name" {
                @if !months.is_empty() {
                    section aria-labelledby="when" {
                        h2 #when { "Documents by date" }
                        (render_histogram(&months, &query))
                    }
                }
                (spelling_list(entity))
                (question_list(&entity.questions, &address))
                @match &entity.surname {
                    Some(surname) => { (surname_candidates(entity, surname, &address)) }
                    None => { (possible_duplicates(entity, &address)) }
                }
                (named_together(entity, &query))
                @let is_group = entity.surname.as_ref().is_some_and(|surname| surname.is_group);
                @if !is_group { (remarks_section(&entity.remarks, &entity.id, &address)) }
                (correction_forms(entity, &address, is_group))
            }
        }
    };
    render_frame(&entity.name, NavigationItem::Unlisted, "", &body)
}

/// What the archive does not know of a surname.
fn surname_notice(entity: &EntityDetails, surname: &OpenSurname) -> Markup {
    let name = without_controls(&entity.name);
    html! {
        p.notice {
            @if surname.is_group {
                (name) ", not told apart: " (format_count(surname.documents as u64, "document"))
                ". They say no more than the surname, so each may speak of another person."
            } @else {
                "This document says no more than the surname, so the archive does not know                  who this is."
                @if surname.documents > 1 {
                    " " a href=(entity_url(&surname.group)) {
                        (name) ", not told apart: " (format_count(surname.documents as u64, "document"))
                    }
                }
            }
        }
    }
}

/// The persons that a surname may stand for.
fn surname_candidates(entity: &EntityDetails, surname: &OpenSurname, address: &str) -> Markup {
    html! {
        section.doubts aria-labelledby="doubts" {
            h2 #doubts { "Candidates" }
            @if surname.candidates.is_empty() {
                p.quiet { "The archive knows no person of this family name by more." }
            }
            ul.plain {
                @for candidate in &surname.candidates {
                    li {
                        a href=(entity_url(&candidate.id)) { (without_controls(&candidate.name)) }
                        " " span.count { (candidate.documents) }
                        @for evidence in &candidate.evidence { p.why { (without_controls(evidence)) } }
                        div.choice { (preview_button(&entity.id, &candidate.id, address)) }
                    }
                }
            }
        }
    }
}

fn knowledge_base_entry(entry: &KnowledgeBaseEntry) -> Markup {
    html! {
        @if !entry.description.is_empty() { p.lead { (without_controls(&entry.description)) } }
        dl.fields {
            @if !entry.years.is_empty() { div { dt { "Years" } dd { (entry.years) } } }
            @if !entry.other_names.is_empty() {
                div { dt { "Other names" } dd { (without_controls(&entry.other_names.join("; "))) } }
            }
            @if !entry.offices.is_empty() {
                div { dt { "Offices" } dd {
                    ol.plain.offices {
                        @for office in &entry.offices {
                            li {
                                span.years { (office.from) " to " (office.until) } " "
                                (without_controls(&office.title))
                                @if !office.at.is_empty() { ", " span.place { (without_controls(&office.at)) } }
                            }
                        }
                    }
                } }
            }
            @if let Some([north, east]) = entry.coordinates {
                div { dt { "Coordinates" } dd {
                    (format!("{:.2}° {}", north.abs(), if north < 0.0 { "S" } else { "N" })) ", "
                    (format!("{:.2}° {}", east.abs(), if east < 0.0 { "W" } else { "E" }))
                } }
            }
            div { dt { "Source" } dd.quiet { (entry.source) } }
        }
    }
}

fn document_with_mentions(one: &MentioningDocument, id: &str) -> Markup {
    let address = format!("/doc/{}", short_document_id(&one.document.id));
    html! {
        li.hit {
            h3 {
                a.subject href={ (address) "?entity=" (percent_encode(id)) "#hit1" } {
                    (document_title(&one.document))
                }
            }
            p.facts { (listing::document_metadata(&one.document)) }
            @for excerpt in &one.excerpts {
                p.snippet { (mention_in_context(excerpt)) }
            }
            @if one.count > one.excerpts.len() {
                p.quiet { "and " (format_count((one.count - one.excerpts.len()) as u64, "more mention")) }
            }
        }
    }
}

fn spelling_list(entity: &EntityDetails) -> Markup {
    let row = |spelling: &chancery_views::entity::Spelling| {
        html! {
            li {
                details {
                    summary { (without_controls(&spelling.text)) " " span.count { (spelling.count) } }
                    p.why { (without_controls(&spelling.reason)) }
                }
            }
        }
    };
    html! {
        section aria-labelledby="spellings" {
            h2 #spellings { "Names and evidence" }
            ul.plain.spellings { @for one in entity.spellings.iter().take(SPELLINGS_SHOWN) { (row(one)) } }
            @if entity.spellings.len() > SPELLINGS_SHOWN {
                details {
                    summary { (entity.spellings.len() - SPELLINGS_SHOWN) " more" }
                    ul.plain.spellings { @for one in entity.spellings.iter().skip(SPELLINGS_SHOWN) { (row(one)) } }
                }
            }
            @if (entity.documents_sampled as u64) < entity.documents {
                p.quiet { "Based on " (entity.documents_sampled) " of its documents." }
            }
        }
    }
}

fn possible_duplicates(entity: &EntityDetails, address: &str) -> Markup {
    html! {
        @if !entity.possible_duplicates.is_empty() {
            section.doubts aria-labelledby="doubts" {
                h2 #doubts { "Possibly the same as" }
                ul.plain {
                    @for duplicate in &entity.possible_duplicates {
                        li {
                            a href=(entity_url(&duplicate.id)) {
                                (without_controls(&shown_name(&duplicate.id, &duplicate.name)))
                            }
                            " " span.count { (duplicate.documents) }
                            div.choice {
                                (preview_button(&duplicate.id, &entity.id, address))
                                @if !is_surname_group(&duplicate.id) {
                                    (decision_button("Keep apart", address, &[
                                        ("action", "apart"), ("entity", &entity.id), ("from", &duplicate.id),
                                    ]))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn named_together(entity: &EntityDetails, query: &Query) -> Markup {
    html! {
        section aria-labelledby="together" {
            h2 #together { "Named together with" }
            @for label in chancery_model::Label::ALL {
                @let all: Vec<_> = entity.related.iter()
                    .filter(|other| other.label == label).take(RELATED_SHOWN).collect();
                @if !all.is_empty() {
                    h3.n.(label_css_class(label)) { (plural_label_name(label)) }
                    ul.counts {
                        @for other in all {
                            li {
                                a href=(entity_url(&other.id)) { (without_controls(&other.name)) } " "
                                a.count href={
                                    (narrowed_search_address(query, &Query::entity(&other.id)))
                                } aria-label={ (format_count(other.documents, "document")) " with both" } {
                                    (other.documents)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Forms to correct an entity. Those of a group give all its documents one person.
fn correction_forms(entity: &EntityDetails, address: &str, is_group: bool) -> Markup {
    // Only the name of an entity of a list, or of a user, is the same in all documents.
    let is_bound = entity.id.starts_with("n-");
    let hidden = |action: &str| {
        html! {
            input type="hidden" name="back" value=(address);
            input type="hidden" name="action" value=(action);
        }
    };
    html! {
        section aria-labelledby="correct" {
            h2 #correct { "Correct this" }
            form.row method="post" action="/decide" {
                (hidden("rename"))
                input type="hidden" name="entity" value=(entity.id);
                label for="rename" { "Name" }
                input #rename name="name" value=(without_controls(&entity.name)) required maxlength="200";
                button type="submit" { "Rename" }
                @if is_bound && !is_group {
                    label.check {
                        input type="checkbox" name="also_future" value="yes";
                        " also in documents that are added later"
                    }
                }
            }
            @if !is_group {
                form.row method="post" action="/decide" {
                    (hidden("retype"))
                    input type="hidden" name="entity" value=(entity.id);
                    label for="retype" { "Label" }
                    select #retype name="label" {
                        (label_options(Some(entity.label)))
                    }
                    button type="submit" { "Change" }
                }
            }
            form.row method="get" action="/merge" {
                input type="hidden" name="back" value=(address);
                input type="hidden" name="from" value=(entity.id);
                label for="merge" { "The same as (a name)" }
                input #merge name="into" required maxlength="200" autocomplete="off";
                button type="submit" { "Merge" }
            }
        }
    }
}
