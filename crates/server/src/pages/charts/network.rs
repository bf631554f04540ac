//! The network: names that occur in the same documents, or senders and
//! addressees.

use axum::response::Html;
use chancery_model::Label;
use chancery_store::Query;
use maud::{Markup, html};

use super::plot::{self, Dot, Shape, View, passages};
use crate::formatting::{counted, grouped};
use crate::pages::frame::{Place, frame};
use crate::pages::html::clean;
use crate::queries::network::{Ask, By, Edge, Network, Node, USUAL};
use crate::urls::{encode_component, entity_address};

/// Size of the chart, and of its margin, which holds no centre of a dot.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 560.0;
const RIM: f64 = 40.0;

/// Pairs shown at first, and the maximum number of pairs.
const AT_ONCE: usize = 25;
const PAIRS: usize = 250;

/// Renders the page.
pub(crate) fn page(ask: &Ask, query: &Query, network: &Network) -> Html<String> {
    let body = html! {
        div.chart-page {
            (plot::heading("Network", &ask.q, query, View::Network))
            (choices(ask))
            p.facts {
                (counted(network.documents as u64, "document")) ". "
                @match ask.by {
                    By::Mention => "A line joins two names that occur in the same documents.",
                    By::Letter => "An arrow points from a sender to an addressee.",
                }
            }
            figure.chart data-chart="network"
                data-source={ "/api/v1/network" (asked(ask, ask.by, ask.size)) } {
                (picture(ask, query, network))
                (plot::under("Click a dot to open its documents. Only the strongest lines of each dot are drawn."))
                @if ask.by == By::Mention {
                    figcaption.legend {
                        span { svg.sample viewBox="-8 -8 16 16" aria-hidden="true" {
                            g.dot.per { circle r="6" {} } } " person" }
                        span { svg.sample viewBox="-8 -8 16 16" aria-hidden="true" {
                            g.dot.org { rect x="-5" y="-5" width="10" height="10" {} } }
                            " organisation" }
                    }
                }
            }
            section aria-labelledby="pairs" {
                h2 #pairs { @match ask.by {
                    By::Mention => "Most often named together",
                    By::Letter => "Most frequent correspondence",
                } }
                (pairs(ask, query, network))
            }
            details {
                summary { "All names in the chart" }
                ul.columns {
                    @for node in &network.nodes {
                        li { (who(node)) " " a.count href=(passages(query, &node.term)) {
                            (counted(node.documents, "document"))
                        } }
                    }
                }
            }
        }
    };
    frame("Network", Place::Search, &ask.q, &body)
}

/// The query string of the address of a network, with its "?".
fn asked(ask: &Ask, by: By, size: Option<usize>) -> String {
    let mut asked = format!("?q={}", encode_component(&ask.q));
    if by == By::Letter {
        asked += "&by=letter";
    }
    if let Some(size) = size {
        asked += &format!("&size={size}");
    }
    asked
}

fn choices(ask: &Ask) -> Markup {
    html! {
        div.choices {
            nav.sorts aria-label="What a line stands for" {
                @for (by, name) in [(By::Mention, "named together"), (By::Letter, "wrote to each other")] {
                    a href={ "/network" (asked(ask, by, ask.size)) }
                        aria-current=[(by == ask.by).then_some("true")] { (name) }
                }
            }
            nav.sorts aria-label="Number of names shown" {
                @for size in [25, USUAL, 100, 200] {
                    a href={ "/network" (asked(ask, ask.by, Some(size))) }
                        aria-current=[(size == ask.size.unwrap_or(USUAL)).then_some("true")] {
                        (size)
                    }
                }
            }
        }
    }
}

fn picture(ask: &Ask, query: &Query, network: &Network) -> Markup {
    let most = network.nodes.iter().map(|node| node.documents).max().unwrap_or(1);
    let dots: Vec<Dot<'_>> = network.nodes.iter().map(|node| dot(query, node, most)).collect();
    let lines = network.edges.iter().filter(|edge| edge.drawn);
    html! {
        svg.net viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) aria-hidden="true" focusable="false" {
            @if ask.by == By::Letter {
                defs {
                    marker #arrow viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7"
                        markerUnits="userSpaceOnUse" orient="auto" { path d="M0 0L8 4L0 8Z" {} }
                }
            }
            g.ground {
                g.lines { @for edge in lines { (line(ask, query, network, edge, &dots)) } }
                (plot::dots(&dots, WIDTH))
            }
        }
    }
}

fn dot<'a>(query: &Query, node: &'a Node, most: u64) -> Dot<'a> {
    let [x, y] = node.at.map(f64::from);
    let (class, shape) = match node.class {
        Some(Label::Per) => ("per", Shape::Circle),
        Some(Label::Org) => ("org", Shape::Square),
        _ => ("org", Shape::Circle),
    };
    Dot {
        at: (RIM + x * (WIDTH - 2.0 * RIM), RIM + y * (HEIGHT - 2.0 * RIM)),
        radius: plot::radius(node.documents, most, (4.0, 18.0)),
        shape,
        class,
        label: &node.name,
        told: format!("{}: {}", node.name, counted(node.documents, "document")),
        address: passages(query, &node.term),
    }
}

/// A line between the edges of two dots.
fn line(ask: &Ask, query: &Query, network: &Network, edge: &Edge, dots: &[Dot<'_>]) -> Markup {
    let (one, other) = (&dots[edge.one], &dots[edge.other]);
    let (dx, dy) = (other.at.0 - one.at.0, other.at.1 - one.at.1);
    let long = dx.hypot(dy).max(1.0);
    let part = |from: (f64, f64), by: f64| {
        (format!("{:.1}", from.0 + dx / long * by), format!("{:.1}", from.1 + dy / long * by))
    };
    let (start, end) = (part(one.at, one.radius), part(other.at, -other.radius - 1.0));
    let sign = if ask.by == By::Letter { "→" } else { "and" };
    let names = [edge.one, edge.other].map(|n| clean(&network.nodes[n].name).into_owned());
    html! {
        a href=(passages(query, &edge.term)) tabindex="-1" {
            line x1=(start.0) y1=(start.1) x2=(end.0) y2=(end.1)
                stroke-width=(format!("{:.1}", 0.8 + 5.0 * edge.strength))
                data-one=(edge.one) data-other=(edge.other)
                marker-end=[(ask.by == By::Letter).then_some("url(#arrow)")] {
                title {
                    (names[0]) " " (sign) " " (names[1]) ": " (counted(edge.documents, "document"))
                }
            }
        }
    }
}

fn who(node: &Node) -> Markup {
    html! {
        @match &node.entity {
            Some(id) => a href=(entity_address(id)) { (clean(&node.name)) },
            None => (clean(&node.name)),
        }
    }
}

fn pairs(ask: &Ask, query: &Query, network: &Network) -> Markup {
    let row = |edge: &Edge| {
        html! {
            tr {
                td { (who(&network.nodes[edge.one])) }
                td { (who(&network.nodes[edge.other])) }
                td.number {
                    a href=(passages(query, &edge.term)) { (grouped(edge.documents)) }
                }
                td.number { (format!("{:.0} %", edge.strength * 100.0)) }
            }
        }
    };
    let rows: Vec<Markup> = network.edges.iter().take(PAIRS).map(row).collect();
    let head = match ask.by {
        By::Mention => ["Name", "Other name", "Documents", "Shared"],
        By::Letter => ["From", "To", "Documents", "Shared"],
    };
    html! {
        @if rows.is_empty() { p.quiet { "No pairs." } }
        @else { (plot::table("Pairs", &head, &rows, AT_ONCE)) }
    }
}
