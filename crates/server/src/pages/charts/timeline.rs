//! The timeline: documents by date, the days that they mention, and the offices
//! held at the time.

use axum::response::Html;
use chancery_model::Date;
use chancery_store::{Field, Query};
use maud::{Markup, html};

use super::plot::{self, View};
use crate::formatting::{counted, grouped};
use crate::pages::frame::{Place, frame};
use crate::pages::html::clean;
use crate::pages::listing::{in_context, title_of};
use crate::queries::events::{Event, Events, Passage};
use crate::queries::timeline::{Held, Period, Timeline, Unit};
use crate::urls::{encode_component, entity_address, short_id};

/// Height of the highest bar, and of the chart, in pixels.
const HIGHEST: f64 = 170.0;
const HEIGHT: f64 = 210.0;

/// Maximum number of ticks on the axis.
const MARKS: f64 = 8.0;

/// Mentioned days shown at first; the others are folded.
const AT_ONCE: usize = 8;

/// The range of time that is shown, in the unit of a timeline.
struct Span {
    unit: Unit,
    first: f64,
    last: f64,
}

impl Span {
    fn of(timeline: &Timeline) -> Option<Self> {
        let unit = timeline.unit;
        let first = unit.place(&timeline.periods.first()?.period, false)?;
        let last = unit.place(&timeline.periods.last()?.period, true)?;
        Some(Self { unit, first, last })
    }

    /// The position of a date on the axis, in percent of its width.
    fn percent(&self, date: &str, end: bool) -> Option<f64> {
        let at = self.unit.place(date, end)?;
        Some(((at - self.first) / (self.last - self.first) * 100.0).clamp(0.0, 100.0))
    }
}

/// Renders the page.
pub(crate) fn page(typed: &str, query: &Query, timeline: &Timeline) -> Html<String> {
    let undated = timeline.documents as u64 - timeline.dated.min(timeline.documents as u64);
    let body = html! {
        div.chart-page {
            (plot::heading("Timeline", typed, query, View::Timeline))
            p.facts {
                (counted(timeline.dated, "document")) " by " (unit_name(timeline.unit)) "."
                @if undated > 0 { " " (counted(undated, "document")) " without a date." }
            }
            @if let Some(span) = Span::of(timeline) {
                figure.chart data-chart="timeline" {
                    (picture(query, timeline, &span))
                    div.under {
                        p.told data-told="" aria-hidden="true" {
                            "Click a bar for its documents or a dot for a day they mention."
                            span.with-script { " Drag to zoom." }
                        }
                        (closer(query, timeline))
                    }
                }
                @if !timeline.events.days.is_empty() { (events(timeline)) }
                @if !timeline.offices.is_empty() { (offices(timeline, &span)) }
                section aria-labelledby="numbers" {
                    h2 #numbers { "Documents by " (unit_name(timeline.unit)) }
                    (numbers(query, timeline))
                }
            } @else {
                p.nothing { "No documents with a date." }
            }
        }
    };
    frame("Timeline", Place::Search, typed, &body)
}

const fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Year => "year",
        Unit::Month => "month",
        Unit::Day => "day",
    }
}

/// The query with `date`, a year, month or day, in place of its dates.
fn with_date(query: &Query, date: &str) -> Query {
    let dates = Query::dates(date).unwrap_or(Query::All);
    query.clone().without(Field::Date).and(dates)
}

fn percent(at: f64) -> String {
    format!("{at:.3}%")
}

