//! Prepares the outline of the world.
//!
//! The source is TopoJSON: each border arc is stored once, as delta-encoded
//! integers. Rings that cross the 180th meridian are drawn twice and clipped at
//! the edges of the picture.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use chancery_geometry::projection::{CENTRAL_MERIDIAN, x_of_longitude, y_of_latitude};
use chancery_geometry::world::GRID_STEPS;
use chancery_resolve::normalise;
use serde::Deserialize;

/// The source.
pub(crate) const TOPOLOGY_JSON: &str =
    include_str!("../../data/world-atlas-2.0.2/countries-110m.json");

/// The contents of the prepared files.
pub(crate) struct PreparedOutline {
    pub(crate) land: String,
    pub(crate) borders: String,
    pub(crate) centres: String,
}

impl PreparedOutline {
    /// The files, each with its content.
    pub(crate) fn files(&self) -> [(PathBuf, &str); 3] {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/outline");
        [
            (folder.join("land.path"), &self.land),
            (folder.join("borders.path"), &self.borders),
            (folder.join("centres.tsv"), &self.centres),
        ]
    }
}

#[derive(Deserialize)]
struct Topology {
    objects: TopologyObjects,
    arcs: Vec<Vec<[i32; 2]>>,
    transform: Transform,
}

#[derive(Deserialize)]
struct TopologyObjects {
    countries: GeometryCollection,
    land: GeometryCollection,
}

#[derive(Deserialize)]
struct GeometryCollection {
    geometries: Vec<Geometry>,
}

#[derive(Deserialize)]
struct Geometry {
    #[serde(flatten)]
    rings: Rings,
    #[serde(default)]
    properties: Properties,
}

/// Arc numbers. A reversed arc is stored as the complement of its number.
#[derive(Deserialize)]
#[serde(tag = "type", content = "arcs")]
enum Rings {
    Polygon(Vec<Vec<i32>>),
    MultiPolygon(Vec<Vec<Vec<i32>>>),
}

#[derive(Deserialize, Default)]
struct Properties {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Transform {
    scale: [f64; 2],
    translate: [f64; 2],
}

/// A point: degrees east and north.
type LongitudeLatitude = (f64, f64);

impl Rings {
    fn all_rings(&self) -> Vec<&[i32]> {
        match self {
            Self::Polygon(rings) => rings.iter().map(Vec::as_slice).collect(),
            Self::MultiPolygon(parts) => parts.iter().flatten().map(Vec::as_slice).collect(),
        }
    }
}

impl Topology {
    /// Returns the points of an arc, reversed if the number is negative.
    fn arc_points(&self, number: i32) -> Vec<LongitudeLatitude> {
        let arc_index = if number < 0 { !number } else { number };
        let Transform { scale, translate } = &self.transform;
        let (mut x, mut y) = (0, 0);
        let mut points: Vec<LongitudeLatitude> =
            self.arcs.get(arc_index as usize).map_or_else(Vec::new, |arc| {
                let point = |[dx, dy]: &[i32; 2]| {
                    (x, y) = (x + dx, y + dy);
                    (f64::from(x) * scale[0] + translate[0], f64::from(y) * scale[1] + translate[1])
                };
                arc.iter().map(point).collect()
            });
        if number < 0 {
            points.reverse();
        }
        points
    }

