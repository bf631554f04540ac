//! Assigns roles to paragraphs: summary, comment, action request.
//!
//! A role starts at its opening words ("SUMMARY:", "(Comment:", a heading
//! "COMMENT") and ends at its closing words ("END SUMMARY"). Without closing
//! words it covers one paragraph, or all paragraphs under the heading.

use chancery_model::{Block, BlockKind, ParagraphRole};

use crate::line_text::TextLine;

/// Words that open a role; if one is a prefix of another, the longer is first.
const ROLE_OPENINGS: [(&str, ParagraphRole); 17] = [
    ("EXECUTIVE SUMMARY", ParagraphRole::Summary),
    ("SUMMARY", ParagraphRole::Summary),
    ("BEGIN SUMMARY", ParagraphRole::Summary),
    ("COMMENT", ParagraphRole::Comment),
    ("BEGIN COMMENT", ParagraphRole::Comment),
    ("EMBASSY COMMENT", ParagraphRole::Comment),
    ("ACTION REQUEST", ParagraphRole::ActionRequest),
    ("ACTION REQUIRED", ParagraphRole::ActionRequest),
    ("ACTION REQUESTED", ParagraphRole::ActionRequest),
    ("THIS IS AN ACTION REQUEST", ParagraphRole::ActionRequest),
    ("THIS IS AN ACTION MESSAGE", ParagraphRole::ActionRequest),
    ("INTRODUCTION", ParagraphRole::Introduction),
    ("BACKGROUND", ParagraphRole::Introduction),
    ("NOTE", ParagraphRole::Note),
    ("BEGIN NOTE", ParagraphRole::Note),
    ("BIOGRAPHIC NOTE", ParagraphRole::Biography),
    ("BIO NOTE", ParagraphRole::Biography),
];

/// Sets the roles of the paragraphs among `blocks`.
pub(crate) fn assign_roles(text: &str, blocks: &mut [Block]) {
    let ends: Vec<Option<ParagraphRole>> =
        blocks.iter().map(|block| closing_role(&text[block.span.byte_range()])).collect();
    let mut current: Option<(ParagraphRole, RoleEnd)> = None;
    for index in 0..blocks.len() {
        let block = &mut blocks[index];
        let words = &text[block.span.byte_range()];
        match &mut block.kind {
            BlockKind::Heading => {
                current =
                    opening_role(heading_words(words), true).map(|role| (role, RoleEnd::Heading));
            }
            BlockKind::Paragraph(paragraph) => {
                let prose = paragraph_prose(words, block.span.start, paragraph);
                if let Some(role) = opening_role(prose, false) {
                    let end = ends[index..]
                        .iter()
                        .take(MAX_BLOCKS_PER_ROLE)
                        .position(|end| *end == Some(role));
                    current = Some((
                        role,
                        end.map_or(RoleEnd::Block(index), |n| RoleEnd::Block(index + n)),
                    ));
                }
                paragraph.role = current.map_or(ParagraphRole::Body, |(role, _)| role);
                let over = current.is_some_and(|(role, until)| match until {
                    RoleEnd::Heading => ends[index] == Some(role),
                    RoleEnd::Block(last) => index >= last,
                });
                if over {
                    current = None;
                }
            }
            BlockKind::Header | BlockKind::Dateline | BlockKind::Signature => current = None,
            BlockKind::Table | BlockKind::Footnote(_) => {}
        }
    }
}

/// Marks the paragraphs that a letter quotes.
pub(crate) fn mark_quotations(lines: &[TextLine], blocks: &mut [Block]) {
    for block in blocks {
        let next = lines.partition_point(|line| line.span.start <= block.span.start);
        let is_quoted = next > 0 && lines[next - 1].is_quoted;
        if let BlockKind::Paragraph(paragraph) = &mut block.kind
            && is_quoted
        {
            paragraph.role = ParagraphRole::Quotation;
        }
    }
}

/// Maximum number of blocks to search for the closing words of a role.
const MAX_BLOCKS_PER_ROLE: usize = 40;

#[derive(Debug, Clone, Copy)]
enum RoleEnd {
    Heading,
    Block(usize),
}

/// The words of a paragraph after its number and portion marking.
fn paragraph_prose<'a>(
    words: &'a str,
    start: u32,
    paragraph: &chancery_model::Paragraph,
) -> &'a str {
    let number = paragraph.number.as_ref().map(|number| number.span.end);
    let portion = paragraph.portion.as_ref().map(|portion| portion.span.end);
    let skip = number.max(portion).map_or(0, |end| end.saturating_sub(start));
    words.get(skip as usize..).unwrap_or("")
}

/// The words of a heading without its portion marking and rows of dashes.
fn heading_words(words: &str) -> &str {
    let line = words.lines().find(|line| line.contains(|c: char| c.is_alphabetic())).unwrap_or("");
    match line.split_once(") ") {
        Some((portion, rest)) if portion.starts_with('(') && portion.len() < 12 => rest,
        _ => line,
    }
}

/// The role that `words` open. The opening words must be the whole heading, or
/// start a paragraph and be followed by punctuation.
fn opening_role(words: &str, heading: bool) -> Option<ParagraphRole> {
    let words = words.trim_start_matches([' ', '\n', '(', '[', '-', '*']);
    ROLE_OPENINGS.iter().find_map(|(opening, role)| {
        let start = words.get(..opening.len())?;
        let rest = words[opening.len()..].trim_start_matches(' ');
        let said = start.eq_ignore_ascii_case(opening);
        let marked = rest.starts_with([':', '-', '.', '\u{2014}']);
        let whole = rest.is_empty() || (heading && rest.starts_with("AND"));
        let plain = *role == ParagraphRole::ActionRequest && start.starts_with(['T', 't']);
        (said && (marked || whole || plain)).then_some(*role)
    })
}

/// The role that `words` close.
fn closing_role(words: &str) -> Option<ParagraphRole> {
    let bytes = words.as_bytes();
    memchr::memchr2_iter(b'E', b'e', bytes).find_map(|at| {
        let rest = words.get(at..)?;
        let end = rest.get(..3)?;
        let after = rest.get(3..)?;
        if !end.eq_ignore_ascii_case("end") || !after.starts_with([' ', '\n']) {
            return None;
        }
        let mut after = after.trim_start();
        if after.get(..3).is_some_and(|of| of.eq_ignore_ascii_case("of ")) {
            after = after[3..].trim_start();
        }
        ROLE_OPENINGS.iter().find_map(|(opening, role)| {
            let start = after.get(..opening.len())?;
            start.eq_ignore_ascii_case(opening).then_some(*role)
        })
    })
}
