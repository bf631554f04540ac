//! Co-occurrence network of entities, for Gephi, networkx and similar tools.
//!
//! Nodes are entities, with label, name, and their numbers of mentions and of
//! documents. An edge joins two entities that a passage (a block: usually a
//! paragraph) mentions; its weight is the number of such passages. A passage
//! with more than [`MAX_PASSAGE_ENTITIES`] entities is taken for a list and makes no edges.
//! Mentions without an entity are left out. The network has no offsets.
//!
//! Nodes are sorted by id, so the result does not depend on the order of the
//! documents.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use chancery_model::{Annotated, Entity, Label};

use crate::mention_counts::MentionCounts;
use crate::xml::XmlWriter;

/// Maximum number of entities of a passage that makes edges.
pub const MAX_PASSAGE_ENTITIES: usize = 100;

/// An entity of the network.
struct NetworkNode {
    id: String,
    label: Label,
    counts: MentionCounts,
}

/// A network of the documents added so far.
#[derive(Default)]
pub struct EntityNetwork {
    numbers: HashMap<String, u32>,
    nodes: Vec<NetworkNode>,
    /// Number of passages that mention both nodes.
    edges: HashMap<(u32, u32), u64>,
    documents: u64,
}

impl EntityNetwork {
    /// Adds a document. Memory use grows with the number of distinct entities
    /// and pairs.
    pub fn add_document(&mut self, annotated: &Annotated) {
        self.documents += 1;
        let entities = &annotated.entities;
        let blocks = &annotated.document.blocks;
        let mut passage: Vec<u32> = Vec::new();
        let mut open = None;
        for link in &entities.links {
            let Some(entity) = entities.entity_of_link(link) else { continue };
            let Some(mention) = annotated.mentions.get(link.mention as usize) else { continue };
            let node = self.count_node(entity);
            let block = blocks.partition_point(|block| block.span.end <= mention.span.start);
            if open != Some(block) {
                self.add_edges(&mut passage);
                open = Some(block);
            }
            passage.push(node);
        }
        self.add_edges(&mut passage);
    }

    fn count_node(&mut self, entity: &Entity) -> u32 {
        let number = match self.numbers.get(&entity.id) {
            Some(&number) => number,
            None => {
                let number = self.nodes.len() as u32;
                self.numbers.insert(entity.id.clone(), number);
                let (id, label) = (entity.id.clone(), entity.label);
                self.nodes.push(NetworkNode { id, label, counts: MentionCounts::default() });
                number
            }
        };
        self.nodes[number as usize].counts.count_mention(entity, self.documents);
        number
    }

    /// Adds an edge between all entities of a passage, and clears it.
    fn add_edges(&mut self, passage: &mut Vec<u32>) {
        passage.sort_unstable();
        passage.dedup();
        if passage.len() <= MAX_PASSAGE_ENTITIES {
            for (at, &one) in passage.iter().enumerate() {
                for &other in &passage[at + 1..] {
                    *self.edges.entry((one, other)).or_default() += 1;
                }
            }
        }
        passage.clear();
    }

    /// Returns the nodes sorted by id, and the edges between their new indices.
    fn sorted_by_id(&self) -> (Vec<&NetworkNode>, BTreeMap<(u32, u32), u64>) {
        let mut nodes: Vec<(u32, &NetworkNode)> = (0..).zip(&self.nodes).collect();
        nodes.sort_unstable_by_key(|(_, node)| &node.id);
        let mut new_numbers = vec![0; nodes.len()];
        for ((old, _), new) in nodes.iter().zip(0..) {
            new_numbers[*old as usize] = new;
        }
        let edge = |(&(one, other), &weight): (&(u32, u32), &u64)| {
            let (one, other) = (new_numbers[one as usize], new_numbers[other as usize]);
            ((one.min(other), one.max(other)), weight)
        };
        (nodes.into_iter().map(|(_, node)| node).collect(), self.edges.iter().map(edge).collect())
    }

