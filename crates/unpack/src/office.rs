//! The text of .docx, .pptx, .odt and .odp files, from the XML members that hold it.
//! Footnotes follow the body, so that none stands inside a sentence.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::{UnpackError, UnpackLimits};

/// The text of a .docx, with a blank line after each paragraph.
pub(crate) fn extract_docx_text(
    bytes: &[u8],
    limits: &UnpackLimits,
) -> Result<String, UnpackError> {
    let tags = TextTags {
        text: Some("w:t"),
        paragraph_ends: &["w:p", "w:tr"],
        line_breaks: &["w:br", "w:cr"],
        tabs: &["w:tab"],
        note: None,
        note_number: None,
    };
    let mut text = text_between_tags(&read_xml_member(bytes, "word/document.xml", limits)?, &tags)?;
    for notes in ["word/footnotes.xml", "word/endnotes.xml"] {
        if has_member(bytes, notes)? {
            let notes = text_between_tags(&read_xml_member(bytes, notes, limits)?, &tags)?;
            // The lines that separate footnotes from the body are notes without words.
            text += notes.trim_start();
        }
        if text.len() as u64 > limits.member_bytes {
            return Err(UnpackError::MemberTooLarge(limits.member_bytes));
        }
    }
    Ok(text)
}

/// The text of a .pptx, slide by slide.
pub(crate) fn extract_pptx_text(
    bytes: &[u8],
    limits: &UnpackLimits,
) -> Result<String, UnpackError> {
    let mut slides = {
        let archive = zip::ZipArchive::new(Cursor::new(bytes));
        let archive = archive.map_err(|error| damaged(&error))?;
        let numbered = |number| {
            let name = archive.name_for_index(number)?.ok()?.into_owned();
            let slide = name.strip_prefix("ppt/slides/slide")?.strip_suffix(".xml")?;
            Some((slide.parse::<u32>().ok()?, name))
        };
        (0..archive.len()).filter_map(numbered).collect::<Vec<_>>()
    };
    slides.sort_unstable();
    let tags = TextTags {
        text: Some("a:t"),
        paragraph_ends: &["a:p"],
        line_breaks: &["a:br"],
        tabs: &["a:tab"],
        note: None,
        note_number: None,
    };
    let mut text = String::new();
    for (_, slide) in slides {
        text += &text_between_tags(&read_xml_member(bytes, &slide, limits)?, &tags)?;
        if text.len() as u64 > limits.member_bytes {
            return Err(UnpackError::MemberTooLarge(limits.member_bytes));
        }
    }
    Ok(text)
}

/// The text of an .odt or .odp, with a blank line after each paragraph.
pub(crate) fn extract_odt_text(bytes: &[u8], limits: &UnpackLimits) -> Result<String, UnpackError> {
    let xml = read_xml_member(bytes, "content.xml", limits)?;
    let body = b"<office:body";
    let start = xml.windows(body.len()).position(|part| part == body).unwrap_or(0);
    let tags = TextTags {
        text: None,
        paragraph_ends: &["text:p", "text:h", "table:table-row"],
        line_breaks: &["text:line-break"],
        tabs: &["text:tab", "text:s"],
        note: Some("text:note"),
        note_number: Some("text:note-citation"),
    };
    text_between_tags(&xml[start..], &tags)
}

/// The XML tags that matter for the text.
struct TextTags {
    /// The tag that encloses text. If `None`, all text is included.
    text: Option<&'static str>,
    paragraph_ends: &'static [&'static str],
    line_breaks: &'static [&'static str],
    tabs: &'static [&'static str],
    /// The tag of a note inside a paragraph, and that of its number.
    note: Option<&'static str>,
    note_number: Option<&'static str>,
}

fn damaged(error: &dyn std::fmt::Display) -> UnpackError {
    UnpackError::DamagedOfficeFile(error.to_string())
}

fn has_member(bytes: &[u8], name: &str) -> Result<bool, UnpackError> {
    let archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    Ok(archive.index_for_name(name).is_some())
}

fn read_xml_member(
    bytes: &[u8],
    name: &str,
    limits: &UnpackLimits,
) -> Result<Vec<u8>, UnpackError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let member = archive.by_name(name).map_err(|error| damaged(&error))?;
    let mut xml = Vec::new();
    member.take(limits.member_bytes + 1).read_to_end(&mut xml).map_err(|error| damaged(&error))?;
    if xml.len() as u64 > limits.member_bytes {
        return Err(UnpackError::MemberTooLarge(limits.member_bytes));
    }
    Ok(xml)
}

