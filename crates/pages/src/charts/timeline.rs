//! The timeline: documents by date, the days that they mention, and the offices
//! held at the time.

use chancery_model::Date;
use chancery_store::{Query, QueryField};
use maud::{Markup, html};

use super::plot::{self, SearchView};
use crate::frame::{NavigationItem, render_frame};
use crate::html::without_controls;
use crate::listing::{document_title, mention_in_context, shown_date};
use chancery_views::formatting::{format_count, group_digits};
use chancery_views::mentioned_days::{DayPassage, MentionedDay, MentionedDays};
use chancery_views::query_words::NamedQuery;
use chancery_views::timeline::{OfficeHolder, OutlyingDocuments, PeriodCount, TimeUnit, Timeline};
use chancery_views::urls::{entity_url, percent_encode, short_document_id};

/// Height of the highest bar, and of the chart, in pixels.
const MAX_BAR_HEIGHT: f64 = 170.0;
const CHART_HEIGHT: f64 = 210.0;

/// Maximum number of ticks on the axis.
const MAX_TICKS: f64 = 8.0;

/// Mentioned days shown at first; the others are collapsed.
const DAYS_SHOWN: usize = 8;

/// The range of time that is shown, in the unit of a timeline.
struct TimeAxis {
    unit: TimeUnit,
    first: f64,
    last: f64,
}

impl TimeAxis {
    fn from_timeline(timeline: &Timeline) -> Option<Self> {
        let unit = timeline.unit;
        let first = unit.axis_position(&timeline.periods.first()?.period, false)?;
        let last = unit.axis_position(&timeline.periods.last()?.period, true)?;
        Some(Self { unit, first, last })
    }

    /// The position of a date on the axis, in percent of its width.
    fn position_of(&self, date: &str, end: bool) -> Option<f64> {
        let at = self.unit.axis_position(date, end)?;
        Some(((at - self.first) / (self.last - self.first) * 100.0).clamp(0.0, 100.0))
    }
}

/// Renders the page.
pub fn render_page(asked: &NamedQuery, timeline: &Timeline) -> Markup {
    let query = &asked.query;
    let outlying = [&timeline.earlier, &timeline.later].into_iter().flatten();
    let drawn = timeline.dated + outlying.map(|one| one.documents).sum::<u64>();
    let undated = (timeline.documents as u64).saturating_sub(drawn);
    let body = html! {
        div.chart-page {
            (plot::chart_heading("Timeline", asked, SearchView::Timeline))
            p.facts {
                (format_count(timeline.dated, "document")) " by " (time_unit_name(timeline.unit)) "."
                @if undated > 0 { " " (format_count(undated, "document")) " without a date." }
                (plot::near_remark("The days and the people below", timeline.near.as_ref(), timeline.documents))
                @for (outlying, place) in [(&timeline.earlier, "before"), (&timeline.later, "after")] {
                    @if let Some(outlying) = outlying { " " (outlying_documents(query, outlying, place)) }
                }
            }
            @if let Some(span) = TimeAxis::from_timeline(timeline) {
                figure.chart data-chart="timeline" {
                    (timeline_picture(query, timeline, &span))
                    div.under {
                        p.told data-told="" aria-hidden="true" {
                            "Click a bar for its documents or a dot for a day they mention."
                            span.with-script { " Drag to zoom." }
                        }
                        (date_range_form(query, timeline))
                    }
                }
                @if !timeline.events.days.is_empty() { (mentioned_days(query, timeline)) }
                @if !timeline.offices.is_empty() { (office_lanes(timeline, &span)) }
                section aria-labelledby="numbers" {
                    h2 #numbers { "Documents by " (time_unit_name(timeline.unit)) }
                    (period_table(query, timeline))
                }
            } @else {
                p.nothing { "No documents with a date." }
            }
        }
    };
    render_frame("Timeline", NavigationItem::Search, &asked.typed, &body)
}

