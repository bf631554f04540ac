//! A finding aid in EAD3, the archivists' format for descriptions of collections
//! (<https://www.loc.gov/ead/>): what the collection is, its series by post and month
//! with every document, and the persons, places and organisations named in it.
//!
//! The caller makes a [`FindingAid`] from its documents; [`write_ead`] writes it. The
//! file is valid against `ead3.xsd` 1.1.1 (scripts/check_finding_aid.py).

use std::io::{self, Write};

use chancery_model::{Date, Label, MONTH_NAMES};

use crate::geojson::Coordinates;
use crate::xml::XmlWriter;

const NAMESPACE: &str = "http://ead3.archivists.org/schema/";

/// The description of a collection.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FindingAid {
    /// The identifier of the finding aid.
    pub id: String,
    /// The title of the collection.
    pub title: String,
    /// The institution that keeps the description.
    pub agency: String,
    /// The program that made the description, with its version.
    pub program: String,
    /// When the description was made, ISO 8601.
    pub made: String,
    /// Number of words in the documents, if they were counted.
    pub words: Option<u64>,
    /// What the collection is about, in paragraphs.
    pub scope: Vec<String>,
    /// How the documents are arranged.
    pub arrangement: String,
    /// How the description was made, and what to be careful about.
    pub process: Vec<String>,
    /// The persons, places and organisations, in the order of the file.
    pub names: Vec<AccessPoint>,
    /// The documents.
    pub series: Vec<Series>,
}

/// A person, place or organisation.
#[derive(Clone, Debug, PartialEq)]
pub struct AccessPoint {
    /// What it is.
    pub label: Label,
    /// The name, family name first.
    pub name: String,
    /// The id.
    pub id: String,
    /// The coordinates of a place.
    pub coordinates: Option<Coordinates>,
}

/// Documents of one post, volume or folder.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// The title.
    pub title: String,
    /// Its months, the undated documents at the end.
    pub months: Vec<Month>,
}

/// Documents of one month, or of a year if the month is not known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Month {
    /// The month or year; the day is 0. `None` for undated documents.
    pub date: Option<Date>,
    /// The documents, in order of date.
    pub documents: Vec<DescribedDocument>,
}

/// A document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribedDocument {
    /// The readable address: "09PORTLOUIS214".
    pub address: String,
    /// The id: 64 hexadecimal digits.
    pub id: String,
    /// The title.
    pub title: String,
    /// The date.
    pub date: Option<Date>,
    /// The sender.
    pub sender: Option<String>,
    /// The classification, as people write it.
    pub classification: Option<String>,
    /// The public address.
    pub url: Option<String>,
}

impl FindingAid {
    fn documents(&self) -> impl Iterator<Item = &DescribedDocument> {
        self.series.iter().flat_map(Series::documents)
    }
}

impl Series {
    fn documents(&self) -> impl Iterator<Item = &DescribedDocument> {
        self.months.iter().flat_map(|month| &month.documents)
    }
}

/// Writes the finding aid.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_ead<W: Write>(aid: &FindingAid, out: W) -> io::Result<W> {
    let mut xml = EadWriter { xml: XmlWriter::start_file(out)? };
    xml.open("ead", &[("xmlns", NAMESPACE)])?;
    xml.write_control(aid)?;
    xml.write_description(aid)?;
    xml.close("ead")?;
    Ok(xml.xml.into_output())
}

/// One element per line.
struct EadWriter<W: Write> {
    xml: XmlWriter<W>,
}

