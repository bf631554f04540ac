//! The indexes of people, places and organisations.

use chancery_model::Label;
use chancery_store::{Query, name_with_doubt};
use chancery_views::entity_index::{
    ENTITIES_PER_PAGE, EntityIndex, IndexOrder, IndexParameters, IndexedEntity,
};
use chancery_views::formatting::group_digits;
use chancery_views::urls::{entity_url, percent_encode, search_url};
use maud::{Markup, html};

use crate::frame::{NavigationItem, render_frame};
use crate::html::{pager_links, plural_label_name, without_controls};
use crate::listed_entities::years;

/// The path of the index of a label.
pub const fn index_path(label: Label) -> &'static str {
    match label {
        Label::Per => "/people",
        Label::Loc => "/places",
        Label::Org => "/organisations",
        Label::Misc => "/?q=",
    }
}

/// Renders a page of an index.
pub fn render_page(label: Label, parameters: &IndexParameters, index: &EntityIndex) -> Markup {
    let title = plural_label_name(label);
    let item = match label {
        Label::Per => NavigationItem::People,
        Label::Loc => NavigationItem::Places,
        Label::Org => NavigationItem::Organisations,
        Label::Misc => NavigationItem::Unlisted,
    };
    let here = |change: &dyn Fn(&mut IndexParameters)| {
        let mut other = IndexParameters { offset: 0, ..parameters.clone() };
        change(&mut other);
        address(label, &other)
    };
    let body = html! {
        article.index-page {
            header.page-head {
                h1 { (title) " " span.count { (group_digits(index.total as u64)) } }
                (filter_form(label, parameters))
            }
            @if let Some(problem) = &index.reading.problem { p.notice { (without_controls(problem)) } }
            (letters(parameters, index, &here))
            @if label == Label::Per && (index.doubts > 0 || parameters.doubts) {
                p.doubt-filter {
                    @if parameters.doubts {
                        "Only surnames that may be several people. "
                        a href=(here(&|other| other.doubts = false)) { "Show all people" }
                    } @else {
                        a href=(here(&|other| other.doubts = true)) {
                            (group_digits(index.doubts as u64)) " surnames to settle"
                        }
                    }
                }
            }
            @if index.entities.is_empty() {
                p.nothing { "No names. " a href=(index_path(label)) { "Show all" } }
            } @else {
                (table(parameters, &index.entities, &here))
            }
            (pager_links(index.total, parameters.offset, ENTITIES_PER_PAGE, &|offset| {
                here(&|other| other.offset = offset)
            }))
        }
    };
    render_frame(title, item, "", &body)
}

/// Makes the address of an index with a change.
type Address<'a> = dyn Fn(&dyn Fn(&mut IndexParameters)) -> String + 'a;

fn address(label: Label, parameters: &IndexParameters) -> String {
    let mut parts = Vec::new();
    if !parameters.q.trim().is_empty() {
        parts.push(format!("q={}", percent_encode(&parameters.q)));
    }
    if !parameters.letter.is_empty() {
        parts.push(format!("letter={}", percent_encode(&parameters.letter)));
    }
    if parameters.sort != IndexOrder::default() {
        parts.push(format!("sort={}", parameters.sort.url_name()));
    }
    if parameters.doubts {
        parts.push("doubts=true".to_owned());
    }
    if parameters.offset > 0 {
        parts.push(format!("offset={}", parameters.offset));
    }
    match parts.is_empty() {
        true => index_path(label).to_owned(),
        false => format!("{}?{}", index_path(label), parts.join("&")),
    }
}

fn filter_form(label: Label, parameters: &IndexParameters) -> Markup {
    html! {
        form.filter method="get" action=(index_path(label)) {
            label for="within" { "Named in documents with" }
            div.row {
                input #within name="q" type="search" value=(parameters.q) maxlength="2000"
                    autocomplete="off" spellcheck="false" placeholder="any words or query";
                @if parameters.sort != IndexOrder::default() {
                    input type="hidden" name="sort" value=(parameters.sort.url_name());
                }
                button type="submit" { "Filter" }
            }
        }
    }
}

fn letters(parameters: &IndexParameters, index: &EntityIndex, here: &Address<'_>) -> Markup {
    html! {
        nav.letters aria-label="First letter" {
            a href=(here(&|other| other.letter.clear()))
                aria-current=[parameters.letter.is_empty().then_some("true")] { "All" }
            @for letter in &index.letters {
                @let name = letter.to_string();
                a href=(here(&|other| other.letter.clone_from(&name)))
                    aria-current=[(parameters.letter == name).then_some("true")] { (name) }
            }
        }
    }
}

fn table(parameters: &IndexParameters, entities: &[IndexedEntity], here: &Address<'_>) -> Markup {
    let head = |order: IndexOrder, name: &str, class: &str| {
        let is_current = order == parameters.sort;
        let sorted = match order {
            IndexOrder::Documents | IndexOrder::Mentions | IndexOrder::Last => "descending",
            IndexOrder::Name | IndexOrder::First => "ascending",
        };
        html! {
            th class=(class) scope="col" aria-sort=[is_current.then_some(sorted)] {
                a href=(here(&|other| other.sort = order)) { (name) }
            }
        }
    };
    let within = |id: &str| {
        let typed = chancery_views::limits::parse_limited_query(&parameters.q);
        search_url(&typed.unwrap_or(Query::All).and(Query::entity(id)).to_string())
    };
    let name_of = |one: &IndexedEntity| {
        let name = name_with_doubt(&one.entity.id, one.name.clone());
        without_controls(&name).into_owned()
    };
    html! {
        table.index {
            caption.unseen { "Names" }
            thead { tr {
                (head(IndexOrder::Name, "Name", "name"))
                (head(IndexOrder::Documents, "Documents", "number"))
                (head(IndexOrder::First, "First", "year extra"))
                (head(IndexOrder::Last, "Last", "year"))
            } }
            tbody {
                @for one in entities {
                    @let entity = &one.entity;
                    @let name = name_of(one);
                    tr {
                        th.name scope="row" { a href=(entity_url(&entity.id)) { (name) } }
                        td.number {
                            a href=(within(&entity.id)) aria-label={ "Documents that name " (name) ": " (entity.documents) } {
                                (group_digits(u64::from(entity.documents)))
                            }
                        }
                        td.year.extra { (years((entity.days.0, entity.days.0))) }
                        td.year { (years((entity.days.1, entity.days.1))) }
                    }
                }
            }
        }
    }
}
