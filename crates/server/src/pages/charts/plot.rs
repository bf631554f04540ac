//! What the pages Timeline, Map and Network share: a heading with the query,
//! the row of views of a search, and the dots of a picture.
//!
//! A picture is for eyes and pointers: it is hidden from screen readers and
//! left out of the order of the keyboard, because a table below it has the
//! same numbers and the same links.

use maud::{Markup, html};

use crate::pages::search::narrowed;
use crate::pages::{clean, urlencoded};

/// Width of a label's letter, and height of a label, in units of a picture.
const LETTER: f64 = 6.4;
const LINE: f64 = 14.0;

/// Longer labels are cut, in letters.
const LONGEST: usize = 34;

/// A way to look at what answers a query.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// The documents.
    List,
    /// When they were written.
    Timeline,
    /// Where the places lie that they name.
    Map,
    /// Who is named together.
    Network,
}

const VIEWS: [(View, &str, &str); 4] = [
    (View::List, "/", "Documents"),
    (View::Timeline, "/timeline", "Timeline"),
    (View::Map, "/map", "Map"),
    (View::Network, "/network", "Network"),
];

impl View {
    fn path(self) -> &'static str {
        VIEWS.iter().find(|(view, ..)| *view == self).map_or("/", |(_, path, _)| path)
    }

    /// The address of this view of a query.
    pub(crate) fn address(self, query: &str) -> String {
        match query.trim() {
            "" => self.path().to_owned(),
            query => format!("{}?q={}", self.path(), urlencoded(query)),
        }
    }
}

/// The row of views of a query; `current` is the one that is open.
pub(crate) fn views(query: &str, current: Option<View>) -> Markup {
    html! {
        nav.views aria-label="Views of this search" {
            @for (view, _, name) in VIEWS {
                a href=(view.address(query)) aria-current=[(Some(view) == current).then_some("page")] {
                    (name)
                }
            }
        }
    }
}

/// The heading of a chart, with the box that its query is changed in.
pub(crate) fn heading(title: &str, query: &str, view: View) -> Markup {
    html! {
        (views(query, Some(view)))
        div.chart-head {
            h1 { (title) }
            form.row.of action=(view.path()) method="get" role="search" aria-label="Query of this chart" {
                label.unseen for="q" { "Documents that answer" }
                input #q name="q" type="search" value=(query) maxlength="2000" autocomplete="off"
                    spellcheck="false" placeholder="all documents";
                button type="submit" { "Show" }
            }
        }
    }
}

/// The search for what answers a query and a term.
pub(crate) fn passages(query: &str, term: &str) -> String {
    View::List.address(&narrowed(query, term))
}

/// How dots of a kind look, beside their colour.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A circle.
    Circle,
    /// A square.
    Square,
    /// A square on its corner.
    Diamond,
}

/// A dot of a picture.
pub(crate) struct Dot<'a> {
    /// Where it stands.
    pub(crate) at: (f64, f64),
    /// Half its width.
    pub(crate) radius: f64,
    /// Its shape.
    pub(crate) shape: Shape,
    /// Its class in the style sheet.
    pub(crate) class: &'static str,
    /// What stands beside it.
    pub(crate) label: &'a str,
    /// What is told of it.
    pub(crate) told: String,
    /// What it opens.
    pub(crate) address: String,
}

/// The radius for a count, so that areas are in proportion.
pub(crate) fn radius(count: u64, most: u64, (least, largest): (f64, f64)) -> f64 {
    (largest * (count as f64 / most.max(1) as f64).sqrt()).max(least)
}

