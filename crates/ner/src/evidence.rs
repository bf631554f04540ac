//! How a word is written and used in the rest of its document.
//!
//! A surname that is on no list is often clear elsewhere in the same telegram:
//! after a title, before a verb of speech, beside a given name. So the context
//! of a word is collected from all its occurrences and made available to each
//! of them (Ratinov and Roth 2009, "context aggregation").

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::form::Form;
use crate::hash;

/// Number of neighbours kept for each position.
const TOP: usize = 3;

/// Counts of neighbouring words, in the order of their first occurrence.
#[derive(Clone, Debug, Default)]
pub struct Neighbours(Vec<(u64, u32)>);

impl Neighbours {
    /// Distinct neighbours counted. A word with more of them is too common for
    /// its neighbours to tell anything about it.
    const MOST: usize = 48;

    fn add(&mut self, neighbour: u64) {
        if let Some((_, count)) = self.0.iter_mut().find(|(other, _)| *other == neighbour) {
            *count += 1;
        } else if self.0.len() < Self::MOST {
            self.0.push((neighbour, 1));
        }
    }

    /// Keeps the [`TOP`] most frequent, in descending order.
    fn settle(&mut self) {
        self.0.sort_by_key(|(_, count)| Reverse(*count));
        self.0.truncate(TOP);
    }

    /// The most frequent neighbours.
    pub fn top(&self) -> impl Iterator<Item = u64> {
        self.0.iter().map(|(neighbour, _)| *neighbour)
    }
}

/// The context of one word, regardless of case, in one document.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
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
    pub before: Neighbours,
    /// Words after it, likewise.
    pub after: Neighbours,
    /// Capitalised words right before it.
    pub partner_before: Neighbours,
    /// Capitalised words right after it.
    pub partner_after: Neighbours,
    /// For the abbreviation in "Long Name (LN)": the cluster of the last word of
    /// the full name, plus 1; 0 if that word has none.
    pub short_for: Option<u64>,
}

/// The words of a sentence, and whether it is written in capitals.
pub struct Line<'a> {
    /// The words.
    pub forms: Vec<&'a Form>,
    /// Whether the sentence is in capitals, so that case carries no information.
    pub capitals: bool,
}

/// Collects the context of every word, keyed by [`Form::lower`]. Words that occur
/// once and are no abbreviation are left out.
pub fn gather(lines: &[Line<'_>]) -> HashMap<u64, Evidence> {
    let mut all: HashMap<u64, Evidence> = HashMap::new();
    for line in lines {
        for (at, form) in line.forms.iter().enumerate().filter(|(_, form)| form.letters.any) {
            let evidence = all.entry(form.lower).or_default();
            evidence.total += 1;
            if !line.capitals {
                count_case(evidence, form, at);
            }
            if line.capitals || form.letters.initial {
                note_places(evidence, line, at);
            }
        }
        short_forms(line, &mut all);
    }
    all.retain(|_, evidence| evidence.total > 1 || evidence.short_for.is_some());
    for evidence in all.values_mut() {
        for neighbours in [
            &mut evidence.before,
            &mut evidence.after,
            &mut evidence.partner_before,
            &mut evidence.partner_after,
        ] {
            neighbours.settle();
        }
    }
    all
}

fn count_case(evidence: &mut Evidence, form: &Form, at: usize) {
    if form.letters.lower {
        evidence.small += 1;
    } else if at > 0 {
        evidence.capital += 1;
    }
    if form.letters.upper && !form.letters.initials {
        evidence.upper += 1;
    }
}

fn note_places(evidence: &mut Evidence, line: &Line<'_>, at: usize) {
    let name = |form: &Form| if form.letters.initial { form.brief } else { form.lower };
    let name = |form: &Form| if line.capitals { form.lower } else { name(form) };
    if let Some(before) = at.checked_sub(1).map(|i| line.forms[i]) {
        evidence.before.add(name(before));
        if before.letters.initial && !line.capitals {
            evidence.partner_before.add(before.lower);
        }
    }
    if let Some(after) = line.forms.get(at + 1) {
        evidence.after.add(name(after));
        if after.letters.initial && !line.capitals {
            evidence.partner_after.add(after.lower);
        }
    }
}

/// Finds "Long Name (LN)" and records for LN the cluster of the last word of Long
/// Name.
fn short_forms(line: &Line<'_>, all: &mut HashMap<u64, Evidence>) {
    let open = hash::bytes(b"(");
    let close = hash::bytes(b")");
    for at in 2..line.forms.len().saturating_sub(1) {
        let short = line.forms[at];
        let bracketed = line.forms[at - 1].lower == open && line.forms[at + 1].lower == close;
        let long = line.forms[at - 2];
        let named = bracketed && short.letters.upper && long.letters.initial;
        if let Some(evidence) = all.get_mut(&short.lower).filter(|_| named) {
            evidence.short_for = Some(long.cluster());
        }
    }
}