/// Documents that the chart leaves out, with a link to them.
fn outlying_documents(query: &Query, outlying: &OutlyingDocuments, place: &str) -> Markup {
    let range = format!("{}..{}", outlying.first, outlying.last);
    html! {
        a href=(SearchView::List.address_of_query(&with_date(query, &range))) {
            (format_count(outlying.documents, "document")) " long " (place) " these"
        }
        " (" (shown_date(&outlying.first))
        @if outlying.first != outlying.last { " to " (shown_date(&outlying.last)) }
        ") " (if outlying.documents == 1 { "is" } else { "are" }) " not drawn."
    }
}

const fn time_unit_name(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Year => "year",
        TimeUnit::Month => "month",
        TimeUnit::Day => "day",
    }
}

/// The query with `date`, a year, month or day, in place of its dates.
fn with_date(query: &Query, date: &str) -> Query {
    let dates = Query::dates(date).unwrap_or(Query::All);
    query.clone().without(QueryField::Date).and(dates)
}

fn format_percent(at: f64) -> String {
    format!("{at:.3}%")
}

fn timeline_picture(query: &Query, timeline: &Timeline, span: &TimeAxis) -> Markup {
    let most = timeline.periods.iter().map(|period| period.documents).max().unwrap_or(1);
    let bar = |PeriodCount { period, documents }: &PeriodCount| {
        let (start, end) = (span.position_of(period, false)?, span.position_of(period, true)?);
        let height = (MAX_BAR_HEIGHT * *documents as f64 / most as f64).max(2.0);
        let (x, width) = (format_percent(start), format_percent((end - start) * 0.9));
        let top = format!("{:.1}", CHART_HEIGHT - 20.0 - height);
        Some(html! {
            a href=(SearchView::List.address_of_query(&with_date(query, period))) tabindex="-1"
                data-period=(period) {
                title { (period) ": " (format_count(*documents, "document")) }
                rect.hit x=(x) y="0" width=(format_percent(end - start)) height=(CHART_HEIGHT - 20.0) {}
                rect x=(x) y=(top) width=(width) height=(format!("{height:.1}")) {}
            }
        })
    };
    html! {
        svg.times width="100%" height=(CHART_HEIGHT) aria-hidden="true" focusable="false" {
            g.axis {
                line x1="0" x2="100%" y1=(CHART_HEIGHT - 20.0) y2=(CHART_HEIGHT - 20.0) {}
                @for (at, date) in axis_ticks(timeline, span) {
                    line x1=(format_percent(at)) x2=(format_percent(at)) y1="0" y2=(CHART_HEIGHT - 15.0) {}
                    text x=(format_percent(at)) y=(CHART_HEIGHT - 4.0) dx="3" { (date) }
                }
                text x="100%" y="12" text-anchor="end" { "maximum " (most) }
            }
            g.bars { @for bar in timeline.periods.iter().filter_map(bar) { (bar) } }
            g.events { @for event in &timeline.events.days { (day_dot(event, span)) } }
        }
    }
}

/// The dot of a mentioned day, on the axis.
fn day_dot(event: &MentionedDay, span: &TimeAxis) -> Markup {
    let Some(at) = span.position_of(&event.date, false) else { return html! {} };
    html! {
        a href={ "#" (day_anchor(event)) } tabindex="-1" {
            title { (event.date) ": mentioned in " (format_count(event.documents as u64, "document")) }
            circle cx=(format_percent(at)) cy=(CHART_HEIGHT - 20.0) r="4" {}
        }
    }
}

/// The id of a day's entry on the page.
fn day_anchor(event: &MentionedDay) -> String {
    format!("day-{}", event.date)
}

/// The days that documents mention, with the passages.
fn mentioned_days(query: &Query, timeline: &Timeline) -> Markup {
    let MentionedDays { documents_read, days } = &timeline.events;
    html! {
        section.events aria-labelledby="events" {
            h2 #events { "Days mentioned" }
            @if *documents_read < timeline.documents {
                p.quiet {
                    "In " (format_count(*documents_read as u64, "document"))
                    @if *query == Query::All { " of " (group_digits(timeline.documents as u64)) "." }
                    @else { " that match best." }
                }
            }
            ol.plain { @for event in days.iter().take(DAYS_SHOWN) { (day_with_passages(event)) } }
            @if days.len() > DAYS_SHOWN {
                details {
                    summary { (format_count((days.len() - DAYS_SHOWN) as u64, "more day")) }
                    ol.plain start=(DAYS_SHOWN + 1) { @for event in &days[DAYS_SHOWN..] { (day_with_passages(event)) } }
                }
            }
        }
    }
}

