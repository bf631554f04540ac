//! What an archive lacks, for the desk: missing serials, cited telegrams, withheld words.

use std::io::{self, Write};

use chancery_formats::table::{Cell, TableDialect, TableWriter};
use chancery_store::WithheldMonth;
use serde::Serialize;

use crate::error::ViewError;
use crate::formatting::group_digits;
use crate::serial_series::{Numbering, SerialSeries, series_of_serials};
use crate::session::ReadSession;

/// Series of which fewer serials are there are selections. Among the series of all posts
/// their runs are not shown to people, because nearly all numbers are missing.
const LEAST_SHARE: f64 = 0.5;

/// Runs of missing serials that are shown for a series.
const SHOWN_RUNS: usize = 8;

/// Citing documents that are shown for a telegram.
const SHOWN_CITING: usize = 4;

/// What an archive lacks.
#[derive(Clone, Debug, Serialize)]
pub struct Holes {
    /// Serials by post and period: first the series that have most of their serials.
    pub series: Vec<SerialSeries>,
    /// Telegrams that documents cite and the archive lacks, the most cited first.
    pub absent: Vec<CitedTelegram>,
    /// What was withheld, by month.
    pub withheld: Vec<WithheldMonth>,
}

/// A telegram that the archive lacks.
#[derive(Clone, Debug, Serialize)]
pub struct CitedTelegram {
    /// Its cable id.
    pub id: String,
    /// The documents that cite it: cable ids, or the start of the digest.
    pub cited_by: Vec<String>,
}

/// Finds what an archive lacks, of all posts or of one.
///
/// # Errors
/// If no document comes from the post, or the archive cannot be read.
pub fn find_holes(session: &ReadSession<'_>, post: Option<&str>) -> Result<Holes, ViewError> {
    let archive = session.archive;
    let mut series = series_of_serials(archive.documents().dated_serials(post)?);
    if post.is_none() {
        series.sort_by(|one, other| share(other).total_cmp(&share(one)));
    }
    let mut absent = Vec::new();
    let letters = |post: &str| post.replace(|c: char| !c.is_alphanumeric(), "").to_uppercase();
    for telegram in session.current_searcher()?.absent_telegrams(archive)? {
        let own = telegram.id.get(2..).unwrap_or_default();
        let own = own.trim_end_matches(|c: char| c.is_ascii_digit());
        if post.is_some_and(|post| letters(post) != own) {
            continue;
        }
        let mut cited_by = Vec::with_capacity(telegram.citing.len());
        for number in telegram.citing {
            let row = archive.documents().row(number)?;
            cited_by.push(row.cable_id.unwrap_or_else(|| format!("{:.12}", row.id.to_string())));
        }
        cited_by.dedup();
        absent.push(CitedTelegram { id: telegram.id, cited_by });
    }
    let withheld = match post {
        Some(_) => Vec::new(),
        None => archive.documents().withheld_by_month()?,
    };
    Ok(Holes { series, absent, withheld })
}

/// The share of the serials of a series that the archive has.
fn share(series: &SerialSeries) -> f64 {
    series.present as f64 / (series.last - series.first + 1) as f64
}

/// "1962", "July 1961 to June 1962", "all years".
fn period_in_words(series: &SerialSeries) -> String {
    match series.numbering {
        Numbering::CalendarYear => series.period.to_string(),
        Numbering::FiscalYear => {
            format!("July {} to June {}", series.period - 1, series.period)
        }
        Numbering::Continuous => "all years".to_owned(),
    }
}

