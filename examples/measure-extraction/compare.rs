//! Compares what was read from a page with what is known to be on it.

use std::{collections::HashMap, time::Duration};

use peerscope::{
    domain::{Article, PageStanding, dates::read_date},
    extract,
};

use crate::{pages::Example, pieces};

const DAY_SECONDS: i64 = 24 * 3600;

/// How one page came out.
pub(crate) struct Comparison {
    pub(crate) id: String,
    pub(crate) words: Score,
    pub(crate) runs: Score,
    /// `None` where the truth is not known.
    pub(crate) title: Option<Verdict>,
    pub(crate) published: Option<Verdict>,
    pub(crate) code_blocks: Kept,
    pub(crate) figures: Kept,
    pub(crate) time: Duration,
    pub(crate) standing: PageStanding,
    pub(crate) notes: Vec<String>,
    /// Passages of the truth that are not in what was read.
    pub(crate) missing: Vec<String>,
    /// Passages that were read and are not in the truth.
    pub(crate) extra: Vec<String>,
}

#[derive(Clone, Copy)]
pub(crate) struct Score {
    pub(crate) precision: f64,
    pub(crate) recall: f64,
    pub(crate) f1: f64,
}

pub(crate) struct Verdict {
    pub(crate) is_exact: bool,
    pub(crate) wanted: String,
    pub(crate) got: String,
}

#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) of: usize,
    pub(crate) lost: Vec<String>,
}

impl Comparison {
    pub(crate) fn of(example: &Example, page: &[u8], article: &Article, time: Duration) -> Self {
        let truth = words(&example.text);
        let read = words(&extract::text_without_pictures(&article.html));
        let (of_truth, of_read) = (runs(&truth), runs(&read));
        let page = String::from_utf8_lossy(page);
        Self {
            id: example.id.clone(),
            words: score(truth.iter().map(String::as_str), read.iter().map(String::as_str)),
            runs: score(of_truth.iter().map(String::as_str), of_read.iter().map(String::as_str)),
            title: example.title.as_ref().map(|it| title(it, article)),
            published: example.published.as_ref().map(|it| day(it, article)),
            code_blocks: pieces::code_blocks(&page, &truth, &read),
            figures: pieces::figures(&page, &truth, &article.html),
            time,
            standing: article.standing,
            notes: article.notes.clone(),
            missing: not_in(&truth, &of_read),
            extra: not_in(&read, &of_truth),
        }
    }
}

pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for letter in text.chars().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() && !is_cjk(letter) {
            word.push(letter);
            continue;
        }
        if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if is_cjk(letter) {
            words.push(letter.to_string());
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn is_cjk(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

fn runs(words: &[String]) -> Vec<String> {
    if words.is_empty() {
        return Vec::new();
    }
    words.windows(words.len().min(4)).map(|it| it.join(" ")).collect()
}

fn score<'a>(truth: impl Iterator<Item = &'a str>, read: impl Iterator<Item = &'a str>) -> Score {
    let mut counts: HashMap<&str, i64> = HashMap::new();
    let mut wanted = 0_u32;
    for it in truth {
        *counts.entry(it).or_default() += 1;
        wanted += 1;
    }
    let (mut got, mut right) = (0_u32, 0_u32);
    for it in read {
        got += 1;
        if let Some(count) = counts.get_mut(it).filter(|it| **it > 0) {
            *count -= 1;
            right += 1;
        }
    }
    let share = |of: u32| if of == 0 { 0.0 } else { f64::from(right) / f64::from(of) };
    if wanted == 0 && got == 0 {
        return Score { precision: 1.0, recall: 1.0, f1: 1.0 };
    }
    let (precision, recall) = (share(got), share(wanted));
    let f1 = f64::from(2 * right) / f64::from(wanted + got);
    Score { precision, recall, f1 }
}

fn title(wanted: &str, article: &Article) -> Verdict {
    let got = article.title.clone().unwrap_or_default();
    Verdict { is_exact: folded(wanted) == folded(&got), wanted: wanted.to_owned(), got }
}

/// Without differences that only a typesetter sees: blanks, forms of quotes and dashes, Markdown.
fn folded(title: &str) -> String {
    let title: String = title
        .chars()
        .filter(|it| !matches!(it, '`' | '*' | '\u{200b}' | '\u{feff}'))
        .map(|it| match it {
            '’' | '‘' => '\'',
            '“' | '”' => '"',
            '–' | '—' => '-',
            it => it,
        })
        .collect();
    let title = title.replace("---", "-").replace("--", "-").replace('…', "...");
    title.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A day without a zone is met by any moment that lies in it somewhere on Earth, and by midnight UTC,
/// which stands for a day without a zone, only if it is that day's.
fn day(wanted: &str, article: &Article) -> Verdict {
    let got = article.published.map(|it| it.to_string()).unwrap_or_default();
    let is_exact = read_date(wanted).zip(article.published).is_some_and(|(wanted, got)| {
        let (wanted, got) = (wanted.as_second(), got.as_second());
        let day_start = wanted - wanted.rem_euclid(DAY_SECONDS);
        if got % DAY_SECONDS == 0 {
            return got == day_start;
        }
        (day_start - 14 * 3600..day_start + DAY_SECONDS + 12 * 3600).contains(&got)
    });
    Verdict { is_exact, wanted: wanted.to_owned(), got }
}

/// Passages of `words` of which no run is among `known`.
fn not_in(words: &[String], known: &[String]) -> Vec<String> {
    let mut counts: HashMap<&str, i64> = HashMap::new();
    for it in known {
        *counts.entry(it).or_default() += 1;
    }
    let mut covered = vec![false; words.len()];
    for (at, run) in words.windows(words.len().clamp(1, 4)).enumerate() {
        let run_text = run.join(" ");
        if let Some(count) = counts.get_mut(run_text.as_str()).filter(|it| **it > 0) {
            *count -= 1;
            covered[at..at + run.len()].fill(true);
        }
    }
    let mut passages = Vec::new();
    let mut passage: Vec<&str> = Vec::new();
    for (word, is_covered) in words.iter().zip(covered) {
        if !is_covered {
            passage.push(word);
        } else if !passage.is_empty() {
            passages.push(std::mem::take(&mut passage).join(" "));
        }
    }
    if !passage.is_empty() {
        passages.push(passage.join(" "));
    }
    passages
}