/// A day with its passages.
fn day_with_passages(event: &MentionedDay) -> Markup {
    let more = event.documents - event.passages.len();
    html! {
        li #(day_anchor(event)) {
            h3 { time datetime=(event.date) { (shown_date(&event.date)) } }
            @for passage in &event.passages { (render_passage(passage)) }
            @if more > 0 { p.quiet { "and in " (format_count(more as u64, "more document")) } }
        }
    }
}

/// A passage, with a link to it in its document.
fn render_passage(DayPassage { document, excerpt }: &DayPassage) -> Markup {
    let words = format!("\"{}\"", excerpt.text.replace('"', " "));
    let address =
        format!("/doc/{}?q={}#hit1", short_document_id(&document.id), percent_encode(&words));
    html! {
        p.snippet {
            a href=(address) { (document_title(document)) } ": " (mention_in_context(excerpt))
        }
    }
}

/// The ticks of the axis: the starts of years, months or days.
fn axis_ticks(timeline: &Timeline, span: &TimeAxis) -> Vec<(f64, String)> {
    let Some(first) = timeline.periods.first() else { return Vec::new() };
    let year: i64 = first.period.get(..4).and_then(|year| year.parse().ok()).unwrap_or(0);
    let month: i64 = first.period.get(5..7).and_then(|month| month.parse().ok()).unwrap_or(1);
    let units = span.last - span.first;
    let (days, months) = match span.unit {
        TimeUnit::Day => (units, units / 30.0),
        TimeUnit::Month => (units * 30.0, units),
        TimeUnit::Year => (units * 365.0, units * 12.0),
    };
    let step_of = |steps: &[i64], units: f64| {
        steps.iter().copied().find(|step| units / *step as f64 <= MAX_TICKS).unwrap_or(1_000)
    };
    let month_after = |n: i64| {
        let at = year * 12 + month - 1 + n;
        format!("{:04}-{:02}", at.div_euclid(12), at.rem_euclid(12) + 1)
    };
    // The dates of these days in three months; months have different lengths.
    let days_of = |days: &[u8]| -> Vec<String> {
        let months = (0..3).map(|n| month - 1 + n);
        let months = months.map(|at| ((year + at / 12) as u16, (at % 12) as u8 + 1));
        months
            .flat_map(|(year, month)| {
                days.iter().filter_map(move |&day| Date::new(year, month, day))
            })
            .map(|date| date.to_string())
            .collect()
    };
    let dates: Vec<String> = if days <= MAX_TICKS {
        days_of(&std::array::from_fn::<u8, 31, _>(|n| n as u8 + 1))
    } else if days <= MAX_TICKS * 7.0 {
        days_of(&[1, 8, 15, 22])
    } else if months <= 24.0 {
        let step = step_of(&[1, 2, 3], months);
        (0..=24).map(|n| month_after(n * step)).collect()
    } else {
        let step = step_of(&[1, 2, 5, 10, 20, 50, 100, 200, 500], months / 12.0);
        let begin = year.div_euclid(step) * step;
        (0..=12).map(|n| format!("{:04}", begin + n * step)).collect()
    };
    let inside = |date: &String| {
        let at = span.unit.axis_position(date, false)?;
        (at >= span.first && at < span.last).then_some(())?;
        // Between days the month and the day suffice.
        let shown = if date.len() == 10 { &date[5..] } else { date };
        Some((span.position_of(date, false)?, shown.to_owned()))
    };
    // A date at the very end would be cut off.
    dates.iter().filter_map(inside).filter(|(at, _)| *at < 95.0).collect()
}