/// Writes holes as comma-separated values: one row per run of serials, cited telegram and
/// month.
///
/// # Errors
/// Those of `out`.
pub fn write_csv(holes: &Holes, dialect: TableDialect, out: impl Write) -> io::Result<()> {
    let columns =
        ["kind", "post", "numbering", "period", "first", "last", "count", "of", "cited_by"];
    let mut table = TableWriter::start(out, dialect, &columns)?;
    let none = || Cell::text("");
    for series in &holes.series {
        for (first, last) in &series.missing {
            table.write_row([
                Cell::text("serial"),
                Cell::text(&*series.post),
                Cell::text(series.numbering.name()),
                Cell::text(period_in_words(series)),
                Cell::number(first),
                Cell::number(last),
                Cell::number(last - first + 1),
                none(),
                none(),
            ])?;
        }
    }
    for telegram in &holes.absent {
        let id = || Cell::text(&*telegram.id);
        let count = Cell::number(telegram.cited_by.len());
        let cited_by = Cell::text(telegram.cited_by.join("; "));
        let kind = Cell::text("cited");
        table.write_row([kind, none(), none(), none(), id(), id(), count, none(), cited_by])?;
    }
    for month in &holes.withheld {
        table.write_row([
            Cell::text("withheld"),
            none(),
            none(),
            Cell::text(&*month.month),
            none(),
            none(),
            Cell::number(month.with_redactions),
            Cell::number(month.documents),
            none(),
        ])?;
    }
    table.finish().map(drop)
}

/// Writes holes for people, at most `limit` lines of each kind. `of_one_post` shows the
/// runs of selections too.
///
/// # Errors
/// Those of `out`.
pub fn write_text(
    holes: &Holes,
    of_one_post: bool,
    limit: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let with_holes: Vec<&SerialSeries> =
        holes.series.iter().filter(|series| !series.missing.is_empty()).collect();
    writeln!(out, "missing serials: post, period, how it numbers, what is there")?;
    for series in with_holes.iter().take(limit) {
        write_series(series, of_one_post, out)?;
    }
    write_rest(with_holes.len(), limit, "series", out)?;
    writeln!(out, "\ncited, but not here: telegram, number of documents that cite it")?;
    for telegram in holes.absent.iter().take(limit) {
        let count = telegram.cited_by.len();
        let mut cited_by = telegram.cited_by.iter().take(SHOWN_CITING).cloned().collect::<Vec<_>>();
        if count > SHOWN_CITING {
            cited_by.push("…".to_owned());
        }
        writeln!(out, "{:<20} {count:>4}  {}", telegram.id, cited_by.join(", "))?;
    }
    write_rest(holes.absent.len(), limit, "telegrams", out)?;
    let withheld: Vec<&WithheldMonth> =
        holes.withheld.iter().filter(|month| month.with_redactions > 0).collect();
    if !withheld.is_empty() {
        writeln!(out, "\nwithheld: month, share of documents with words left out, places")?;
        for month in withheld.iter().take(limit) {
            let WithheldMonth { month, documents, with_redactions, redactions } = month;
            let percent = 100.0 * *with_redactions as f64 / *documents as f64;
            let month = if month.is_empty() { "no date" } else { month };
            writeln!(
                out,
                "{month:<8} {percent:>4.0} %  {with_redactions} of {documents} documents, {redactions}"
            )?;
        }
        write_rest(withheld.len(), limit, "months", out)?;
    }
    Ok(())
}

fn write_series(series: &SerialSeries, of_one_post: bool, out: &mut dyn Write) -> io::Result<()> {
    let SerialSeries { post, first, last, present, missing, .. } = series;
    let of = group_digits((last - first + 1) as u64);
    let assumed = if series.is_inferred { "" } else { ", assumed" };
    let numbering = format!("{}{assumed}", series.numbering.name());
    let period = period_in_words(series);
    write!(
        out,
        "{post}, {period} ({numbering}): {} of the {of} from {first} to {last}",
        group_digits(*present)
    )?;
    let share = share(series);
    if share < LEAST_SHARE && !of_one_post {
        return writeln!(out, "; a selection");
    }
    let run = |(first, last): &(i64, i64)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    };
    let mut runs: Vec<String> = missing.iter().take(SHOWN_RUNS).map(run).collect();
    if missing.len() > SHOWN_RUNS {
        runs.push(format!("and {} more runs", missing.len() - SHOWN_RUNS));
    }
    writeln!(out, "; missing {}", runs.join(", "))
}

/// Says how many lines were left out.
fn write_rest(total: usize, limit: usize, what: &str, out: &mut dyn Write) -> io::Result<()> {
    match total {
        0 => writeln!(out, "none"),
        total if total > limit => {
            writeln!(
                out,
                "and {} more {what} (--limit, --csv)",
                group_digits((total - limit) as u64)
            )
        }
        _ => Ok(()),
    }
}
