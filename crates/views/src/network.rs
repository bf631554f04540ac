//! Networks of entities named together, and of correspondents.
//!
//! Nodes are the people and organisations that most documents of a search name,
//! or the senders and addressees of most of them. Only the strongest edges of
//! each node are drawn. The strength of an edge is Ochiai's coefficient
//! (both / √(one · other), 0 to 1), so that a name that occurs in most
//! documents is not joined to every other.

use std::collections::HashMap;

use chancery_model::Label;
use chancery_store::{EntityPair, Query, QueryAggregation, QueryField};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::ViewError;
use crate::limits::parse_limited_query;
use crate::session::ReadSession;
use crate::text_query::as_text;
use chancery_geometry::layout::compute_layout;

/// Default number of nodes.
pub const DEFAULT_NODES: usize = 50;

/// Maximum number of nodes.
pub const MAX_NODES: usize = 200;

/// Number of entities examined to find people and organisations.
const MAX_ENTITIES: usize = 4_000;

/// Number of edges drawn for each node.
const EDGES_PER_NODE: usize = 4;

/// Number of edges returned even if they are not drawn, those with most
/// documents.
const MAX_OTHER_EDGES: usize = 300;

/// Query string of a network.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct NetworkParameters {
    /// A query in the query language; empty for all documents.
    #[param(max_length = 2000)]
    pub q: String,
    /// What an edge means.
    #[param(inline)]
    pub by: NetworkRelation,
    /// Number of nodes.
    #[param(minimum = 2, maximum = 200, default = 50)]
    pub size: Option<usize>,
}

/// Meaning of an edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NetworkRelation {
    /// The same documents name both.
    #[default]
    Mention,
    /// One sent documents to the other.
    #[serde(rename = "letter")]
    Correspondence,
}

/// A network of entities or correspondents.
#[derive(Serialize, ToSchema)]
pub struct NetworkGraph {
    /// Number of documents that match the query; all of them are counted.
    pub documents: usize,
    /// Nodes, those with most documents first.
    pub nodes: Vec<GraphNode>,
    /// Edges, those with most documents first: the ones to draw, and the most
    /// frequent others.
    pub edges: Vec<GraphEdge>,
}

/// A node of a network.
#[derive(Serialize, ToSchema)]
pub struct GraphNode {
    /// Name of the entity or correspondent.
    pub name: String,
    /// Id of the entity; correspondents have none.
    pub entity: Option<String>,
    /// Label: PER or ORG; correspondents have none.
    pub label: Option<Label>,
    /// Number of documents that name it, or that it sent or received.
    pub documents: u64,
    /// Query term that finds these documents.
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String)]
    pub term: Query,
    /// Position in the picture, 0 to 1 rightwards and downwards.
    pub position: [f32; 2],
}

/// An edge of a network.
#[derive(Serialize, ToSchema)]
pub struct GraphEdge {
    /// Index of one node; the sender.
    pub source: usize,
    /// Index of the other node; the addressee.
    pub target: usize,
    /// Number of documents that name both, or that one sent to the other.
    pub documents: u64,
    /// Strength, 0 to 1.
    pub strength: f32,
    /// Query terms that find these documents.
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String)]
    pub term: Query,
    /// Whether to draw it; drawing all edges would clutter the picture.
    pub drawn: bool,
}

/// Computes the network of a search.
pub fn build_network(
    session: &ReadSession<'_>,
    parameters: &NetworkParameters,
) -> Result<NetworkGraph, ViewError> {
    let size = parameters.size.unwrap_or(DEFAULT_NODES);
    if !(2..=MAX_NODES).contains(&size) {
        return Err(ViewError::bad_request(format!(
            "the size of a network must be from 2 to {MAX_NODES}"
        )));
    }
    let query = parse_limited_query(&parameters.q)?;
    let searcher = session.current_searcher()?;
    let tally = searcher.aggregate_query(session.archive, &query)?;
    let (mut nodes, mut edges) = match parameters.by {
        NetworkRelation::Mention => mention_network(session, &tally, size)?,
        NetworkRelation::Correspondence => correspondence_network(&tally, size)?,
    };
    edges.sort_by(|one, other| {
        let positions = (one.source, one.target).cmp(&(other.source, other.target));
        other.documents.cmp(&one.documents).then(positions)
    });
    choose_drawn_edges(&mut edges, nodes.len());
    let mut others = 0..MAX_OTHER_EDGES;
    edges.retain(|edge| others.next().is_some() || edge.drawn);
    let drawn = edges.iter().filter(|edge| edge.drawn);
    let lines: Vec<(usize, usize, f32)> =
        drawn.map(|edge| (edge.source, edge.target, edge.strength)).collect();
    let positions = compute_layout(nodes.len(), &lines);
    for (node, at) in nodes.iter_mut().zip(positions) {
        node.position = at;
    }
    Ok(NetworkGraph { documents: tally.document_count(), nodes, edges })
}

/// Computes Ochiai's coefficient.
fn ochiai_coefficient(both: u64, one: u64, other: u64) -> f32 {
    (both as f64 / ((one as f64) * (other as f64)).sqrt().max(1.0)).min(1.0) as f32
}

