//! A document's structure as plain text for people: header fields with aligned
//! values, then blocks with number, portion marking and role.

use std::io::{self, Write};

use chancery_model::{
    Block, BlockKind, Classification, Document, Field, Format, Header, Recipient, Role, Tag,
    TagKind,
};

use crate::ansi::write_safely;
use crate::structure;

/// The kinds of TAGS, in the order of the card.
const TAG_KINDS: [TagKind; 6] = [
    TagKind::Subject,
    TagKind::Geographic,
    TagKind::Organization,
    TagKind::Program,
    TagKind::Person,
    TagKind::Unknown,
];
/// Width of the card in columns.
const WIDTH: usize = 88;
/// Column at which values start.
const VALUES: usize = 16;
/// Column at which the text of a block starts.
const INDENT: usize = 4;

/// Writes the card of `document`.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write(document: &Document, out: &mut impl Write) -> io::Result<()> {
    row("Form", form(document.format), out)?;
    write_header(&document.header, out)?;
    for (name, count) in [
        ("Redactions", document.redactions.len()),
        ("Page lines", document.page_lines.len()),
        ("Footnotes", document.notes.len()),
    ] {
        if count > 0 {
            row(name, &count.to_string(), out)?;
        }
    }
    let mut above = String::new();
    for block in &document.blocks {
        let title = title(block);
        // Consecutive blocks of one kind, as in a header, share a title.
        let goes_on = title == above && !matches!(block.kind, BlockKind::Paragraph(_));
        write_block(document, block, if goes_on { None } else { Some(&title) }, out)?;
        above = title;
    }
    for note in &document.notes {
        writeln!(out)?;
        write_safely(&format!("note {}", note.label), out)?;
        writeln!(out)?;
        wrapped(note.text.as_str(), INDENT, INDENT, out)?;
    }
    Ok(())
}

fn write_header(header: &Header, out: &mut impl Write) -> io::Result<()> {
    one("Reference id", header.reference_id.as_ref(), ToString::to_string, out)?;
    one("Station", header.station.as_ref(), Clone::clone, out)?;
    one("Serial", header.serial.as_ref(), Clone::clone, out)?;
    let time = |at: &chancery_model::DateTimeGroup| {
        format!("{} {:02}:{:02} Z", at.date, at.hour, at.minute)
    };
    one("Date and time", header.date_time.as_ref(), time, out)?;
    one("Date", header.date.as_ref(), ToString::to_string, out)?;
    one("Section", header.section.as_ref(), |s| format!("{} of {}", s.number, s.of), out)?;
    one("Classification", header.classification.as_ref(), |&level| words(level).into(), out)?;
    joined("Captions", &header.captions, Clone::clone, out)?;
    one("From", header.from.as_ref(), recipient, out)?;
    listed("To", &header.to, recipient, out)?;
    listed("Info", &header.info, recipient, out)?;
    one("E.O.", header.executive_order.as_ref(), Clone::clone, out)?;
    one("Declassify on", header.declassify_on.as_ref(), ToString::to_string, out)?;
    joined("Reasons", &header.reasons, Clone::clone, out)?;
    let person = |by: &chancery_model::ClassifiedBy| match &by.title {
        Some(title) => format!("{} ({title})", by.name),
        None => by.name.clone(),
    };
    one("Classified by", header.classified_by.as_ref(), person, out)?;
    write_tags(&header.tags, out)?;
    one("Subject", header.subject.as_ref(), Clone::clone, out)?;
    let reference = |reference: &chancery_model::Reference| match &reference.bullet {
        Some(bullet) => format!("{bullet}. {}", reference.value),
        None => reference.value.clone(),
    };
    listed("References", &header.references, reference, out)?;
    joined("Signature", &header.signatures, Clone::clone, out)
}

/// Writes a row for each kind of TAGS.
fn write_tags(tags: &[Field<Tag>], out: &mut impl Write) -> io::Result<()> {
    let of_kind = |kind| tags.iter().filter(move |tag| tag.value.kind == kind);
    let mut name = "TAGS";
    for kind in TAG_KINDS {
        let tags: Vec<&str> = of_kind(kind).map(|tag| tag.value.name.as_str()).collect();
        if !tags.is_empty() {
            row(name, &format!("{} ({})", tags.join(", "), tag_kind(kind)), out)?;
            name = "";
        }
    }
    Ok(())
}

/// Writes a row for a field, if it is present.
fn one<T>(
    name: &str,
    field: Option<&Field<T>>,
    show: impl Fn(&T) -> String,
    out: &mut impl Write,
) -> io::Result<()> {
    field.into_iter().try_for_each(|field| row(name, &show(&field.value), out))
}

/// Writes one row for all values.
fn joined<T>(
    name: &str,
    fields: &[Field<T>],
    show: impl Fn(&T) -> String,
    out: &mut impl Write,
) -> io::Result<()> {
    let values: Vec<String> = fields.iter().map(|field| show(&field.value)).collect();
    if values.is_empty() { Ok(()) } else { row(name, &values.join(", "), out) }
}

/// Writes one row per value, the first with the name.
fn listed<T>(
    name: &str,
    fields: &[Field<T>],
    show: impl Fn(&T) -> String,
    out: &mut impl Write,
) -> io::Result<()> {
    let names = [name].into_iter().chain(std::iter::repeat(""));
    fields.iter().zip(names).try_for_each(|(field, name)| row(name, &show(&field.value), out))
}

