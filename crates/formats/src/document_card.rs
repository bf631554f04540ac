//! A document's structure as plain text for people: header fields with aligned
//! values, then blocks with number, portion marking and role.

use std::io::{self, Write};

use chancery_model::{
    Block, BlockKind, Classification, Correspondent, Document, EnvelopeField, EnvelopeKind, Header,
    Language, Officer, OfficerRole, Page, PageSummary, ParagraphRole, SourceFormat, Spanned,
    TagsEntry, TagsEntryKind,
};

use crate::ansi::write_safely;

/// The kinds of TAGS, in the order of the card.
const TAG_KINDS: [TagsEntryKind; 6] = [
    TagsEntryKind::Subject,
    TagsEntryKind::Geographic,
    TagsEntryKind::Organization,
    TagsEntryKind::Program,
    TagsEntryKind::Person,
    TagsEntryKind::Unknown,
];
/// Width of the card in columns.
const CARD_WIDTH: usize = 88;
/// Column at which values start.
const VALUE_COLUMN: usize = 16;
/// Column at which the text of a block starts.
const INDENT: usize = 4;

/// Writes the card of `document`, which is in `language`: its header fields, then its
/// blocks.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_card(document: &Document, language: Language, out: &mut impl Write) -> io::Result<()> {
    write_header_card(document, language, out)?;
    write_blocks(document, out)
}

/// Writes the header fields of `document` with aligned values.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_header_card(
    document: &Document,
    language: Language,
    out: &mut impl Write,
) -> io::Result<()> {
    write_row("Form", describe_form(document.format), out)?;
    if !language.has_names_marked() {
        write_row("Language", &format!("{language} (names are found only in English)"), out)?;
    }
    write_header(&document.header, out)?;
    for (name, count) in [
        ("Redactions", document.redactions.len()),
        ("Page lines", document.page_lines.len()),
        ("Footnotes", document.footnotes().count()),
    ] {
        if count > 0 {
            write_row(name, &count.to_string(), out)?;
        }
    }
    write_pages(&document.pages, out)
}

fn write_blocks(document: &Document, out: &mut impl Write) -> io::Result<()> {
    let mut above = String::new();
    for block in &document.blocks {
        let title = block_title(block);
        // Consecutive blocks of one kind, as in a header, share a title.
        let is_apart = matches!(block.kind, BlockKind::Paragraph(_) | BlockKind::Footnote(_));
        let goes_on = title == above && !is_apart;
        write_block(document, block, if goes_on { None } else { Some(&title) }, out)?;
        above = title;
    }
    Ok(())
}

/// Writes which pages there are, what read them, and which are hard to read.
fn write_pages(pages: &[Page], out: &mut impl Write) -> io::Result<()> {
    let PageSummary { numbers, readers, doubtful } = PageSummary::new(pages);
    for (name, value) in [("Pages", numbers), ("Read by", readers), ("Hard to read", doubtful)] {
        value.iter().try_for_each(|value| write_row(name, value, out))?;
    }
    Ok(())
}

fn write_header(header: &Header, out: &mut impl Write) -> io::Result<()> {
    let is_letter = header.origins.iter().any(|origin| {
        (origin.field, origin.envelope) == (EnvelopeField::CableId, EnvelopeKind::MailHeader)
    });
    let label = if is_letter { "Letter ID" } else { "Cable ID" };
    write_optional_row(label, header.cable_id.as_ref(), ToString::to_string, out)?;
    write_optional_row("Post", header.post.as_ref(), Clone::clone, out)?;
    write_optional_row("Serial", header.serial.as_ref(), Clone::clone, out)?;
    let time = |at: &chancery_model::DateTimeGroup| {
        format!("{} {:02}:{:02} Z", at.date, at.hour, at.minute)
    };
    write_optional_row("Date and time", header.date_time.as_ref(), time, out)?;
    write_optional_row("Date", header.date.as_ref(), ToString::to_string, out)?;
    write_optional_row("Section", header.section.as_ref(), ToString::to_string, out)?;
    write_optional_row(
        "Classification",
        header.classification.as_ref(),
        |&classification| classification_name(classification).into(),
        out,
    )?;
    write_joined_row("Captions", &header.captions, Clone::clone, out)?;
    write_optional_row("From", header.from.as_ref(), format_recipient, out)?;
    write_rows("To", &header.to, format_recipient, out)?;
    write_rows("Info", &header.info, format_recipient, out)?;
    write_optional_row("E.O.", header.executive_order.as_ref(), Clone::clone, out)?;
    write_optional_row("Declassify on", header.declassify_on.as_ref(), ToString::to_string, out)?;
    write_joined_row("Reasons", &header.reasons, Clone::clone, out)?;
    let person = |by: &chancery_model::ClassifiedBy| match &by.title {
        Some(title) => format!("{} ({title})", by.name),
        None => by.name.clone(),
    };
    write_optional_row("Classified by", header.classified_by.as_ref(), person, out)?;
    write_tags(&header.tags, out)?;
    write_optional_row("Subject", header.subject.as_ref(), Clone::clone, out)?;
    let format_reference = |reference: &chancery_model::Reference| match &reference.bullet {
        Some(bullet) => format!("{bullet}. {}", reference.value),
        None => reference.value.clone(),
    };
    write_rows("References", &header.references, format_reference, out)?;
    write_joined_row("Signature", &header.signatures, Clone::clone, out)?;
    for role in OfficerRole::ALL {
        let of_role: Vec<_> =
            header.officers.iter().filter(|officer| officer.value.role == role).cloned().collect();
        write_rows(role.name(), &of_role, format_officer, out)?;
    }
    header.describe_origins().iter().try_for_each(|origins| write_row("Not in text", origins, out))
}

