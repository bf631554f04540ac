//! Electronic books (EPUB): the chapters, in the order in which they are read.

use std::io::{Read, Seek};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::UnpackError;
use crate::budget::{UnpackBudget, damaged_container};
use crate::containers::ContentVisitor;

/// Calls `visit` for each chapter of the book. Covers, style sheets and tables of
/// contents are not read. Returns false if `visit` stopped the reading.
///
/// # Errors
/// If the book is damaged, or the budget is spent.
pub fn visit_chapters(
    file: impl Read + Seek,
    budget: &UnpackBudget,
    visit: ContentVisitor<'_>,
) -> Result<bool, UnpackError> {
    let mut archive = zip::ZipArchive::new(file).map_err(|error| damaged_container(&error))?;
    let mut read = |name: &str| {
        let member = archive.by_name(name).map_err(|error| damaged_container(&error))?;
        budget.read_member(budget.counted(member))
    };
    let container = read("META-INF/container.xml")?;
    let package = attributes_of(&container, "rootfile", "full-path")?.into_iter().next();
    let package = package.ok_or_else(|| damaged_container(&"it names no package"))?;
    let chapters = spine(&read(&package)?, &package)?;
    if chapters.is_empty() {
        return Err(damaged_container(&"it has no chapters"));
    }
    for chapter in chapters {
        budget.count_member()?;
        let content = read(&chapter);
        budget.check()?;
        if !visit(&chapter, content) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The values of an attribute of all elements of a name.
fn attributes_of(xml: &[u8], element: &str, name: &str) -> Result<Vec<String>, UnpackError> {
    let mut values = Vec::new();
    visit_elements(xml, |tag| {
        if tag.local_name().as_ref() == element {
            values.extend(attribute(tag, name));
        }
    })?;
    Ok(values)
}

/// The paths of the chapters that the package lists in its spine.
fn spine(xml: &[u8], package: &str) -> Result<Vec<String>, UnpackError> {
    let folder = package.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (mut items, mut order) = (Vec::new(), Vec::new());
    visit_elements(xml, |tag| match tag.local_name().as_ref() {
        "item" => {
            let is_contents = attribute(tag, "properties").is_some_and(|of| of.contains("nav"));
            if let (Some(id), Some(href), false) =
                (attribute(tag, "id"), attribute(tag, "href"), is_contents)
            {
                items.push((id, href));
            }
        }
        "itemref" => order.extend(attribute(tag, "idref")),
        _ => {}
    })?;
    let path = |id: &String| {
        let (_, href) = items.iter().find(|(known, _)| known == id)?;
        Some(join_path(folder, &decode_percent(href)))
    };
    Ok(order.iter().filter_map(path).collect())
}

fn join_path(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn decode_percent(text: &str) -> String {
    let mut out = Vec::new();
    let mut bytes = text.as_bytes();
    while let Some((&byte, rest)) = bytes.split_first() {
        let code = rest.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match code.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(code) if byte == b'%' => {
                out.push(code);
                bytes = &rest[2..];
            }
            _ => {
                out.push(byte);
                bytes = rest;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn visit_elements(xml: &[u8], mut visit: impl FnMut(&BytesStart<'_>)) -> Result<(), UnpackError> {
    let mut reader = Reader::from_reader(xml);
    reader.config_mut().check_end_names = false;
    loop {
        match reader.read_event().map_err(|error| damaged_container(&error))? {
            Event::Start(tag) | Event::Empty(tag) => visit(&tag),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = tag.try_get_attribute(name).ok().flatten()?;
    Some(attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0).ok()?.into_owned())
}
