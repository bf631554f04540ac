//! The typed fields of a document's header.
//!
//! The terms are those of the telegrams: cable id, date-time group,
//! precedence, TAGS (Traffic Analysis by Geography and Subject), captions.
//! Every field records the span it was read from. A field that only an envelope
//! states has an empty span, and [`Header::origins`] names the envelope.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{EnvelopeKind, FieldOrigin, TextSpan};

/// A value and the span of the reading text it was read from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// The span in the reading text.
    pub span: TextSpan,
}

/// The header fields of a document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The canonical cable id: "09ALGIERS948".
    #[serde(alias = "reference_id")]
    pub cable_id: Option<Spanned<CableId>>,
    /// The sending post as printed: "ALGIERS".
    #[serde(alias = "station")]
    pub post: Option<Spanned<String>>,
    /// The serial as printed: "000948".
    pub serial: Option<Spanned<String>>,
    /// The date-time group of the transmission header.
    pub date_time: Option<Spanned<DateTimeGroup>>,
    /// The date above the document, if there is no date-time group.
    pub date: Option<Spanned<Date>>,
    /// The highest classification printed above the text.
    pub classification: Option<Spanned<Classification>>,
    /// Captions: NOFORN, SIPDIS, EXDIS…
    pub captions: Vec<Spanned<String>>,
    /// The section number, "section n of m".
    pub section: Option<Spanned<Section>>,
    /// The sender, from the FM line.
    pub from: Option<Spanned<Correspondent>>,
    /// Action addressees, from the TO lines.
    pub to: Vec<Spanned<Correspondent>>,
    /// Information addressees, from the INFO lines.
    pub info: Vec<Spanned<Correspondent>>,
    /// The executive order as printed: "12958".
    pub executive_order: Option<Spanned<String>>,
    /// The date on which the text may be declassified.
    pub declassify_on: Option<Spanned<Date>>,
    /// Reasons for classification: "1.4(b)".
    pub reasons: Vec<Spanned<String>>,
    /// The person who classified the text.
    pub classified_by: Option<Spanned<ClassifiedBy>>,
    /// The TAGS, in order.
    pub tags: Vec<Spanned<TagsEntry>>,
    /// The subject, on one line.
    pub subject: Option<Spanned<String>>,
    /// The references, in order.
    pub references: Vec<Spanned<Reference>>,
    /// The names below the text.
    pub signatures: Vec<Spanned<String>>,
    /// The officers who drafted, cleared, approved and released the text. The span is
    /// that of the name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub officers: Vec<Spanned<Officer>>,
    /// The fields that the text does not state, and the envelopes they are from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<FieldOrigin>,
}

impl Header {
    /// The date of the document: the date of its date-time group, otherwise its
    /// date field.
    pub fn document_date(&self) -> Option<Date> {
        let group = self.date_time.as_ref().map(|field| field.value.date);
        group.or_else(|| self.date.as_ref().map(|field| field.value))
    }

