//! The finding aid of an archive in EAD3: its documents by volume or post, and by month,
//! and the names in most of them.

use std::collections::BTreeMap;
use std::io::Write;

use chancery_formats::citation::Citation;
use chancery_formats::finding_aid::{
    AccessPoint, DescribedDocument, FindingAid, Month, Series, write_ead,
};
use chancery_model::{Date, Label};
use chancery_store::{
    DocumentNumber, ListedEntity, Query, SearchRequest, SortOrder, id_without_document,
};

use crate::coordinates::coordinates_of_entity;
use crate::entity_index::{index_name, sort_key};
use crate::error::ViewError;
use crate::formatting::{format_count, group_digits};
use crate::session::ReadSession;

/// Names of each label that the finding aid has.
const MAX_NAMES: usize = 300;

/// Names that the scope mentions.
const MAX_MENTIONED: usize = 12;

/// Series that the scope mentions.
const MAX_SERIES_MENTIONED: usize = 12;

/// Writes the finding aid of the documents of a query.
///
/// # Errors
/// If the archive cannot be read, or `out` fails.
pub fn write_finding_aid<W: Write>(
    session: &ReadSession<'_>,
    query: &Query,
    out: W,
) -> Result<W, ViewError> {
    Ok(write_ead(&describe_archive(session, query)?, out)?)
}

fn describe_archive(session: &ReadSession<'_>, query: &Query) -> Result<FindingAid, ViewError> {
    let archive = session.archive;
    let request = SearchRequest {
        sort: SortOrder::Oldest,
        limit: usize::MAX,
        ..SearchRequest::new(query.clone())
    };
    let searcher = session.current_searcher()?;
    let found = searcher.rank_matches(archive, &request)?;
    let mut series: BTreeMap<SeriesKey, BTreeMap<MonthKey, Vec<DescribedDocument>>> =
        BTreeMap::new();
    for (number, _) in found.ranked {
        let (key, document) = describe_document(session, number)?;
        let months = series.entry(key).or_default();
        months.entry(MonthKey::new(document.date)).or_default().push(document);
    }
    let series: Vec<Series> = series.into_iter().map(|(key, months)| key.series(months)).collect();
    let list = searcher.entity_list(archive, query)?;
    let named: Vec<&ListedEntity> = Label::ALL
        .into_iter()
        .filter(|label| *label != Label::Misc)
        .flat_map(|label| {
            let is_known = move |one: &&ListedEntity| {
                one.label == label && !one.is_group && id_without_document(&one.id) == &*one.id
            };
            list.entities.iter().filter(is_known).take(MAX_NAMES)
        })
        .collect();
    let folder = archive.folder().canonicalize().unwrap_or_else(|_| archive.folder().to_owned());
    let title = folder.file_name().map_or_else(|| "archive".into(), |name| name.to_string_lossy());
    let words = (*query == Query::All).then(|| archive.archive_stats()).transpose()?;
    Ok(FindingAid {
        id: slug(&title),
        title: title.into_owned(),
        agency: "not stated".to_owned(),
        program: format!("Chancery {}", env!("CARGO_PKG_VERSION")),
        made: archive.current_time()?,
        words: words.map(|stats| stats.words as u64),
        scope: scope(&series, &named),
        arrangement: "Documents of published volumes are arranged by volume, others by the post \
                      that sent them; then by month."
            .to_owned(),
        process: process(),
        names: access_points(&named),
        series,
    })
}

/// What decides the series of a document. Volumes come first, then posts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum SeriesKey {
    Volume(String),
    Post(String),
    WithoutPost,
}

impl SeriesKey {
    fn series(self, months: BTreeMap<MonthKey, Vec<DescribedDocument>>) -> Series {
        let title = match self {
            Self::Volume(title) => title,
            Self::Post(post) => post,
            Self::WithoutPost => "Documents without a post".to_owned(),
        };
        let months =
            months.into_iter().map(|(key, documents)| Month { date: key.date(), documents });
        Series { title, months: months.collect() }
    }
}

