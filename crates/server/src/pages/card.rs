//! The card of a name: who it is, why we think so, how often, where else;
//! and what a reader can correct. It is a page, and it pops up over the text.

use axum::response::Html;
use maud::{Markup, html};

use super::{Place, button, class_name, classes, clean, frame, line, style};
use crate::formatting::counted;
use crate::queries::document::Card;
use crate::urls::entity_address;
use crate::urls::short_id;

/// The page.
pub(crate) fn page(card: &Card) -> Html<String> {
    let back = format!("/doc/{}", short_id(&card.document.id));
    let body = html! {
        article.narrow.card-page {
            p { a href=(back) { "← " (super::title_of(&card.document)) } }
            (content(card))
        }
    };
    frame(&card.name.text, Place::Elsewhere, "", &body)
}

/// The card alone.
pub(crate) fn content(card: &Card) -> Markup {
    let name = &card.name;
    let percent = |score: f32| format!("{:.0} %", score * 100.0);
    html! {
        div.name-card {
            h1.card-title {
                @match &card.entity {
                    Some(entity) => { a href=(entity_address(&entity.id)) { (clean(&entity.name)) } }
                    None => { (clean(&name.text)) }
                }
            }
            p.facts {
                span.n.(style(name.class)) { (class_name(name.class)) } " · "
                @if name.decided { "a person had a hand in this" } @else {
                    (percent(name.score)) " sure"
                }
            }
            @if let Some(entity) = &card.entity {
                dl.fields {
                    div { dt { "Why" } dd {
                        (clean(&name.reason))
                        @if !name.decided && name.link_score < 1.0 {
                            " " span.quiet { "(" (percent(name.link_score)) ")" }
                        }
                    } }
                    div { dt { "How often" } dd {
                        (counted(entity.here, "time")) " here, "
                        (counted(entity.mentions, "time")) " in "
                        (counted(entity.documents, "document"))
                    } }
                    @if !entity.elsewhere.is_empty() {
                        div { dt { "Elsewhere" } dd {
                            ul.plain.elsewhere { @for other in &entity.elsewhere { li { (line(other)) } } }
                        } }
                    }
                }
            } @else {
                p { "It is not known who or what this is." }
            }
            (correct(card))
        }
    }
}

fn correct(card: &Card) -> Markup {
    let name = &card.name;
    let document = short_id(&card.document.id);
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
                button type="submit" { "It is no name" }
            }
            form.row method="post" action="/decide" {
                (hidden(with("add", &[("entity", card.entity.as_ref().map_or("", |one| one.id.as_str()))])))
                label for="card-class" { "Here it is a" }
                select #card-class name="class" {
                    (classes(Some(name.class)))
                }
                button type="submit" { "Change" }
            }
            form.row method="post" action="/link" {
                (hidden(with("link", &[])))
                label for="card-entity" { "It is someone or something else" }
                input #card-entity name="named" required maxlength="200" placeholder="name or id"
                    autocomplete="off";
                button type="submit" { "Find" }
            }
            @if let Some(entity) = &card.entity {
                form.row method="post" action="/decide" {
                    input type="hidden" name="back" value=(back);
                    input type="hidden" name="action" value="split";
                    input type="hidden" name="entity" value=(entity.id);
                    input type="hidden" name="documents" value=(document);
                    label for="card-split" { "In this document it is another of the same name" }
                    input #card-split name="name" required maxlength="200" value=(clean(&name.text));
                    button type="submit" { "Split" }
                }
            }
        }
    }
}

/// A choice of entities for a name: what the form "someone else" leads to.
pub(crate) fn choice(
    words: &str,
    at: &[(&str, &str)],
    back: &str,
    found: &[chancery_store::EntityRow],
) -> Html<String> {
    let body = html! {
        article.narrow {
            h1 { "Who is it?" }
            p { a href=(back) { "← back" } }
            @if found.is_empty() {
                p { "The archive knows nobody and nothing of the name " q { (clean(words)) } "." }
            }
            ul.lines {
                @for row in found {
                    li {
                        a href=(entity_address(&row.id)) { (clean(&row.name)) }
                        " " span.facts {
                            (class_name(row.class)) " · " (counted(row.documents as u64, "document"))
                        }
                        " "
                        @let fields: Vec<(&str, &str)> = [("action", "link"), ("entity", row.id.as_str())]
                            .into_iter().chain(at.iter().copied()).collect();
                        (button("This one", back, &fields))
                    }
                }
            }
        }
    };
    frame("Who is it?", Place::Elsewhere, "", &body)
}
