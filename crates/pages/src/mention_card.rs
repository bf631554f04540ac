//! The card of a name: its entity, the evidence for it, its mentions, and forms
//! to correct it. It is a page; a script also shows it as a pop-up over the text.

use chancery_model::Certainty;
use maud::{Markup, html};

use crate::frame::{NavigationItem, render_frame};
use crate::html::{decision_button, label_css_class, label_name, label_options, without_controls};
use crate::listing::{document_line, document_title};
use chancery_views::formatting::format_count;
use chancery_views::mention_card::MentionCard;
use chancery_views::urls::{entity_url, short_document_id};

/// Renders the card as a page.
pub fn render_page(card: &MentionCard) -> Markup {
    let back = format!("/doc/{}", short_document_id(&card.document.id));
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
                    @if !entity.other_documents.is_empty() {
                        div { dt { "Other documents" } dd {
                            ul.plain.elsewhere { @for other in &entity.other_documents { li { (document_line(other)) } } }
                        } }
                    }
                }
            } @else {
                p { "Not linked to a known person, place or organisation." }
            }
            (correction_forms(card))
        }
    }
}

fn correction_forms(card: &MentionCard) -> Markup {
    let name = &card.mention;
    let document = short_document_id(&card.document.id);
    let back = format!("/doc/{document}");
    let (start, end) = (name.start.to_string(), name.end.to_string());
    let at = [("document", document), ("start", start.as_str()), ("end", end.as_str())];
    let with = |action: &'static str, more: &[(&'static str, &str)]| {
        let mut fields: Vec<(String, String)> = vec![("action".into(), action.into())];
        fields.extend(at.iter().chain(more).map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        fields
    };
    let hidden = |fields: Vec<(String, String)>| {
        html! {
            input type="hidden" name="back" value=(back);
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
        }
    };
    html! {
        details.correct {
            summary { "Correct this" }
            form.one method="post" action="/decide" {
                (hidden(with("reject", &[])))
                button type="submit" { "Not a name" }
            }
            form.row method="post" action="/decide" {
                (hidden(with("add", &[("entity", card.entity.as_ref().map_or("", |one| one.id.as_str()))])))
                label for="card-class" { "Here it is a" }
                select #card-class name="label" {
                    (label_options(Some(name.label)))
                }
                button type="submit" { "Change" }
            }
            form.row method="post" action="/link" {
                (hidden(with("link", &[])))
                label for="card-entity" { "This is someone or something else" }
                input #card-entity name="named" required maxlength="200" placeholder="a name"
                    autocomplete="off";
                button type="submit" { "Find" }
            }
            @if let Some(entity) = &card.entity {
                form.row method="post" action="/decide" {
                    input type="hidden" name="back" value=(back);
                    input type="hidden" name="action" value="split";
                    input type="hidden" name="entity" value=(entity.id);
                    input type="hidden" name="documents" value=(document);
                    label for="card-split" { "In this document it is a different one, named" }
                    input #card-split name="name" required maxlength="200" value=(without_controls(&name.text));
                    button type="submit" { "Split" }
                }
            }
        }
    }
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
                        a href=(entity_url(&row.id)) { (without_controls(&row.name)) }
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