fn picture(query: &Query, timeline: &Timeline, span: &Span) -> Markup {
    let most = timeline.periods.iter().map(|period| period.documents).max().unwrap_or(1);
    let bar = |Period { period, documents }: &Period| {
        let (start, end) = (span.percent(period, false)?, span.percent(period, true)?);
        let height = (HIGHEST * *documents as f64 / most as f64).max(2.0);
        let (x, width) = (percent(start), percent((end - start) * 0.9));
        let top = format!("{:.1}", HEIGHT - 20.0 - height);
        Some(html! {
            a href=(View::List.address(&with_date(query, period))) tabindex="-1"
                data-period=(period) {
                title { (period) ": " (counted(*documents, "document")) }
                rect.hit x=(x) y="0" width=(percent(end - start)) height=(HEIGHT - 20.0) {}
                rect x=(x) y=(top) width=(width) height=(format!("{height:.1}")) {}
            }
        })
    };
    html! {
        svg.times width="100%" height=(HEIGHT) aria-hidden="true" focusable="false" {
            g.axis {
                line x1="0" x2="100%" y1=(HEIGHT - 20.0) y2=(HEIGHT - 20.0) {}
                @for (at, date) in marks(timeline, span) {
                    line x1=(percent(at)) x2=(percent(at)) y1="0" y2=(HEIGHT - 15.0) {}
                    text x=(percent(at)) y=(HEIGHT - 4.0) dx="3" { (date) }
                }
                text x="100%" y="12" text-anchor="end" { "maximum " (most) }
            }
            g.bars { @for bar in timeline.periods.iter().filter_map(bar) { (bar) } }
            g.events { @for event in &timeline.events.days { (dot(event, span)) } }
        }
    }
}

/// The dot of a mentioned day, on the axis.
fn dot(event: &Event, span: &Span) -> Markup {
    let Some(at) = span.percent(&event.date, false) else { return html! {} };
    html! {
        a href={ "#" (anchor(event)) } tabindex="-1" {
            title { (event.date) ": mentioned in " (counted(event.documents as u64, "document")) }
            circle cx=(percent(at)) cy=(HEIGHT - 20.0) r="4" {}
        }
    }
}

/// The id of a day's entry on the page.
fn anchor(event: &Event) -> String {
    format!("day-{}", event.date)
}

/// The days that documents mention, with the passages.
fn events(timeline: &Timeline) -> Markup {
    let Events { looked_at, days } = &timeline.events;
    html! {
        section.events aria-labelledby="events" {
            h2 #events { "Days mentioned" }
            @if *looked_at < timeline.documents {
                p.quiet { "In the " (counted(*looked_at as u64, "document")) " that match best." }
            }
            ol.plain { @for event in days.iter().take(AT_ONCE) { (day(event)) } }
            @if days.len() > AT_ONCE {
                details {
                    summary { (counted((days.len() - AT_ONCE) as u64, "more day")) }
                    ol.plain start=(AT_ONCE + 1) { @for event in &days[AT_ONCE..] { (day(event)) } }
                }
            }
        }
    }
}

/// A day with its passages.
fn day(event: &Event) -> Markup {
    let more = event.documents - event.passages.len();
    html! {
        li #(anchor(event)) {
            h3 { time datetime=(event.date) { (event.date) } }
            @for passage in &event.passages { (told(passage)) }
            @if more > 0 { p.quiet { "and in " (counted(more as u64, "more document")) } }
        }
    }
}

/// A passage, with a link to it in its document.
fn told(Passage { document, place }: &Passage) -> Markup {
    let words = format!("\"{}\"", place.text.replace('"', " "));
    let address = format!("/doc/{}?q={}#hit1", short_id(&document.id), encode_component(&words));
    html! {
        p.snippet {
            a href=(address) { (title_of(document)) } ": " (in_context(place))
        }
    }
}

