//! Precision, recall and F1 of mentions.
//!
//! A name is correct if its span and its label are both correct; there is no
//! partial credit. This is the measure of the CoNLL-2003 shared task
//! (Tjong Kim Sang and De Meulder, "Introduction to the CoNLL-2003 shared
//! task", 2003, section 2.3), as its script `conlleval` computes it:
//! precision is the share of found names that are correct, recall the share of
//! gold names that were found, F1 their harmonic mean, all in percent; a
//! measure whose denominator is zero is zero; "overall" pools the counts of
//! all labels.

use std::collections::BTreeMap;
use std::io::{self, Write};

use chancery_model::{Label, Mention, TextSpan};

/// Numbers of gold, found and correct mentions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MatchCounts {
    /// Names in the gold standard.
    pub gold: u64,
    /// Found mentions.
    pub found: u64,
    /// Names found with the correct span and label.
    pub correct: u64,
}

impl MatchCounts {
    /// Share of found names that are correct, in percent.
    pub fn precision(&self) -> f64 {
        percent_or_zero(self.correct, self.found)
    }

    /// Share of gold names that were found, in percent.
    pub fn recall(&self) -> f64 {
        percent_or_zero(self.correct, self.gold)
    }

    /// Harmonic mean of precision and recall, in percent.
    pub fn f1_score(&self) -> f64 {
        percent_or_zero(2 * self.correct, self.found + self.gold)
    }

    /// Adds other counts.
    pub fn add_counts(&mut self, other: Self) {
        self.gold += other.gold;
        self.found += other.found;
        self.correct += other.correct;
    }
}

/// A share in percent; 0 if `whole` is 0.
pub fn percent_or_zero(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 }
}

/// Counts for each label that occurs in the gold standard or the predictions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MentionScore {
    /// Counts by label.
    pub by_label: BTreeMap<Label, MatchCounts>,
}

impl MentionScore {
    /// Counts one document. Both lists must be sorted and without overlap.
    pub fn count_document(&mut self, gold: &[Mention], found: &[Mention]) {
        for name in gold {
            self.by_label.entry(name.label).or_default().gold += 1;
        }
        for name in found {
            let counts = self.by_label.entry(name.label).or_default();
            let right =
                overlapping_mentions(gold, name.span).any(|other| is_same_mention(name, other));
            counts.found += 1;
            counts.correct += u64::from(right);
        }
    }

    /// The counts of all labels together.
    pub fn overall_counts(&self) -> MatchCounts {
        let mut all = MatchCounts::default();
        self.by_label.values().for_each(|&counts| all.add_counts(counts));
        all
    }
}

/// Removes the found names that overlap an `optional` span, on which careful
/// annotators may disagree: they count neither as correct nor as wrong.
pub fn drop_optional_mentions(found: &mut Vec<Mention>, optional: &[TextSpan]) {
    found.retain(|name| !optional.iter().any(|span| span.overlaps(&name.span)));
}

/// The ways in which a name can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MistakeKind {
    /// A gold name that was not found.
    Missed,
    /// A found name that overlaps no gold name.
    Spurious,
    /// The span is correct, the label is wrong.
    WrongLabel,
    /// The span overlaps a gold name but is not the same.
    WrongSpan,
}

impl MistakeKind {
    /// All kinds, in the order of the list.
    pub const ALL: [Self; 4] = [Self::Missed, Self::Spurious, Self::WrongLabel, Self::WrongSpan];

    /// The heading in the list.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missed => "missed",
            Self::Spurious => "spurious",
            Self::WrongLabel => "wrong label",
            Self::WrongSpan => "wrong span",
        }
    }
}

/// One mistake: the expected name and the found name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mistake {
    /// The kind of the mistake.
    pub kind: MistakeKind,
    /// The name in the gold standard; none when spurious.
    pub gold: Option<Mention>,
    /// The name found; none when missed.
    pub found: Option<Mention>,
}

impl Mistake {
    /// The span of both names.
    pub fn covered_span(&self) -> TextSpan {
        let spans = [self.gold, self.found].into_iter().flatten().map(|name| name.span);
        spans
            .reduce(|a, b| TextSpan::new(a.start.min(b.start), a.end.max(b.end)))
            .expect("a mistake has a gold or a found name")
    }
}

/// The mistakes in one document, in the order of the text. Both lists must be
/// sorted and without overlap. A gold name that overlaps several found names
/// gives one mistake for each, and vice versa.
pub fn list_mistakes(gold: &[Mention], found: &[Mention]) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for &name in gold {
        let mut missed = true;
        for &other in overlapping_mentions(found, name.span) {
            missed = false;
            let kind = match (name.span == other.span, name.label == other.label) {
                (true, true) => continue,
                (true, false) => MistakeKind::WrongLabel,
                (false, _) => MistakeKind::WrongSpan,
            };
            mistakes.push(Mistake { kind, gold: Some(name), found: Some(other) });
        }
        if missed {
            mistakes.push(Mistake { kind: MistakeKind::Missed, gold: Some(name), found: None });
        }
    }
    for &name in found {
        if overlapping_mentions(gold, name.span).next().is_none() {
            mistakes.push(Mistake { kind: MistakeKind::Spurious, gold: None, found: Some(name) });
        }
    }
    mistakes.sort_by_key(|mistake| mistake.covered_span().start);
    mistakes
}

fn is_same_mention(a: &Mention, b: &Mention) -> bool {
    a.span == b.span && a.label == b.label
}

