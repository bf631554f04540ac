//! The page of an entity.

use chancery_store::{Query, is_surname_group, shown_name};
use maud::{Markup, html};

use crate::charts::plot::view_links;
use crate::dossier;
use crate::entity_acts::act_sections;
use crate::frame::{NavigationItem, render_frame};
use crate::html::{decision_button, label_css_class, label_name, label_options, without_controls};
use crate::listing::shown_date;
use crate::merge::{preview_button, question_list};
use crate::remarks::remarks_section;
use crate::statements::statement_links;
use chancery_views::changes::Change;
use chancery_views::dossier::Dossier;
use chancery_views::entity::{EntityDetails, OpenSurname};
use chancery_views::entity_facts::{KnowledgeBaseEntry, without_repetition};
use chancery_views::formatting::format_count;
use chancery_views::urls::{entity_url, percent_encode};

/// Spellings shown at first; the others are collapsed.
const SPELLINGS_SHOWN: usize = 10;

/// Renders the page.
pub fn render_page(dossier: &Dossier, change: Option<&Change>) -> Markup {
    let title = shown_name(&dossier.entity.id, dossier.entity.label, &dossier.entity.name);
    let entity = &dossier.entity;
    let address = entity_url(&entity.id);
    let query = Query::entity(&entity.id);
    let body = html! {
        div.entity-page data-swap {
            @if let Some(change) = change {
                div.notice.change #changed role="status" {
                    (without_controls(&change.message)) " "
                    (decision_button(if change.is_undo { "Redo" } else { "Undo" }, &address, &[
                        ("action", "undo"), ("decision", &change.decision.to_string()),
                    ]))
                }
            }
            header.card {
                h1 { (without_controls(&title)) }
                p.facts {
                    span.n.(label_css_class(entity.label)) { (label_name(entity.label)) } " · "
                    (format_count(entity.mentions, "mention")) " in "
                    a href={ "/?q=" (percent_encode(&query.to_string())) } { (format_count(entity.documents, "document")) }
                }
                (dossier::first_and_last(dossier))
                @if let Some(surname) = &entity.surname { (surname_notice(entity, surname)) }
                @if let Some(entry) = &entity.knowledge_base { (knowledge_base_entry(entity, entry)) }
                (view_links(&query, None))
            }
            (act_sections(dossier))
            (dossier::passages(dossier))
            aside.side aria-label="About this name" {
                (dossier::filters(dossier))
                (statement_links(dossier))
                (dossier::named_together(dossier))
                (spelling_list(entity))
                (question_list(&entity.questions, &address))
                @match &entity.surname {
                    Some(surname) => { (surname_candidates(entity, surname, &address)) }
                    None => { (possible_duplicates(entity, &address)) }
                }
                @let is_group = entity.surname.as_ref().is_some_and(|surname| surname.is_group);
                @if !is_group { (remarks_section(&entity.remarks, &entity.id, &address)) }
                (correction_forms(entity, &address, is_group))
            }
        }
    };
    render_frame(&title, NavigationItem::Unlisted, "", &body)
}

/// What the archive does not know of a surname.
fn surname_notice(entity: &EntityDetails, surname: &OpenSurname) -> Markup {
    let name = without_controls(&entity.name);
    html! {
        p.notice {
            @if surname.is_group {
                (name) ", not identified: " (format_count(surname.documents as u64, "document"))
                ". They have only the surname, so each may mean another person."
            } @else {
                "This document has only the surname, so the archive does not know who this is."
                @if surname.documents > 1 {
                    " " a href=(entity_url(&surname.group)) {
                        (name) ", not identified: " (format_count(surname.documents as u64, "document"))
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
                p.quiet { "The archive has no fuller name with this surname." }
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

fn knowledge_base_entry(entity: &EntityDetails, entry: &KnowledgeBaseEntry) -> Markup {
    let others = entry.other_names_of(&entity.id, entity.label, &entity.name);
    html! {
        @if !entry.description.is_empty() { p.lead { (without_controls(&without_repetition(&entry.description))) } }
        dl.fields {
            @if !entry.years.is_empty() { div { dt { "Years" } dd { (entry.years) } } }
            @if !others.is_empty() {
                div { dt { "Other names" } dd { (without_controls(&others.join("; "))) } }
            }
            @if !entry.offices.is_empty() {
                div { dt { "Offices" } dd {
                    ol.plain.offices {
                        @for office in &entry.offices {
                            li {
                                span.years { (term_of_office(&office.from, &office.until)) } " "
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

/// When an office was held: "1973 to 1977", "since 1973", "until 1977".
fn term_of_office(from: &str, until: &str) -> String {
    let shown = |day: &str| match day.is_empty() {
        true => String::new(),
        false => shown_date(day),
    };
    match (from, until) {
        ("", "") => "years unknown:".to_owned(),
        (from, "") => format!("since {}", shown(from)),
        ("", until) => format!("until {}", shown(until)),
        (from, until) => format!("{} to {}", shown(from), shown(until)),
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
                                (without_controls(&duplicate.name))
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
            form.row method="post" action="/decide" data-stay {
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
                form.row method="post" action="/decide" data-stay {
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
                span.search-field {
                    input #merge name="into" required maxlength="200" autocomplete="off" data-choose;
                }
                button type="submit" { "Merge" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_of_office_are_in_words() {
        for (from, until, words) in [
            ("1973-09-22", "1977", "22 September 1973 to 1977"),
            ("1973", "", "since 1973"),
            ("", "1977-01", "until January 1977"),
            ("", "", "years unknown:"),
        ] {
            assert_eq!(term_of_office(from, until), words);
        }
    }
}