/// The ticks of the axis: the starts of years, months or days.
fn marks(timeline: &Timeline, span: &Span) -> Vec<(f64, String)> {
    let Some(first) = timeline.periods.first() else { return Vec::new() };
    let year: i64 = first.period.get(..4).and_then(|year| year.parse().ok()).unwrap_or(0);
    let month: i64 = first.period.get(5..7).and_then(|month| month.parse().ok()).unwrap_or(1);
    let units = span.last - span.first;
    let (days, months) = match span.unit {
        Unit::Day => (units, units / 30.0),
        Unit::Month => (units * 30.0, units),
        Unit::Year => (units * 365.0, units * 12.0),
    };
    let step_of = |steps: &[i64], units: f64| {
        steps.iter().copied().find(|step| units / *step as f64 <= MARKS).unwrap_or(1_000)
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
    let dates: Vec<String> = if days <= MARKS {
        days_of(&std::array::from_fn::<u8, 31, _>(|n| n as u8 + 1))
    } else if days <= MARKS * 7.0 {
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
        let at = span.unit.place(date, false)?;
        (at >= span.first && at < span.last).then_some(())?;
        // Between days the month and the day suffice.
        let shown = if date.len() == 10 { &date[5..] } else { date };
        Some((span.percent(date, false)?, shown.to_owned()))
    };
    // A date at the very end would be cut off.
    dates.iter().filter_map(inside).filter(|(at, _)| *at < 95.0).collect()
}

/// The form to zoom in to a range of dates.
fn closer(query: &Query, timeline: &Timeline) -> Markup {
    let ends = (timeline.periods.first(), timeline.periods.last());
    let (Some(first), Some(last)) = ends else { return html! {} };
    let dateless = query.clone().without(Field::Date);
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
            @if dateless != *query { a href=(View::Timeline.address(&dateless)) { "All dates" } }
        }
    }
}

fn offices(timeline: &Timeline, span: &Span) -> Markup {
    let lane = |held: &Held| {
        let start = span.percent(&held.from, false)?;
        let end = span.percent(&held.until, true).unwrap_or(start);
        Some(html! {
            li {
                p {
                    a href=(entity_address(&held.entity)) { (clean(&held.name)) } " "
                    span.quiet {
                        (clean(&held.title))
                        @if !held.at.is_empty() { ", " span.place { (clean(&held.at)) } }
                        ", " (held.from) "–" (held.until)
                    }
                }
                svg.lane width="100%" height="8" aria-hidden="true" focusable="false" {
                    rect.way x="0" y="3" width="100%" height="2" {}
                    rect x=(percent(start)) y="0" width=(percent((end - start).max(0.3))) height="8" {}
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

fn numbers(query: &Query, timeline: &Timeline) -> Markup {
    let row = |Period { period, documents }: &Period| {
        html! {
            tr {
                th scope="row" {
                    @if timeline.unit == Unit::Day { (period) }
                    @else {
                        a href=(View::Timeline.address(&with_date(query, period)))
                            aria-label={ "Zoom in to " (period) } { (period) }
                    }
                }
                td.number {
                    a href=(View::List.address(&with_date(query, period))) {
                        (grouped(*documents))
                    }
                }
            }
        }
    };
    let rows: Vec<Markup> = timeline.periods.iter().map(row).collect();
    plot::table("Documents by date", &["Date", "Documents"], &rows, 12)
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
    fn the_axis_is_marked_a_few_times() {
        let cases = [
            (Unit::Day, "1957-03-09", "1957-03-12"),
            (Unit::Day, "1957-03-28", "1957-04-02"),
            (Unit::Day, "1957-03-01", "1957-03-31"),
            (Unit::Day, "1957-01-05", "1957-04-30"),
            (Unit::Month, "1957-01", "1958-11"),
            (Unit::Month, "1956-12", "1981-01"),
            (Unit::Year, "1861", "2010"),
        ];
        for (unit, first, last) in cases {
            let period = |period: &str| Period { period: period.into(), documents: 1 };
            let timeline = Timeline {
                documents: 2,
                dated: 2,
                unit,
                periods: vec![period(first), period(last)],
                events: Events::default(),
                offices: Vec::new(),
            };
            let span = Span::of(&timeline).expect("it has periods");
            let marks = marks(&timeline, &span);
            assert!((1..=9).contains(&marks.len()), "{first}–{last}: {marks:?}");
            assert!(marks.windows(2).all(|two| two[0].0 < two[1].0));
        }
    }
}