/// Writes a row for each kind of TAGS.
fn write_tags(tags: &[Spanned<TagsEntry>], out: &mut impl Write) -> io::Result<()> {
    let of_kind = |kind| tags.iter().filter(move |tag| tag.value.kind == kind);
    let mut name = "TAGS";
    for kind in TAG_KINDS {
        let tags: Vec<&str> = of_kind(kind).map(|tag| tag.value.name.as_str()).collect();
        if !tags.is_empty() {
            write_row(name, &format!("{} ({})", tags.join(", "), tag_kind_name(kind)), out)?;
            name = "";
        }
    }
    Ok(())
}

/// Writes a row for a field, if it is present.
fn write_optional_row<T>(
    name: &str,
    field: Option<&Spanned<T>>,
    show: impl Fn(&T) -> String,
    out: &mut impl Write,
) -> io::Result<()> {
    field.into_iter().try_for_each(|field| write_row(name, &show(&field.value), out))
}

/// Writes one row for all values.
fn write_joined_row<T>(
    name: &str,
    fields: &[Spanned<T>],
    show: impl Fn(&T) -> String,
    out: &mut impl Write,
) -> io::Result<()> {
    let values: Vec<String> = fields.iter().map(|field| show(&field.value)).collect();
    if values.is_empty() { Ok(()) } else { write_row(name, &values.join(", "), out) }
}

/// Writes one row per value, the first with the name.
fn write_rows<T>(
    name: &str,
    fields: &[Spanned<T>],
    show: impl Fn(&T) -> String,
    out: &mut impl Write,
) -> io::Result<()> {
    let names = [name].into_iter().chain(std::iter::repeat(""));
    fields.iter().zip(names).try_for_each(|(field, name)| write_row(name, &show(&field.value), out))
}

/// Writes a name and its value, which is wrapped.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_row(name: &str, value: &str, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{name:<VALUE_COLUMN$}")?;
    write_wrapped(value, 0, VALUE_COLUMN, out)
}

/// The title of a block: its kind, or a paragraph's number, portion marking and
/// role. A paragraph without any of these has an empty title.
fn block_title(block: &Block) -> String {
    let paragraph = match &block.kind {
        BlockKind::Paragraph(paragraph) => paragraph,
        BlockKind::Footnote(note) => return format!("note {}", note.marker),
        kind => return kind.as_str().to_owned(),
    };
    let number = paragraph.number.iter().map(|number| number.value.to_string());
    let portion = paragraph.portion.iter().map(|portion| format!("({})", portion.value.marking));
    let role = role_name(paragraph.role).into_iter().map(String::from);
    number.chain(portion).chain(role).collect::<Vec<_>>().join(" ")
}

fn write_block(
    document: &Document,
    block: &Block,
    title: Option<&str>,
    out: &mut impl Write,
) -> io::Result<()> {
    if let Some(title) = title {
        writeln!(out)?;
        if !title.is_empty() {
            write_safely(title, out)?;
            writeln!(out)?;
        }
    }
    let text = &document.text[block.span];
    if matches!(block.kind, BlockKind::Paragraph(_) | BlockKind::Footnote(_)) {
        return write_wrapped(text, INDENT, INDENT, out);
    }
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        write!(out, "{:INDENT$}", "")?;
        write_safely(line, out)?;
        writeln!(out)?;
    }
    Ok(())
}

/// Writes the words of `text`, wrapped at the width of the card. The first line
/// is indented by `first`, the others by `rest`.
fn write_wrapped(text: &str, first: usize, rest: usize, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{:first$}", "")?;
    let mut columns_left = 0;
    for (n, word) in text.split_whitespace().enumerate() {
        let width = word.chars().count();
        if n == 0 {
            columns_left = (CARD_WIDTH - rest).saturating_sub(width);
        } else if width < columns_left {
            write!(out, " ")?;
            columns_left -= width + 1;
        } else {
            write!(out, "\n{:rest$}", "")?;
            columns_left = (CARD_WIDTH - rest).saturating_sub(width);
        }
        write_safely(word, out)?;
    }
    writeln!(out)
}

fn format_recipient(recipient: &Correspondent) -> String {
    let mut words = recipient.name.clone();
    for more in [&recipient.route, &recipient.mcn].into_iter().flatten() {
        words = format!("{words} {more}");
    }
    if let Some(precedence) = recipient.precedence {
        words = format!("{words}, {}", precedence.as_str());
    }
    if !recipient.excluded.is_empty() {
        words = format!("{words}, not {}", recipient.excluded.join(", "));
    }
    words
}

