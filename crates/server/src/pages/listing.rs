//! How lists show a document: its title, its metadata, and passages of it.

use maud::{Markup, html};

use super::html::{clean, level};
use crate::queries::entity::InContext;
use crate::search_response::Listed;
use crate::urls::short_id;

/// A document in one line: its title, linked, and its metadata.
pub(crate) fn line(document: &Listed) -> Markup {
    html! {
        a.subject href={ "/doc/" (short_id(&document.id)) } { (title_of(document)) }
        " " span.facts { (facts(document)) }
    }
}

/// A document's title: its subject, else its cable id, else its path.
pub(crate) fn title_of(document: &Listed) -> String {
    let title = document.subject.as_deref().or(document.reference.as_deref());
    clean(title.unwrap_or(&document.path)).into_owned()
}

/// A document's metadata: cable id, date, post, classification, section.
pub(crate) fn facts(document: &Listed) -> Markup {
    html! {
        @if let Some(reference) = &document.reference { span.fact { (clean(reference)) } " " }
        @if let Some(date) = &document.date { time.fact datetime=(date) { (date) } " " }
        @if let Some(post) = &document.post { span.fact { (clean(post)) } " " }
        @if let Some(class) = document.class { span.fact.level { (level(class)) } " " }
        @if let Some(section) = &document.section {
            span.fact { "section " (section.number) " of " (section.of) }
        }
    }
}

/// A mention with the words around it.
pub(crate) fn in_context(place: &InContext) -> Markup {
    html! { "… " (clean(&place.before)) mark { (clean(&place.text)) } (clean(&place.after)) " …" }
}
