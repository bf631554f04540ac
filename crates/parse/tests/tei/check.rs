//! Invariants of every document, whatever its bytes.

use chancery_model::{BlockKind, Document, RunKind, Text, TextRun, TextSpan};

/// Checks the invariants of a document.
pub(crate) fn check(raw: &[u8], document: &Document) {
    let text = &document.text;
    check_text(raw, document);
    check_order(text, document.blocks.iter().map(|block| block.span));
    check_order(text, document.markings.iter().copied());
    check_order(text, document.redactions.iter().copied());
    let mut covered = vec![false; text.len()];
    document.blocks.iter().for_each(|block| covered[block.span.byte_range()].fill(true));
    let loose = text.as_str().char_indices().find(|&(at, c)| !covered[at] && c != '\n');
    assert_eq!(loose, None, "words outside all blocks");
    let mut fields: Vec<TextSpan> = Vec::new();
    let header = &document.header;
    fields.extend(header.cable_id.iter().map(|field| field.span));
    fields.extend(
        [&header.post, &header.serial, &header.subject].into_iter().flatten().map(|f| f.span),
    );
    fields.extend(header.date_time.iter().map(|field| field.span));
    fields.extend(header.date.iter().map(|field| field.span));
    fields.extend(header.from.iter().chain(&header.to).chain(&header.info).map(|field| field.span));
    fields.extend(header.references.iter().map(|field| field.span));
    fields.extend(header.signatures.iter().map(|field| field.span));
    fields.extend(document.marks.iter().map(|mark| mark.span));
    for block in &document.blocks {
        if let BlockKind::Paragraph(paragraph) = &block.kind {
            let inside = paragraph.number.iter().map(|number| number.span);
            let inside: Vec<_> = inside.chain(paragraph.portion.iter().map(|p| p.span)).collect();
            assert!(inside.iter().all(|span| block.span.contains(span)));
            fields.extend(inside);
        }
    }
    // Each field outside of the text has an origin.
    let before = fields.len();
    fields.retain(|span| *span != TextSpan::new(0, 0));
    assert!(before - fields.len() <= header.origins.len());
    for span in fields {
        assert!(text.as_str().get(span.byte_range()).is_some_and(|words| !words.is_empty()));
        let extent = text.to_raw_span(span);
        assert!(document.raw.contains(&extent));
    }
    let mut blocks = document.blocks.iter().rev();
    let body = blocks.find(|block| !matches!(block.kind, BlockKind::Footnote(_)));
    let body_end = body.map_or(0, |block| block.span.end);
    for (_, note) in document.footnotes() {
        assert!(text.as_str().is_char_boundary(note.anchor as usize));
        assert!(note.anchor <= body_end);
    }
}

fn check_order(text: &Text, spans: impl Iterator<Item = TextSpan>) {
    let mut end = 0;
    for span in spans {
        assert!(span.start >= end && !span.is_empty());
        assert!(text.as_str().get(span.byte_range()).is_some());
        end = span.end;
    }
}

/// Checks that every run matches its kind.
fn check_text(raw: &[u8], document: &Document) {
    let text = &document.text;
    let first_note = document.footnotes().next().map_or(u32::MAX, |(span, _)| span.start);
    let words = text.as_str();
    assert_eq!(words.trim_matches([' ', '\n', '\t']), words);
    let (mut text_end, mut raw_end) = (0, 0);
    for &TextRun { text: span, raw: extent, kind } in text.offset_map().runs() {
        // The bytes of footnotes may stand anywhere.
        assert!(span.start == text_end);
        assert!(extent.start >= raw_end || span.end >= first_note);
        (text_end, raw_end) = (span.end, extent.end);
        let (written, source) = (&text[span], &raw[extent.byte_range()]);
        match kind {
            RunKind::Copied => assert_eq!(written.as_bytes(), source),
            RunKind::Decoded => {
                let is_reference = source.starts_with(b"&") && source.ends_with(b";");
                assert!(is_reference || source.len() == 1 && source[0] >= 0x80);
            }
            RunKind::Joined => {
                assert!(matches!(written, " " | "\n" | "\t"));
                let is_white = source.iter().all(u8::is_ascii_whitespace);
                let is_tag = source.starts_with(b"<") && source.ends_with(b">");
                let is_reference = source.starts_with(b"&") && source.ends_with(b";");
                let is_forced = source.is_empty() || source.starts_with(b"</");
                assert!(is_white || is_tag || is_reference || is_forced, "{source:?}");
            }
        }
    }
    assert_eq!(text_end as usize, words.len());
}
