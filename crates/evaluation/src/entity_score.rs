//! The score of `chancery eval --entities`, as JSON and as a table.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::cluster_scores::{ClusterMeasure, ClusterScores};
use crate::mention_score::{MatchCounts, percent_or_zero};
use crate::reliability::Reliability;

/// The score of one volume, or of several.
#[derive(Clone, Copy, Debug, Default)]
pub struct EntityScore {
    /// B-cubed and CEAF over the linked mentions.
    pub clusters: ClusterScores,
    /// Links to the list of the volume.
    pub list_links: MatchCounts,
    /// Links to the knowledge base.
    pub knowledge_base_links: MatchCounts,
    /// The links by score.
    pub reliability: Reliability,
    /// Signatures of telegrams.
    pub signatures: SignatureCounts,
    /// Persons that the editors marked.
    pub marked: u64,
    /// Marks that a mention of the engine overlaps.
    pub found: u64,
    /// Marks with the same span as a mention.
    pub exact: u64,
}

/// Signatures under telegrams, and their links to a list or to the knowledge
/// base.
#[derive(Clone, Copy, Debug, Default)]
pub struct SignatureCounts {
    /// Links of signatures.
    pub all: MatchCounts,
    /// Signatures of persons with an appointment in the knowledge base.
    pub in_knowledge_base: u64,
    /// The linked ones of them.
    pub found_in_knowledge_base: u64,
}

impl EntityScore {
    /// Adds the score of another volume.
    pub fn add_volume(&mut self, other: &Self) {
        self.clusters.add_volume(other.clusters);
        self.list_links.add_counts(other.list_links);
        self.knowledge_base_links.add_counts(other.knowledge_base_links);
        self.reliability.add_volume(&other.reliability);
        self.signatures.all.add_counts(other.signatures.all);
        self.signatures.in_knowledge_base += other.signatures.in_knowledge_base;
        self.signatures.found_in_knowledge_base += other.signatures.found_in_knowledge_base;
        self.marked += other.marked;
        self.found += other.found;
        self.exact += other.exact;
    }

    /// Formats the score as JSON.
    pub fn to_json(&self) -> Value {
        let rounded = |percent: f64| (percent * 1e2).round() / 1e2;
        let measure = |m: ClusterMeasure| json!({"precision": rounded(m.precision()), "recall": rounded(m.recall()), "f1": rounded(m.f1_score())});
        let links = |c: MatchCounts| json!({"precision": rounded(c.precision()), "recall": rounded(c.recall()), "found": c.found});
        let share = |part, whole| rounded(percent_or_zero(part, whole));
        let SignatureCounts {
            all: signed,
            in_knowledge_base: in_facts,
            found_in_knowledge_base: found_in_facts,
        } = self.signatures;
        json!({
            "bcubed": measure(self.clusters.bcubed),
            "pairwise": measure(self.clusters.pairwise),
            "ceafe": measure(self.clusters.ceafe),
            "muc": measure(self.clusters.muc),
            "links": links(self.list_links),
            "facts": links(self.knowledge_base_links),
            "signatures": {
                "precision": rounded(signed.precision()),
                "resolved": share(signed.found, signed.gold),
                "signed": signed.gold,
                "in_facts": in_facts,
                "resolved_in_facts": share(found_in_facts, in_facts),
            },
            "mention_recall": share(self.found, self.marked),
            "mention_recall_exact": share(self.exact, self.marked),
            "mentions": self.list_links.gold,
            "reliability": self.reliability.to_json(),
        })
    }
}

/// Prints one line per volume, then the measures over all volumes.
pub fn write_entity_table(
    out: &mut impl Write,
    volumes: &[(String, EntityScore)],
    all: &EntityScore,
) -> io::Result<()> {
    writeln!(
        out,
        "{:18}{:>8}{:>9}{:>10}{:>10}{:>10}{:>10}",
        "F1", "marked", "found %", "B-cubed", "pairs", "to list", "to KB"
    )?;
    for (name, score) in volumes {
        let (marked, found) = (score.marked, percent_or_zero(score.found, score.marked));
        let (bcubed, pairs) =
            (score.clusters.bcubed.f1_score(), score.clusters.pairwise.f1_score());
        let links = score.list_links.f1_score();
        let kb_links = score.knowledge_base_links.f1_score();
        writeln!(
            out,
            "{name:18}{marked:8}{found:9.2}{bcubed:10.2}{pairs:10.2}{links:10.2}{kb_links:10.2}"
        )?;
    }
    writeln!(out, "\n{:34}{:>10}{:>8}{:>8}", "all", "precision", "recall", "F1")?;
    let ClusterScores { bcubed, pairwise, ceafe, muc } = all.clusters;
    for (name, m) in [("B-cubed", bcubed), ("pairs", pairwise), ("CEAF-e", ceafe), ("MUC", muc)] {
        let (precision, recall, f1) = (m.precision(), m.recall(), m.f1_score());
        writeln!(out, "clusters of persons, {name:13}{precision:10.2}{recall:8.2}{f1:8.2}")?;
    }
    for (name, c) in [
        ("to the volume's list", all.list_links),
        ("to the knowledge base", all.knowledge_base_links),
    ] {
        let (precision, recall, f1) = (c.precision(), c.recall(), c.f1_score());
        writeln!(out, "links {name:28}{precision:10.2}{recall:8.2}{f1:8.2}")?;
    }
    all.reliability.write_table(out)?;
    let SignatureCounts {
        all: signed,
        in_knowledge_base: in_facts,
        found_in_knowledge_base: found_in_facts,
    } = all.signatures;
    let (linked, right) = (percent_or_zero(signed.found, signed.gold), signed.precision());
    let known = percent_or_zero(found_in_facts, in_facts);
    let (found, exact) =
        (percent_or_zero(all.found, all.marked), percent_or_zero(all.exact, all.marked));
    let marked = all.marked;
    writeln!(
        out,
        "\n{found:.2} % of {marked} marked names are found, {exact:.2} % with the same span"
    )?;
    writeln!(
        out,
        "{} signatures: {linked:.2} % linked, {right:.2} % of these correctly; of {in_facts} whose \
         person has an appointment in the knowledge base, {known:.2} % linked",
        signed.gold
    )
}
