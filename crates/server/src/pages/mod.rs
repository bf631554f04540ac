//! The pages, one file each. They are complete without scripts: whatever a
//! module adds (keys, cards that pop up) is also a link or a form.

pub(crate) mod add;
pub(crate) mod card;
pub(crate) mod charts;
pub(crate) mod document;
pub(crate) mod entity;
pub(crate) mod error;
pub(crate) mod help;
pub(crate) mod recent;
pub(crate) mod search;
pub(crate) mod text;

use std::borrow::Cow;

use axum::response::Html;
use chancery_model::Label;
use chancery_store::RemarkKind;
use maud::{DOCTYPE, Markup, html};

use super::assets;
use crate::formatting::counted;
use crate::queries::entity::InContext;
use crate::search_response::Listed;
use crate::urls::short_id;

/// Where a page stands in the row at the top.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The search page.
    Search,
    /// Decisions.
    Recent,
    /// Adding documents.
    Add,
    /// Help.
    Help,
    /// Nowhere in it.
    Elsewhere,
}

const ROW: [(Place, &str, &str); 4] = [
    (Place::Search, "/", "Search"),
    (Place::Recent, "/recent", "Decisions"),
    (Place::Add, "/add", "Add"),
    (Place::Help, "/help", "Help"),
];

/// A whole page: `body` in the frame that all have. `query` stands in the
/// box at the top.
pub(crate) fn frame(title: &str, place: Place, query: &str, body: &Markup) -> Html<String> {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (clean(title)) " · Chancery" }
                link rel="stylesheet" href=(assets::address("style.css"));
                link rel="icon" href=(assets::address("icon.svg"));
                script type="module" src=(assets::address("room.js")) {}
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header.top {
                    a.home href="/" { "Chancery" }
                    @if place != Place::Search {
                        form.find role="search" action="/" method="get" {
                            label.unseen for="q-top" { "Search the archive" }
                            input #q-top name="q" type="search" value=(query) maxlength="2000"
                                autocomplete="off" spellcheck="false" placeholder="Search";
                            button type="submit" { "Search" }
                        }
                    }
                    nav aria-label="Main" {
                        @for (there, address, name) in ROW {
                            a href=(address) aria-current=[(there == place).then_some("page")] {
                                (name)
                            }
                        }
                    }
                }
                main #main tabindex="-1" { (body) }
                footer.bottom {
                    p {
                        "Everything here stays on this machine. "
                        a href="/help#keys" { "Keys" } " · "
                        a href="/api/v1/openapi.json" { "API" }
                    }
                }
            }
        }
    };
    Html(page.into_string())
}

/// Words of a document as they may be shown: without control characters,
/// and without those that turn the direction of what follows. One character
/// stands for one, so that places stay what they are.
pub(crate) fn clean(words: &str) -> Cow<'_, str> {
    if words.chars().any(is_harmful) {
        Cow::Owned(words.chars().map(|c| if is_harmful(c) { '\u{fffd}' } else { c }).collect())
    } else {
        Cow::Borrowed(words)
    }
}

fn is_harmful(c: char) -> bool {
    let control = c.is_control() && c != '\n' && c != '\t';
    control
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// The class of a name in style sheets.
pub(crate) const fn style(label: Label) -> &'static str {
    match label {
        Label::Per => "per",
        Label::Loc => "loc",
        Label::Org => "org",
        Label::Misc => "misc",
    }
}

/// A class in words.
pub(crate) const fn class_name(class: Label) -> &'static str {
    match class {
        Label::Per => "person",
        Label::Loc => "place",
        Label::Org => "organisation",
        Label::Misc => "other name",
    }
}

/// The classes to choose from.
pub(crate) fn classes(chosen: Option<Label>) -> Markup {
    html! {
        @for class in Label::ALL {
            option value=(class) selected[Some(class) == chosen] { (class_name(class)) }
        }
    }
}

