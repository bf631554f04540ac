//! The text that the engine `accurate` learns from, as columns for
//! `training/accurate`.
//!
//! The Python side sees words as the program cuts them and what the program
//! knows of each, so nothing is done twice in two languages. One word a line,
//! tab-separated: the word; its tag (`?` where it is not known, `!I-PER` where
//! it may be anything else); its cluster numbers in the order of the lexicon,
//! blank-separated, `-1` without; its knowledge bits
//! ([`chancery_ner::form::Knowledge`]); and, in files that were not trained on, the
//! nine tag probabilities of the engine `fast`, in thousandths. A blank line
//! ends a sentence; `-DOCSTART-`, a name and a number begin a document.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use chancery_ner::Tagger;
use chancery_ner::lexicon::CLUSTERINGS;
use chancery_ner::tags::{TAGS, Tag, TagSet};
use chancery_ner::train::Gold;

/// A document's name, its number and its sentences.
pub(crate) struct Entry<'a> {
    pub(crate) name: &'a str,
    pub(crate) number: usize,
    pub(crate) gold: &'a Gold,
}

/// Writes `entries` to `path`, with probabilities when `marginals` is set.
pub(crate) fn write<'a>(
    path: &Path,
    entries: impl IntoIterator<Item = Entry<'a>>,
    tagger: &mut Tagger<'_>,
    marginals: bool,
) -> anyhow::Result<()> {
    let file = File::create(path).with_context(|| format!("{}: cannot be written", path.display()));
    let mut out = BufWriter::new(file?);
    for entry in entries {
        writeln!(out, "-DOCSTART-\t{}\t{}\n", entry.name, entry.number)?;
        let words = entry.gold.words();
        let probabilities = if marginals { tagger.marginals(&words) } else { Vec::new() };
        for (number, sentence) in entry.gold.sentences.iter().enumerate() {
            for (at, (word, set)) in sentence.iter().enumerate() {
                let knowledge = tagger.knowledge(word);
                write!(out, "{word}\t{}\t", name(*set))?;
                let clusters =
                    knowledge.clusters.map_or([-1; CLUSTERINGS], |row| row.map(i32::from));
                let clusters = clusters.map(|cluster| cluster.to_string()).join(" ");
                write!(out, "{clusters}\t{}", knowledge.bits)?;
                for probability in probabilities.get(number).map_or(&[][..], |line| &line[at]) {
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

/// How a set of tags is written.
fn name(set: TagSet) -> String {
    match set.single() {
        Some(tag) => tag.to_string(),
        None => (0..TAGS)
            .find(|&tag| !set.has(tag))
            .map_or_else(|| "?".to_owned(), |tag| format!("!{}", Tag(tag as u8))),
    }
}
