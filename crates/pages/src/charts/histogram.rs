//! Documents by year or month, drawn on the server: bars that are links, and a
//! list of the same numbers for keyboards and screen readers.

use chancery_store::{Query, QueryField};
use maud::{Markup, html};

use chancery_views::formatting::format_count;
use chancery_views::urls::percent_encode;

/// Bars stand for years, not months, if the first and the last year differ by
/// this much.
const MIN_YEARS_FOR_YEAR_BARS: u32 = 3;

/// Maximum number of bars. Of more, the consecutive ones with the most documents
/// are kept; the others are mostly misread dates.
const MAX_BARS: usize = 160;

/// A bar: the period, "1957" or "1957-01", and its number of documents.
struct HistogramBar {
    period: String,
    count: u64,
}

fn count_by_period(months: &[(u32, u64)]) -> Vec<HistogramBar> {
    let (Some((first, _)), Some((last, _))) = (months.first(), months.last()) else {
        return Vec::new();
    };
    let by_year = last / 100 - first / 100 >= MIN_YEARS_FOR_YEAR_BARS;
    let mut counts = months.iter().peekable();
    let mut bars = Vec::new();
    let step = |at: u32| if by_year || at % 100 >= 12 { (at / 100 + 1) * 100 + 1 } else { at + 1 };
    let mut at = if by_year { first / 100 * 100 + 1 } else { *first };
    while at <= *last {
        let next = step(at);
        let mut count = 0;
        while let Some((_, one)) = counts.next_if(|(month, _)| *month < next) {
            count += one;
        }
        let period = match by_year {
            true => format!("{:04}", at / 100),
            false => format!("{:04}-{:02}", at / 100, at % 100),
        };
        bars.push(HistogramBar { period, count });
        at = next;
    }
    fullest_run(bars)
}

/// Keeps the [`MAX_BARS`] consecutive bars that hold the most documents.
fn fullest_run(mut bars: Vec<HistogramBar>) -> Vec<HistogramBar> {
    let mut documents: u64 = bars.iter().take(MAX_BARS).map(|bar| bar.count).sum();
    let (mut start, mut most) = (0, documents);
    for next in MAX_BARS..bars.len() {
        documents = documents + bars[next].count - bars[next - MAX_BARS].count;
        if documents > most {
            (start, most) = (next + 1 - MAX_BARS, documents);
        }
    }
    bars.drain(..start);
    bars.truncate(MAX_BARS);
    bars
}

/// Renders the histogram and its list. A bar narrows `query` to its period, on the page
/// at `path`.
pub fn render_histogram(months: &[(u32, u64)], query: &Query, path: &str) -> Markup {
    let bars = count_by_period(months);
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(1).max(1);
    let width = 240.0 / bars.len().max(1) as f64;
    let address = |bar: &HistogramBar| {
        let dates = Query::dates(&bar.period).unwrap_or(Query::All);
        let query = query.clone().and(dates);
        format!("{path}?q={}", percent_encode(&query.to_string()))
    };
    let number = |count: u64| format_count(count, "document");
    html! {
        @if bars.len() > 1 {
            svg.histogram viewBox="0 0 240 60" preserveAspectRatio="none" aria-hidden="true"
                focusable="false" data-path=(path) data-query=(query.clone().without(QueryField::Date).to_string()) {
                @for (n, bar) in bars.iter().enumerate().filter(|(_, bar)| bar.count > 0) {
                    @let height = (56.0 * bar.count as f64 / most as f64).max(1.5);
                    a href=(address(bar)) tabindex="-1" data-period=(bar.period) {
                        title { (bar.period) ": " (number(bar.count)) }
                        rect x=(format!("{:.2}", n as f64 * width)) y=(format!("{:.2}", 60.0 - height))
                            width=(format!("{:.2}", (width - 0.6).max(0.6))) height=(format!("{height:.2}")) {}
                    }
                }
            }
            p.ends aria-hidden="true" {
                span { (bars[0].period) } span { (bars[bars.len() - 1].period) }
            }
        }
        details {
            summary { "Dates as a list" }
            ul.counts {
                @for bar in bars.iter().filter(|bar| bar.count > 0) {
                    li { a href=(address(bar)) { (bar.period) } " " span.count { (bar.count) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_cover_all_documents_up_to_the_maximum() {
        let cases = [
            (vec![], 0, ""),
            (vec![(195_701, 3)], 1, "1957-01"),
            (vec![(195_611, 1), (195_702, 2)], 4, "1956-11"),
            (vec![(195_612, 1), (196_112, 2), (196_501, 4)], 10, "1956"),
        ];
        for (months, number, first) in cases {
            let bars = count_by_period(&months);
            assert_eq!(bars.len(), number, "{months:?}");
            assert_eq!(bars.first().map_or("", |bar| bar.period.as_str()), first);
            let (sum, expected): (u64, u64) =
                (bars.iter().map(|bar| bar.count).sum(), months.iter().map(|m| m.1).sum());
            assert_eq!(sum, expected);
        }
    }

    #[test]
    fn misread_dates_do_not_hide_the_others() {
        for odd in [100_901, 295_701] {
            let mut months = vec![(195_701, 3), (197_512, 4), (odd, 1)];
            months.sort_unstable();
            let bars = count_by_period(&months);
            assert!(bars.len() <= MAX_BARS);
            assert_eq!(bars.iter().map(|bar| bar.count).sum::<u64>(), 7, "{odd}");
        }
    }
}