fn row(name: &str, value: &str, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{name:<VALUES$}")?;
    wrapped(value, 0, VALUES, out)
}

/// The title of a block: its kind, or a paragraph's number, portion marking and
/// role. A paragraph without any of these has an empty title.
fn title(block: &Block) -> String {
    let BlockKind::Paragraph(paragraph) = &block.kind else {
        return structure::kind(&block.kind).to_owned();
    };
    let number = paragraph.number.iter().map(|number| number.value.clone());
    let portion = paragraph.portion.iter().map(|portion| format!("({})", portion.value.marking));
    let role = role(paragraph.role).into_iter().map(String::from);
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
    if matches!(block.kind, BlockKind::Paragraph(_)) {
        return wrapped(text, INDENT, INDENT, out);
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
fn wrapped(text: &str, first: usize, rest: usize, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{:first$}", "")?;
    let mut room = 0;
    for (n, word) in text.split_whitespace().enumerate() {
        let width = word.chars().count();
        if n == 0 {
            room = (WIDTH - rest).saturating_sub(width);
        } else if width < room {
            write!(out, " ")?;
            room -= width + 1;
        } else {
            write!(out, "\n{:rest$}", "")?;
            room = (WIDTH - rest).saturating_sub(width);
        }
        write_safely(word, out)?;
    }
    writeln!(out)
}

fn recipient(recipient: &Recipient) -> String {
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

const fn form(format: Format) -> &'static str {
    match format {
        Format::WebPage => "cable web page",
        Format::Fragment => "body of a cable web page",
        Format::Telegram => "telegram with transmission header",
        Format::Capitals => "telegram in capitals",
        Format::Frus => "document of a FRUS volume",
        Format::Plain => "plain text",
    }
}

const fn words(level: Classification) -> &'static str {
    match level {
        Classification::Unclassified => "UNCLASSIFIED",
        Classification::Sensitive => "SENSITIVE BUT UNCLASSIFIED",
        Classification::LimitedOfficialUse => "LIMITED OFFICIAL USE",
        Classification::Confidential => "CONFIDENTIAL",
        Classification::Secret => "SECRET",
        Classification::TopSecret => "TOP SECRET",
    }
}

const fn tag_kind(kind: TagKind) -> &'static str {
    match kind {
        TagKind::Subject => "subject",
        TagKind::Geographic => "place",
        TagKind::Organization => "organisation",
        TagKind::Program => "programme",
        TagKind::Person => "person",
        TagKind::Unknown => "unknown",
    }
}

const fn role(role: Role) -> Option<&'static str> {
    match role {
        Role::Body => None,
        Role::Summary => Some("summary"),
        Role::Comment => Some("comment"),
        Role::ActionRequest => Some("action request"),
        Role::Introduction => Some("introduction"),
        Role::Note => Some("note"),
        Role::Biography => Some("biographic note"),
    }
}

#[cfg(test)]
mod tests {
    use chancery_model::{CableId, Paragraph, Portion, RawSpan, Text, TextSpan};

    use super::*;
    use crate::given;

    fn field<T>(value: T) -> Field<T> {
        Field { value, span: TextSpan::new(0, 1) }
    }

    #[test]
    fn a_card() {
        let text = Text::verbatim("FM LOME\nTO ACCRA\n¶1. (C) Ama \u{1b}Osei left.");
        let mut document = given::document(given::digest(b""), RawSpan::new(0, 1), text);
        let tag = |name: &str, kind| field(Tag { name: name.into(), kind });
        document.header = Header {
            reference_id: Some(field(CableId("09LOME1".into()))),
            to: vec![
                field(Recipient { name: "ACCRA".into(), ..Recipient::default() }),
                field(Recipient {
                    name: "PARIS".into(),
                    mcn: Some("0012".into()),
                    ..Recipient::default()
                }),
            ],
            tags: vec![
                tag("PREL", TagKind::Subject),
                tag("TO", TagKind::Geographic),
                tag("PGOV", TagKind::Subject),
            ],
            ..Header::default()
        };
        let portion = Portion {
            marking: "C".into(),
            level: Classification::Confidential,
            handling: Vec::new(),
        };
        let paragraph = Paragraph {
            number: Some(field("1".into())),
            portion: Some(field(portion)),
            role: Role::Summary,
        };
        document.blocks = vec![
            Block { span: TextSpan::new(0, 7), kind: BlockKind::Header },
            Block { span: TextSpan::new(8, 16), kind: BlockKind::Header },
            Block { span: TextSpan::new(17, 41), kind: BlockKind::Paragraph(paragraph) },
        ];
        let mut card = Vec::new();
        write(&document, &mut card).expect("writing to memory cannot fail");
        let expected = "\
Form            plain text
Reference id    09LOME1
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
        row("Subject", &"word ".repeat(40), &mut out).expect("writing to memory cannot fail");
        let card = String::from_utf8(out).expect("UTF-8");
        assert!(card.lines().all(|line| line.len() <= WIDTH), "{card}");
        assert!(
            card.lines().skip(1).all(|line| line.starts_with("                word")),
            "{card}"
        );
        assert_eq!(card.matches("word").count(), 40);
    }
}
