//! The reading text for people: names in colours on a terminal, or in brackets
//! where there are no colours.
//!
//! Control characters of the text (for example an escape sequence in a damaged
//! file) are shown as `�`, so that a file cannot control the terminal.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use chancery_model::{Annotated, Label, TextSpan, steers_terminal};

/// How names are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// Names in the colour of their label, markings dimmed.
    On,
    /// Names in brackets: "[PER Ama Osei] left"; markings unchanged.
    Off,
}

/// How a span of text is highlighted.
#[derive(Clone, Copy)]
enum TextStyle {
    Name(Label),
    Marking,
}

impl TextStyle {
    /// Colour and weight of the span.
    const fn style(self) -> Style {
        match self {
            Self::Name(Label::Per) => AnsiColor::Cyan.on_default().bold(),
            Self::Name(Label::Loc) => AnsiColor::Green.on_default().bold(),
            Self::Name(Label::Org) => AnsiColor::Yellow.on_default().bold(),
            Self::Name(Label::Misc) => AnsiColor::Magenta.on_default().bold(),
            Self::Marking => Style::new().dimmed(),
        }
    }
}

/// Writes a one-line legend of the colours.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_legend(out: &mut impl Write) -> io::Result<()> {
    let label_names = ["person", "place", "organisation", "other name"];
    for (label, name) in Label::ALL.into_iter().zip(label_names) {
        let style = TextStyle::Name(label).style();
        write!(out, "{style}{label}{style:#} {name}  ")?;
    }
    let style = TextStyle::Marking.style();
    writeln!(out, "{style}not prose{style:#}")
}

/// Writes the reading text of `annotated`.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_text(annotated: &Annotated, colours: Colours, out: &mut impl Write) -> io::Result<()> {
    let text = &annotated.document.text;
    let mut at = 0;
    for (span, look) in highlighted_spans(annotated) {
        // If a name and a marking overlap, the first one wins.
        if span.start < at {
            continue;
        }
        write_safely(&text[TextSpan::new(at, span.start)], out)?;
        match (colours, look) {
            (Colours::On, look) => write_coloured(&text[span], look, out)?,
            (Colours::Off, TextStyle::Marking) => write_safely(&text[span], out)?,
            (Colours::Off, TextStyle::Name(label)) => {
                write!(out, "[{label} ")?;
                write_safely(&text[span], out)?;
                out.write_all(b"]")?;
            }
        }
        at = span.end;
    }
    write_safely(&text[TextSpan::new(at, text.len() as u32)], out)?;
    out.write_all(b"\n")
}

/// The highlighted spans, in order.
fn highlighted_spans(annotated: &Annotated) -> Vec<(TextSpan, TextStyle)> {
    let mentions = annotated.mentions.iter().map(|m| (m.span, TextStyle::Name(m.label)));
    let markings = annotated.document.markings.iter().map(|&span| (span, TextStyle::Marking));
    let mut looks: Vec<_> = mentions.chain(markings).collect();
    looks.sort_by_key(|&(span, _)| span);
    looks
}

/// Writes `text` in its colour. The colour is turned off at every line end,
/// because pagers show each line separately.
fn write_coloured(text: &str, look: TextStyle, out: &mut impl Write) -> io::Result<()> {
    for line in text.split_inclusive('\n') {
        let words = line.trim_end_matches('\n');
        if !words.is_empty() {
            let style = look.style();
            write!(out, "{style}")?;
            write_safely(words, out)?;
            write!(out, "{style:#}")?;
        }
        out.write_all(&line.as_bytes()[words.len()..])?;
    }
    Ok(())
}

/// Writes `text` with the characters that steer a terminal replaced by U+FFFD.
pub(crate) fn write_safely(text: &str, out: &mut impl Write) -> io::Result<()> {
    let steers = |c: char| steers_terminal(c) && c != '\n' && c != '\t';
    let mut pieces = text.split(steers);
    out.write_all(pieces.next().unwrap_or_default().as_bytes())?;
    for piece in pieces {
        out.write_all("\u{fffd}".as_bytes())?;
        out.write_all(piece.as_bytes())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use chancery_model::TextSpan;

    use super::*;
    use crate::brackets;

    fn shown(file: &str, markings: &[(u32, u32)], colours: Colours) -> String {
        let mut annotated = brackets::read_document(file.as_bytes()).expect(file);
        annotated.document.markings =
            markings.iter().map(|&(start, end)| TextSpan::new(start, end)).collect();
        let mut out = Vec::new();
        write_text(&annotated, colours, &mut out).expect("writing to memory cannot fail");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn names_and_markings_stand_out() {
        let file = "( C ) [PER Ama Osei  ] left \n[LOC Lome  ] \u{1b}[2J \n";
        let coloured = "\u{1b}[2m( C )\u{1b}[0m \u{1b}[1m\u{1b}[36mAma Osei\u{1b}[0m left\n\
            \u{1b}[1m\u{1b}[32mLome\u{1b}[0m �[2J\n";
        assert_eq!(shown(file, &[(0, 5)], Colours::On), coloured);
        let plain = "( C ) [PER Ama Osei] left\n[LOC Lome] �[2J\n";
        assert_eq!(shown(file, &[(0, 5)], Colours::Off), plain);
    }

    #[test]
    fn colours_end_with_the_line() {
        let lines = "\u{1b}[2ma\u{1b}[0m\n\u{1b}[2mb\u{1b}[0m\n";
        assert_eq!(shown("a \nb \n", &[(0, 3)], Colours::On), lines);
    }
}
