//! Writes the training text of the engine `accurate` as columns for
//! `training/accurate`.
//!
//! The Python side reads the tokens of the program and their features, so
//! neither is implemented twice. There is one word per line, with
//! tab-separated columns: the word; its tag (`?` if unknown, `!I-PER` for any
//! tag except this one); its cluster numbers in the order of the lexicon,
//! blank-separated, `-1` if it has none; its knowledge bits ([`WordKnowledge`]);
//! and the nine tag probabilities of the linear chain, in thousandths, from a
//! model that was not trained on the document. A blank line ends a sentence.
//! A line of `-DOCSTART-`, a name and the number of a fold starts a document.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use chancery_ner::TextKind;
use chancery_ner::bio_tags::{BioTag, TAGS, TagSet};
use chancery_ner::crf::Crf;
use chancery_ner::lexicon::CLUSTERINGS;
use chancery_ner::train::GoldDocument;
use chancery_ner::train::augment::{self, ReplacementNames};
use chancery_ner::word_type::WordKnowledge;

use crate::training_material::TrainingMaterial;
use crate::volumes::SentenceChoice;
use crate::{tagged_sentences, volumes};
use chancery_engine::InputError;
use chancery_evaluation::gold::{self, GoldText, TextEdit};

/// Number of folds of the telegrams for cross-validation.
const FOLDS: u32 = 5;

/// The copies of each annotated text, with the suffixes of their file names.
const COPIES: [(&str, TextChange); 4] = [
    ("capitals", TextChange::Capitals),
    ("renamed-0", TextChange::Names(0)),
    ("renamed-1", TextChange::Names(1)),
    ("renamed-2", TextChange::Names(2)),
];

/// The development news.
const DEVELOPMENT: &str = "ner/conll2003/dev.tsv";

/// A change of a text.
#[derive(Clone, Copy)]
enum TextChange {
    /// Convert every letter to upper case.
    Capitals,
    /// Replace the names of people; the number is part of the seed.
    Names(u8),
}

/// A document: its name, its fold and its words.
struct ColumnDocument<'a> {
    name: &'a str,
    part: usize,
    gold: GoldDocument,
}

impl<'a> ColumnDocument<'a> {
    fn new(case: &'a GoldText, kind: TextKind, part: usize, number: u32) -> anyhow::Result<Self> {
        let gold = tagged_sentences::to_training_document(case, kind, 1.0, number)?;
        Ok(Self { name: &case.name, part, gold })
    }

    fn apply_change(&self, change: TextChange, names: &ReplacementNames) -> Self {
        let gold = match change {
            TextChange::Capitals => augment::copy_in_capitals(&self.gold, 1.0),
            TextChange::Names(choice) => {
                let seed = u64::from(self.gold.document) << 8 | u64::from(choice);
                names.replace_person_names(&self.gold, seed)
            }
        };
        Self { gold, ..*self }
    }
}

