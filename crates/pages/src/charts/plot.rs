//! What the pages Timeline, Map and Network share: a heading with the query,
//! the links between the views of a search, and the dots of a chart.
//!
//! Charts are hidden from screen readers and are not in the keyboard's tab
//! order, because a table below each has the same numbers and links.

use chancery_store::Query;
use maud::{Markup, html};

use crate::html::without_controls;
use crate::icon::{Icon, icon};
use crate::search_box::BoxContent;
use chancery_views::near_entity::NearEntity;
use chancery_views::query_words::{NamedQuery, part_entities};
use chancery_views::urls::percent_encode;

/// Width of a letter of a label, and height of a label, in units of a chart.
const LETTER_WIDTH: f64 = 6.4;
const LABEL_HEIGHT: f64 = 14.0;

/// Maximum length of a label, in characters; longer ones are cut.
const MAX_LABEL_CHARS: usize = 34;

/// A view of the documents that match a query.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum SearchView {
    /// The list of documents.
    List,
    /// Their dates.
    Timeline,
    /// The places that they name.
    Map,
    /// The names that occur together in them.
    Network,
}

const SEARCH_VIEWS: [(SearchView, &str, &str); 4] = [
    (SearchView::List, "/", "List"),
    (SearchView::Timeline, "/timeline", "Timeline"),
    (SearchView::Map, "/map", "Map"),
    (SearchView::Network, "/network", "Network"),
];

impl SearchView {
    fn base_path(self) -> &'static str {
        SEARCH_VIEWS.iter().find(|(view, ..)| *view == self).map_or("/", |(_, path, _)| path)
    }

    /// The address of this view of a query.
    pub fn address_of_query(self, query: &Query) -> String {
        match query {
            // The list of all documents, and not the first page.
            Query::All if self == Self::List => "/?q=".to_owned(),
            Query::All => self.base_path().to_owned(),
            query => format!("{}?q={}", self.base_path(), percent_encode(&query.to_string())),
        }
    }
}

/// The links between the views of a query; `current` is the open one.
pub fn view_links(query: &Query, current: Option<SearchView>) -> Markup {
    html! {
        nav.views aria-label="Views of this search" {
            @for (view, _, name) in SEARCH_VIEWS {
                a href=(view.address_of_query(query)) aria-current=[(Some(view) == current).then_some("page")] {
                    (name)
                }
            }
        }
    }
}

/// The heading of a chart, with a box to change its query, which shows the query as it was
/// typed. The names that it asks for by their ids stand before the box.
pub fn chart_heading(title: &str, asked: &NamedQuery, view: SearchView) -> Markup {
    let BoxContent { shown, hidden } = BoxContent::from_query(&asked.typed);
    let (_, names) = part_entities(&asked.query);
    html! {
        (view_links(&asked.query, Some(view)))
        div.chart-head {
            h1 { (title) }
            form.row.of action=(view.base_path()) method="get" role="search" aria-label="Query of this chart" {
                @if !hidden.is_empty() {
                    @for name in names.terms() {
                        @let words = asked.names.describe(name);
                        @let place = asked.query.terms().iter().position(|term| term == name);
                        @let rest = asked.query.clone().without_term(place.unwrap_or(usize::MAX));
                        a.chip href=(view.address_of_query(&rest))
                            aria-label={ "Without " (without_controls(&words)) } {
                            (without_controls(&words)) (icon(Icon::Close))
                        }
                    }
                    input type="hidden" name="with" value=(hidden);
                }
                label.unseen for="q" { "Query" }
                input #q name="q" type="search" value=(shown) maxlength="2000" autocomplete="off"
                    spellcheck="false" placeholder=(if hidden.is_empty() { "all documents" } else { "and words, a date, a name" });
                button type="submit" { "Show" }
            }
        }
    }
}

/// Says that a chart shows only what stands in the paragraphs of an entity.
pub fn near_remark(what: &str, near: Option<&NearEntity>, documents: usize) -> Markup {
    html! {
        @if let Some(near) = near {
            " " (what) " stand in a paragraph that names " (without_controls(&near.name)) "."
            @if near.documents_read < documents {
                " Only the oldest " (near.documents_read) " documents were read for them."
            }
        }
    }
}

/// The address of the search for documents that match a query and a term.
pub fn narrowed_search_address(query: &Query, term: &Query) -> String {
    SearchView::List.address_of_query(&query.clone().and(term.clone()))
}

/// The shape of a dot, which distinguishes kinds without colour.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum DotShape {
    /// A circle.
    Circle,
    /// A square.
    Square,
    /// A square that stands on a corner.
    Diamond,
}

/// A dot of a chart.
pub struct ChartDot<'a> {
    /// Its centre.
    pub centre: (f64, f64),
    /// Half its width.
    pub radius: f64,
    /// Its shape.
    pub shape: DotShape,
    /// Its CSS class.
    pub css_class: &'static str,
    /// The text beside it.
    pub label: &'a str,
    /// The description that the pointer shows.
    pub description: String,
    /// The address that it opens.
    pub address: String,
}

/// The radius for a count, so that areas are proportional to counts.
pub fn radius_for_count(count: u64, most: u64, (least, largest): (f64, f64)) -> f64 {
    (largest * (count as f64 / most.max(1) as f64).sqrt()).max(least)
}

