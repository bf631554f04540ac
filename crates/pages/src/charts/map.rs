//! The map: the places and the posts of a search.

use chancery_store::{Query, QueryField};
use maud::{Markup, html};

use super::plot::{self, ChartDot, DotShape, SearchView, narrowed_search_address};
use crate::frame::{NavigationItem, render_frame};
use crate::html::without_controls;
use chancery_geometry::projection::{MAP_WIDTH, map_height, project_coordinates};
use chancery_geometry::world::{BORDERS, GRID_STEPS, LAND};
use chancery_views::formatting::{format_count, group_digits};
use chancery_views::map::{MapPoint, MapPointKind, PlaceMap};
use chancery_views::near_entity::NearEntity;
use chancery_views::query_words::NamedQuery;
use chancery_views::urls::{entity_url, percent_encode};

/// Rows of a table shown at first; the others are collapsed.
const ROWS_SHOWN: usize = 20;

/// Renders the page.
pub fn render_page(asked: &NamedQuery, map: &PlaceMap) -> Markup {
    let query = &asked.query;
    let named = format_count(map.documents as u64, "document");
    let body = html! {
        div.chart-page {
            (plot::chart_heading("Map", asked, SearchView::Map))
            p.facts {
                (named) ": " (format_count(map.places.len() as u64, "place")) " named, "
                (format_count(map.posts.len() as u64, "sending post")) "."
                @let lost = (map.unlocated_places + map.unlocated_posts) as u64;
                @if lost > 0 { " " (format_count(lost, "more name")) " without coordinates." }
                (plot::near_remark("The places", map.near.as_ref(), map.documents))
            }
            figure.chart data-chart="map" {
                div.map-frame tabindex="0" role="group" aria-label="Map" { (map_picture(query, map)) }
                (plot::status_and_zoom("The area of a dot shows its number of documents. Click a dot to open them."))
                figcaption.legend {
                    @for (class, shape, words) in [
                        ("loc", DotShape::Circle, "town"),
                        ("country", DotShape::Circle, "country, at its centre"),
                        ("post", DotShape::Diamond, "sending post"),
                    ] {
                        span { (legend_sample(class, shape)) " " (words) }
                    }
                }
            }
            div.chart-tables {
                section aria-labelledby="places" {
                    h2 #places { "Places named" }
                    (location_table(query, map.near.as_ref(), "Places named", &map.places))
                }
                section aria-labelledby="posts" {
                    h2 #posts { "Sending posts" }
                    (location_table(query, map.near.as_ref(), "Sending posts", &map.posts))
                }
            }
            p.hint { "Outlines: Natural Earth. Coordinates: GeoNames and the Office of the Historian." }
        }
    };
    render_frame("Map", NavigationItem::Search, &asked.typed, &body)
}

fn map_picture(query: &Query, map: &PlaceMap) -> Markup {
    let view = format!("0 0 {MAP_WIDTH} {:.0}", map_height());
    let mut spots: Vec<&MapPoint> = map.places.iter().chain(&map.posts).collect();
    spots.sort_by_key(|spot| u64::MAX - spot.documents);
    let most = spots.first().map_or(1, |spot| spot.documents);
    let dots: Vec<ChartDot<'_>> =
        spots.into_iter().map(|spot| location_dot(query, map.near.as_ref(), spot, most)).collect();
    html! {
        svg.world viewBox=(view) aria-hidden="true" focusable="false" {
            g.ground {
                g transform=(format!("scale({})", 1.0 / GRID_STEPS)) {
                    path.land d=(LAND) {}
                    path.borders d=(BORDERS) {}
                }
                (plot::draw_dots(&dots, MAP_WIDTH))
            }
        }
    }
}

fn location_dot<'a>(
    query: &Query,
    near: Option<&NearEntity>,
    spot: &'a MapPoint,
    most: u64,
) -> ChartDot<'a> {
    let [north, east] = spot.coordinates;
    let (class, shape) = dot_style(spot.kind);
    ChartDot {
        centre: project_coordinates(north.into(), east.into()),
        radius: plot::radius_for_count(spot.documents, most, (2.5, 22.0)),
        shape,
        css_class: class,
        label: &spot.name,
        description: format!("{}: {}", spot.name, format_count(spot.documents, "document")),
        address: documents_address(query, near, &spot.term),
    }
}

const fn dot_style(kind: MapPointKind) -> (&'static str, DotShape) {
    match kind {
        MapPointKind::Town => ("loc", DotShape::Circle),
        MapPointKind::Country => ("country", DotShape::Circle),
        MapPointKind::Post => ("post", DotShape::Diamond),
    }
}

/// Where a dot leads: to the documents of a place or post; on the map of an entity to its
/// passages in them.
fn documents_address(query: &Query, near: Option<&NearEntity>, term: &Query) -> String {
    let Some(near) = near else { return narrowed_search_address(query, term) };
    let filter = query.clone().without(QueryField::Entity).and(term.clone()).to_string();
    format!("{}?q={}#mentions", entity_url(&near.id), percent_encode(&filter))
}

/// An example of a dot, for the legend.
fn legend_sample(class: &str, shape: DotShape) -> Markup {
    html! {
        svg.sample viewBox="-8 -8 16 16" aria-hidden="true" {
            g.dot.(class) {
                @match shape {
                    DotShape::Circle => circle r="6" {},
                    DotShape::Square => rect x="-5" y="-5" width="10" height="10" {},
                    DotShape::Diamond => rect x="-5" y="-5" width="10" height="10" transform="rotate(45)" {},
                }
            }
        }
    }
}

fn location_table(
    query: &Query,
    near: Option<&NearEntity>,
    caption: &str,
    spots: &[MapPoint],
) -> Markup {
    let row = |spot: &MapPoint| {
        html! {
            tr {
                th scope="row" {
                    @match &spot.entity {
                        Some(id) => a href=(entity_url(id)) { (without_controls(&spot.name)) },
                        None => (without_controls(&spot.name)),
                    }
                }
                td { (location_kind_name(spot.kind)) }
                td.number {
                    a href=(documents_address(query, near, &spot.term)) { (group_digits(spot.documents)) }
                }
            }
        }
    };
    let rows: Vec<Markup> = spots.iter().map(row).collect();
    html! {
        @if rows.is_empty() { p.quiet { "None with known coordinates." } }
        @else { (plot::folded_table(caption, &["Name", "Kind", "Documents"], &rows, ROWS_SHOWN)) }
    }
}

const fn location_kind_name(kind: MapPointKind) -> &'static str {
    match kind {
        MapPointKind::Town => "town",
        MapPointKind::Country => "country",
        MapPointKind::Post => "post",
    }
}
