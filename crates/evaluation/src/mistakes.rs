//! The list of mistakes, grouped by kind, each in its context.

use std::io::{self, Write};
use std::ops::Range;

use chancery_model::{Label, Mention};

use crate::gold::Case;
use crate::score::{Kind, Mistake, Score, drop_optional, mistakes};

/// Approximate number of bytes of context on either side.
const CONTEXT: usize = 40;

/// The mistakes of all texts, in the order of the texts.
#[derive(Default)]
pub struct Listing<'a> {
    all: Vec<(&'a Case, Mistake)>,
}

impl<'a> Listing<'a> {
    /// Adds the mistakes of one text.
    pub fn add(&mut self, case: &'a Case, gold: &[Mention], found: &[Mention]) {
        self.all.extend(mistakes(gold, found).into_iter().map(|mistake| (case, mistake)));
    }

    /// Prints one list for each kind of mistake that occurs.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        for kind in Kind::ALL {
            let of_kind = || self.all.iter().filter(|(_, mistake)| mistake.kind == kind);
            let number = of_kind().count();
            if number == 0 {
                continue;
            }
            writeln!(out, "{} ({number})", kind.as_str())?;
            for (case, mistake) in of_kind() {
                writeln!(out, "  {}", line(case, mistake))?;
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

/// Formats a mistake: "dev.tsv, document 2: gold PER Jane Doe, found ORG Doe: …
/// told [Jane Doe] that …".
fn line(case: &Case, mistake: &Mistake) -> String {
    let text = case.text.as_str();
    let told = |name: Mention| format!("{} {}", name.label, one_line(&text[name.span.range()]));
    let what = match (mistake.gold, mistake.found) {
        (Some(gold), Some(found)) if gold.span == found.span => {
            format!("gold {}, found {}", told(gold), found.label)
        }
        (Some(gold), Some(found)) => format!("gold {}, found {}", told(gold), told(found)),
        (Some(gold), None) => told(gold),
        (None, Some(found)) => told(found),
        (None, None) => String::new(),
    };
    let span = mistake.span().range();
    let around = context(text, span.clone());
    let cut = |inside: bool| if inside { "…" } else { "" };
    format!(
        "{}: {what}: {}{}[{}]{}{}",
        case.name,
        cut(around.start > 0),
        one_line(&text[around.start..span.start]),
        one_line(&text[span.clone()]),
        one_line(&text[span.end..around.end]),
        cut(around.end < text.len()),
    )
}

/// `span` and about [`CONTEXT`] bytes on either side, cut between characters.
fn context(text: &str, span: Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start.saturating_sub(CONTEXT));
    let end = text.ceil_char_boundary((span.end + CONTEXT).min(text.len()));
    start..end
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r', '\t'], " ")
}

/// Computes the score over all texts, and lists the mistakes.
pub fn compare<'a>(
    cases: &'a [Case],
    found: Vec<Vec<Mention>>,
    ignored: &[Label],
) -> (Score, Listing<'a>) {
    let counts = |name: &Mention| !ignored.contains(&name.label);
    let mut score = Score::default();
    let mut listing = Listing::default();
    for (case, mut found) in cases.iter().zip(found) {
        let gold: Vec<Mention> = case.names.iter().copied().filter(counts).collect();
        found.retain(counts);
        drop_optional(&mut found, &case.optional);
        score.count(&gold, &found);
        listing.add(case, &gold, &found);
    }
    (score, listing)
}