    /// Returns the points of a sequence of arcs, without jumps at the 180th
    /// meridian.
    fn join_arcs(&self, arcs: &[i32]) -> Vec<LongitudeLatitude> {
        let mut line: Vec<LongitudeLatitude> = Vec::new();
        for (east, north) in arcs.iter().flat_map(|&arc| self.arc_points(arc)) {
            let turns = line.last().map_or(0.0, |last| ((last.0 - east) / 360.0).round());
            line.push((east + turns * 360.0, north));
        }
        line.dedup();
        line
    }
}

/// Builds the outline from TopoJSON.
pub(crate) fn build_outline(topology_json: &str) -> PreparedOutline {
    let topology: &Topology = &serde_json::from_str(topology_json).expect("TopoJSON");
    let mut land = String::new();
    let rings = topology.objects.land.geometries.iter();
    for ring in rings.flat_map(|geometry| geometry.rings.all_rings()) {
        let mut ring = topology.join_arcs(ring);
        // The ring of Antarctica encloses the pole.
        if let (Some(first), Some(last)) = (ring.first().copied(), ring.last().copied())
            && (first.0 - last.0).abs() > 180.0
        {
            ring.extend([(last.0, -90.0), (first.0, -90.0)]);
        }
        append_path(&mut land, &ring, true);
    }
    let mut borders = String::new();
    for (arc, sides) in countries_per_arc(topology).into_iter().enumerate() {
        if sides > 1 {
            append_path(&mut borders, &topology.join_arcs(&[arc as i32]), false);
        }
    }
    let countries = topology.objects.countries.geometries.iter();
    let centre = |country: &Geometry| {
        let rings = country.rings.all_rings().into_iter();
        let middles = rings.map(|ring| area_and_centroid(&topology.join_arcs(ring)));
        let (_, [north, east]) = middles.max_by(|one, other| one.0.total_cmp(&other.0))?;
        Some((normalise::normalise_words(&country.properties.name), [north as f32, east as f32]))
    };
    let centres: BTreeMap<String, [f32; 2]> = countries.filter_map(centre).collect();
    let line = |(name, [north, east]): (&String, &[f32; 2])| format!("{name}\t{north}\t{east}\n");
    PreparedOutline { land, borders, centres: centres.iter().map(line).collect() }
}

/// Returns for each arc the number of countries that it borders.
fn countries_per_arc(topology: &Topology) -> Vec<u8> {
    let mut sides = vec![0_u8; topology.arcs.len()];
    for country in &topology.objects.countries.geometries {
        for &arc in country.rings.all_rings().into_iter().flatten() {
            let arc_index = if arc < 0 { !arc } else { arc };
            if let Some(side) = sides.get_mut(arc_index as usize) {
                *side = side.saturating_add(1);
            }
        }
    }
    sides
}

/// Returns the area of a ring in square degrees, corrected for latitude, and its
/// centroid.
fn area_and_centroid(ring: &[LongitudeLatitude]) -> (f64, [f64; 2]) {
    let (mut sum, mut x, mut y) = (0.0, 0.0, 0.0);
    for two in ring.windows(2) {
        let ((x0, y0), (x1, y1)) = (two[0], two[1]);
        let cross = x0 * y1 - x1 * y0;
        sum += cross;
        x += (x0 + x1) * cross;
        y += (y0 + y1) * cross;
    }
    if sum == 0.0 {
        return (0.0, ring.first().map_or([0.0; 2], |&(east, north)| [north, east]));
    }
    let (north, east) = (y / (3.0 * sum), x / (3.0 * sum));
    (sum.abs() * north.to_radians().cos(), [north, east])
}

/// Appends a line to SVG path data. If it crosses an edge of the map, appends it
/// on the other side too.
fn append_path(path: &mut String, line: &[LongitudeLatitude], closed: bool) {
    let lowest = line.iter().map(|point| point.0).fold(f64::INFINITY, f64::min) - CENTRAL_MERIDIAN;
    let highest =
        line.iter().map(|point| point.0).fold(f64::NEG_INFINITY, f64::max) - CENTRAL_MERIDIAN;
    for turn in [-360.0, 0.0, 360.0] {
        if lowest + turn >= 180.0 || highest + turn <= -180.0 {
            continue;
        }
        let (mut at, mut begun) = ((0, 0), false);
        for &(east, north) in line {
            let x = (x_of_longitude(east - CENTRAL_MERIDIAN + turn) * GRID_STEPS).round() as i32;
            let y = (y_of_latitude(north) * GRID_STEPS).round() as i32;
            if begun && (x, y) == at {
                continue;
            }
            let letter = if begun { 'l' } else { 'M' };
            let (dx, dy) = (x - at.0, y - at.1);
            write!(path, "{letter}{dx}{}{dy}", if dy < 0 { "" } else { " " })
                .expect("writing to a string cannot fail");
            (at, begun) = ((x, y), true);
        }
        if closed {
            path.push('Z');
        }
    }
}