/// The form to zoom in to a range of dates.
fn date_range_form(query: &Query, timeline: &Timeline) -> Markup {
    let ends = (timeline.periods.first(), timeline.periods.last());
    let (Some(first), Some(last)) = ends else { return html! {} };
    let dateless = query.clone().without(QueryField::Date);
    html! {
        form.row.closer action="/timeline" method="get" {
            input type="hidden" name="q" value=(query.to_string());
            @for (name, words, period) in [("from", "From", first), ("until", "Until", last)] {
                div {
                    label for=(name) { (words) }
                    input #(name) name=(name) value=(period.period) size="10" maxlength="10"
                        pattern="[0-9]{4}(-[0-9]{2}){0,2}" title="1957, 1957-03 or 1957-03-09"
                        autocomplete="off";
                }
            }
            button type="submit" { "Zoom in" }
            @if dateless != *query { a href=(SearchView::Timeline.address_of_query(&dateless)) { "All dates" } }
        }
    }
}

fn office_lanes(timeline: &Timeline, span: &TimeAxis) -> Markup {
    let lane = |office: &OfficeHolder| {
        let start = span.position_of(&office.from, false)?;
        let end = span.position_of(&office.until, true).unwrap_or(start);
        Some(html! {
            li {
                p {
                    a href=(entity_url(&office.entity)) { (without_controls(&office.name)) } " "
                    span.quiet {
                        (without_controls(&office.title))
                        @if !office.at.is_empty() { ", " span.place { (without_controls(&office.at)) } }
                        ", " (office.from) "–" (office.until)
                    }
                }
                svg.lane width="100%" height="8" aria-hidden="true" focusable="false" {
                    rect.way x="0" y="3" width="100%" height="2" {}
                    rect x=(format_percent(start)) y="0" width=(format_percent((end - start).max(0.3))) height="8" {}
                }
            }
        })
    };
    html! {
        section aria-labelledby="offices" {
            h2 #offices { "In office at the time" }
            ol.plain.lanes { @for lane in timeline.offices.iter().filter_map(lane) { (lane) } }
        }
    }
}

fn period_table(query: &Query, timeline: &Timeline) -> Markup {
    let row = |PeriodCount { period, documents }: &PeriodCount| {
        html! {
            tr {
                th scope="row" {
                    @if timeline.unit == TimeUnit::Day { (period) }
                    @else {
                        a href=(SearchView::Timeline.address_of_query(&with_date(query, period)))
                            aria-label={ "Zoom in to " (period) } { (period) }
                    }
                }
                td.number {
                    a href=(SearchView::List.address_of_query(&with_date(query, period))) {
                        (group_digits(*documents))
                    }
                }
            }
        }
    };
    let rows: Vec<Markup> = timeline.periods.iter().map(row).collect();
    plot::folded_table("Documents by date", &["Date", "Documents"], &rows, 12)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_has_one_date() {
        for (query, expected) in [
            ("", "date:1957"),
            ("a date:1956 b", "a b date:1957"),
            ("date:1956..1958", "date:1957"),
            ("a OR date:1956", "(a OR date:1956) date:1957"),
        ] {
            let query = chancery_store::parse_query(query).expect("a query");
            assert_eq!(with_date(&query, "1957").to_string(), expected, "{query}");
        }
    }

    #[test]
    fn the_axis_has_few_ticks() {
        let cases = [
            (TimeUnit::Day, "1957-03-09", "1957-03-12"),
            (TimeUnit::Day, "1957-03-28", "1957-04-02"),
            (TimeUnit::Day, "1957-03-01", "1957-03-31"),
            (TimeUnit::Day, "1957-01-05", "1957-04-30"),
            (TimeUnit::Month, "1957-01", "1958-11"),
            (TimeUnit::Month, "1956-12", "1981-01"),
            (TimeUnit::Year, "1861", "2010"),
        ];
        for (unit, first, last) in cases {
            let period = |period: &str| PeriodCount { period: period.into(), documents: 1 };
            let timeline = Timeline {
                near: None,
                documents: 2,
                dated: 2,
                unit,
                periods: vec![period(first), period(last)],
                events: MentionedDays::default(),
                offices: Vec::new(),
                earlier: None,
                later: None,
            };
            let span = TimeAxis::from_timeline(&timeline).expect("it has periods");
            let marks = axis_ticks(&timeline, &span);
            assert!((1..=9).contains(&marks.len()), "{first}–{last}: {marks:?}");
            assert!(marks.windows(2).all(|two| two[0].0 < two[1].0));
        }
    }
}
