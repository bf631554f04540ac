//! METS: the list of the files of a digitised work. Its texts usually lie in other files.

use memchr::{memchr, memmem};

use crate::xml_tags::{Piece, Tag, Tags};

/// Words in the attribute `USE` of a group of files with text.
const TEXT_USES: [&str; 4] = ["FULLTEXT", "ALTO", "TEXT", "OCR"];

/// The paths or addresses of the files with text that a METS file names; all its files if
/// no group of files says that it has text.
pub(crate) fn text_files(raw: &[u8]) -> Vec<String> {
    let (mut all, mut texts) = (Vec::new(), Vec::new());
    let mut is_text_group = false;
    for piece in Tags::new(raw) {
        let Piece::Tag(tag) = piece else { continue };
        match tag.name {
            b"fileGrp" if !tag.closes => {
                let named = attribute(raw, &tag, "USE").unwrap_or_default().to_ascii_uppercase();
                is_text_group = TEXT_USES.iter().any(|known| named.contains(known));
            }
            b"fileGrp" => is_text_group = false,
            b"FLocat" => {
                let Some(file) = attribute(raw, &tag, "href") else { continue };
                if is_text_group {
                    texts.push(file.clone());
                }
                all.push(file);
            }
            _ => {}
        }
    }
    if texts.is_empty() { all } else { texts }
}

/// The value of an attribute of a tag, whatever the prefix of its name.
fn attribute(raw: &[u8], tag: &Tag<'_>, name: &str) -> Option<String> {
    let tag = &raw[tag.range.clone()];
    let key = format!("{name}=");
    let starts = memmem::find_iter(tag, key.as_bytes());
    let mut whole = starts.filter(|&at| at > 0 && b" \t\r\n:".contains(&tag[at - 1]));
    let value = &tag[whole.next()? + key.len()..];
    let quote = *value.first().filter(|quote| b"'\"".contains(quote))?;
    let value = &value[1..];
    let value = &value[..memchr(quote, value)?];
    Some(String::from_utf8_lossy(value).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_text_are_found() {
        let mets = br#"<mets:mets xmlns:mets="http://www.loc.gov/METS/"><mets:fileSec>
            <mets:fileGrp USE="IMAGE"><mets:file><mets:FLocat xlink:href="p1.tif"/></mets:file></mets:fileGrp>
            <mets:fileGrp USE="FULLTEXT"><mets:file><mets:FLocat LOCTYPE='URL' xlink:href='alto/p1.xml'/>
            </mets:file></mets:fileGrp></mets:fileSec></mets:mets>"#;
        assert_eq!(text_files(mets), ["alto/p1.xml"]);
        let images = br#"<mets><fileGrp USE="IMAGE"><FLocat href="p1.tif"/></fileGrp></mets>"#;
        assert_eq!(text_files(images), ["p1.tif"]);
        assert_eq!(text_files(b"<mets/>"), [""; 0]);
        assert_eq!(text_files(b"<mets><FLocat xhref=\"a\"/><FLocat href=a/></mets>"), [""; 0]);
    }
}
