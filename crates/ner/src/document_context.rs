//! How a word is written and used in the rest of its document.
//!
//! A surname that is on no list is often clear elsewhere in the same telegram:
//! after a title, before a verb of speech, beside a given name. So the context
//! of a word is collected from all its occurrences and made available to each
//! of them (Ratinov and Roth 2009, "context aggregation").

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::hash;
use crate::word_type::WordType;

/// Number of neighbours kept for each position.
const KEPT_NEIGHBOURS: usize = 3;

/// Counts of neighbouring words, in the order of their first occurrence.
#[derive(Clone, Debug, Default)]
pub struct NeighbourCounts(Vec<(u64, u32)>);

impl NeighbourCounts {
    /// Distinct neighbours counted. A word with more of them is too common for
    /// its neighbours to tell anything about it.
    const MAX_NEIGHBOURS: usize = 48;

    fn count_neighbour(&mut self, neighbour: u64) {
        if let Some((_, count)) = self.0.iter_mut().find(|(other, _)| *other == neighbour) {
            *count += 1;
        } else if self.0.len() < Self::MAX_NEIGHBOURS {
            self.0.push((neighbour, 1));
        }
    }

    /// Keeps the [`KEPT_NEIGHBOURS`] most frequent, in descending order.
    fn keep_most_frequent(&mut self) {
        self.0.sort_by_key(|(_, count)| Reverse(*count));
        self.0.truncate(KEPT_NEIGHBOURS);
    }

    /// The most frequent neighbours.
    pub fn most_frequent(&self) -> impl Iterator<Item = u64> {
        self.0.iter().map(|(neighbour, _)| *neighbour)
    }
}

/// The context of one word, regardless of case, in one document.
#[derive(Clone, Debug, Default)]
pub struct DocumentContext {
    /// Number of occurrences.
    pub total: u32,
    /// Occurrences with a lowercase first letter, outside text in capitals.
    pub small: u32,
    /// Occurrences not at the start of a sentence that do not start with a
    /// lowercase letter, outside text in capitals.
    pub capital: u32,
    /// Occurrences in capitals other than initials ("D."), outside text in
    /// capitals.
    pub upper: u32,
    /// Words before it, where it starts with a capital: the word itself, or its
    /// shape if it starts with a capital too.
    pub before: NeighbourCounts,
    /// Words after it, likewise.
    pub after: NeighbourCounts,
    /// Capitalised words right before it.
    pub partner_before: NeighbourCounts,
    /// Capitalised words right after it.
    pub partner_after: NeighbourCounts,
    /// For the abbreviation in "Long Name (LN)": the cluster of the last word of
    /// the full name, plus 1; 0 if that word has none.
    pub short_for: Option<u64>,
}

/// The words of a sentence, and whether it is written in capitals.
pub struct SentenceWords<'a> {
    /// The words.
    pub words: Vec<&'a WordType>,
    /// Whether the sentence is in capitals, so that case carries no information.
    pub capitals: bool,
}

/// Collects the context of every word, keyed by [`WordType::lower`]. Words that
/// occur once and are no abbreviation are left out.
pub fn gather_contexts(lines: &[SentenceWords<'_>]) -> HashMap<u64, DocumentContext> {
    let mut all: HashMap<u64, DocumentContext> = HashMap::new();
    for line in lines {
        for (at, form) in line.words.iter().enumerate().filter(|(_, form)| form.orthography.any) {
            let context = all.entry(form.lower).or_default();
            context.total += 1;
            if !line.capitals {
                count_letter_case(context, form, at);
            }
            if line.capitals || form.orthography.initial {
                count_neighbours(context, line, at);
            }
        }
        find_abbreviations(line, &mut all);
    }
    all.retain(|_, context| context.total > 1 || context.short_for.is_some());
    for context in all.values_mut() {
        for neighbours in [
            &mut context.before,
            &mut context.after,
            &mut context.partner_before,
            &mut context.partner_after,
        ] {
            neighbours.keep_most_frequent();
        }
    }
    all
}

fn count_letter_case(context: &mut DocumentContext, form: &WordType, at: usize) {
    if form.orthography.lower {
        context.small += 1;
    } else if at > 0 {
        context.capital += 1;
    }
    if form.orthography.upper && !form.orthography.initials {
        context.upper += 1;
    }
}

fn count_neighbours(context: &mut DocumentContext, line: &SentenceWords<'_>, at: usize) {
    let name =
        |form: &WordType| if form.orthography.initial { form.collapsed_shape } else { form.lower };
    let name = |form: &WordType| if line.capitals { form.lower } else { name(form) };
    if let Some(before) = at.checked_sub(1).map(|i| line.words[i]) {
        context.before.count_neighbour(name(before));
        if before.orthography.initial && !line.capitals {
            context.partner_before.count_neighbour(before.lower);
        }
    }
    if let Some(after) = line.words.get(at + 1) {
        context.after.count_neighbour(name(after));
        if after.orthography.initial && !line.capitals {
            context.partner_after.count_neighbour(after.lower);
        }
    }
}

/// Finds "Long Name (LN)" and records for LN the cluster of the last word of Long
/// Name.
fn find_abbreviations(line: &SentenceWords<'_>, all: &mut HashMap<u64, DocumentContext>) {
    let open = hash::hash_bytes(b"(");
    let close = hash::hash_bytes(b")");
    for at in 2..line.words.len().saturating_sub(1) {
        let short = line.words[at];
        let bracketed = line.words[at - 1].lower == open && line.words[at + 1].lower == close;
        let long = line.words[at - 2];
        let named = bracketed && short.orthography.upper && long.orthography.initial;
        if let Some(context) = all.get_mut(&short.lower).filter(|_| named) {
            context.short_for = Some(long.coarse_cluster());
        }
    }
}