/// "Judith A. Marchetti (POL)".
fn format_officer(officer: &Officer) -> String {
    match &officer.office {
        Some(office) => format!("{} ({office})", officer.name),
        None => officer.name.clone(),
    }
}

const fn describe_form(format: SourceFormat) -> &'static str {
    match format {
        SourceFormat::WebPage => "cable web page",
        SourceFormat::Fragment => "body of a cable web page",
        SourceFormat::Telegram => "telegram with transmission header",
        SourceFormat::Capitals => "telegram in capitals",
        SourceFormat::Frus => "document of a FRUS volume",
        SourceFormat::Xml => "text of an XML file",
        SourceFormat::Plain => "plain text",
    }
}

const fn classification_name(level: Classification) -> &'static str {
    match level {
        Classification::Unclassified => "UNCLASSIFIED",
        Classification::Sensitive => "SENSITIVE BUT UNCLASSIFIED",
        Classification::LimitedOfficialUse => "LIMITED OFFICIAL USE",
        Classification::Restricted => "RESTRICTED",
        Classification::Confidential => "CONFIDENTIAL",
        Classification::Secret => "SECRET",
        Classification::TopSecret => "TOP SECRET",
    }
}

const fn tag_kind_name(kind: TagsEntryKind) -> &'static str {
    match kind {
        TagsEntryKind::Subject => "subject",
        TagsEntryKind::Geographic => "place",
        TagsEntryKind::Organization => "organisation",
        TagsEntryKind::Program => "programme",
        TagsEntryKind::Person => "person",
        TagsEntryKind::Unknown => "unknown",
    }
}

const fn role_name(role: ParagraphRole) -> Option<&'static str> {
    match role {
        ParagraphRole::Body => None,
        ParagraphRole::Summary => Some("summary"),
        ParagraphRole::Comment => Some("comment"),
        ParagraphRole::ActionRequest => Some("action request"),
        ParagraphRole::Introduction => Some("introduction"),
        ParagraphRole::Note => Some("note"),
        ParagraphRole::Biography => Some("biographic note"),
        ParagraphRole::Quotation => Some("quotation"),
    }
}

#[cfg(test)]
mod tests {
    use chancery_model::{CableId, Paragraph, PortionMarking, RawSpan, Text, TextSpan};

    use super::*;
    use crate::token_document;

    fn field<T>(value: T) -> Spanned<T> {
        Spanned { value, span: TextSpan::new(0, 1) }
    }

    #[test]
    fn fields_and_blocks_are_listed() {
        let text = Text::from_verbatim("FM LOME\nTO ACCRA\n¶1. (C) Ama \u{1b}Osei left.");
        let mut document = token_document::plain_document(
            token_document::document_id(b""),
            RawSpan::new(0, 1),
            text,
        );
        let tag = |name: &str, kind| field(TagsEntry { name: name.into(), kind });
        document.header = Header {
            cable_id: Some(field(CableId("09LOME1".into()))),
            to: vec![
                field(Correspondent { name: "ACCRA".into(), ..Correspondent::default() }),
                field(Correspondent {
                    name: "PARIS".into(),
                    mcn: Some("0012".into()),
                    ..Correspondent::default()
                }),
            ],
            tags: vec![
                tag("PREL", TagsEntryKind::Subject),
                tag("TO", TagsEntryKind::Geographic),
                tag("PGOV", TagsEntryKind::Subject),
            ],
            ..Header::default()
        };
        let portion = PortionMarking {
            marking: "C".into(),
            level: Classification::Confidential,
            handling: Vec::new(),
        };
        let paragraph = Paragraph {
            number: Some(field("1".into())),
            portion: Some(Box::new(field(portion))),
            role: ParagraphRole::Summary,
        };
        document.blocks = vec![
            Block { span: TextSpan::new(0, 7), kind: BlockKind::Header },
            Block { span: TextSpan::new(8, 16), kind: BlockKind::Header },
            Block { span: TextSpan::new(17, 41), kind: BlockKind::Paragraph(paragraph) },
        ];
        let mut card = Vec::new();
        let french = Language::from_code("fr").expect("a language of the table");
        write_card(&document, french, &mut card).expect("writing to memory cannot fail");
        let expected = "\
Form            plain text
Language        French (names are found only in English)
Cable ID        09LOME1
To              ACCRA
                PARIS 0012
TAGS            PREL, PGOV (subject)
                TO (place)

header
    FM LOME
    TO ACCRA

1 (C) summary
    ¶1. (C) Ama �Osei left.
";
        assert_eq!(String::from_utf8_lossy(&card), expected);
    }

    #[test]
    fn long_values_are_wrapped() {
        let mut out = Vec::new();
        write_row("Subject", &"word ".repeat(40), &mut out).expect("writing to memory cannot fail");
        let card = String::from_utf8(out).expect("UTF-8");
        assert!(card.lines().all(|line| line.len() <= CARD_WIDTH), "{card}");
        assert!(
            card.lines().skip(1).all(|line| line.starts_with("                word")),
            "{card}"
        );
        assert_eq!(card.matches("word").count(), 40);
    }
}
