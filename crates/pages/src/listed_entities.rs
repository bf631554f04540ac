//! How lists and cards show an entity: its name, what it is, in how many documents,
//! and when.

use chancery_model::Label;
use chancery_store::{ListedEntity, Query};
use chancery_views::formatting::format_count;
use chancery_views::urls::{entity_url, search_url};
use maud::{Markup, html};

use crate::html::{label_css_class, label_name, without_controls};
use crate::icon::{Icon, icon};

/// The icon of a label.
pub fn label_icon(label: Label) -> Icon {
    match label {
        Label::Per => Icon::Person,
        Label::Loc => Icon::Place,
        Label::Org => Icon::Organisation,
        Label::Misc => Icon::Document,
    }
}

/// The years of a first and last day: "1957–1959". Empty if unknown.
pub fn years((first, last): (u32, u32)) -> String {
    match (first / 10_000, last / 10_000) {
        (0, _) => String::new(),
        (first, last) if first == last => first.to_string(),
        (first, last) => format!("{first}–{last}"),
    }
}

/// The name of an entity as people read it.
pub fn entity_name(entity: &ListedEntity) -> String {
    without_controls(&entity.shown_name()).into_owned()
}

/// A card of an entity that a search may mean.
pub fn entity_card(entity: &ListedEntity) -> Markup {
    let documents = format_count(u64::from(entity.documents), "document");
    html! {
        div.entity-card {
            span.badge.(label_css_class(entity.label)) { (icon(label_icon(entity.label))) }
            div {
                a.subject href=(entity_url(&entity.id)) { (entity_name(entity)) }
                p.facts {
                    span.fact { (label_name(entity.label)) } " "
                    span.fact { (documents) } " "
                    @let years = years(entity.days);
                    @if !years.is_empty() { span.fact { (years) } }
                }
            }
            a.button href=(search_url(&Query::entity(&entity.id).to_string())) {
                "Documents"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_one_or_a_range() {
        for (days, words) in [
            ((0, 0), ""),
            ((19_570_000, 19_571_201), "1957"),
            ((19_570_301, 19_590_101), "1957–1959"),
        ] {
            assert_eq!(years(days), words);
        }
    }
}
