//! Plots of what was read: numbers and places only, which templates draw.

use super::said::{count, month_text};
use crate::{
    domain::{Kind, PackMonth, ReadingProfile, Tally},
    web::say,
};

/// Kinds with a shade of their own; what is rarer is put together.
const SHADES: usize = 4;
/// In units of the drawing.
const STEP: usize = 40;
const BAR: usize = 26;
const HEIGHT: usize = 120;
/// Above the highest bar, for its number.
const HEAD: usize = 16;
/// Below the bars, for the months.
const FOOT: usize = 20;
/// Of a month's name, where there are many.
const SHORT_NAME: usize = 3;

/// Bars by month, stacked by kind.
pub(super) struct MonthPlot {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Where the bars stand.
    pub(super) ground: usize,
    pub(super) bars: Vec<MonthBar>,
    pub(super) legend: Vec<Legend>,
    /// All of it in words.
    pub(super) label: String,
}

pub(super) struct MonthBar {
    pub(super) x: usize,
    pub(super) middle: usize,
    pub(super) width: usize,
    pub(super) name: String,
    /// `March 2026: 4 posts`.
    pub(super) label: String,
    pub(super) read: usize,
    /// Where its number stands.
    pub(super) top: usize,
    pub(super) parts: Vec<Part>,
}

pub(super) struct Part {
    pub(super) y: usize,
    pub(super) height: usize,
    /// From 0 on.
    pub(super) shade: usize,
}

pub(super) struct Legend {
    pub(super) shade: usize,
    pub(super) name: String,
    pub(super) read: usize,
}

/// A row with a bar as long as its share of the longest.
pub(super) struct BarRow {
    pub(super) name: String,
    pub(super) read: usize,
    /// Of a hundred.
    pub(super) share: usize,
}

/// Rows of one plot.
const MOST_ROWS: usize = 12;

pub(super) fn bar_rows(tallies: &[Tally<String>]) -> Vec<BarRow> {
    let most = tallies.first().map_or(1, |it| it.read.max(1));
    let row = |it: &Tally<String>| BarRow {
        name: it.of.clone(),
        read: it.read,
        share: (it.read * 100).div_ceil(most),
    };
    tallies.iter().take(MOST_ROWS).map(row).collect()
}

pub(super) fn month_plot(profile: &ReadingProfile) -> MonthPlot {
    let most = profile.months.iter().map(|it| it.read).max().unwrap_or_default().max(3);
    let ground = HEAD + HEIGHT;
    let many = profile.months.len();
    let bars = profile.months.iter().enumerate().map(|(at, month)| {
        let height = |read: usize| read * HEIGHT / most;
        let mut below = 0;
        let parts = shaded(&month.by_kind).into_iter().enumerate().filter(|it| it.1 > 0);
        let parts = parts.map(|(shade, read)| {
            let (bottom, top) = (height(below), height(below + read));
            below += read;
            Part { y: ground - top, height: top - bottom, shade }
        });
        let parts = parts.collect();
        MonthBar {
            x: at * STEP + (STEP - BAR) / 2,
            middle: at * STEP + STEP / 2,
            width: BAR,
            name: name_of(month.month, many),
            label: label(month.month, month.read),
            read: month.read,
            top: ground - height(month.read) - 4,
            parts,
        }
    });
    let labels: Vec<String> = profile.months.iter().map(|it| label(it.month, it.read)).collect();
    MonthPlot {
        width: many.max(1) * STEP,
        height: ground + FOOT,
        ground,
        bars: bars.collect(),
        legend: legend(profile),
        label: labels.join("; "),
    }
}

fn label(month: PackMonth, read: usize) -> String {
    let read = count("web.pack.figures.posts", read);
    say::fill("web.pack.bar", &[("month", &month_text(month, true)), ("posts", &read)])
}

/// With its year where a year begins.
fn name_of(month: PackMonth, many: usize) -> String {
    if many > 12 && month.number() == 1 {
        return month.year().to_string();
    }
    if many > 24 {
        return String::new();
    }
    month_text(month, false).chars().take(SHORT_NAME).collect()
}

/// The first kinds as they are, the others as one.
fn shaded(by_kind: &[usize]) -> Vec<usize> {
    let (first, others) = by_kind.split_at(by_kind.len().min(SHADES));
    let mut shaded = first.to_vec();
    if !others.is_empty() {
        shaded.push(others.iter().sum());
    }
    shaded
}

fn legend(profile: &ReadingProfile) -> Vec<Legend> {
    let counts: Vec<usize> = profile.kinds.iter().map(|it| it.read).collect();
    let name = |shade: usize| match profile.kinds.get(shade) {
        Some(tally) if shade < SHADES => kind_text(tally.of),
        _ => say::text("web.pack.kinds.other").to_owned(),
    };
    let shades = shaded(&counts).into_iter().enumerate();
    shades.map(|(shade, read)| Legend { shade, name: name(shade), read }).collect()
}

fn kind_text(kind: Option<Kind>) -> String {
    let key = kind
        .map_or_else(|| "web.pack.kinds.unknown".to_owned(), |it| format!("kind.{}", it.as_str()));
    say::text(&key).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_rare_is_put_together() {
        assert_eq!(shaded(&[5, 4, 3, 2, 1, 1]), [5, 4, 3, 2, 2]);
        assert_eq!(shaded(&[5]), [5]);
        assert_eq!(shaded(&[]), [0; 0]);
    }

    #[test]
    fn the_longest_row_fills_its_width_and_none_is_invisible() {
        let tally = |of: &str, read| Tally { of: of.to_owned(), read };
        let rows = bar_rows(&[tally("a", 300), tally("b", 1)]);
        assert_eq!(rows.iter().map(|it| it.share).collect::<Vec<_>>(), [100, 1]);
    }

    #[test]
    fn bars_stand_on_the_ground_and_on_each_other() {
        let month = |text: &str, by_kind: Vec<usize>| crate::domain::MonthRead {
            month: text.parse().unwrap(),
            read: by_kind.iter().sum(),
            by_kind,
        };
        let tally = |of, read| Tally { of, read };
        let profile = ReadingProfile {
            months: vec![month("2026-01", vec![2, 1]), month("2026-02", vec![0, 0])],
            kinds: vec![tally(Some(Kind::DeepDive), 2), tally(None, 1)],
            read: 3,
            ..ReadingProfile::default()
        };
        let plot = month_plot(&profile);
        let parts = &plot.bars[0].parts;
        assert_eq!(parts[0].y + parts[0].height, plot.ground);
        assert_eq!(parts[1].y + parts[1].height, parts[0].y);
        assert_eq!(parts[1].y, HEAD, "the most fills the height");
        assert!(plot.bars[1].parts.is_empty());
    }
}
