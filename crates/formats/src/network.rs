//! Co-occurrence network of entities, for Gephi, networkx and similar tools.
//!
//! Nodes are entities, with label, name, and their numbers of mentions and of
//! documents. An edge joins two entities that a passage (a block: usually a
//! paragraph) mentions; its weight is the number of such passages. A passage
//! with more than [`MOST`] entities is taken for a list and makes no edges.
//! Mentions without an entity are left out. The network has no offsets.
//!
//! Nodes are sorted by id, so the result does not depend on the order of the
//! documents.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use chancery_model::{Annotated, Entity, Label};

use crate::named::Named;
use crate::xml::Xml;

/// Maximum number of entities of a passage that makes edges.
pub const MOST: usize = 100;

/// An entity of the network.
struct Node {
    id: String,
    label: Label,
    named: Named,
}

/// A network of the documents added so far.
#[derive(Default)]
pub struct Network {
    numbers: HashMap<String, u32>,
    nodes: Vec<Node>,
    /// Number of passages that mention both nodes.
    edges: HashMap<(u32, u32), u64>,
    documents: u64,
}

impl Network {
    /// Adds a document. Memory use grows with the number of distinct entities
    /// and pairs.
    pub fn add(&mut self, annotated: &Annotated) {
        self.documents += 1;
        let entities = &annotated.entities;
        let blocks = &annotated.document.blocks;
        let mut passage: Vec<u32> = Vec::new();
        let mut open = None;
        for link in &entities.links {
            let Some(entity) = entities.linked(link) else { continue };
            let Some(mention) = annotated.mentions.get(link.mention as usize) else { continue };
            let node = self.node(entity);
            let block = blocks.partition_point(|block| block.span.end <= mention.span.start);
            if open != Some(block) {
                self.tie(&mut passage);
                open = Some(block);
            }
            passage.push(node);
        }
        self.tie(&mut passage);
    }

    fn node(&mut self, entity: &Entity) -> u32 {
        let number = match self.numbers.get(&entity.id) {
            Some(&number) => number,
            None => {
                let number = self.nodes.len() as u32;
                self.numbers.insert(entity.id.clone(), number);
                let (id, label) = (entity.id.clone(), entity.label);
                self.nodes.push(Node { id, label, named: Named::default() });
                number
            }
        };
        self.nodes[number as usize].named.add(entity, self.documents);
        number
    }

    /// Adds an edge between all entities of a passage, and clears it.
    fn tie(&mut self, passage: &mut Vec<u32>) {
        passage.sort_unstable();
        passage.dedup();
        if passage.len() <= MOST {
            for (at, &one) in passage.iter().enumerate() {
                for &other in &passage[at + 1..] {
                    *self.edges.entry((one, other)).or_default() += 1;
                }
            }
        }
        passage.clear();
    }

    /// Returns the nodes sorted by id, and the edges between their new indices.
    fn ordered(&self) -> (Vec<&Node>, BTreeMap<(u32, u32), u64>) {
        let mut nodes: Vec<(u32, &Node)> = (0..).zip(&self.nodes).collect();
        nodes.sort_unstable_by_key(|(_, node)| &node.id);
        let mut place = vec![0; nodes.len()];
        for ((old, _), new) in nodes.iter().zip(0..) {
            place[*old as usize] = new;
        }
        let edge = |(&(one, other), &weight): (&(u32, u32), &u64)| {
            let (one, other) = (place[one as usize], place[other as usize]);
            ((one.min(other), one.max(other)), weight)
        };
        (nodes.into_iter().map(|(_, node)| node).collect(), self.edges.iter().map(edge).collect())
    }

