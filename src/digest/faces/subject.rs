//! The subject of a mail: which week, and what to read first.

use super::{spoken::titled, words::Words};
use crate::domain::{Issue, Pace};

/// Of a title, in characters: lists of mails show about so much.
const LONGEST_TITLE: usize = 60;

/// `Week 48: Pricing a basket without asking, and 7 more`. One line, whatever titles hold.
pub fn subject(issue: &Issue) -> String {
    let words = Words::of(issue);
    let week = issue.week.number().to_string();
    let chosen = issue.reads.len() + issue.papers.len();
    let first = issue.reads.first().or(issue.papers.first()).or(issue.archive.as_ref());
    let first = first.map(|it| titled(&words, &it.title));
    let title = shortened(&first.unwrap_or_default());
    let values = [("week", week.as_str()), ("title", &title)];
    match u32::try_from(chosen).unwrap_or(u32::MAX) {
        0 if issue.pace == Pace::Flooded => words.fill("issue.subject.titles", &values),
        0 if issue.archive.is_some() => words.fill("issue.subject.quiet-archive", &values),
        0 => words.fill("issue.subject.quiet", &values),
        1 => words.fill("issue.subject.of", &values),
        chosen => words.counted_with("issue.subject.more", chosen - 1, &values),
    }
}

/// Ends after a word where it can.
fn shortened(title: &str) -> String {
    if title.chars().count() <= LONGEST_TITLE {
        return title.to_owned();
    }
    let cut: String = title.chars().take(LONGEST_TITLE).collect();
    let words = cut.rsplit_once(' ').map(|it| it.0).filter(|it| it.len() > cut.len() / 2);
    let kept = words.unwrap_or(&cut).trim_end_matches([',', ';', ':', '.', ' ', '，', '、', '。']);
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_title_ends_after_a_word() {
        let long =
            "Pricing a basket of forty things, which nobody can price one by one, at the till";
        assert_eq!(shortened(long), "Pricing a basket of forty things, which nobody can price…");
        assert_eq!(shortened("Short"), "Short");
        assert_eq!(shortened(&"推".repeat(70)), format!("{}…", "推".repeat(60)));
    }
}