impl<W: Write> EadWriter<W> {
    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.xml.open_element(name, attributes)?;
        self.xml.write_line_end()
    }

    fn close(&mut self, name: &str) -> io::Result<()> {
        self.xml.close_element(name)?;
        self.xml.write_line_end()
    }

    fn element(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> io::Result<()> {
        self.xml.write_element(name, attributes, text)?;
        self.xml.write_line_end()
    }

    /// Writes what the tag library demands of the description itself.
    fn write_control(&mut self, aid: &FindingAid) -> io::Result<()> {
        self.open("control", &[])?;
        self.element("recordid", &[], &aid.id)?;
        self.open("filedesc", &[])?;
        self.open("titlestmt", &[])?;
        self.element("titleproper", &[], &format!("Finding aid: {}", aid.title))?;
        self.close("titlestmt")?;
        self.close("filedesc")?;
        self.element("maintenancestatus", &[("value", "derived")], "derived")?;
        self.open("maintenanceagency", &[])?;
        self.element("agencyname", &[], &aid.agency)?;
        self.close("maintenanceagency")?;
        self.open("languagedeclaration", &[])?;
        self.element("language", &[("langcode", "eng")], "English")?;
        self.element("script", &[("scriptcode", "Latn")], "Latin")?;
        self.close("languagedeclaration")?;
        self.open("maintenancehistory", &[])?;
        self.open("maintenanceevent", &[])?;
        self.element("eventtype", &[("value", "derived")], "derived")?;
        let day = aid.made.get(..10).unwrap_or(&aid.made);
        self.element("eventdatetime", &[("standarddatetime", day)], day)?;
        self.element("agenttype", &[("value", "machine")], "machine")?;
        self.element("agent", &[], &aid.program)?;
        self.close("maintenanceevent")?;
        self.close("maintenancehistory")?;
        self.close("control")
    }

    fn write_description(&mut self, aid: &FindingAid) -> io::Result<()> {
        self.open("archdesc", &[("level", "collection")])?;
        self.open("did", &[])?;
        self.element("unittitle", &[], &aid.title)?;
        self.element("unitid", &[], &aid.id)?;
        self.write_inclusive_dates(aid.documents())?;
        self.open(
            "physdescstructured",
            &[("physdescstructuredtype", "materialtype"), ("coverage", "whole")],
        )?;
        self.element("quantity", &[], &aid.documents().count().to_string())?;
        self.element("unittype", &[], "documents")?;
        self.close("physdescstructured")?;
        if let Some(words) = aid.words {
            self.element("physdesc", &[], &format!("{words} words"))?;
        }
        self.close("did")?;
        self.write_paragraphs("scopecontent", "Scope and content", &aid.scope)?;
        let arrangement = std::slice::from_ref(&aid.arrangement);
        self.write_paragraphs("arrangement", "Arrangement", arrangement)?;
        self.write_paragraphs("processinfo", "Processing", &aid.process)?;
        self.write_names(aid)?;
        self.open("dsc", &[("dsctype", "combined")])?;
        for series in &aid.series {
            self.write_series(series)?;
        }
        self.close("dsc")?;
        self.close("archdesc")
    }

    fn write_paragraphs(&mut self, name: &str, head: &str, words: &[String]) -> io::Result<()> {
        if words.iter().all(String::is_empty) {
            return Ok(());
        }
        self.open(name, &[])?;
        self.element("head", &[], head)?;
        for paragraph in words.iter().filter(|words| !words.is_empty()) {
            self.element("p", &[], paragraph)?;
        }
        self.close(name)
    }

    fn write_names(&mut self, aid: &FindingAid) -> io::Result<()> {
        let kinds = [
            (Label::Per, "persname", "Persons"),
            (Label::Loc, "geogname", "Places"),
            (Label::Org, "corpname", "Organisations"),
            (Label::Misc, "name", "Other names"),
        ];
        if aid.names.is_empty() {
            return Ok(());
        }
        self.open("controlaccess", &[])?;
        for (label, element, head) in kinds {
            let mut names = aid.names.iter().filter(|name| name.label == label).peekable();
            if names.peek().is_none() {
                continue;
            }
            self.open("controlaccess", &[])?;
            self.element("head", &[], head)?;
            for name in names {
                self.write_name(element, name)?;
            }
            self.close("controlaccess")?;
        }
        self.close("controlaccess")
    }

    fn write_name(&mut self, element: &str, name: &AccessPoint) -> io::Result<()> {
        let source = name.id.split_once(':').map_or("local", |(source, _)| source);
        self.xml.open_element(element, &[("identifier", &name.id), ("source", source)])?;
        self.xml.write_element("part", &[], &name.name)?;
        if let Some(Coordinates { latitude, longitude }) = name.coordinates {
            let point = format!("{latitude:.2}, {longitude:.2}");
            let system = [("coordinatesystem", "WGS84")];
            self.xml.write_element("geographiccoordinates", &system, &point)?;
        }
        self.close(element)
    }

    fn write_series(&mut self, series: &Series) -> io::Result<()> {
        self.open("c", &[("level", "series")])?;
        self.open("did", &[])?;
        self.element("unittitle", &[], &series.title)?;
        self.write_inclusive_dates(series.documents())?;
        self.element("physdesc", &[], &count_documents(series.documents().count()))?;
        self.close("did")?;
        for month in &series.months {
            self.open("c", &[("level", "subseries")])?;
            self.open("did", &[])?;
            match month.date {
                Some(date) => {
                    self.element("unittitle", &[], &date_in_words(date))?;
                    self.write_date(date)?;
                }
                None => self.element("unittitle", &[], "Undated")?,
            }
            self.element("physdesc", &[], &count_documents(month.documents.len()))?;
            self.close("did")?;
            for document in &month.documents {
                self.write_document(document)?;
            }
            self.close("c")?;
        }
        self.close("c")
    }

    fn write_document(&mut self, document: &DescribedDocument) -> io::Result<()> {
        self.open("c", &[("level", "item")])?;
        self.open("did", &[])?;
        self.element("unitid", &[("identifier", &document.id)], &document.address)?;
        self.element("unittitle", &[], &document.title)?;
        if let Some(date) = document.date {
            self.write_date(date)?;
        }
        if let Some(sender) = &document.sender {
            self.xml.open_element("origination", &[])?;
            self.xml.open_element("name", &[])?;
            self.xml.write_element("part", &[], sender)?;
            self.xml.close_element("name")?;
            self.close("origination")?;
        }
        if let Some(classification) = &document.classification {
            self.element("didnote", &[], &format!("Classification: {classification}"))?;
        }
        if let Some(url) = &document.url {
            self.xml.write_empty_element("dao", &[("daotype", "derived"), ("href", url)])?;
        }
        self.close("did")?;
        self.close("c")
    }

    fn write_date(&mut self, date: Date) -> io::Result<()> {
        self.element("unitdate", &[("normal", &date.to_string())], &date_in_words(date))
    }

    /// Writes the first and the last date of documents, if any has one.
    fn write_inclusive_dates<'a>(
        &mut self,
        documents: impl Iterator<Item = &'a DescribedDocument>,
    ) -> io::Result<()> {
        let dates: Vec<Date> = documents.filter_map(|document| document.date).collect();
        let (Some(first), Some(last)) = (dates.iter().min(), dates.iter().max()) else {
            return Ok(());
        };
        let (normal, words) = match first == last {
            true => (first.to_string(), date_in_words(*first)),
            false => (
                format!("{first}/{last}"),
                format!("{} to {}", date_in_words(*first), date_in_words(*last)),
            ),
        };
        self.element("unitdate", &[("unitdatetype", "inclusive"), ("normal", &normal)], &words)
    }
}

