//! The page of an entity.

use axum::response::Html;
use chancery_store::Query;
use maud::{Markup, html};

use super::charts::histogram::histogram;
use super::charts::plot::{passages, views};
use super::frame::{Place, frame};
use super::html::{button, class_name, class_names, classes, clean, pages, style};
use super::listing::{self, in_context, title_of};
use super::remarks::remarks;
use crate::formatting::counted;
use crate::queries::entity::{Entity, Fact, Mentioned, PAGE};
use crate::urls::{encode_component, entity_address, short_id};

/// Entities of a label in the list of those named in the same documents.
const BESIDE: usize = 8;

/// Spellings shown at first; the others are folded.
const SPELLINGS: usize = 10;

/// Renders the page, with one page of the documents that mention the entity.
///
/// `total` counts all these documents; `mentions` starts at `offset`.
pub(crate) fn page(
    entity: &Entity,
    total: usize,
    offset: usize,
    mentions: &[Mentioned],
) -> Html<String> {
    let address = entity_address(&entity.id);
    let months: Vec<(u32, u64)> = entity
        .months
        .iter()
        .filter_map(|month| Some((month.month.replace('-', "").parse().ok()?, month.count)))
        .collect();
    let query = Query::entity(&entity.id);
    let body = html! {
        div.entity-page {
            header.card {
                h1 { (clean(&entity.name)) }
                p.facts {
                    span.n.(style(entity.class)) { (class_name(entity.class)) } " · "
                    (counted(entity.mentions, "mention")) " in "
                    a href={ "/?q=" (encode_component(&query.to_string())) } { (counted(entity.documents, "document")) }
                    " · " code { (clean(&entity.id)) }
                }
                @if let Some(fact) = &entity.facts { (facts(fact)) }
                (views(&query, None))
            }
            section.mentions aria-labelledby="mentions" {
                h2 #mentions { "In context" }
                ol.hits start=(offset + 1) { @for one in mentions { (mentioned(one, &entity.id)) } }
                (pages(total, offset, PAGE, &|offset| format!("{address}?offset={offset}#mentions")))
            }
            aside.side aria-label="About this name" {
                @if !months.is_empty() {
                    section aria-labelledby="when" {
                        h2 #when { "Documents by date" }
                        (histogram(&months, &query))
                    }
                }
                (spellings(entity))
                (doubts(entity, &address))
                (together(entity, &query))
                (remarks(&entity.remarks, &entity.id, &address))
                (correct(entity, &address))
            }
        }
    };
    frame(&entity.name, Place::Elsewhere, "", &body)
}

fn facts(fact: &Fact) -> Markup {
    html! {
        @if !fact.remark.is_empty() { p.lead { (clean(&fact.remark)) } }
        dl.fields {
            @if !fact.years.is_empty() { div { dt { "Years" } dd { (fact.years) } } }
            @if !fact.others.is_empty() {
                div { dt { "Other names" } dd { (clean(&fact.others.join("; "))) } }
            }
            @if !fact.offices.is_empty() {
                div { dt { "Offices" } dd {
                    ol.plain.offices {
                        @for office in &fact.offices {
                            li {
                                span.years { (office.from) " to " (office.until) } " "
                                (clean(&office.title))
                                @if !office.at.is_empty() { ", " span.place { (clean(&office.at)) } }
                            }
                        }
                    }
                } }
            }
            @if let Some([north, east]) = fact.at {
                div { dt { "Coordinates" } dd {
                    (format!("{:.2}° {}", north.abs(), if north < 0.0 { "S" } else { "N" })) ", "
                    (format!("{:.2}° {}", east.abs(), if east < 0.0 { "W" } else { "E" }))
                } }
            }
            div { dt { "Source" } dd.quiet { (fact.source) } }
        }
    }
}

fn mentioned(one: &Mentioned, id: &str) -> Markup {
    let address = format!("/doc/{}", short_id(&one.document.id));
    html! {
        li.hit {
            h3 {
                a.subject href={ (address) "?entity=" (encode_component(id)) "#hit1" } {
                    (title_of(&one.document))
                }
            }
            p.facts { (listing::facts(&one.document)) }
            @for place in &one.places {
                p.snippet { (in_context(place)) }
            }
            @if one.count > one.places.len() {
                p.quiet { "and " (counted((one.count - one.places.len()) as u64, "more mention")) }
            }
        }
    }
}

fn spellings(entity: &Entity) -> Markup {
    let row = |spelling: &crate::queries::entity::Spelling| {
        html! {
            li {
                details {
                    summary { (clean(&spelling.text)) " " span.count { (spelling.count) } }
                    p.why { (clean(&spelling.reason)) }
                }
            }
        }
    };
    html! {
        section aria-labelledby="spellings" {
            h2 #spellings { "Names and evidence" }
            ul.plain.spellings { @for one in entity.spellings.iter().take(SPELLINGS) { (row(one)) } }
            @if entity.spellings.len() > SPELLINGS {
                details {
                    summary { (entity.spellings.len() - SPELLINGS) " more" }
                    ul.plain.spellings { @for one in entity.spellings.iter().skip(SPELLINGS) { (row(one)) } }
                }
            }
            @if (entity.looked_at as u64) < entity.documents {
                p.quiet { "Based on " (entity.looked_at) " of its documents." }
            }
        }
    }
}

fn doubts(entity: &Entity, address: &str) -> Markup {
    html! {
        @if !entity.doubts.is_empty() {
            section.doubts aria-labelledby="doubts" {
                h2 #doubts { "Possibly the same as" }
                ul.plain {
                    @for doubt in &entity.doubts {
                        li {
                            a href=(entity_address(&doubt.id)) { (clean(&doubt.name)) }
                            " " span.count { (doubt.documents) }
                            div.choice {
                                (button("Merge", address, &[
                                    ("action", "merge"), ("from", &doubt.id), ("into", &entity.id),
                                ]))
                                (button("Keep apart", address, &[
                                    ("action", "apart"), ("entity", &entity.id), ("from", &doubt.id),
                                ]))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn together(entity: &Entity, query: &Query) -> Markup {
    html! {
        section aria-labelledby="together" {
            h2 #together { "Named together with" }
            @for label in chancery_model::Label::ALL {
                @let all: Vec<_> = entity.together.iter()
                    .filter(|other| other.class == label).take(BESIDE).collect();
                @if !all.is_empty() {
                    h3.n.(style(label)) { (class_names(label)) }
                    ul.counts {
                        @for other in all {
                            li {
                                a href=(entity_address(&other.id)) { (clean(&other.name)) } " "
                                a.count href={
                                    (passages(query, &Query::entity(&other.id)))
                                } aria-label={ (counted(other.documents, "document")) " with both" } {
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

fn correct(entity: &Entity, address: &str) -> Markup {
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
                input #rename name="name" value=(clean(&entity.name)) required maxlength="200";
                button type="submit" { "Rename" }
            }
            form.row method="post" action="/decide" {
                (hidden("retype"))
                input type="hidden" name="entity" value=(entity.id);
                label for="retype" { "Label" }
                select #retype name="class" {
                    (classes(Some(entity.class)))
                }
                button type="submit" { "Change" }
            }
            form.row method="post" action="/decide" {
                (hidden("merge"))
                input type="hidden" name="from" value=(entity.id);
                label for="merge" { "Same as (ID)" }
                input #merge name="into" required maxlength="200" autocomplete="off";
                button type="submit" { "Merge" }
            }
        }
    }
}
