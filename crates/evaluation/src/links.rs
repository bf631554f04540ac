//! The score of `chancery eval --entities`, as JSON and as a table.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::clusters::{Clustering, Measure};
use crate::score::{Counts, percent};

/// The score of one volume, or of several.
#[derive(Clone, Copy, Debug, Default)]
pub struct Score {
    /// B-cubed and CEAF over the linked mentions.
    pub clusters: Clustering,
    /// Links to the list of the volume.
    pub links: Counts,
    /// Links to the knowledge base.
    pub facts: Counts,
    /// Signatures of telegrams.
    pub signatures: Signatures,
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
pub struct Signatures {
    /// Links of signatures.
    pub all: Counts,
    /// Signatures of persons with an appointment in the knowledge base.
    pub in_facts: u64,
    /// The linked ones of them.
    pub found_in_facts: u64,
}

impl Score {
    /// Adds the score of another volume.
    pub fn add(&mut self, other: &Self) {
        self.clusters.add(other.clusters);
        self.links.add(other.links);
        self.facts.add(other.facts);
        self.signatures.all.add(other.signatures.all);
        self.signatures.in_facts += other.signatures.in_facts;
        self.signatures.found_in_facts += other.signatures.found_in_facts;
        self.marked += other.marked;
        self.found += other.found;
        self.exact += other.exact;
    }

    /// Formats the score as JSON.
    pub fn as_json(&self) -> Value {
        let rounded = |percent: f64| (percent * 1e2).round() / 1e2;
        let measure = |m: Measure| json!({"precision": rounded(m.precision()), "recall": rounded(m.recall()), "f1": rounded(m.f1())});
        let links = |c: Counts| json!({"precision": rounded(c.precision()), "recall": rounded(c.recall()), "found": c.found});
        let share = |part, whole| rounded(percent(part, whole));
        let Signatures { all: signed, in_facts, found_in_facts } = self.signatures;
        json!({
            "bcubed": measure(self.clusters.bcubed),
            "pairwise": measure(self.clusters.pairwise),
            "ceafe": measure(self.clusters.ceafe),
            "muc": measure(self.clusters.muc),
            "links": links(self.links),
            "facts": links(self.facts),
            "signatures": {
                "precision": rounded(signed.precision()),
                "resolved": share(signed.found, signed.gold),
                "signed": signed.gold,
                "in_facts": in_facts,
                "resolved_in_facts": share(found_in_facts, in_facts),
            },
            "mention_recall": share(self.found, self.marked),
            "mention_recall_exact": share(self.exact, self.marked),
            "mentions": self.links.gold,
        })
    }
}

/// Prints one line per volume, then the measures over all volumes.
pub fn write_table(
    out: &mut impl Write,
    volumes: &[(String, Score)],
    all: &Score,
) -> io::Result<()> {
    writeln!(
        out,
        "{:18}{:>8}{:>9}{:>10}{:>10}{:>10}{:>10}",
        "F1", "marked", "found %", "B-cubed", "pairs", "to list", "to KB"
    )?;
    for (name, score) in volumes {
        let (marked, found) = (score.marked, percent(score.found, score.marked));
        let (bcubed, pairs) = (score.clusters.bcubed.f1(), score.clusters.pairwise.f1());
        let (links, facts) = (score.links.f1(), score.facts.f1());
        writeln!(
            out,
            "{name:18}{marked:8}{found:9.2}{bcubed:10.2}{pairs:10.2}{links:10.2}{facts:10.2}"
        )?;
    }
    writeln!(out, "\n{:34}{:>10}{:>8}{:>8}", "all", "precision", "recall", "F1")?;
    let Clustering { bcubed, pairwise, ceafe, muc } = all.clusters;
    for (name, m) in [("B-cubed", bcubed), ("pairs", pairwise), ("CEAF-e", ceafe), ("MUC", muc)] {
        let (precision, recall, f1) = (m.precision(), m.recall(), m.f1());
        writeln!(out, "clusters of persons, {name:13}{precision:10.2}{recall:8.2}{f1:8.2}")?;
    }
    for (name, c) in [("to the volume's list", all.links), ("to the knowledge base", all.facts)] {
        let (precision, recall, f1) = (c.precision(), c.recall(), c.f1());
        writeln!(out, "links {name:28}{precision:10.2}{recall:8.2}{f1:8.2}")?;
    }
    let Signatures { all: signed, in_facts, found_in_facts } = all.signatures;
    let (linked, right) = (percent(signed.found, signed.gold), signed.precision());
    let known = percent(found_in_facts, in_facts);
    let (found, exact) = (percent(all.found, all.marked), percent(all.exact, all.marked));
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
