//! Networks of entities named together, and of correspondents.
//!
//! Nodes are the people and organisations that most documents of a search name,
//! or the senders and addressees of most of them. Only the strongest edges of
//! each node are drawn. The strength of an edge is Ochiai's coefficient
//! (both / √(one · other), 0 to 1), so that a name that occurs in most
//! documents is not joined to every other.

use std::collections::HashMap;

use chancery_model::Label;
use chancery_store::{Field, Pair, Query, Tally};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::as_text;
use crate::error::ApiError;
use crate::geometry::layout::layout;
use crate::limits::parse_limited_query;
use crate::state::ReadSession;

/// Default number of nodes.
pub(crate) const USUAL: usize = 50;

/// Maximum number of nodes.
pub(crate) const MOST: usize = 200;

/// Number of entities examined to find people and organisations.
const LOOKED_AT: usize = 4_000;

/// Number of edges drawn for each node.
const LINES: usize = 4;

/// Number of edges returned even if they are not drawn, those with most
/// documents.
const TOLD: usize = 300;

/// Query string of a network.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Ask {
    /// A query in the syntax of `chancery search`; empty for all documents.
    #[param(max_length = 2000)]
    pub(crate) q: String,
    /// What an edge means.
    #[param(inline)]
    pub(crate) by: By,
    /// Number of nodes.
    #[param(minimum = 2, maximum = 200, default = 50)]
    pub(crate) size: Option<usize>,
}

/// Meaning of an edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum By {
    /// The same documents name both.
    #[default]
    Mention,
    /// One sent documents to the other.
    Letter,
}

/// A network of entities or correspondents.
#[derive(Serialize, ToSchema)]
pub(crate) struct Network {
    /// Number of documents that match the query; all of them are counted.
    pub(crate) documents: usize,
    /// Nodes, those with most documents first.
    pub(crate) nodes: Vec<Node>,
    /// Edges, those with most documents first: the ones to draw, and the most
    /// frequent others.
    pub(crate) edges: Vec<Edge>,
}

/// A node of a network.
#[derive(Serialize, ToSchema)]
pub(crate) struct Node {
    /// Name of the entity or correspondent.
    pub(crate) name: String,
    /// Id of the entity; correspondents have none.
    pub(crate) entity: Option<String>,
    /// Label: PER or ORG; correspondents have none.
    #[schema(value_type = Option<String>)]
    pub(crate) class: Option<Label>,
    /// Number of documents that name it, or that it sent or received.
    pub(crate) documents: u64,
    /// Query term that finds these documents.
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String)]
    pub(crate) term: Query,
    /// Position in the picture, 0 to 1 rightwards and downwards.
    pub(crate) at: [f32; 2],
}

/// An edge of a network.
#[derive(Serialize, ToSchema)]
pub(crate) struct Edge {
    /// Index of one node; the sender.
    pub(crate) one: usize,
    /// Index of the other node; the addressee.
    pub(crate) other: usize,
    /// Number of documents that name both, or that one sent to the other.
    pub(crate) documents: u64,
    /// Strength, 0 to 1.
    pub(crate) strength: f32,
    /// Query terms that find these documents.
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String)]
    pub(crate) term: Query,
    /// Whether to draw it; drawing all edges would clutter the picture.
    pub(crate) drawn: bool,
}

/// Computes the network of a search.
pub(crate) fn network(desk: &ReadSession<'_>, ask: &Ask) -> Result<Network, ApiError> {
    let size = ask.size.unwrap_or(USUAL);
    if !(2..=MOST).contains(&size) {
        return Err(ApiError::bad(format!("the size of a network must be from 2 to {MOST}")));
    }
    let query = parse_limited_query(&ask.q)?;
    let searcher = desk.searcher()?;
    let tally = searcher.tally(desk.archive, &query)?;
    let (mut nodes, mut edges) = match ask.by {
        By::Mention => mentioned(desk, &tally, size)?,
        By::Letter => written(&tally, size)?,
    };
    edges.sort_by(|one, other| {
        let places = (one.one, one.other).cmp(&(other.one, other.other));
        other.documents.cmp(&one.documents).then(places)
    });
    draw(&mut edges, nodes.len());
    let mut told = 0..TOLD;
    edges.retain(|edge| told.next().is_some() || edge.drawn);
    let drawn = edges.iter().filter(|edge| edge.drawn);
    let lines: Vec<(usize, usize, f32)> =
        drawn.map(|edge| (edge.one, edge.other, edge.strength)).collect();
    let places = layout(nodes.len(), &lines);
    for (node, at) in nodes.iter_mut().zip(places) {
        node.at = at;
    }
    Ok(Network { documents: tally.total(), nodes, edges })
}