/// A month, or a year of which the month is not known; undated documents come last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct MonthKey {
    is_undated: bool,
    year: u16,
    month: u8,
}

impl MonthKey {
    fn new(date: Option<Date>) -> Self {
        let (year, month) = date.map_or((0, 0), |date| (date.year, date.month));
        Self { is_undated: date.is_none(), year, month }
    }

    fn date(self) -> Option<Date> {
        (!self.is_undated).then_some(Date { year: self.year, month: self.month, day: 0 })
    }
}

fn describe_document(
    session: &ReadSession<'_>,
    number: DocumentNumber,
) -> Result<(SeriesKey, DescribedDocument), ViewError> {
    let documents = session.archive.documents();
    let row = documents.row(number)?;
    let parsed = documents.parsed(number)?;
    let citation = Citation::new(&parsed, &row.path);
    // A telegram of a volume may be cited by itself.
    let volume = citation.volume.as_ref().or(parsed.volume.as_ref());
    let key = match (volume.filter(|volume| !volume.title.is_empty()), row.post) {
        (Some(volume), _) => SeriesKey::Volume(volume.title.clone()),
        (None, Some(post)) => SeriesKey::Post(post),
        (None, None) => SeriesKey::WithoutPost,
    };
    let id = row.id.to_string();
    let Citation { title, sender, date, url, .. } = &citation;
    let document = DescribedDocument {
        address: documents.address(number)?.unwrap_or_else(|| id[..16].to_owned()),
        title: title.clone(),
        date: *date,
        sender: sender.clone(),
        classification: citation.classification_in_words().map(str::to_owned),
        url: url.clone(),
        id,
    };
    Ok((key, document))
}

/// Says what is in the archive: how much, from where, and who is named most.
fn scope(series: &[Series], named: &[&ListedEntity]) -> Vec<String> {
    let count =
        |series: &Series| series.months.iter().map(|month| month.documents.len()).sum::<usize>();
    let mut largest: Vec<(&str, usize)> =
        series.iter().map(|one| (one.title.as_str(), count(one))).collect();
    largest.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let total: usize = largest.iter().map(|(_, count)| count).sum();
    let listed = |parts: Vec<String>| parts.join("; ");
    let series = largest.iter().take(MAX_SERIES_MENTIONED);
    let series = listed(
        series.map(|(title, count)| format!("{title} ({})", group_digits(*count as u64))).collect(),
    );
    let mut paragraphs = vec![format!("{}: {series}.", format_count(total as u64, "document"))];
    for (label, head) in
        [(Label::Per, "Persons"), (Label::Loc, "Places"), (Label::Org, "Organisations")]
    {
        let of_label = named.iter().filter(|one| one.label == label).take(MAX_MENTIONED);
        let names: Vec<String> = of_label
            .map(|one| {
                format!(
                    "{} ({})",
                    index_name(&one.id, label, &one.name),
                    group_digits(one.documents.into())
                )
            })
            .collect();
        if !names.is_empty() {
            paragraphs.push(format!("{head} named in most documents: {}.", listed(names)));
        }
    }
    paragraphs
}

fn process() -> Vec<String> {
    vec![
        "A program read the header fields from the documents and found the names. It makes \
         mistakes: check them in the documents. Corrections of users are applied."
            .to_owned(),
        format!(
            "The names are those in most documents, at most {MAX_NAMES} of each kind. Surnames that \
             may belong to several persons are left out."
        ),
    ]
}

fn access_points(named: &[&ListedEntity]) -> Vec<AccessPoint> {
    let point = |one: &&ListedEntity| AccessPoint {
        label: one.label,
        name: index_name(&one.id, one.label, &one.name),
        id: one.id.to_string(),
        coordinates: if one.label == Label::Loc { coordinates_of_entity(&one.id) } else { None },
    };
    let mut points: Vec<AccessPoint> = named.iter().map(point).collect();
    points.sort_by_cached_key(|one| sort_key(&one.name));
    points
}

/// A title as an identifier: letters, digits and hyphens.
fn slug(title: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    title.chars().map(plain).collect()
}