/// The text between the tags. Entities that a document type declares are
/// dropped, so that none can expand.
fn text_between_tags(xml: &[u8], tags: &TextTags) -> Result<String, UnpackError> {
    let mut reader = Reader::from_reader(xml);
    let config = reader.config_mut();
    (config.check_end_names, config.allow_unmatched_ends) = (false, true);
    let (mut body, mut notes) = (String::new(), String::new());
    let mut inside = tags.text.is_none();
    let (mut in_note, mut in_number) = (false, false);
    loop {
        let event = reader.read_event();
        if let Ok(Event::Start(tag)) = &event {
            in_note |= Some(tag.name().as_ref()) == tags.note;
            in_number |= Some(tag.name().as_ref()) == tags.note_number;
        }
        let out = if in_note { &mut notes } else { &mut body };
        match event {
            Ok(Event::Eof) => return Ok(body + &notes),
            Ok(Event::Start(tag)) if Some(tag.name().as_ref()) == tags.text => inside = true,
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                if tags.line_breaks.contains(&tag.name().as_ref()) {
                    out.push('\n');
                } else if tags.tabs.contains(&tag.name().as_ref()) {
                    out.push(' ');
                }
            }
            Ok(Event::End(tag)) => {
                if Some(tag.name().as_ref()) == tags.text {
                    inside = false;
                } else if Some(tag.name().as_ref()) == tags.note {
                    in_note = false;
                } else if Some(tag.name().as_ref()) == tags.note_number {
                    in_number = false;
                } else if tags.paragraph_ends.contains(&tag.name().as_ref()) {
                    out.push_str("\n\n");
                }
            }
            Ok(Event::Text(words)) if inside && !in_number => out.push_str(&words),
            Ok(Event::CData(words)) if inside && !in_number => out.push_str(&words),
            Ok(Event::GeneralRef(entity)) if inside && !in_number => {
                match entity.resolve_char_ref() {
                    Ok(Some(c)) => out.push(c),
                    _ => out.push_str(
                        quick_xml::escape::resolve_predefined_entity(&entity).unwrap_or(""),
                    ),
                }
            }
            Ok(_) => {}
            Err(error) => {
                let at = reader.error_position();
                return Err(UnpackError::DamagedOfficeFile(format!("{error}, at byte {at}")));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn packed(members: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in members {
            let stored = zip::write::SimpleFileOptions::default();
            zip.start_file(*name, stored).expect("memory");
            zip.write_all(content.as_bytes()).expect("memory");
        }
        zip.finish().expect("memory").into_inner()
    }

    #[test]
    fn notes_follow_the_body() {
        let limits = UnpackLimits { member_bytes: 1 << 20, total_bytes: 1 << 20, member_count: 9 };
        let odt = "<office:body><text:p>Sapt left<text:note><text:note-citation>1</text:note-citation>\
             <text:note-body><text:p>On foot &amp; alone.</text:p></text:note-body></text:note> \
             Strelsau.</text:p><text:p>He returned.</text:p></office:body>";
        let text = extract_odt_text(&packed(&[("content.xml", odt)]), &limits).expect("text");
        assert_eq!(text, "Sapt left Strelsau.\n\nHe returned.\n\nOn foot & alone.\n\n");
        let body = "<w:p><w:r><w:t>Sapt left</w:t></w:r><w:footnoteReference w:id=\"1\"/><w:r><w:t> Strelsau.</w:t></w:r></w:p>";
        let notes = "<w:footnote w:type=\"separator\"><w:p><w:separator/></w:p></w:footnote>\
             <w:footnote w:id=\"1\"><w:p><w:t>On foot.</w:t></w:p></w:footnote>";
        let docx = packed(&[("word/document.xml", body), ("word/footnotes.xml", notes)]);
        let text = extract_docx_text(&docx, &limits).expect("text");
        assert_eq!(text, "Sapt left Strelsau.\n\nOn foot.\n\n");
        let plain = packed(&[("word/document.xml", body)]);
        assert_eq!(extract_docx_text(&plain, &limits).expect("text"), "Sapt left Strelsau.\n\n");
    }
}
