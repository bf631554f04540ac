//! Writes the training text of the engine `accurate` as columns for
//! `training/accurate`.
//!
//! The Python side reads the tokens of the program and their features, so
//! neither is implemented twice. There is one word per line, with
//! tab-separated columns: the word; its tag (`?` if unknown, `!I-PER` for any
//! tag except this one); its cluster numbers in the order of the lexicon,
//! blank-separated, `-1` if it has none; its knowledge bits ([`Knowledge`]);
//! and the nine tag probabilities of the linear chain, in thousandths, from a
//! model that was not trained on the document. A blank line ends a sentence.
//! A line of `-DOCSTART-`, a name and the number of a fold starts a document.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use chancery_ner::TextKind;
use chancery_ner::chain::Chain;
use chancery_ner::form::Knowledge;
use chancery_ner::lexicon::CLUSTERINGS;
use chancery_ner::tags::{TAGS, Tag, TagSet};
use chancery_ner::train::Gold;
use chancery_ner::train::augment::{self, Names};

use crate::material::Material;
use crate::volumes::Take;
use crate::{marked, volumes};
use chancery_engine::InputError;
use chancery_evaluation::gold::{self, Case, Edit};

/// Number of folds of the telegrams for cross-validation.
const PARTS: u32 = 5;

/// The copies of each annotated text, with the suffixes of their file names.
const COPIES: [(&str, Change); 4] = [
    ("capitals", Change::Capitals),
    ("renamed-0", Change::Names(0)),
    ("renamed-1", Change::Names(1)),
    ("renamed-2", Change::Names(2)),
];

/// The development texts: output file, gold standard, kind of text.
const DEVELOPMENT: [(&str, &str, TextKind); 2] = [
    ("news-dev", "ner/conll2003/dev.tsv", TextKind::General),
    ("telegrams-dev", "annotation/dev", TextKind::Diplomatic),
];

/// A change of a text.
#[derive(Clone, Copy)]
enum Change {
    /// Convert every letter to upper case.
    Capitals,
    /// Replace the names of people; the number is part of the seed.
    Names(u8),
}

/// A document: its name, its fold and its words.
struct Entry<'a> {
    name: &'a str,
    part: usize,
    gold: Gold,
}

impl<'a> Entry<'a> {
    fn new(case: &'a Case, kind: TextKind, part: usize, number: u32) -> anyhow::Result<Self> {
        let gold = marked::gold(case, kind, 1.0, number)?;
        Ok(Self { name: &case.name, part, gold })
    }

    fn changed(&self, change: Change, names: &Names) -> Self {
        let gold = match change {
            Change::Capitals => augment::in_capitals(&self.gold, 1.0),
            Change::Names(choice) => {
                let seed = u64::from(self.gold.document) << 8 | u64::from(choice);
                names.replace(&self.gold, seed)
            }
        };
        Self { gold, ..*self }
    }
}

/// Writes all files. The probabilities of training text come from `halves`, each
/// of which was trained on the other half of the documents; those of other text
/// come from the shipped chain.
pub(crate) fn write_all(
    material: &Material,
    data: &Path,
    folder: &Path,
    mut halves: [Chain<'_>; 2],
) -> anyhow::Result<()> {
    let mut shipped = [Chain::shipped(), Chain::shipped()];
    let file = |name: &str| folder.join(name).with_extension("tsv");
    for (name, entries) in [("news", news(material)?), ("telegrams", telegrams(material)?)] {
        write(&file(name), &entries, &mut halves)?;
        for (copy, change) in COPIES {
            let changed = changed(&entries, change, material);
            write(&file(&format!("{name}-{copy}")), &changed, &mut halves)?;
        }
    }
    for (name, path, kind) in DEVELOPMENT {
        let cases = gold::load(&[data.join(path)], Edit::None)?.cases;
        let entries: Vec<Entry> =
            cases.iter().map(|case| Entry::new(case, kind, 0, 0)).collect::<Result<_, _>>()?;
        write(&file(name), &entries, &mut shipped)?;
        let capitals = changed(&entries, Change::Capitals, material);
        write(&file(&format!("{name}-capitals")), &capitals, &mut shipped)?;
    }
    let volumes = data.join("frus-volumes");
    let golds = volumes::golds(&volumes, &material.except, Take::All, 1.0, 0)?;
    let entry = |gold| Entry { name: "volume", part: 0, gold };
    write(&file("volumes"), &golds.into_iter().map(entry).collect::<Vec<_>>(), &mut shipped)
}

fn news(material: &Material) -> anyhow::Result<Vec<Entry<'_>>> {
    let numbered = material.news.iter().zip(0..);
    numbered.map(|(case, number)| Entry::new(case, TextKind::General, 0, number)).collect()
}

/// The telegrams, each with its fold.
fn telegrams(material: &Material) -> anyhow::Result<Vec<Entry<'_>>> {
    let parts = material.parts(PARTS);
    let part = |case: &Case| {
        let holds = |part: &Vec<&Case>| part.iter().any(|one| std::ptr::eq(*one, case));
        parts.iter().position(holds).unwrap_or(0)
    };
    let numbered = material.telegrams.iter().zip(material.news.len() as u32..);
    numbered
        .map(|(case, number)| Entry::new(case, TextKind::Diplomatic, part(case), number))
        .collect()
}

fn changed<'a>(entries: &[Entry<'a>], change: Change, material: &Material) -> Vec<Entry<'a>> {
    entries.iter().map(|entry| entry.changed(change, &material.names)).collect()
}

/// Writes `entries` to `path`. The first chain gives the probabilities of
/// documents with even numbers, the second chain those of the others.
fn write(path: &Path, entries: &[Entry<'_>], chains: &mut [Chain<'_>; 2]) -> anyhow::Result<()> {
    let file = File::create(path).map_err(|error| InputError::from_write(path, &error));
    let mut out = BufWriter::new(file?);
    for Entry { name, part, gold } in entries {
        writeln!(out, "-DOCSTART-\t{name}\t{part}\n")?;
        let chain = &mut chains[gold.document as usize % 2];
        let (_, probabilities) = chain.marginals(&gold.words());
        for (sentence, probabilities) in gold.sentences.iter().zip(&probabilities) {
            for ((word, set), row) in sentence.iter().zip(probabilities) {
                let Knowledge { clusters, bits } = chain.knowledge(word);
                let clusters = clusters.map_or([-1; CLUSTERINGS], |row| row.map(i32::from));
                let clusters = clusters.map(|cluster| cluster.to_string()).join(" ");
                write!(out, "{word}\t{}\t{clusters}\t{bits}", shown(*set))?;
                for probability in row {
                    write!(out, "\t{:.0}", probability * 1000.0)?;
                }
                writeln!(out)?;
            }
            writeln!(out)?;
        }
    }
    out.flush()?;
    Ok(())
}

/// Formats a set of tags.
fn shown(set: TagSet) -> String {
    match set.single() {
        Some(tag) => tag.to_string(),
        None => (0..TAGS)
            .find(|&tag| !set.has(tag))
            .map_or_else(|| "?".to_owned(), |tag| format!("!{}", Tag(tag as u8))),
    }
}