    /// The fields that only envelopes state, for people: "row: date, post".
    pub fn describe_origins(&self) -> Option<String> {
        let mut parts: Vec<String> = Vec::new();
        let mut described: Option<EnvelopeKind> = None;
        let mut origins = self.origins.clone();
        origins.sort_by_key(|origin| (origin.envelope, origin.field));
        for FieldOrigin { field, envelope } in origins {
            match parts.last_mut().filter(|_| described == Some(envelope)) {
                Some(part) => *part = format!("{part}, {}", field.name()),
                None => parts.push(format!("{envelope}: {}", field.name())),
            }
            described = Some(envelope);
        }
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    /// The spans of all fields. The header is destructured completely, so that
    /// the compiler reports a field missing here.
    pub fn field_spans(&self) -> Vec<TextSpan> {
        fn span_of_field<T>(field: &Spanned<T>) -> TextSpan {
            field.span
        }
        let Header {
            cable_id,
            post,
            serial,
            date_time,
            date,
            classification,
            captions,
            section,
            from,
            to,
            info,
            executive_order,
            declassify_on,
            reasons,
            classified_by,
            tags,
            subject,
            references,
            signatures,
            officers,
            origins: _,
        } = self;
        let mut spans: Vec<TextSpan> = Vec::new();
        spans.extend(cable_id.iter().map(span_of_field));
        spans.extend(post.iter().map(span_of_field));
        spans.extend(serial.iter().map(span_of_field));
        spans.extend(date_time.iter().map(span_of_field));
        spans.extend(date.iter().map(span_of_field));
        spans.extend(classification.iter().map(span_of_field));
        spans.extend(captions.iter().map(span_of_field));
        spans.extend(section.iter().map(span_of_field));
        spans.extend(from.iter().map(span_of_field));
        spans.extend(to.iter().map(span_of_field));
        spans.extend(info.iter().map(span_of_field));
        spans.extend(executive_order.iter().map(span_of_field));
        spans.extend(declassify_on.iter().map(span_of_field));
        spans.extend(reasons.iter().map(span_of_field));
        spans.extend(classified_by.iter().map(span_of_field));
        spans.extend(tags.iter().map(span_of_field));
        spans.extend(subject.iter().map(span_of_field));
        spans.extend(references.iter().map(span_of_field));
        spans.extend(signatures.iter().map(span_of_field));
        spans.extend(officers.iter().map(span_of_field));
        spans
    }
}

/// A canonical cable id such as "09ALGIERS948": two digits of the year, the
/// post without blanks, the serial without leading zeros.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CableId(pub String);

impl fmt::Display for CableId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A date-time group such as "202222Z OCT 09": UTC (Zulu) to the minute. The
/// year has all four digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DateTimeGroup {
    /// The date.
    pub date: Date,
    /// Hours, 0 to 23.
    pub hour: u8,
    /// Minutes, 0 to 59.
    pub minute: u8,
}

/// A calendar date, or as much of it as is known: a year, or a year and month. Printed as
/// ISO 8601 ("2009-10-20", "2009-10", "2009"). A part that is unknown is 0, so dates sort
/// with the vaguer first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String")]
#[serde(try_from = "String")]
pub struct Date {
    /// The year, with all digits.
    pub year: u16,
    /// The month, 1 to 12; 0 if it is unknown.
    pub month: u8,
    /// The day of the month, 1 to 31; 0 if it is unknown.
    pub day: u8,
}