/// Draws dots, the first on the ground, and the labels that have room; the
/// others come out when a module widens the picture.
pub(crate) fn dots(dots: &[Dot<'_>], width: f64) -> Markup {
    let labels = labels(dots, width);
    html! {
        g.dots {
            @for (n, dot) in dots.iter().enumerate() {
                a href=(dot.address) tabindex="-1" {
                    g.dot.(dot.class) transform=(moved(dot.at)) data-dot=(n) {
                        title { (clean(&dot.told)) }
                        (shape(dot))
                    }
                }
            }
        }
        g.labels {
            @for (dot, label) in dots.iter().zip(&labels) {
                text.label.crowded[!label.shown] transform=(moved(dot.at)) y="4"
                    x=(format!("{:.0}", label.x)) text-anchor=[label.left.then_some("end")] {
                    (clean(&cut(dot.label)))
                }
            }
        }
    }
}

fn moved((x, y): (f64, f64)) -> String {
    format!("translate({x:.1} {y:.1})")
}

fn shape(dot: &Dot<'_>) -> Markup {
    let half = dot.radius;
    let side = half * 1.8;
    let square = |turn: Option<&str>| {
        html! {
            rect x=(format!("{:.1}", -side / 2.0)) y=(format!("{:.1}", -side / 2.0))
                width=(format!("{side:.1}")) height=(format!("{side:.1}")) transform=[turn] {}
        }
    };
    match dot.shape {
        Shape::Circle => html! { circle r=(format!("{half:.1}")) {} },
        Shape::Square => square(None),
        Shape::Diamond => square(Some("rotate(45)")),
    }
}

/// A label that is not too long.
fn cut(label: &str) -> String {
    match label.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", label[..at].trim_end()),
        None => label.to_owned(),
    }
}

struct Label {
    /// From the middle of its dot.
    x: f64,
    /// It ends there.
    left: bool,
    shown: bool,
}

/// Puts labels beside their dots; the first to come have the room.
fn labels(dots: &[Dot<'_>], width: f64) -> Vec<Label> {
    let mut taken: Vec<[f64; 4]> = Vec::new();
    let place = |dot: &Dot<'_>| {
        let long = cut(dot.label).chars().count() as f64 * LETTER;
        let left = dot.at.0 + dot.radius + 4.0 + long > width;
        let x = if left { -dot.radius - 4.0 } else { dot.radius + 4.0 };
        let start = if left { dot.at.0 + x - long } else { dot.at.0 + x };
        let top = dot.at.1 - LINE / 2.0;
        let own = [start, top, start + long, top + LINE];
        let meets = |other: &[f64; 4]| {
            own[0] < other[2] && other[0] < own[2] && own[1] < other[3] && other[1] < own[3]
        };
        let shown = !taken.iter().any(meets);
        if shown {
            taken.push(own);
        }
        Label { x, left, shown }
    };
    dots.iter().map(place).collect()
}

/// What a module fills: the words of the dot under the pointer, and buttons.
pub(crate) fn under(words: &str) -> Markup {
    html! {
        div.under {
            p.told data-told="" aria-hidden="true" { (words) }
            div.with-script.steer {
                @for (by, sign, name) in
                    [("in", "+", "Zoom in"), ("out", "−", "Zoom out"), ("all", "⤢", "Show all")]
                {
                    button type="button" data-zoom=(by) aria-label=(name) { (sign) }
                }
            }
        }
    }
}

/// Rows of a table, those beyond the first ones folded away.
pub(crate) fn table(caption: &str, head: &[&str], rows: &[Markup], at_once: usize) -> Markup {
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

    fn dot(x: f64, label: &str) -> Dot<'_> {
        Dot {
            at: (x, 10.0),
            radius: 5.0,
            shape: Shape::Circle,
            class: "loc",
            label,
            told: String::new(),
            address: String::new(),
        }
    }

    #[test]
    fn labels_keep_out_of_each_other() {
        let dots =
            [dot(10.0, "Lusaka"), dot(20.0, "Ndola"), dot(95.0, "Oslo"), dot(50.0, "Ürümqi")];
        let labels = labels(&dots, 100.0);
        let shown: Vec<bool> = labels.iter().map(|label| label.shown).collect();
        assert_eq!(shown, [true, false, true, false]);
        assert!(labels[2].left && !labels[0].left);
    }

    #[test]
    fn areas_are_in_proportion() {
        let size = |count| radius(count, 400, (1.0, 20.0));
        assert!((size(400) - 20.0).abs() < 1e-9 && (size(100) - 10.0).abs() < 1e-9);
        assert!((size(0) - 1.0).abs() < 1e-9 && (radius(0, 0, (1.0, 20.0)) - 1.0).abs() < 1e-9);
    }
}
