//! The title page of a volume and the chapters around its documents.
//!
//! The reader of the volume passes every element and every word outside of documents.
//! What is longer than a title or heading can be is cut, because every document of the
//! volume keeps a copy.

use chancery_model::VolumePlace;
use quick_xml::events::BytesStart;

use super::element::attribute_value;

/// Maximum length of a title or heading in bytes.
const MAX_WORDS_BYTES: usize = 300;

/// Maximum number of editors, and of chapters around a document.
const MAX_PARTS: usize = 8;

/// A field that is being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Title,
    Editor,
    Publisher,
    Place,
    Year,
    Chapter,
}

/// An open compilation, chapter or subchapter.
struct Chapter {
    depth: usize,
    heading: String,
}

/// What is known of the volume so far.
#[derive(Default)]
pub(super) struct VolumeReader {
    volume: VolumePlace,
    chapters: Vec<Chapter>,
    /// The field whose element is open, the depth of the element, and its words.
    open: Option<(Field, usize, String)>,
    /// The depth of the open `teiHeader`.
    header: Option<usize>,
}

impl VolumeReader {
    /// The place of a document that starts here; `None` in a file without title page and
    /// chapters.
    pub(super) fn place(&self) -> Option<VolumePlace> {
        let headings = self.chapters.iter().map(|chapter| chapter.heading.clone());
        let place = VolumePlace {
            chapters: headings.filter(|heading| !heading.is_empty()).take(MAX_PARTS).collect(),
            ..self.volume.clone()
        };
        (place != VolumePlace::default()).then_some(place)
    }

    /// Notes the start of an element inside `depth` others.
    pub(super) fn open_element(&mut self, name: &[u8], tag: &BytesStart<'_>, depth: usize) {
        let is =
            |key: &str, value: &str| attribute_value(tag, key).is_some_and(|v| v.trim() == value);
        if name == b"teiHeader" {
            self.header = Some(depth);
        }
        let is_header = self.header.is_some();
        let is_heading = self.chapters.last().is_some_and(|chapter| chapter.depth + 1 == depth);
        let field = match name {
            b"title" if is_header && is("type", "complete") => Field::Title,
            b"editor" if is_header && !is("role", "general") => Field::Editor,
            b"publisher" if is_header => Field::Publisher,
            b"pubPlace" if is_header => Field::Place,
            b"date" if is_header && self.volume.year.is_none() => Field::Year,
            b"head" if is_heading => Field::Chapter,
            b"div" => {
                self.chapters.push(Chapter { depth, heading: String::new() });
                return;
            }
            _ => return,
        };
        if self.open.is_none() {
            self.open = Some((field, depth, String::new()));
        }
    }

    /// Adds words to the field that is being read.
    pub(super) fn push_words(&mut self, words: &str) {
        if let Some((_, _, read)) = &mut self.open
            && read.len() < 4 * MAX_WORDS_BYTES
        {
            read.push_str(words);
        }
    }

    /// Notes the end of an element inside `depth` others.
    pub(super) fn close_element(&mut self, depth: usize) {
        if let Some((field, _, words)) = self.open.take_if(|(_, open, _)| *open == depth) {
            self.set_field(field, fold_words(&words));
        }
        self.header.take_if(|header| *header == depth);
        self.chapters.pop_if(|chapter| chapter.depth == depth);
    }

    fn set_field(&mut self, field: Field, words: String) {
        if words.is_empty() {
            return;
        }
        let volume = &mut self.volume;
        match field {
            Field::Title => volume.title = words,
            Field::Editor if volume.editors.len() < MAX_PARTS => volume.editors.push(words),
            Field::Editor => {}
            Field::Publisher => volume.publisher = Some(words),
            Field::Place => volume.place = Some(words),
            Field::Year => volume.year = words.parse().ok(),
            Field::Chapter => {
                if let Some(chapter) = self.chapters.last_mut().filter(|one| one.heading.is_empty())
                {
                    chapter.heading = words;
                }
            }
        }
    }
}