impl Date {
    /// The date, or `None` if the calendar has no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        (1..=days).contains(&day).then_some(Self { year, month, day })
    }

    /// A month without its day, or `None` if there is no such month.
    pub fn of_month(year: u16, month: u8) -> Option<Self> {
        (1..=12).contains(&month).then_some(Self { year, month, day: 0 })
    }

    /// A year without its month and day.
    pub const fn of_year(year: u16) -> Self {
        Self { year, month: 0, day: 0 }
    }

    /// Whether month and day are known.
    pub const fn is_whole(self) -> bool {
        self.month > 0 && self.day > 0
    }

    /// The date, or a day in the middle of the known month or year.
    #[must_use]
    pub const fn middle(self) -> Self {
        match self {
            Self { year, month: 0, .. } => Self { year, month: 7, day: 1 },
            Self { year, month, day: 0 } => Self { year, month, day: 15 },
            whole => whole,
        }
    }

    /// Days since 1970-01-01 (the algorithm `days_from_civil` of Howard Hinnant,
    /// <https://howardhinnant.github.io/date_algorithms.html>).
    ///
    /// A part that is unknown counts as 1.
    pub fn days_since_epoch(self) -> i32 {
        let (month, day) = (i32::from(self.month.max(1)), i32::from(self.day.max(1)));
        let year = i32::from(self.year) - i32::from(month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// The date as a number such as 20091020, the form that the knowledge base
    /// and the index store. A month is 20091000, a year 20090000.
    pub fn to_yyyymmdd(self) -> u32 {
        u32::from(self.year) * 10_000 + u32::from(self.month) * 100 + u32::from(self.day)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if self.month > 0 {
            write!(f, "-{:02}", self.month)?;
        }
        if self.month > 0 && self.day > 0 {
            write!(f, "-{:02}", self.day)?;
        }
        Ok(())
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

impl TryFrom<String> for Date {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('-').collect();
        let date = match parts[..] {
            [year] if year.len() == 4 => year.parse().ok().map(Self::of_year),
            [year, month] => {
                year.parse().ok().zip(month.parse().ok()).and_then(|(y, m)| Self::of_month(y, m))
            }
            [year, month, day] => year
                .parse()
                .ok()
                .zip(month.parse().ok())
                .zip(day.parse().ok())
                .and_then(|((y, m), d)| Self::new(y, m, d)),
            _ => None,
        };
        date.ok_or_else(|| format!("{text:?} is not a date of the form 2009-10-20"))
    }
}

/// Levels of classification, lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Classification {
    /// UNCLASSIFIED, "(U)".
    Unclassified,
    /// UNCLASSIFIED//FOR OFFICIAL USE ONLY, sensitive but unclassified, "(SBU)".
    Sensitive,
    /// LIMITED OFFICIAL USE, "(LOU)", used until 1995.
    LimitedOfficialUse,
    /// RESTRICTED, in British telegrams, and in American ones until 1953.
    Restricted,
    /// CONFIDENTIAL, "(C)".
    Confidential,
    /// SECRET, "(S)".
    Secret,
    /// TOP SECRET, "(TS)".
    TopSecret,
}

impl Classification {
    /// All levels, lowest first.
    pub const ALL: [Self; 7] = [
        Self::Unclassified,
        Self::Sensitive,
        Self::LimitedOfficialUse,
        Self::Restricted,
        Self::Confidential,
        Self::Secret,
        Self::TopSecret,
    ];

    /// The name in JSON and in queries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unclassified => "unclassified",
            Self::Sensitive => "sensitive",
            Self::LimitedOfficialUse => "limited_official_use",
            Self::Restricted => "restricted",
            Self::Confidential => "confidential",
            Self::Secret => "secret",
            Self::TopSecret => "top_secret",
        }
    }
}

/// Section n of m of a long telegram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Section {
    /// This section, from 1; [`Section::ALL`] if the document has all of them.
    pub number: u8,
    /// The number of sections.
    pub of: u8,
}

impl Section {
    /// The number of a document that has all sections of its telegram.
    pub const ALL: u8 = 0;
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number {
            Self::ALL => write!(f, "all {}", self.of),
            number => write!(f, "{number} of {}", self.of),
        }
    }
}

/// The urgency of a message, lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Precedence {
    /// R.
    #[serde(rename = "ROUTINE")]
    Routine,
    /// P.
    #[serde(rename = "PRIORITY")]
    Priority,
    /// O.
    #[serde(rename = "IMMEDIATE")]
    Immediate,
    /// Night action: act on it at once, day or night.
    #[serde(rename = "NIACT IMMEDIATE")]
    NiactImmediate,
    /// Z.
    #[serde(rename = "FLASH")]
    Flash,
}

impl Precedence {
    /// The precedence as printed in telegrams.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Routine => "ROUTINE",
            Self::Priority => "PRIORITY",
            Self::Immediate => "IMMEDIATE",
            Self::NiactImmediate => "NIACT IMMEDIATE",
            Self::Flash => "FLASH",
        }
    }
}

/// An addressee, or the sender.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Correspondent {
    /// Routing indicator: "RUEHC".
    pub route: Option<String>,
    /// The name: "SECSTATE WASHDC".
    pub name: String,
    /// Its precedence.
    pub precedence: Option<Precedence>,
    /// The message continuity number: "3355".
    pub mcn: Option<String>,
    /// Members of a collective address that do not receive the message (XMT).
    pub excluded: Vec<String>,
}

/// A person of the sending post or office who worked on a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Officer {
    /// What the person did.
    pub role: OfficerRole,
    /// The office, as printed: "POL".
    pub office: Option<String>,
    /// The name in its usual order: "Judith A. Marchetti".
    pub name: String,
}

/// What an officer did with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficerRole {
    /// Wrote it.
    Drafted,
    /// Agreed to it.
    Cleared,
    /// Approved that it be sent.
    Approved,
    /// Sent it.
    Released,
}