/// The mentions that overlap `span`.
fn overlapping_mentions(mentions: &[Mention], span: TextSpan) -> impl Iterator<Item = &Mention> {
    let first = mentions.partition_point(|mention| mention.span.end <= span.start);
    mentions[first..].iter().take_while(move |mention| mention.span.start < span.end)
}

/// Writes a score as a table: one row per label, and one overall.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_mention_table(out: &mut impl Write, score: &MentionScore) -> io::Result<()> {
    writeln!(
        out,
        "{:8}{:>10}{:>8}{:>8}{:>8}{:>8}{:>9}",
        "", "precision", "recall", "F1", "gold", "found", "correct"
    )?;
    let mut line = |name: &str, counts: MatchCounts| {
        let MatchCounts { gold, found, correct } = counts;
        let (precision, recall, f1) = (counts.precision(), counts.recall(), counts.f1_score());
        writeln!(out, "{name:8}{precision:10.2}{recall:8.2}{f1:8.2}{gold:8}{found:8}{correct:9}")
    };
    for (label, &counts) in &score.by_label {
        line(label.as_str(), counts)?;
    }
    line("overall", score.overall_counts())
}

#[cfg(test)]
mod tests {
    use chancery_model::MentionSource;
    use proptest::prelude::*;

    use super::*;

    fn name(start: u32, end: u32, label: Label) -> Mention {
        Mention {
            span: TextSpan::new(start, end),
            label,
            score: 1.0,
            source: MentionSource::Imported,
        }
    }

    use Label::{Loc, Org, Per};

    #[test]
    fn measures_are_those_of_conlleval() {
        let gold = [name(0, 2, Per), name(3, 5, Loc), name(6, 8, Org), name(9, 12, Per)];
        let found = [name(0, 2, Per), name(3, 5, Org), name(7, 8, Org)];
        let mut score = MentionScore::default();
        score.count_document(&gold, &found);
        assert_eq!(score.overall_counts(), MatchCounts { gold: 4, found: 3, correct: 1 });
        assert_eq!(score.by_label[&Per], MatchCounts { gold: 2, found: 1, correct: 1 });
        assert_eq!(score.by_label[&Loc], MatchCounts { gold: 1, found: 0, correct: 0 });
        assert_eq!(score.by_label[&Org], MatchCounts { gold: 1, found: 2, correct: 0 });
        assert!((score.overall_counts().precision() - 100.0 / 3.0).abs() < 1e-9);
        assert!((score.overall_counts().recall() - 25.0).abs() < 1e-9);
        assert!((score.overall_counts().f1_score() - 200.0 / 7.0).abs() < 1e-9);
        assert!(MatchCounts::default().f1_score().abs() < 1e-9);
    }

    #[test]
    fn kinds_of_mistakes_are_distinguished() {
        let gold = [name(0, 2, Per), name(3, 5, Loc), name(6, 8, Org)];
        let cases: [(&[Mention], &[MistakeKind]); 5] = [
            (&[name(0, 2, Per), name(3, 5, Loc), name(6, 8, Org)], &[]),
            (&[name(0, 2, Per), name(3, 5, Loc)], &[MistakeKind::Missed]),
            (&[name(0, 2, Org), name(3, 5, Loc), name(6, 8, Org)], &[MistakeKind::WrongLabel]),
            (
                &[name(0, 5, Per), name(6, 8, Org)],
                &[MistakeKind::WrongSpan, MistakeKind::WrongSpan],
            ),
            (
                &[name(0, 2, Per), name(3, 5, Loc), name(6, 8, Org), name(9, 10, Per)],
                &[MistakeKind::Spurious],
            ),
        ];
        for (found, kinds) in cases {
            let got: Vec<MistakeKind> =
                list_mistakes(&gold, found).iter().map(|mistake| mistake.kind).collect();
            assert_eq!(got, kinds, "{found:?}");
        }
    }

    #[test]
    fn found_names_on_optional_spans_are_not_scored() {
        let mut found = vec![name(0, 2, Per), name(3, 5, Loc), name(9, 10, Org)];
        drop_optional_mentions(&mut found, &[TextSpan::new(4, 9)]);
        assert_eq!(found, [name(0, 2, Per), name(9, 10, Org)]);
    }

    /// Sorted names without overlap.
    fn names() -> impl Strategy<Value = Vec<Mention>> {
        prop::collection::vec((0..3_u32, 1..4_u32, 0..4_usize), 0..12).prop_map(|parts| {
            let mut at = 0;
            let mut names = Vec::new();
            for (gap, length, label) in parts {
                names.push(name(at + gap, at + gap + length, Label::ALL[label]));
                at += gap + length;
            }
            names
        })
    }

    proptest! {
        #[test]
        fn counts_agree_with_the_lists(gold in names(), found in names()) {
            let mut score = MentionScore::default();
            score.count_document(&gold, &found);
            let all = score.overall_counts();
            let right = found.iter().filter(|name| gold.contains(name)).count() as u64;
            prop_assert_eq!(
                all,
                MatchCounts { gold: gold.len() as u64, found: found.len() as u64, correct: right }
            );
            let listed = list_mistakes(&gold, &found);
            let missed = listed.iter().filter_map(|mistake| mistake.gold).map(|name| name.span);
            let mut missed: Vec<TextSpan> = missed.collect();
            missed.dedup();
            prop_assert_eq!(missed.len() as u64, all.gold - right);
        }
    }
}
