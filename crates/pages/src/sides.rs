//! Two names that may be one, side by side.

use chancery_views::formatting::format_count;
use chancery_views::sides::EntitySide;
use chancery_views::urls::entity_url;
use maud::{Markup, html};

use crate::html::{label_css_class, label_name, without_controls};
use crate::listing::{document_line, mention_in_context, shown_date};

/// One of the names with its evidence, under a title.
pub fn side_column(title: &str, side: &EntitySide) -> Markup {
    let row = |name: &str, words: &str| {
        html! { @if !words.is_empty() { div { dt { (name) } dd { (without_controls(words)) } } } }
    };
    html! {
        section.side-column aria-label=(title) {
            p.quiet { (title) }
            h3 { a href=(entity_url(&side.id)) { (without_controls(&side.name)) } }
            p.facts {
                span.n.(label_css_class(side.label)) { (label_name(side.label)) } " · "
                (format_count(side.mentions, "mention")) " in "
                (format_count(side.documents, "document"))
                @if let Some([first, last]) = &side.dates {
                    " · " (shown_date(first))
                    @if first != last { " to " (shown_date(last)) }
                }
            }
            dl.fields {
                (row("Known as", &side.description))
                (row("Written", &side.spellings.join("; ")))
                (row("Named with", &side.named_with.join(", ")))
            }
            @for passage in &side.passages {
                figure.side-passage {
                    blockquote { (mention_in_context(&passage.excerpt)) }
                    figcaption { (document_line(&passage.document)) }
                }
            }
        }
    }
}
