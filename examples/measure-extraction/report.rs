//! What was measured over all pages, as lines.

use std::time::Duration;

use peerscope::domain::PageStanding;

use crate::compare::{Comparison, Kept, Score, Verdict};

/// In characters; a passage in the list of the worst pages.
const LONGEST_PASSAGE: usize = 200;
const MOST_PASSAGES: usize = 8;

#[derive(Default)]
pub(crate) struct Report {
    pages: Vec<Comparison>,
    skipped: Vec<String>,
}

impl Report {
    pub(crate) fn add(&mut self, page: Comparison) {
        self.pages.push(page);
    }

    pub(crate) fn skip(&mut self, why: &str) {
        self.skipped.push(why.to_owned());
    }

    pub(crate) fn print(&mut self, worst: usize) {
        self.pages.sort_by(|a, b| a.runs.f1.total_cmp(&b.runs.f1));
        for page in self.pages.iter().take(worst) {
            print_page(page);
        }
        if worst > 0 {
            self.print_lists();
        }
        println!("{} pages", self.pages.len());
        self.print_score("words", |it| it.words);
        self.print_score("runs of four words", |it| it.runs);
        self.print_verdict("titles", |it| it.title.as_ref());
        self.print_verdict("dates", |it| it.published.as_ref());
        self.print_kept("code blocks", |it| &it.code_blocks);
        self.print_kept("figures", |it| &it.figures);
        self.print_times();
        for why in &self.skipped {
            println!("skipped: {why}");
        }
    }

    fn print_score(&self, name: &str, of: impl Fn(&Comparison) -> Score) {
        let mean = |part: fn(&Score) -> f64| {
            let sum: f64 = self.pages.iter().map(|it| part(&of(it))).sum();
            sum / count(self.pages.len())
        };
        println!(
            "{name:<20} F1 {:.4} (precision {:.4}, recall {:.4})",
            mean(|it| it.f1),
            mean(|it| it.precision),
            mean(|it| it.recall)
        );
    }

    fn print_verdict(&self, name: &str, of: impl Fn(&Comparison) -> Option<&Verdict>) {
        let known: Vec<&Verdict> = self.pages.iter().filter_map(of).collect();
        let exact = known.iter().filter(|it| it.is_exact).count();
        let share = count(exact) / count(known.len()) * 100.0;
        println!("{name:<20} {exact} of {} exact ({share:.1} %)", known.len());
    }

    fn print_kept(&self, name: &str, of: impl Fn(&Comparison) -> &Kept) {
        let all: usize = self.pages.iter().map(|it| of(it).of).sum();
        let lost: usize = self.pages.iter().map(|it| of(it).lost.len()).sum();
        println!("{name:<20} {} of {all} kept", all - lost);
    }

    fn print_times(&self) {
        let mut times: Vec<Duration> = self.pages.iter().map(|it| it.time).collect();
        times.sort();
        let ms = |it: Option<&Duration>| it.copied().unwrap_or_default().as_secs_f64() * 1000.0;
        println!(
            "{:<20} median {:.1} ms, worst {:.1} ms",
            "time",
            ms(times.get(times.len() / 2)),
            ms(times.last())
        );
    }

    fn print_lists(&self) {
        for page in &self.pages {
            for (name, verdict) in [("title", &page.title), ("date", &page.published)] {
                if let Some(it) = verdict.as_ref().filter(|it| !it.is_exact) {
                    println!("{} {name}: wanted {:?}, got {:?}", page.id, it.wanted, it.got);
                }
            }
            for (name, kept) in [("code", &page.code_blocks), ("figure", &page.figures)] {
                for lost in &kept.lost {
                    println!("{} lost {name}: {}", page.id, shortened(lost));
                }
            }
            if page.standing != PageStanding::Whole {
                println!("{} is {}", page.id, page.standing.as_str());
            }
        }
    }
}

fn print_page(page: &Comparison) {
    println!("{} words {:.3} runs {:.3}", page.id, page.words.f1, page.runs.f1);
    for note in &page.notes {
        println!("    note    {note}");
    }
    for (name, passages) in [("missing", &page.missing), ("extra", &page.extra)] {
        for passage in passages.iter().take(MOST_PASSAGES) {
            println!("    {name} {}", shortened(passage));
        }
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(LONGEST_PASSAGE).collect()
}

#[expect(clippy::cast_precision_loss, reason = "pages are few")]
fn count(number: usize) -> f64 {
    number as f64
}
