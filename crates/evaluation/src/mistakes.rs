//! The list of mistakes, grouped by kind, each in its context.

use std::io::{self, Write};
use std::ops::Range;

use chancery_model::{Label, Mention};

use crate::gold::GoldText;
use crate::mention_score::{
    MentionScore, Mistake, MistakeKind, drop_optional_mentions, list_mistakes,
};

/// Approximate number of bytes of context on either side.
const CONTEXT_BYTES: usize = 40;

/// The mistakes of all texts, in the order of the texts.
#[derive(Default)]
pub struct MistakeList<'a> {
    all: Vec<(&'a GoldText, Mistake)>,
}

impl<'a> MistakeList<'a> {
    /// Adds the mistakes of one text.
    pub fn add_text(&mut self, case: &'a GoldText, gold: &[Mention], found: &[Mention]) {
        self.all.extend(list_mistakes(gold, found).into_iter().map(|mistake| (case, mistake)));
    }

    /// Prints one list for each kind of mistake that occurs.
    pub fn write_by_kind(&self, out: &mut impl Write) -> io::Result<()> {
        for kind in MistakeKind::ALL {
            let of_kind = || self.all.iter().filter(|(_, mistake)| mistake.kind == kind);
            let number = of_kind().count();
            if number == 0 {
                continue;
            }
            writeln!(out, "{} ({number})", kind.as_str())?;
            for (case, mistake) in of_kind() {
                writeln!(out, "  {}", format_mistake(case, mistake))?;
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

/// Formats a mistake: "dev.tsv, document 2: gold PER Jane Doe, found ORG Doe: …
/// told [Jane Doe] that …".
fn format_mistake(case: &GoldText, mistake: &Mistake) -> String {
    let text = case.text.as_str();
    let describe =
        |name: Mention| format!("{} {}", name.label, on_one_line(&text[name.span.byte_range()]));
    let what = match (mistake.gold, mistake.found) {
        (Some(gold), Some(found)) if gold.span == found.span => {
            format!("gold {}, found {}", describe(gold), found.label)
        }
        (Some(gold), Some(found)) => format!("gold {}, found {}", describe(gold), describe(found)),
        (Some(gold), None) => describe(gold),
        (None, Some(found)) => describe(found),
        (None, None) => String::new(),
    };
    let span = mistake.covered_span().byte_range();
    let around = context_range(text, span.clone());
    let cut = |inside: bool| if inside { "…" } else { "" };
    format!(
        "{}: {what}: {}{}[{}]{}{}",
        case.name,
        cut(around.start > 0),
        on_one_line(&text[around.start..span.start]),
        on_one_line(&text[span.clone()]),
        on_one_line(&text[span.end..around.end]),
        cut(around.end < text.len()),
    )
}

/// `span` and about [`CONTEXT_BYTES`] bytes on either side, cut between characters.
fn context_range(text: &str, span: Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start.saturating_sub(CONTEXT_BYTES));
    let end = text.ceil_char_boundary((span.end + CONTEXT_BYTES).min(text.len()));
    start..end
}

fn on_one_line(text: &str) -> String {
    text.replace(['\n', '\r', '\t'], " ")
}

/// Computes the score over all texts, and lists the mistakes.
pub fn score_predictions<'a>(
    cases: &'a [GoldText],
    found: Vec<Vec<Mention>>,
    ignored: &[Label],
) -> (MentionScore, MistakeList<'a>) {
    let counts = |name: &Mention| !ignored.contains(&name.label);
    let mut score = MentionScore::default();
    let mut listing = MistakeList::default();
    for (case, mut found) in cases.iter().zip(found) {
        let gold: Vec<Mention> = case.mentions.iter().copied().filter(counts).collect();
        found.retain(counts);
        drop_optional_mentions(&mut found, &case.optional);
        score.count_document(&gold, &found);
        listing.add_text(case, &gold, &found);
    }
    (score, listing)
}
