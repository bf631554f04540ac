//! The map: the places and the posts of a search.

use axum::response::Html;
use chancery_store::Query;
use maud::{Markup, html};

use super::plot::{self, Dot, Shape, View, passages};
use crate::formatting::{counted, grouped};
use crate::geometry::world::{GRID, WIDTH, WORLD, height, project};
use crate::pages::frame::{Place, frame};
use crate::pages::html::clean;
use crate::queries::map::{Kind, Map, Spot};
use crate::urls::entity_address;

/// Rows of a table shown at first; the others are folded.
const AT_ONCE: usize = 20;

/// Renders the page.
pub(crate) fn page(typed: &str, query: &Query, map: &Map) -> Html<String> {
    let named = counted(map.documents as u64, "document");
    let body = html! {
        div.chart-page {
            (plot::heading("Map", typed, query, View::Map))
            p.facts {
                (named) ": " (counted(map.places.len() as u64, "place")) " named, "
                (counted(map.posts.len() as u64, "sending post")) "."
                @let lost = (map.unlocated_places + map.unlocated_posts) as u64;
                @if lost > 0 { " " (counted(lost, "more name")) " without coordinates." }
            }
            figure.chart data-chart="map" {
                (picture(query, map))
                (plot::under("The area of a dot shows its number of documents. Click a dot to open them."))
                figcaption.legend {
                    @for (class, shape, words) in [
                        ("loc", Shape::Circle, "town"),
                        ("country", Shape::Circle, "country, at its centre"),
                        ("post", Shape::Diamond, "sending post"),
                    ] {
                        span { (sample(class, shape)) " " (words) }
                    }
                }
            }
            div.chart-tables {
                section aria-labelledby="places" {
                    h2 #places { "Places named" }
                    (table(query, "Places named", &map.places))
                }
                section aria-labelledby="posts" {
                    h2 #posts { "Sending posts" }
                    (table(query, "Sending posts", &map.posts))
                }
            }
            p.hint { "Outlines: Natural Earth. Coordinates: GeoNames and the Office of the Historian." }
        }
    };
    frame("Map", Place::Search, typed, &body)
}

fn picture(query: &Query, map: &Map) -> Markup {
    let world = &*WORLD;
    let view = format!("0 0 {WIDTH} {:.0}", height());
    let mut spots: Vec<&Spot> = map.places.iter().chain(&map.posts).collect();
    spots.sort_by_key(|spot| u64::MAX - spot.documents);
    let most = spots.first().map_or(1, |spot| spot.documents);
    let dots: Vec<Dot<'_>> = spots.into_iter().map(|spot| dot(query, spot, most)).collect();
    html! {
        svg.world viewBox=(view) aria-hidden="true" focusable="false" {
            g.ground {
                g transform=(format!("scale({})", 1.0 / GRID)) {
                    path.land d=(world.land) {}
                    path.borders d=(world.borders) {}
                }
                (plot::dots(&dots, WIDTH))
            }
        }
    }
}

fn dot<'a>(query: &Query, spot: &'a Spot, most: u64) -> Dot<'a> {
    let [north, east] = spot.at;
    let (class, shape) = look(spot.kind);
    Dot {
        at: project(north.into(), east.into()),
        radius: plot::radius(spot.documents, most, (2.5, 22.0)),
        shape,
        class,
        label: &spot.name,
        told: format!("{}: {}", spot.name, counted(spot.documents, "document")),
        address: passages(query, &spot.term),
    }
}

const fn look(kind: Kind) -> (&'static str, Shape) {
    match kind {
        Kind::Town => ("loc", Shape::Circle),
        Kind::Country => ("country", Shape::Circle),
        Kind::Post => ("post", Shape::Diamond),
    }
}

/// An example of a dot, for the legend.
fn sample(class: &str, shape: Shape) -> Markup {
    html! {
        svg.sample viewBox="-8 -8 16 16" aria-hidden="true" {
            g.dot.(class) {
                @match shape {
                    Shape::Circle => circle r="6" {},
                    Shape::Square => rect x="-5" y="-5" width="10" height="10" {},
                    Shape::Diamond => rect x="-5" y="-5" width="10" height="10" transform="rotate(45)" {},
                }
            }
        }
    }
}

fn table(query: &Query, caption: &str, spots: &[Spot]) -> Markup {
    let row = |spot: &Spot| {
        html! {
            tr {
                th scope="row" {
                    @match &spot.entity {
                        Some(id) => a href=(entity_address(id)) { (clean(&spot.name)) },
                        None => (clean(&spot.name)),
                    }
                }
                td { (kind_name(spot.kind)) }
                td.number {
                    a href=(passages(query, &spot.term)) { (grouped(spot.documents)) }
                }
            }
        }
    };
    let rows: Vec<Markup> = spots.iter().map(row).collect();
    html! {
        @if rows.is_empty() { p.quiet { "None with known coordinates." } }
        @else { (plot::table(caption, &["Name", "Kind", "Documents"], &rows, AT_ONCE)) }
    }
}

const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Town => "town",
        Kind::Country => "country",
        Kind::Post => "post",
    }
}