fn mention_network(
    session: &ReadSession<'_>,
    tally: &QueryAggregation<'_>,
    size: usize,
) -> Result<(Vec<GraphNode>, Vec<GraphEdge>), ViewError> {
    let (mut numbers, mut nodes) = (Vec::new(), Vec::new());
    for (entity, documents) in tally.entity_counts()?.into_iter().take(MAX_ENTITIES) {
        if nodes.len() == size {
            break;
        }
        let stored_entity = session.archive.entities().get(entity)?;
        if matches!(stored_entity.label, Label::Per | Label::Org) {
            numbers.push(entity);
            nodes.push(GraphNode {
                term: Query::entity(&stored_entity.id),
                name: stored_entity.shown_name(),
                entity: Some(stored_entity.id),
                label: Some(stored_entity.label),
                documents,
                position: [0.0; 2],
            });
        }
    }
    let edge = |EntityPair { first: one, second: other, documents }: EntityPair| GraphEdge {
        source: one,
        target: other,
        documents,
        strength: ochiai_coefficient(documents, nodes[one].documents, nodes[other].documents),
        term: nodes[one].term.clone().and(nodes[other].term.clone()),
        drawn: false,
    };
    let edges = tally.entity_pairs(&numbers)?.into_iter().map(edge).collect();
    Ok((nodes, edges))
}

fn correspondence_network(
    tally: &QueryAggregation<'_>,
    size: usize,
) -> Result<(Vec<GraphNode>, Vec<GraphEdge>), ViewError> {
    let letters = tally.count_correspondence()?;
    let mut counts: HashMap<&str, u64> = HashMap::new();
    for letter in &letters {
        for name in [&letter.from, &letter.to] {
            *counts.entry(name).or_default() += letter.documents;
        }
    }
    let mut most: Vec<(&str, u64)> = counts.iter().map(|(name, count)| (*name, *count)).collect();
    most.sort_unstable_by_key(|&(name, count)| (u64::MAX - count, name));
    most.truncate(size);
    let indexes: HashMap<&str, usize> =
        most.iter().enumerate().map(|(index, (name, _))| (*name, index)).collect();
    let node = |&(name, documents): &(&str, u64)| GraphNode {
        name: name.to_owned(),
        entity: None,
        label: None,
        documents,
        term: Query::Or(vec![
            Query::words(QueryField::From, name),
            Query::words(QueryField::To, name),
        ]),
        position: [0.0; 2],
    };
    let edge = |letter: &chancery_store::Correspondence| {
        let (one, other) = (*indexes.get(&*letter.from)?, *indexes.get(&*letter.to)?);
        Some(GraphEdge {
            source: one,
            target: other,
            documents: letter.documents,
            strength: ochiai_coefficient(letter.documents, most[one].1, most[other].1),
            term: Query::words(QueryField::From, &letter.from)
                .and(Query::words(QueryField::To, &letter.to)),
            drawn: false,
        })
    };
    Ok((most.iter().map(node).collect(), letters.iter().filter_map(edge).collect()))
}

/// Chooses the edges to draw: the strongest of each node.
fn choose_drawn_edges(edges: &mut [GraphEdge], nodes: usize) {
    let mut order: Vec<usize> = (0..edges.len()).collect();
    order.sort_by(|&one, &other| {
        edges[other].strength.total_cmp(&edges[one].strength).then(one.cmp(&other))
    });
    let mut lines = vec![0; nodes];
    for at in order {
        let (one, other) = (edges[at].source, edges[at].target);
        if lines[one] < EDGES_PER_NODE || lines[other] < EDGES_PER_NODE {
            edges[at].drawn = true;
            lines[one] += 1;
            lines[other] += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test_edge(one: usize, other: usize, strength: f32) -> GraphEdge {
        GraphEdge {
            source: one,
            target: other,
            documents: 1,
            strength,
            term: Query::All,
            drawn: false,
        }
    }

    #[test]
    fn nodes_keep_strongest_edges() {
        // Node 0 is joined to all others, which form a ring.
        let mut edges: Vec<GraphEdge> =
            (1..12).flat_map(|n| [test_edge(0, n, 0.1), test_edge(n, n % 11 + 1, 0.9)]).collect();
        choose_drawn_edges(&mut edges, 12);
        for n in 0..12 {
            let own = |edge: &&GraphEdge| edge.source == n || edge.target == n;
            let weakest = edges.iter().filter(own).filter(|edge| edge.drawn);
            assert!(weakest.clone().count() >= 2, "node {n} has edges");
            assert!(edges.iter().filter(own).all(|edge| edge.drawn || edge.strength < 0.5));
        }
    }

    #[test]
    fn coefficient_is_from_0_to_1() {
        for (both, one, other, expected) in
            [(0, 1, 1, 0.0), (4, 4, 4, 1.0), (2, 4, 4, 0.5), (1, 100, 1, 0.1), (0, 0, 0, 0.0)]
        {
            assert!((ochiai_coefficient(both, one, other) - expected).abs() < 1e-6);
        }
    }
}