fn count_documents(count: usize) -> String {
    format!("{count} document{}", if count == 1 { "" } else { "s" })
}

/// "31 May 1962", "May 1962", "1962".
fn date_in_words(date: Date) -> String {
    let month = usize::from(date.month).checked_sub(1).and_then(|month| MONTH_NAMES.get(month));
    match (month, date.day) {
        (Some(month), 0) => format!("{month} {}", date.year),
        (Some(month), day) => format!("{day} {month} {}", date.year),
        (None, _) => date.year.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_has_its_months_and_documents() {
        let date = |year, month, day| Date { year, month, day };
        let document = |address: &str, date| DescribedDocument {
            address: address.into(),
            id: "9f86".into(),
            title: "FISH & <BOATS>".into(),
            date,
            ..DescribedDocument::default()
        };
        let month = Month {
            date: Some(date(2009, 6, 0)),
            documents: vec![document("09LOME1", Some(date(2009, 6, 16)))],
        };
        let undated = Month { date: None, documents: vec![document("a.txt", None)] };
        let aid = FindingAid {
            id: "cables".into(),
            title: "Cables".into(),
            made: "2026-11-30T19:00:00Z".into(),
            names: vec![AccessPoint {
                label: Label::Loc,
                name: "Lome".into(),
                id: "geonames:1".into(),
                coordinates: Some(Coordinates { latitude: 6.127, longitude: 1.22 }),
            }],
            series: vec![Series { title: "LOME".into(), months: vec![month, undated] }],
            ..FindingAid::default()
        };
        let written =
            String::from_utf8(write_ead(&aid, Vec::new()).expect("memory")).expect("UTF-8");
        for part in [
            "<unitdate unitdatetype=\"inclusive\" normal=\"2009-06-16\">16 June 2009</unitdate>",
            "<unitdate normal=\"2009-06\">June 2009</unitdate>",
            "<unittitle>FISH &amp; &lt;BOATS&gt;</unittitle>",
            "<unittitle>Undated</unittitle>\n<physdesc>1 document</physdesc>",
            "<geogname identifier=\"geonames:1\" source=\"geonames\"><part>Lome</part>\
             <geographiccoordinates coordinatesystem=\"WGS84\">6.13, 1.22</geographiccoordinates>",
            "<quantity>2</quantity>",
            "<eventdatetime standarddatetime=\"2026-11-30\">2026-11-30</eventdatetime>",
        ] {
            assert!(written.contains(part), "{part} is not in {written}");
        }
        assert!(!written.contains("scopecontent"), "an empty part is left out: {written}");
    }
}