/// A class in words, of several.
pub(crate) const fn class_names(label: Label) -> &'static str {
    match label {
        Label::Per => "People",
        Label::Loc => "Places",
        Label::Org => "Organisations",
        Label::Misc => "Other names",
    }
}

/// A level of classification as people write it.
pub(crate) fn level(class: &str) -> String {
    class.replace('_', " ")
}

/// What tells a document in a line: its subject, linked, and its facts.
pub(crate) fn line(document: &Listed) -> Markup {
    html! {
        a.subject href={ "/doc/" (short_id(&document.id)) } { (title_of(document)) }
        " " span.facts { (facts(document)) }
    }
}

/// A document's title: its subject, or its cable id, or its path.
pub(crate) fn title_of(document: &Listed) -> String {
    let title = document.subject.as_deref().or(document.reference.as_deref());
    clean(title.unwrap_or(&document.path)).into_owned()
}

/// Cable id, day, post, level and section.
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

/// Links to the pages of a list.
pub(crate) fn pages(
    total: usize,
    offset: usize,
    size: usize,
    address: &dyn Fn(usize) -> String,
) -> Markup {
    html! {
        @if total > size {
            nav.pages aria-label="Pages" {
                @if offset > 0 {
                    a rel="prev" href=(address(offset.saturating_sub(size))) { "← earlier" }
                }
                span {
                    (counted(offset as u64 + 1, "").trim_end_matches(['s', ' ']))
                    "–" (counted((offset + size).min(total) as u64, "").trim_end_matches(['s', ' ']))
                    " of " (counted(total as u64, "").trim_end_matches(['s', ' ']))
                }
                @if offset + size < total {
                    a rel="next" href=(address(offset + size)) { "later →" }
                }
            }
        }
    }
}

/// A button that makes a decision: a form with hidden fields.
pub(crate) fn button(words: &str, back: &str, fields: &[(&str, &str)]) -> Markup {
    html! {
        form.one method="post" action="/decide" {
            input type="hidden" name="back" value=(back);
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            button type="submit" { (words) }
        }
    }
}

/// Tags and notes with forms to add more. `on` is what they are on.
pub(crate) fn remarks(
    remarks: &[crate::queries::document::RemarkMade],
    on: &str,
    back: &str,
) -> Markup {
    html! {
        section.remarks aria-labelledby="remarks" {
            h2 #remarks { "Tags and notes" }
            ul.plain {
                @for remark in remarks.iter().filter(|remark| remark.kind != RemarkKind::Apart) {
                    li {
                        @if remark.kind == RemarkKind::Tag {
                            a.tag href={ "/?q=" (urlencoded(&format!("tag:\"{}\"", remark.words))) } {
                                (clean(&remark.words))
                            }
                        } @else {
                            span.note { (clean(&remark.words)) }
                        }
                        " "
                        (button("take back", back,
                            &[("action", "undo"), ("record", &remark.record.to_string())]))
                    }
                }
            }
            @for (kind, name, rows) in [("tag", "Tag", 1), ("note", "Note", 3)] {
                form.remark method="post" action="/decide" {
                    input type="hidden" name="back" value=(back);
                    input type="hidden" name="action" value=(kind);
                    input type="hidden" name="on" value=(on);
                    label for={ "new-" (kind) } { (name) }
                    @if rows == 1 {
                        input #{ "new-" (kind) } name="words" required maxlength="200";
                    } @else {
                        textarea #{ "new-" (kind) } name="words" rows=(rows) required
                            maxlength="10000" {}
                    }
                    button type="submit" { "Add" }
                }
            }
        }
    }
}

/// A place with the words around it.
fn in_context(place: &InContext) -> Markup {
    html! { "… " (clean(&place.before)) mark { (clean(&place.text)) } (clean(&place.after)) " …" }
}

/// Words as the value of a query of an address.
pub(crate) fn urlencoded(words: &str) -> String {
    crate::urls::encode_component(words)
}