/// Writes all files. The probabilities of training text come from `halves`, each
/// of which was trained on the other half of the documents; those of other text
/// come from the shipped chain.
pub(crate) fn write_all_columns(
    material: &TrainingMaterial,
    data: &Path,
    pages: Option<&Path>,
    folder: &Path,
    mut halves: [Crf<'_>; 2],
) -> anyhow::Result<()> {
    let mut shipped = [Crf::with_shipped_model(), Crf::with_shipped_model()];
    let file = |name: &str| folder.join(name).with_extension("tsv");
    for (name, entries) in
        [("news", news_documents(material)?), ("telegrams", telegram_documents(material)?)]
    {
        write_columns_file(&file(name), &entries, &mut halves)?;
        for (copy, change) in COPIES {
            let changed = changed_copies(&entries, change, material);
            write_columns_file(&file(&format!("{name}-{copy}")), &changed, &mut halves)?;
        }
    }
    let cases = gold::load_gold_standard(&[data.join(DEVELOPMENT)], TextEdit::None)?.texts;
    let entries: Vec<ColumnDocument> = cases
        .iter()
        .map(|case| ColumnDocument::new(case, TextKind::General, 0, 0))
        .collect::<Result<_, _>>()?;
    write_columns_file(&file("news-dev"), &entries, &mut shipped)?;
    let capitals = changed_copies(&entries, TextChange::Capitals, material);
    write_columns_file(&file("news-dev-capitals"), &capitals, &mut shipped)?;
    let volumes = data.join("frus-volumes");
    for (name, texts) in [("volumes", Some(volumes.as_path())), ("pages", pages)] {
        if let Some(texts) = texts {
            let entries = unmarked_documents(texts, material)?;
            write_columns_file(&file(name), &entries, &mut shipped)?;
        }
    }
    Ok(())
}

/// The documents in `folder` that are not annotated by hand.
fn unmarked_documents(
    folder: &Path,
    material: &TrainingMaterial,
) -> anyhow::Result<Vec<ColumnDocument<'static>>> {
    let golds = volumes::training_documents(folder, &material.except, SentenceChoice::All, 1.0, 0)?;
    Ok(golds.into_iter().map(|gold| ColumnDocument { name: "unmarked", part: 0, gold }).collect())
}

fn news_documents(material: &TrainingMaterial) -> anyhow::Result<Vec<ColumnDocument<'_>>> {
    let numbered = material.news.iter().zip(0..);
    numbered.map(|(case, number)| ColumnDocument::new(case, TextKind::General, 0, number)).collect()
}

/// The telegrams, each with its fold.
fn telegram_documents(material: &TrainingMaterial) -> anyhow::Result<Vec<ColumnDocument<'_>>> {
    let parts = material.split_telegrams(FOLDS);
    let part = |case: &GoldText| {
        let holds = |part: &Vec<&GoldText>| part.iter().any(|one| std::ptr::eq(*one, case));
        parts.iter().position(holds).unwrap_or(0)
    };
    let numbered = material.telegrams.iter().zip(material.news.len() as u32..);
    numbered
        .map(|(case, number)| ColumnDocument::new(case, TextKind::Diplomatic, part(case), number))
        .collect()
}

fn changed_copies<'a>(
    entries: &[ColumnDocument<'a>],
    change: TextChange,
    material: &TrainingMaterial,
) -> Vec<ColumnDocument<'a>> {
    entries.iter().map(|entry| entry.apply_change(change, &material.names)).collect()
}

/// Writes `entries` to `path`. The first chain gives the probabilities of
/// documents with even numbers, the second chain those of the others.
fn write_columns_file(
    path: &Path,
    entries: &[ColumnDocument<'_>],
    chains: &mut [Crf<'_>; 2],
) -> anyhow::Result<()> {
    let file = File::create(path).map_err(|error| InputError::from_write(path, &error));
    let mut out = BufWriter::new(file?);
    for ColumnDocument { name, part, gold } in entries {
        writeln!(out, "-DOCSTART-\t{name}\t{part}\n")?;
        let chain = &mut chains[gold.document as usize % 2];
        let (_, probabilities) = chain.document_marginals(&gold.words_by_sentence());
        for (sentence, probabilities) in gold.sentences.iter().zip(&probabilities) {
            for ((word, set), row) in sentence.iter().zip(probabilities) {
                let WordKnowledge { clusters, bits } = chain.word_knowledge(word);
                let clusters = clusters.map_or([-1; CLUSTERINGS], |row| row.map(i32::from));
                let clusters = clusters.map(|cluster| cluster.to_string()).join(" ");
                write!(out, "{word}\t{}\t{clusters}\t{bits}", format_tag_set(*set))?;
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
fn format_tag_set(set: TagSet) -> String {
    match set.only_tag() {
        Some(tag) => tag.to_string(),
        None => (0..TAGS)
            .find(|&tag| !set.contains_tag(tag))
            .map_or_else(|| "?".to_owned(), |tag| format!("!{}", BioTag(tag as u8))),
    }
}
