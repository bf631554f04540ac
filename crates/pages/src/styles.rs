//! All pieces of the design on one page: type, colours, controls, states, icons. For
//! developers; no page links to it.

use chancery_model::Label;
use maud::{Markup, html};

use crate::frame::{NavigationItem, render_frame};
use crate::html::{label_css_class, label_name, pager_links};
use crate::icon::{Icon, icon};
use crate::listed_entities::label_icon;

/// Names of the colours of the style sheet.
const COLOURS: [&str; 8] = ["paper", "sheet", "ink", "quiet", "line", "faint", "accent", "warning"];

/// Steps of the scale of type.
const SIZES: [(&str, &str); 6] = [
    ("text-xs", "Counts, facts beside a title"),
    ("text-s", "Facts, hints, tables"),
    ("text-m", "Text of pages"),
    ("text-l", "Titles of hits, leads"),
    ("text-xl", "Titles of pages"),
    ("text-xxl", "The title of the home"),
];

/// Renders the page.
pub fn render_page() -> Markup {
    let body = html! {
        article.wide.styles-page {
            h1 { "Styles" }
            p.lead { "Every piece that pages are made of. Spaces are multiples of a quarter of a line." }
            section aria-labelledby="type" {
                h2 #type { "Type" }
                @for (step, use_of) in SIZES { p.(step) { (use_of) } }
            }
            section aria-labelledby="colours" {
                h2 #colours { "Colours" }
                ul.swatches { @for colour in COLOURS { li.{ "swatch-" (colour) } { (colour) } } }
                ul.legend {
                    @for label in Label::ALL {
                        li {
                            span.badge.(label_css_class(label)) { (icon(label_icon(label))) } " "
                            span.n.(label_css_class(label)) { (label_name(label)) }
                        }
                    }
                }
            }
            (controls())
            section aria-labelledby="states" {
                h2 #states { "States" }
                p.notice { "A notice: what happened, and what to do." }
                p.notice.warning { (icon(Icon::Warning)) "A warning: what is wrong, and the remedy." }
                p.nothing { "An empty list says so, and what comes next." }
                p.loading role="status" { "Working" }
            }
            section aria-labelledby="icons" {
                h2 #icons { "Icons" }
                ul.swatches { @for (one, name) in Icon::ALL { li { (icon(one)) (name) } } }
            }
        }
    };
    render_frame("Styles", NavigationItem::Unlisted, "", &body)
}

fn controls() -> Markup {
    html! {
        section aria-labelledby="controls" {
            h2 #controls { "Controls" }
            p.row {
                button.primary type="button" { "Primary" } " "
                button type="button" { "Button" } " "
                button type="button" disabled { "Disabled" } " "
                a.button href="#controls" { (icon(Icon::Filter)) "A link" } " "
                a.button.plain href="#controls" { (icon(Icon::Close)) "Plain" }
            }
            form.filter {
                label for="a-text" { "A text" }
                input #a-text placeholder="Placeholder";
                label for="a-choice" { "A choice" }
                select #a-choice { option { "One" } option { "Another" } }
                label for="a-file" { "A file" }
                input #a-file type="file";
                label.check { input type="checkbox"; " A checkbox" }
            }
            ul.chips {
                li { a.chip href="#controls" { "Included" (icon(Icon::Close)) } }
                li { a.chip.excluded href="#controls" { "not excluded" (icon(Icon::Close)) } }
            }
            (pager_links(260, 60, 20, &|offset| format!("#page{offset}")))
        }
    }
}