impl OfficerRole {
    /// All roles, in the order of the work.
    pub const ALL: [Self; 4] = [Self::Drafted, Self::Cleared, Self::Approved, Self::Released];

    /// The name that people read.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Drafted => "Drafted by",
            Self::Cleared => "Cleared by",
            Self::Approved => "Approved by",
            Self::Released => "Released by",
        }
    }
}

/// The person who classified a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ClassifiedBy {
    /// The person's name without title.
    pub name: String,
    /// The title or office, as printed.
    pub title: Option<String>,
}

/// A TAGS entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TagsEntry {
    /// The canonical form: "PREL", "OBAMA, BARACK".
    pub name: String,
    /// Its kind.
    pub kind: TagsEntryKind,
}

/// The kind of a TAGS entry (5 FAH-3 H-310, TAGS/Terms Handbook).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TagsEntryKind {
    /// Subject: PREL, PTER.
    Subject,
    /// Geographic: AG, ML.
    Geographic,
    /// Organisation: NATO, UN.
    Organization,
    /// Programme: KNNP.
    Program,
    /// A person: "OBAMA, BARACK".
    Person,
    /// Not in any of the lists.
    Unknown,
}

/// A reference to another document.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Reference {
    /// The canonical cable id, or the text of any other reference.
    pub value: String,
    /// The kind of document it refers to.
    pub kind: ReferenceKind,
    /// Its letter in the list of references.
    pub bullet: Option<String>,
}

/// The kind of document that a reference refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferenceKind {
    /// Another cable.
    Cable,
    /// An e-mail.
    Email,
    /// A report, an IIR for example.
    Report,
    /// A book or article.
    Book,
    /// A memorandum.
    Memo,
    /// A telephone call.
    #[serde(rename = "tel")]
    TelephoneCall,
    /// A fax.
    Fax,
    /// Anything else.
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_described_by_envelope() {
        use crate::EnvelopeField::{Date, Post, Subject};
        use EnvelopeKind::{Decision, FileName, Row, SideTable};
        let mut header = Header::default();
        assert_eq!(header.describe_origins(), None);
        let cases: [(&[(crate::EnvelopeField, EnvelopeKind)], &str); 2] = [
            (
                &[(Subject, Row), (Post, FileName), (Date, Row)],
                "file name: post; row: date, subject",
            ),
            (
                &[(Date, Decision(8)), (Post, SideTable(12)), (Subject, SideTable(12))],
                "table of metadata, row 12: post, subject; set by hand, decision 8: date",
            ),
        ];
        for (origins, expected) in cases {
            let origin = |&(field, envelope)| FieldOrigin { field, envelope };
            header.origins = origins.iter().map(origin).collect();
            assert_eq!(header.describe_origins().as_deref(), Some(expected));
        }
    }

    #[test]
    fn counts_days_since_1970() {
        let cases = [
            ((1970, 1, 1), 0),
            ((1969, 12, 31), -1),
            ((2000, 2, 29), 11_016),
            ((2000, 3, 1), 11_017),
            ((2009, 6, 16), 14_411),
            ((1600, 1, 1), -135_140),
        ];
        for ((year, month, day), expected) in cases {
            assert_eq!(
                Date { year, month, day }.days_since_epoch(),
                expected,
                "{year}-{month}-{day}"
            );
        }
    }

    #[test]
    fn dates_can_be_vague() {
        for (printed, number, is_whole) in [
            ("2009-10-20", 20_091_020, true),
            ("2009-10", 20_091_000, false),
            ("2009", 20_090_000, false),
        ] {
            let date = Date::try_from(printed.to_owned()).expect("a date");
            assert_eq!(
                (date.to_string().as_str(), date.to_yyyymmdd(), date.is_whole()),
                (printed, number, is_whole)
            );
            assert!(date.middle().is_whole() && date.middle().year == 2009);
        }
        for printed in ["", "9", "2009-13", "2009-02-30", "2009-00", "2009-01-01-01", "year"] {
            assert!(Date::try_from(printed.to_owned()).is_err(), "{printed}");
        }
    }
}
