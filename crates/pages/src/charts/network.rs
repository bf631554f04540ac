//! The network: names that occur in the same documents, or senders and
//! addressees.

use chancery_model::Label;
use chancery_store::Query;
use maud::{Markup, html};

use super::plot::{self, ChartDot, DotShape, SearchView, narrowed_search_address};
use crate::frame::{NavigationItem, render_frame};
use crate::html::without_controls;
use chancery_views::formatting::{format_count, group_digits};
use chancery_views::network::{
    DEFAULT_NODES, GraphEdge, GraphNode, NetworkGraph, NetworkParameters, NetworkRelation,
};
use chancery_views::query_words::NamedQuery;
use chancery_views::urls::{entity_url, percent_encode};

/// Size of the chart, and of its margin: no dot's centre lies in it.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 560.0;
const MARGIN: f64 = 40.0;

/// Pairs shown at first, and the maximum number of pairs.
const PAIRS_SHOWN: usize = 25;
const MAX_PAIRS: usize = 250;

/// Renders the page.
pub fn render_page(
    parameters: &NetworkParameters,
    asked: &NamedQuery,
    network: &NetworkGraph,
) -> Markup {
    let query = &asked.query;
    let body = html! {
        div.chart-page {
            (plot::chart_heading("Network", asked, SearchView::Network))
            (network_options(parameters))
            p.facts {
                (format_count(network.documents as u64, "document")) ". "
                @match parameters.by {
                    NetworkRelation::Mention => "A line joins two names that occur in the same documents.",
                    NetworkRelation::Correspondence => "An arrow points from a sender to an addressee.",
                }
            }
            @if network.nodes.is_empty() {
                p.notice {
                    "There is nothing to draw: these documents name no people. "
                    a href={ "/?q=" (percent_encode(&parameters.q)) } { "Show the documents" }
                }
            } @else { figure.chart data-chart="network" {
                (network_picture(parameters, query, network))
                (plot::status_and_zoom("A click on a dot opens its page, a click on a line the documents of both. Only the strongest lines of each dot are drawn."))
                @if parameters.by == NetworkRelation::Mention {
                    figcaption.legend {
                        span { svg.sample viewBox="-8 -8 16 16" aria-hidden="true" {
                            g.dot.per { circle r="6" {} } } " person" }
                        span { svg.sample viewBox="-8 -8 16 16" aria-hidden="true" {
                            g.dot.org { rect x="-5" y="-5" width="10" height="10" {} } }
                            " organisation" }
                    }
                }
            } }
            section aria-labelledby="pairs" {
                h2 #pairs { @match parameters.by {
                    NetworkRelation::Mention => "Most often named together",
                    NetworkRelation::Correspondence => "Most frequent correspondence",
                } }
                (pair_table(parameters, query, network))
            }
            details {
                summary { "All names in the chart" }
                ul.columns {
                    @for node in &network.nodes {
                        li { (node_name(node)) " " a.count href=(narrowed_search_address(query, &node.term)) {
                            (format_count(node.documents, "document"))
                        } }
                    }
                }
            }
        }
    };
    render_frame("Network", NavigationItem::Search, &parameters.q, &body)
}

/// The query string of the address of a network, with its "?".
fn query_string(
    parameters: &NetworkParameters,
    by: NetworkRelation,
    size: Option<usize>,
) -> String {
    let mut query_string = format!("?q={}", percent_encode(&parameters.q));
    if by == NetworkRelation::Correspondence {
        query_string += "&by=letter";
    }
    if let Some(size) = size {
        query_string += &format!("&size={size}");
    }
    query_string
}

fn network_options(parameters: &NetworkParameters) -> Markup {
    html! {
        div.choices {
            nav.sorts aria-label="What a line stands for" {
                @for (by, name) in [(NetworkRelation::Mention, "named together"), (NetworkRelation::Correspondence, "wrote to each other")] {
                    a href={ "/network" (query_string(parameters, by, parameters.size)) }
                        aria-current=[(by == parameters.by).then_some("true")] { (name) }
                }
            }
            nav.sorts aria-label="Number of names shown" {
                @for size in [25, DEFAULT_NODES, 100, 200] {
                    a href={ "/network" (query_string(parameters, parameters.by, Some(size))) }
                        aria-current=[(size == parameters.size.unwrap_or(DEFAULT_NODES)).then_some("true")] {
                        (size)
                    }
                }
            }
        }
    }
}