/// The words on one line, cut at the end of a character.
fn fold_words(words: &str) -> String {
    let mut folded = words.split_whitespace().collect::<Vec<_>>().join(" ");
    folded.truncate(folded.floor_char_boundary(MAX_WORDS_BYTES));
    folded
}

#[cfg(test)]
mod tests {
    use super::super::parse_volume;

    #[test]
    fn documents_know_their_volume_and_chapters() {
        let parsed = parse_volume(
            br#"<TEI><teiHeader><titleStmt><title type="complete">Foreign
              Relations, 1969&#8211;1976, Nets &amp; Fish</title><title type="series">Foreign</title>
              <editor role="primary">Ama Osei</editor><editor role="general">B. Roe</editor></titleStmt>
              <publicationStmt><publisher>Printing Office</publisher><pubPlace>Washington</pubPlace>
              <date>2006</date><date>2010</date></publicationStmt></teiHeader><text>
              <front><div type="section"><head>Preface</head><p>Words.</p></div></front><body>
              <div type="compilation"><head>Iran<note n="1">Not this.</note></head>
              <div type="chapter"><head>The
                 Nets</head><div type="document" xml:id="d1"><head>1. A</head><p>One.</p>
              <div><head>Inside</head><p>Two.</p></div></div></div>
              <div type="chapter"><head>Fish</head><div type="document" xml:id="d2"><head>2. B</head></div>
              </div></div><div type="document" xml:id="d3"><head>3. C</head></div></body></text></TEI>"#,
        );
        let places: Vec<_> =
            parsed.documents.iter().map(|one| one.volume.clone().unwrap()).collect();
        let chapters: Vec<_> = places.iter().map(|place| place.chapters.join(" > ")).collect();
        assert_eq!(chapters, ["Iran > The Nets", "Iran > Fish", ""]);
        assert_eq!(places[0].title, "Foreign Relations, 1969–1976, Nets & Fish");
        assert_eq!(places[0].editors, ["Ama Osei"]);
        assert_eq!(places[2].publisher.as_deref(), Some("Printing Office"));
        assert_eq!((places[2].place.as_deref(), places[2].year), (Some("Washington"), Some(2006)));
    }

    #[test]
    fn a_file_without_title_page_has_no_volume() {
        let parsed = parse_volume(br#"<TEI><div type="document"><head>1. A</head></div></TEI>"#);
        assert_eq!(parsed.documents[0].volume, None);
    }

    #[test]
    fn a_telegram_with_lines_of_transmission_keeps_its_number_in_the_volume() {
        let parsed = parse_volume(
            br#"<TEI xml:id="frus1969-76ve99"><body><div type="document" xml:id="d9">
              <head>9. Telegram 321 From the Embassy in Tafara to the Department of State</head>
              <p>TELEGRAM<lb/> TAFARA 321<lb/> R 041000Z MAR 71</p>
              <list type="from"><head>FM</head><item>AMEMBASSY TAFARA</item></list>
              <list type="to"><head>TO</head><item>SECSTATE WASHDC</item></list>
              <p>1. NETS ARE SOLD.</p></div>
              <div type="document" xml:id="d10"><head>10. Letter</head><p>Nets.</p></div></body></TEI>"#,
        );
        let ids: Vec<_> = parsed
            .documents
            .iter()
            .map(|one| {
                let own = one.header.cable_id.as_ref().map(|id| id.value.0.as_str());
                (own, one.volume.as_ref().and_then(|volume| volume.document_id.as_deref()))
            })
            .collect();
        assert_eq!(
            ids,
            [
                (Some("71TAFARA321"), Some("frus1969-76ve99/d9")),
                (Some("frus1969-76ve99/d10"), None),
            ]
        );
    }

    #[test]
    fn titles_and_headings_are_cut() {
        let long = "ä ".repeat(5_000);
        let raw = format!(
            "<TEI><teiHeader><title type=\"complete\">{long}</title></teiHeader><div><head>{long}</head>\
             <div type=\"document\"><p>A</p></div></div></TEI>"
        );
        let parsed = parse_volume(raw.as_bytes());
        let place = parsed.documents[0].volume.clone().unwrap();
        assert!(place.title.len() <= 300 && place.chapters[0].len() <= 300);
    }
}
