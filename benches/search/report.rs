//! What was measured, as a table.

use std::time::Duration;

use super::{clock::Took, shapes::Shape};

/// Of many queries.
#[derive(Default)]
pub(crate) struct Times(Vec<Took>);

/// What some queries took, and how many posts all of them together found.
#[derive(Default)]
pub(crate) struct Asked {
    pub(crate) queries: usize,
    pub(crate) raw: Times,
    pub(crate) raw_hits: usize,
    pub(crate) ours: Answers,
}

#[derive(Default)]
pub(crate) struct Answers {
    pub(crate) searching: Times,
    pub(crate) with_snippets: Times,
    /// And with snippets.
    pub(crate) with_counts: Times,
    pub(crate) hits: usize,
}

impl Times {
    pub(crate) fn add(&mut self, took: Took) {
        self.0.push(took);
    }

    fn shown(&self, part: fn(&Took) -> Duration) -> String {
        let mut times: Vec<Duration> = self.0.iter().map(part).collect();
        times.sort_unstable();
        let at = |share: f64| {
            let place = (times.len().saturating_sub(1) as f64 * share) as usize;
            times
                .get(place)
                .map_or_else(|| "-".to_owned(), |it| format!("{:.3}", milliseconds(*it)))
        };
        format!("{:>7} {:>8}", at(0.5), at(0.99))
    }
}

impl Asked {
    fn join(&mut self, other: Self) {
        self.queries += other.queries;
        self.raw.0.extend(other.raw.0);
        self.raw_hits += other.raw_hits;
        self.ours.searching.0.extend(other.ours.searching.0);
        self.ours.with_snippets.0.extend(other.ours.with_snippets.0);
        self.ours.with_counts.0.extend(other.ours.with_counts.0);
        self.ours.hits += other.ours.hits;
    }

    fn row(&self, name: &str, part: fn(&Took) -> Duration) -> String {
        let queries = self.queries.max(1);
        let ours = &self.ours;
        let columns = [&self.raw, &ours.searching, &ours.with_snippets, &ours.with_counts];
        let times: Vec<String> = columns.iter().map(|it| it.shown(part)).collect();
        let (raw_hits, hits) = (self.raw_hits / queries, ours.hits / queries);
        format!("{name:18} {} {raw_hits:>8} {hits:>8}", times.join("  "))
    }
}

pub(crate) fn print_table(rows: Vec<(Shape, Asked)>) {
    print(
        "ms: p50 and p99    raw tantivy       search only       with snippets     and with counts    hits raw, ours",
    );
    let mut all = Asked::default();
    for (shape, asked) in rows {
        print(&asked.row(shape.name(), |it| it.undisturbed));
        all.join(asked);
    }
    print(&all.row("all", |it| it.undisturbed));
    print(&all.row("all, on the wall", |it| it.wall));
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[expect(clippy::print_stdout, reason = "a benchmark reports to whoever runs it")]
pub(crate) fn print(line: &str) {
    println!("{line}");
}