/// Draws dots, the first ones below the others, and the labels that have room.
/// A script shows more labels when it zooms in.
pub fn draw_dots(dots: &[ChartDot<'_>], width: f64) -> Markup {
    let labels = place_labels(dots, width);
    html! {
        g.dots {
            @for (n, dot) in dots.iter().enumerate() {
                a href=(dot.address) tabindex="-1" {
                    g.dot.(dot.css_class) transform=(translate_transform(dot.centre)) data-dot=(n) {
                        title { (without_controls(&dot.description)) }
                        (draw_shape(dot))
                    }
                }
            }
        }
        g.labels {
            @for (dot, label) in dots.iter().zip(&labels) {
                text.label.crowded[!label.is_shown] transform=(translate_transform(dot.centre)) y="4"
                    x=(format!("{:.0}", label.x)) text-anchor=[label.is_at_left.then_some("end")] {
                    (without_controls(&shorten_label(dot.label)))
                }
            }
        }
    }
}

fn translate_transform((x, y): (f64, f64)) -> String {
    format!("translate({x:.1} {y:.1})")
}

fn draw_shape(dot: &ChartDot<'_>) -> Markup {
    let half = dot.radius;
    let side = half * 1.8;
    let square = |turn: Option<&str>| {
        html! {
            rect x=(format!("{:.1}", -side / 2.0)) y=(format!("{:.1}", -side / 2.0))
                width=(format!("{side:.1}")) height=(format!("{side:.1}")) transform=[turn] {}
        }
    };
    match dot.shape {
        DotShape::Circle => html! { circle r=(format!("{half:.1}")) {} },
        DotShape::Square => square(None),
        DotShape::Diamond => square(Some("rotate(45)")),
    }
}

/// Cuts a label that is too long.
fn shorten_label(label: &str) -> String {
    match label.char_indices().nth(MAX_LABEL_CHARS) {
        Some((at, _)) => format!("{}…", label[..at].trim_end()),
        None => label.to_owned(),
    }
}

struct DotLabel {
    /// Horizontal offset from the centre of its dot.
    x: f64,
    /// Whether the label ends at `x`, at the left of its dot.
    is_at_left: bool,
    is_shown: bool,
}

/// Places labels beside their dots. Earlier dots have precedence where labels
/// overlap.
fn place_labels(dots: &[ChartDot<'_>], width: f64) -> Vec<DotLabel> {
    let mut taken: Vec<[f64; 4]> = Vec::new();
    let place_label = |dot: &ChartDot<'_>| {
        let length = shorten_label(dot.label).chars().count() as f64 * LETTER_WIDTH;
        let left = dot.centre.0 + dot.radius + 4.0 + length > width;
        let x = if left { -dot.radius - 4.0 } else { dot.radius + 4.0 };
        let start = if left { dot.centre.0 + x - length } else { dot.centre.0 + x };
        let top = dot.centre.1 - LABEL_HEIGHT / 2.0;
        let bounds = [start, top, start + length, top + LABEL_HEIGHT];
        let overlaps = |other: &[f64; 4]| {
            bounds[0] < other[2]
                && other[0] < bounds[2]
                && bounds[1] < other[3]
                && other[1] < bounds[3]
        };
        let shown = !taken.iter().any(overlaps);
        if shown {
            taken.push(bounds);
        }
        DotLabel { x, is_at_left: left, is_shown: shown }
    };
    dots.iter().map(place_label).collect()
}

/// The line below a chart, where a script describes the dot under the pointer,
/// and the zoom buttons. `words` are shown until then. The script enables the
/// buttons once it listens, so that no click is lost while it loads.
pub fn status_and_zoom(words: &str) -> Markup {
    html! {
        div.under {
            p.told data-told="" aria-hidden="true" { (words) }
            div.with-script.steer {
                @for (by, sign, name) in
                    [("in", "+", "Zoom in"), ("out", "−", "Zoom out"), ("all", "⤢", "Show all")]
                {
                    button type="button" disabled data-zoom=(by) aria-label=(name) { (sign) }
                }
            }
        }
    }
}

/// A table of which the rows after the first `at_once` are collapsed.
pub fn folded_table(caption: &str, head: &[&str], rows: &[Markup], at_once: usize) -> Markup {
    let part = |rows: &[Markup], caption: &str| {
        html! {
            div.scroll {
                table.records.chart-table {
                    caption.unseen { (caption) }
                    thead { tr { @for name in head { th scope="col" { (name) } } } }
                    tbody { @for row in rows { (row) } }
                }
            }
        }
    };
    let (first, others) = rows.split_at(at_once.min(rows.len()));
    html! {
        (part(first, caption))
        @if !others.is_empty() {
            details {
                summary { (others.len()) " more" }
                (part(others, &format!("{caption}, continued")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test_dot(x: f64, label: &str) -> ChartDot<'_> {
        ChartDot {
            centre: (x, 10.0),
            radius: 5.0,
            shape: DotShape::Circle,
            css_class: "loc",
            label,
            description: String::new(),
            address: String::new(),
        }
    }

    #[test]
    fn labels_do_not_overlap() {
        let dots = [
            test_dot(10.0, "Lusaka"),
            test_dot(20.0, "Ndola"),
            test_dot(95.0, "Oslo"),
            test_dot(50.0, "Ürümqi"),
        ];
        let labels = place_labels(&dots, 100.0);
        let shown: Vec<bool> = labels.iter().map(|label| label.is_shown).collect();
        assert_eq!(shown, [true, false, true, false]);
        assert!(labels[2].is_at_left && !labels[0].is_at_left);
    }

    #[test]
    fn areas_are_proportional() {
        let size = |count| radius_for_count(count, 400, (1.0, 20.0));
        assert!((size(400) - 20.0).abs() < 1e-9 && (size(100) - 10.0).abs() < 1e-9);
        assert!(
            (size(0) - 1.0).abs() < 1e-9
                && (radius_for_count(0, 0, (1.0, 20.0)) - 1.0).abs() < 1e-9
        );
    }
}