/// Computes Ochiai's coefficient.
fn strength(both: u64, one: u64, other: u64) -> f32 {
    (both as f64 / ((one as f64) * (other as f64)).sqrt().max(1.0)).min(1.0) as f32
}

fn mentioned(
    desk: &ReadSession<'_>,
    tally: &Tally<'_>,
    size: usize,
) -> Result<(Vec<Node>, Vec<Edge>), ApiError> {
    let (mut numbers, mut nodes) = (Vec::new(), Vec::new());
    for (entity, documents) in tally.entities()?.into_iter().take(LOOKED_AT) {
        if nodes.len() == size {
            break;
        }
        let known = desk.archive.known(entity)?;
        if matches!(known.class, Label::Per | Label::Org) {
            numbers.push(entity);
            nodes.push(Node {
                term: Query::entity(&known.id),
                name: known.name,
                entity: Some(known.id),
                class: Some(known.class),
                documents,
                at: [0.0; 2],
            });
        }
    }
    let edge = |Pair { one, other, documents }: Pair| Edge {
        one,
        other,
        documents,
        strength: strength(documents, nodes[one].documents, nodes[other].documents),
        term: nodes[one].term.clone().and(nodes[other].term.clone()),
        drawn: false,
    };
    let edges = tally.pairs(&numbers)?.into_iter().map(edge).collect();
    Ok((nodes, edges))
}

fn written(tally: &Tally<'_>, size: usize) -> Result<(Vec<Node>, Vec<Edge>), ApiError> {
    let letters = tally.letters()?;
    let mut counts: HashMap<&str, u64> = HashMap::new();
    for letter in &letters {
        for name in [&letter.from, &letter.to] {
            *counts.entry(name).or_default() += letter.documents;
        }
    }
    let mut most: Vec<(&str, u64)> = counts.iter().map(|(name, count)| (*name, *count)).collect();
    most.sort_unstable_by_key(|&(name, count)| (u64::MAX - count, name));
    most.truncate(size);
    let places: HashMap<&str, usize> =
        most.iter().enumerate().map(|(place, (name, _))| (*name, place)).collect();
    let node = |&(name, documents): &(&str, u64)| Node {
        name: name.to_owned(),
        entity: None,
        class: None,
        documents,
        term: Query::Or(vec![Query::words(Field::From, name), Query::words(Field::To, name)]),
        at: [0.0; 2],
    };
    let edge = |letter: &chancery_store::Letters| {
        let (one, other) = (*places.get(&*letter.from)?, *places.get(&*letter.to)?);
        Some(Edge {
            one,
            other,
            documents: letter.documents,
            strength: strength(letter.documents, most[one].1, most[other].1),
            term: Query::words(Field::From, &letter.from).and(Query::words(Field::To, &letter.to)),
            drawn: false,
        })
    };
    Ok((most.iter().map(node).collect(), letters.iter().filter_map(edge).collect()))
}

/// Chooses the edges to draw: the strongest of each node.
fn draw(edges: &mut [Edge], nodes: usize) {
    let mut order: Vec<usize> = (0..edges.len()).collect();
    order.sort_by(|&one, &other| {
        edges[other].strength.total_cmp(&edges[one].strength).then(one.cmp(&other))
    });
    let mut lines = vec![0; nodes];
    for at in order {
        let (one, other) = (edges[at].one, edges[at].other);
        if lines[one] < LINES || lines[other] < LINES {
            edges[at].drawn = true;
            lines[one] += 1;
            lines[other] += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(one: usize, other: usize, strength: f32) -> Edge {
        Edge { one, other, documents: 1, strength, term: Query::All, drawn: false }
    }

    #[test]
    fn every_dot_keeps_its_strongest_lines() {
        // Node 0 is joined to all others, which form a ring.
        let mut edges: Vec<Edge> =
            (1..12).flat_map(|n| [edge(0, n, 0.1), edge(n, n % 11 + 1, 0.9)]).collect();
        draw(&mut edges, 12);
        for n in 0..12 {
            let own = |edge: &&Edge| edge.one == n || edge.other == n;
            let weakest = edges.iter().filter(own).filter(|edge| edge.drawn);
            assert!(weakest.clone().count() >= 2, "node {n} has edges");
            assert!(edges.iter().filter(own).all(|edge| edge.drawn || edge.strength < 0.5));
        }
    }

    #[test]
    fn strength_is_a_share() {
        for (both, one, other, expected) in
            [(0, 1, 1, 0.0), (4, 4, 4, 1.0), (2, 4, 4, 0.5), (1, 100, 1, 0.1), (0, 0, 0, 0.0)]
        {
            assert!((strength(both, one, other) - expected).abs() < 1e-6);
        }
    }
}