fn network_picture(
    parameters: &NetworkParameters,
    query: &Query,
    network: &NetworkGraph,
) -> Markup {
    let most = network.nodes.iter().map(|node| node.documents).max().unwrap_or(1);
    let dots: Vec<ChartDot<'_>> =
        network.nodes.iter().map(|node| node_dot(query, node, most)).collect();
    let lines = network.edges.iter().filter(|edge| edge.drawn);
    html! {
        svg.net viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) aria-hidden="true" focusable="false" {
            @if parameters.by == NetworkRelation::Correspondence {
                defs {
                    marker #arrow viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7"
                        markerUnits="userSpaceOnUse" orient="auto" { path d="M0 0L8 4L0 8Z" {} }
                }
            }
            g.ground {
                g.lines { @for edge in lines { (edge_line(parameters, query, network, edge, &dots)) } }
                (plot::draw_dots(&dots, WIDTH))
            }
        }
    }
}

fn node_dot<'a>(query: &Query, node: &'a GraphNode, most: u64) -> ChartDot<'a> {
    let [x, y] = node.position.map(f64::from);
    let (class, shape) = match node.label {
        Some(Label::Per) => ("per", DotShape::Circle),
        Some(Label::Org) => ("org", DotShape::Square),
        _ => ("org", DotShape::Circle),
    };
    ChartDot {
        centre: (MARGIN + x * (WIDTH - 2.0 * MARGIN), MARGIN + y * (HEIGHT - 2.0 * MARGIN)),
        radius: plot::radius_for_count(node.documents, most, (4.0, 18.0)),
        shape,
        css_class: class,
        label: &node.name,
        description: format!("{}: {}", node.name, format_count(node.documents, "document")),
        address: match &node.entity {
            Some(id) => entity_url(id),
            None => narrowed_search_address(query, &node.term),
        },
    }
}

/// A line between the edges of two dots.
fn edge_line(
    parameters: &NetworkParameters,
    query: &Query,
    network: &NetworkGraph,
    edge: &GraphEdge,
    dots: &[ChartDot<'_>],
) -> Markup {
    let (one, other) = (&dots[edge.source], &dots[edge.target]);
    let (dx, dy) = (other.centre.0 - one.centre.0, other.centre.1 - one.centre.1);
    let long = dx.hypot(dy).max(1.0);
    let part = |from: (f64, f64), by: f64| {
        (format!("{:.1}", from.0 + dx / long * by), format!("{:.1}", from.1 + dy / long * by))
    };
    let (start, end) = (part(one.centre, one.radius), part(other.centre, -other.radius - 1.0));
    let sign = if parameters.by == NetworkRelation::Correspondence { "→" } else { "and" };
    let names =
        [edge.source, edge.target].map(|n| without_controls(&network.nodes[n].name).into_owned());
    html! {
        a href=(narrowed_search_address(query, &edge.term)) tabindex="-1" {
            line x1=(start.0) y1=(start.1) x2=(end.0) y2=(end.1)
                stroke-width=(format!("{:.1}", 0.8 + 5.0 * edge.strength))
                data-one=(edge.source) data-other=(edge.target)
                marker-end=[(parameters.by == NetworkRelation::Correspondence).then_some("url(#arrow)")] {
                title {
                    (names[0]) " " (sign) " " (names[1]) ": " (format_count(edge.documents, "document"))
                }
            }
        }
    }
}

fn node_name(node: &GraphNode) -> Markup {
    html! {
        @match &node.entity {
            Some(id) => a href=(entity_url(id)) { (without_controls(&node.name)) },
            None => (without_controls(&node.name)),
        }
    }
}

fn pair_table(parameters: &NetworkParameters, query: &Query, network: &NetworkGraph) -> Markup {
    let row = |edge: &GraphEdge| {
        html! {
            tr {
                td { (node_name(&network.nodes[edge.source])) }
                td { (node_name(&network.nodes[edge.target])) }
                td.number {
                    a href=(narrowed_search_address(query, &edge.term)) { (group_digits(edge.documents)) }
                }
                td.number { (format!("{:.0} %", edge.strength * 100.0)) }
            }
        }
    };
    let rows: Vec<Markup> = network.edges.iter().take(MAX_PAIRS).map(row).collect();
    let head = match parameters.by {
        NetworkRelation::Mention => ["Name", "Other name", "Documents", "Shared"],
        NetworkRelation::Correspondence => ["From", "To", "Documents", "Shared"],
    };
    html! {
        @if rows.is_empty() { p.quiet { "No pairs." } }
        @else {
            p.quiet { "Shared: the documents with both, of all documents with one of them." }
            (plot::folded_table("Pairs", &head, &rows, PAIRS_SHOWN))
        }
    }
}
