//! Documents by year or month, drawn on the server: bars that are links, and
//! the same numbers as a list for who does not see or point.

use maud::{Markup, html};

use super::urlencoded;
use crate::report::counted;

/// Years more than which are told by year.
const YEARS: u32 = 3;

/// Bars at most; older and newer ones are left out then.
const MOST: usize = 160;

/// A bar: "1957" or "1957-01", and how many.
struct Bar {
    period: String,
    count: u64,
}

fn bars(months: &[(u32, u64)]) -> Vec<Bar> {
    let (Some((first, _)), Some((last, _))) = (months.first(), months.last()) else {
        return Vec::new();
    };
    let by_year = last / 100 - first / 100 >= YEARS;
    let mut counts = months.iter().peekable();
    let mut bars = Vec::new();
    let step = |at: u32| if by_year || at % 100 >= 12 { (at / 100 + 1) * 100 + 1 } else { at + 1 };
    let mut at = if by_year { first / 100 * 100 + 1 } else { *first };
    while at <= *last && bars.len() < MOST {
        let next = step(at);
        let mut count = 0;
        while let Some((_, one)) = counts.next_if(|(month, _)| *month < next) {
            count += one;
        }
        let period = match by_year {
            true => format!("{:04}", at / 100),
            false => format!("{:04}-{:02}", at / 100, at % 100),
        };
        bars.push(Bar { period, count });
        at = next;
    }
    bars
}

/// The picture and the list. `query` is what the bars narrow.
pub(crate) fn histogram(months: &[(u32, u64)], query: &dyn Fn(&str) -> String) -> Markup {
    let bars = bars(months);
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(1).max(1);
    let width = 240.0 / bars.len().max(1) as f64;
    let address =
        |bar: &Bar| format!("/?q={}", urlencoded(&query(&format!("date:{}", bar.period))));
    let number = |count: u64| counted(count, "document");
    html! {
        @if bars.len() > 1 {
            svg.histogram viewBox="0 0 240 60" preserveAspectRatio="none" aria-hidden="true"
                focusable="false" {
                @for (n, bar) in bars.iter().enumerate().filter(|(_, bar)| bar.count > 0) {
                    @let height = (56.0 * bar.count as f64 / most as f64).max(1.5);
                    a href=(address(bar)) tabindex="-1" {
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
    fn bars_have_no_gaps_and_lose_no_document() {
        let cases = [
            (vec![], 0, ""),
            (vec![(195_701, 3)], 1, "1957-01"),
            (vec![(195_611, 1), (195_702, 2)], 4, "1956-11"),
            (vec![(195_612, 1), (196_112, 2), (196_501, 4)], 10, "1956"),
        ];
        for (months, number, first) in cases {
            let bars = bars(&months);
            assert_eq!(bars.len(), number, "{months:?}");
            assert_eq!(bars.first().map_or("", |bar| bar.period.as_str()), first);
            let (sum, expected): (u64, u64) =
                (bars.iter().map(|bar| bar.count).sum(), months.iter().map(|m| m.1).sum());
            assert_eq!(sum, expected);
        }
    }
}
