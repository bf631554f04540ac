//! The card of a name: its entity, the evidence for it, its mentions, and forms
//! to correct it. It is a page; a script also shows it as a pop-up over the text.

use chancery_model::{Certainty, Label};
use chancery_store::shown_name;
use maud::{Markup, html};

use crate::frame::{NavigationItem, render_frame};
use crate::html::{decision_button, label_css_class, label_name, without_controls};
use crate::listing::{document_line, document_title};
use chancery_views::formatting::format_count;
use chancery_views::mention_card::MentionCard;
use chancery_views::urls::{entity_url, short_document_id};

/// Renders the card as a page.
pub fn render_page(card: &MentionCard) -> Markup {
    let back = name_path(card);
    let body = html! {
        article.narrow.card-page {
            p { a href=(back) { "← " (document_title(&card.document)) } }
            (card_content(card))
        }
    };
    render_frame(&card.mention.text, NavigationItem::Unlisted, "", &body)
}

/// Renders the card without the frame, for the pop-up.
pub fn card_content(card: &MentionCard) -> Markup {
    let mention = &card.mention;
    html! {
        div.name-card {
            h1.card-title {
                @match &card.entity {
                    Some(entity) => { a href=(entity_url(&entity.id)) { (without_controls(&entity.name)) } }
                    None => { (without_controls(&mention.text)) }
                }
            }
            p.facts {
                "Read as " span.n.(label_css_class(mention.label)) { (label_name(mention.label)) } ": "
                @if mention.decided { "decided by a person" } @else {
                    (Certainty::from_score(mention.score))
                }
            }
            @if let Some(entity) = &card.entity {
                dl.fields {
                    div { dt { "Evidence" } dd {
                        @if let Some(certainty) = mention.certainty { strong.certainty { (certainty) } ": " }
                        (without_controls(&mention.reason))
                    } }
                    div { dt { "Mentions" } dd {
                        (format_count(entity.mentions_here, "time")) " in this document, "
                        (format_count(entity.mentions, "time")) " in "
                        (format_count(entity.documents, "document"))
                    } }
                }
            } @else {
                p { "Not linked to a known person, place or organisation." }
            }
            (correction_forms(card))
            @if let Some(entity) = card.entity.as_ref().filter(|one| !one.other_documents.is_empty()) {
                h2 { "Other documents" }
                ul.plain.elsewhere { @for other in &entity.other_documents { li { (document_line(other)) } } }
            }
        }
    }
}

/// The forms that correct a name. With scripts the reader stays where the name is; without
/// them the page comes back at the name.
fn correction_forms(card: &MentionCard) -> Markup {
    let name = &card.mention;
    let document = short_document_id(&card.document.id);
    let back = name_path(card);
    let entity = card.entity.as_ref();
    html! {
        section.correct aria-label="Correct this" {
            form.correction method="post" action="/decide" data-stay {
                input type="hidden" name="back" value=(back);
                input type="hidden" name="document" value=(document);
                input type="hidden" name="start" value=(name.start);
                input type="hidden" name="end" value=(name.end);
                // A name of another label stays a name of its entity.
                @if let Some(entity) = entity { input type="hidden" name="entity" value=(entity.id); }
                div.row.who {
                    label for="card-entity" { "It is" }
                    span.search-field {
                        input #card-entity name="named" maxlength="200" placeholder="someone else: type a name"
                            autocomplete="off" data-choose;
                    }
                    button type="submit" formaction="/link" { "Choose" }
                }
                div.row.labels role="group" aria-label="Its label is wrong: it is a" {
                    span.quiet { "It is a" }
                    @for label in Label::ALL.into_iter().filter(|label| *label != name.label) {
                        button type="submit" name="choice" value=(label) { (label_name(label)) }
                    }
                    button type="submit" name="choice" value="reject" { "Not a name" }
                }
                (scope_choice(card))
            }
            @if let Some(entity) = entity {
                form.row method="post" action="/decide" data-stay {
                    input type="hidden" name="back" value=(back);
                    input type="hidden" name="action" value="split";
                    input type="hidden" name="entity" value=(entity.id);
                    input type="hidden" name="documents" value=(document);
                    label for="card-split" { "In this document it is someone or something else, named" }
                    input #card-split name="name" required maxlength="200" value=(without_controls(&name.text));
                    button type="submit" { "Not the same" }
                }
            }
        }
    }
}

/// Which mentions of the name are corrected.
fn scope_choice(card: &MentionCard) -> Markup {
    let is_elsewhere = card.entity.as_ref().is_some_and(|entity| entity.documents_of_name > 1);
    let radio = |value: &str, is_chosen: bool, words: &str| {
        html! {
            label {
                input type="radio" name="scope" value=(value) checked[is_chosen];
                (words)
            }
        }
    };
    html! {
        @if card.same_here > 1 || card.in_copies > 0 || is_elsewhere {
            fieldset.scope {
                legend { "Change" }
                (radio("mention", true, "only this one"))
                @if card.same_here > 1 {
                    (radio("document", false, &format!("all {} here", card.same_here)))
                }
                @if card.in_copies > 0 {
                    (radio("copies", false, &format!(
                        "also in {}", format_count(card.in_copies as u64, "near-duplicate")
                    )))
                }
                @if is_elsewhere { (radio("archive", false, "everywhere not yet decided")) }
            }
        }
    }
}

/// The path of the name in its document.
fn name_path(card: &MentionCard) -> String {
    let start = card.mention.start;
    format!("{}?to=name{start}#name{start}", card.address)
}

/// Renders the page on which a user chooses the right entity for a mention.
pub fn render_entity_choice(
    words: &str,
    at: &[(&str, &str)],
    back: &str,
    found: &[chancery_store::EntityFrequency],
) -> Markup {
    let body = html! {
        article.narrow {
            h1 { "Who or what is it?" }
            p { a href=(back) { "← Back" } }
            @if found.is_empty() {
                p { "Nothing in the archive has the name " q { (without_controls(words)) } "." }
            }
            ul.lines {
                @for row in found {
                    li {
                        a href=(entity_url(&row.id)) { (without_controls(&shown_name(&row.id, row.label, &row.name))) }
                        " " span.facts {
                            (label_name(row.label)) " · " (format_count(row.documents as u64, "document"))
                        }
                        " "
                        @let fields: Vec<(&str, &str)> = [("action", "link"), ("entity", row.id.as_str())]
                            .into_iter().chain(at.iter().copied()).collect();
                        (decision_button("This one", back, &fields))
                    }
                }
            }
        }
    };
    render_frame("Who or what is it?", NavigationItem::Unlisted, "", &body)
}
