//! The text of .docx, .pptx, .odt and .odp files, from the XML members that hold it.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::{UnpackError, UnpackLimits};

/// The text of a .docx, with a blank line after each paragraph.
pub(crate) fn extract_docx_text(
    bytes: &[u8],
    limits: &UnpackLimits,
) -> Result<String, UnpackError> {
    let xml = read_xml_member(bytes, "word/document.xml", limits)?;
    let tags = TextTags {
        text: Some("w:t"),
        paragraph_ends: &["w:p", "w:tr"],
        line_breaks: &["w:br", "w:cr"],
        tabs: &["w:tab"],
    };
    text_between_tags(&xml, &tags)
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
}

fn damaged(error: &dyn std::fmt::Display) -> UnpackError {
    UnpackError::DamagedOfficeFile(error.to_string())
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
    let mut out = String::new();
    let mut inside = tags.text.is_none();
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => return Ok(out),
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
                } else if tags.paragraph_ends.contains(&tag.name().as_ref()) {
                    out.push_str("\n\n");
                }
            }
            Ok(Event::Text(words)) if inside => out += &words,
            Ok(Event::CData(words)) if inside => out += &words,
            Ok(Event::GeneralRef(entity)) if inside => match entity.resolve_char_ref() {
                Ok(Some(c)) => out.push(c),
                _ => out += quick_xml::escape::resolve_predefined_entity(&entity).unwrap_or(""),
            },
            Ok(_) => {}
            Err(error) => {
                let at = reader.error_position();
                return Err(UnpackError::DamagedOfficeFile(format!("{error}, at byte {at}")));
            }
        }
    }
}