    /// Writes GEXF 1.2 (<https://gexf.net>).
    ///
    /// # Errors
    /// Returns the errors of `out`.
    pub fn write_gexf<W: Write>(&self, out: W) -> io::Result<W> {
        let (nodes, edges) = self.ordered();
        let mut xml = Xml::begin(out)?;
        let version = [("xmlns", "http://www.gexf.net/1.2draft"), ("version", "1.2")];
        xml.open("gexf", &version)?;
        xml.open("meta", &[])?;
        xml.whole("creator", &[], "Chancery")?;
        xml.whole("description", &[], ABOUT)?;
        xml.close("meta")?;
        xml.line_end()?;
        xml.open("graph", &[("defaultedgetype", "undirected"), ("mode", "static")])?;
        xml.open("attributes", &[("class", "node")])?;
        for (id, title, kind) in [
            ("class", "class", "string"),
            ("mentions", "mentions", "integer"),
            ("documents", "documents", "integer"),
        ] {
            xml.empty("attribute", &[("id", id), ("title", title), ("type", kind)])?;
        }
        xml.close("attributes")?;
        xml.open("nodes", &[])?;
        xml.line_end()?;
        for node in &nodes {
            xml.open("node", &[("id", &node.id), ("label", &node.named.name)])?;
            xml.open("attvalues", &[])?;
            let (mentions, documents) =
                (node.named.mentions.to_string(), node.named.documents.to_string());
            for (key, value) in
                [("class", node.label.as_str()), ("mentions", &mentions), ("documents", &documents)]
            {
                xml.empty("attvalue", &[("for", key), ("value", value)])?;
            }
            xml.close("attvalues")?;
            xml.close("node")?;
            xml.line_end()?;
        }
        xml.close("nodes")?;
        xml.open("edges", &[])?;
        xml.line_end()?;
        for ((&(one, other), weight), number) in edges.iter().zip(0u64..) {
            let (one, other) = (&nodes[one as usize].id, &nodes[other as usize].id);
            let (number, weight) = (number.to_string(), weight.to_string());
            xml.empty(
                "edge",
                &[("id", &number), ("source", one), ("target", other), ("weight", &weight)],
            )?;
        }
        for name in ["edges", "graph", "gexf"] {
            xml.close(name)?;
        }
        xml.line_end()?;
        Ok(xml.finish())
    }

    /// Writes GraphML (<http://graphml.graphdrawing.org>).
    ///
    /// # Errors
    /// Returns the errors of `out`.
    pub fn write_graphml<W: Write>(&self, out: W) -> io::Result<W> {
        let (nodes, edges) = self.ordered();
        let mut xml = Xml::begin(out)?;
        xml.open("graphml", &[("xmlns", "http://graphml.graphdrawing.org/xmlns")])?;
        xml.whole("desc", &[], ABOUT)?;
        xml.line_end()?;
        for (id, of, kind) in [
            ("label", "node", "string"),
            ("class", "node", "string"),
            ("mentions", "node", "long"),
            ("documents", "node", "long"),
            ("weight", "edge", "long"),
        ] {
            let key = [("id", id), ("for", of), ("attr.name", id), ("attr.type", kind)];
            xml.empty("key", &key)?;
        }
        xml.open("graph", &[("edgedefault", "undirected")])?;
        xml.line_end()?;
        for node in &nodes {
            xml.open("node", &[("id", &node.id)])?;
            xml.whole("data", &[("key", "label")], &node.named.name)?;
            xml.whole("data", &[("key", "class")], node.label.as_str())?;
            xml.whole("data", &[("key", "mentions")], &node.named.mentions.to_string())?;
            xml.whole("data", &[("key", "documents")], &node.named.documents.to_string())?;
            xml.close("node")?;
            xml.line_end()?;
        }
        for (&(one, other), weight) in &edges {
            let (one, other) = (&nodes[one as usize].id, &nodes[other as usize].id);
            xml.open("edge", &[("source", one), ("target", other)])?;
            xml.whole("data", &[("key", "weight")], &weight.to_string())?;
            xml.close("edge")?;
            xml.line_end()?;
        }
        xml.close("graph")?;
        xml.close("graphml")?;
        xml.line_end()?;
        Ok(xml.finish())
    }
}

const ABOUT: &str =
    "Entities; an edge joins two that a passage names, its weight counts the passages.";