    /// Writes GEXF 1.2 (<https://gexf.net>).
    ///
    /// # Errors
    /// Returns the errors of `out`.
    pub fn write_gexf<W: Write>(&self, out: W) -> io::Result<W> {
        let (nodes, edges) = self.sorted_by_id();
        let mut xml = XmlWriter::start_file(out)?;
        let version = [("xmlns", "http://www.gexf.net/1.2draft"), ("version", "1.2")];
        xml.open_element("gexf", &version)?;
        xml.open_element("meta", &[])?;
        xml.write_element("creator", &[], "Chancery")?;
        xml.write_element("description", &[], DESCRIPTION)?;
        xml.close_element("meta")?;
        xml.write_line_end()?;
        xml.open_element("graph", &[("defaultedgetype", "undirected"), ("mode", "static")])?;
        xml.open_element("attributes", &[("class", "node")])?;
        for (id, title, kind) in [
            ("class", "class", "string"),
            ("mentions", "mentions", "integer"),
            ("documents", "documents", "integer"),
        ] {
            xml.write_empty_element("attribute", &[("id", id), ("title", title), ("type", kind)])?;
        }
        xml.close_element("attributes")?;
        xml.open_element("nodes", &[])?;
        xml.write_line_end()?;
        for node in &nodes {
            xml.open_element("node", &[("id", &node.id), ("label", &node.counts.name)])?;
            xml.open_element("attvalues", &[])?;
            let (mentions, documents) =
                (node.counts.mentions.to_string(), node.counts.documents.to_string());
            for (key, value) in
                [("class", node.label.as_str()), ("mentions", &mentions), ("documents", &documents)]
            {
                xml.write_empty_element("attvalue", &[("for", key), ("value", value)])?;
            }
            xml.close_element("attvalues")?;
            xml.close_element("node")?;
            xml.write_line_end()?;
        }
        xml.close_element("nodes")?;
        xml.open_element("edges", &[])?;
        xml.write_line_end()?;
        for ((&(one, other), weight), number) in edges.iter().zip(0u64..) {
            let (one, other) = (&nodes[one as usize].id, &nodes[other as usize].id);
            let (number, weight) = (number.to_string(), weight.to_string());
            xml.write_empty_element(
                "edge",
                &[("id", &number), ("source", one), ("target", other), ("weight", &weight)],
            )?;
        }
        for name in ["edges", "graph", "gexf"] {
            xml.close_element(name)?;
        }
        xml.write_line_end()?;
        Ok(xml.into_output())
    }

    /// Writes GraphML (<http://graphml.graphdrawing.org>).
    ///
    /// # Errors
    /// Returns the errors of `out`.
    pub fn write_graphml<W: Write>(&self, out: W) -> io::Result<W> {
        let (nodes, edges) = self.sorted_by_id();
        let mut xml = XmlWriter::start_file(out)?;
        xml.open_element("graphml", &[("xmlns", "http://graphml.graphdrawing.org/xmlns")])?;
        xml.write_element("desc", &[], DESCRIPTION)?;
        xml.write_line_end()?;
        for (id, of, kind) in [
            ("label", "node", "string"),
            ("class", "node", "string"),
            ("mentions", "node", "long"),
            ("documents", "node", "long"),
            ("weight", "edge", "long"),
        ] {
            let key = [("id", id), ("for", of), ("attr.name", id), ("attr.type", kind)];
            xml.write_empty_element("key", &key)?;
        }
        xml.open_element("graph", &[("edgedefault", "undirected")])?;
        xml.write_line_end()?;
        for node in &nodes {
            xml.open_element("node", &[("id", &node.id)])?;
            xml.write_element("data", &[("key", "label")], &node.counts.name)?;
            xml.write_element("data", &[("key", "class")], node.label.as_str())?;
            xml.write_element("data", &[("key", "mentions")], &node.counts.mentions.to_string())?;
            xml.write_element("data", &[("key", "documents")], &node.counts.documents.to_string())?;
            xml.close_element("node")?;
            xml.write_line_end()?;
        }
        for (&(one, other), weight) in &edges {
            let (one, other) = (&nodes[one as usize].id, &nodes[other as usize].id);
            xml.open_element("edge", &[("source", one), ("target", other)])?;
            xml.write_element("data", &[("key", "weight")], &weight.to_string())?;
            xml.close_element("edge")?;
            xml.write_line_end()?;
        }
        xml.close_element("graph")?;
        xml.close_element("graphml")?;
        xml.write_line_end()?;
        Ok(xml.into_output())
    }
}

const DESCRIPTION: &str =
    "Entities; an edge joins two that a passage names, its weight counts the passages.";
