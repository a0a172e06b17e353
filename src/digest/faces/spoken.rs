//! An issue in words: all that a face shows, in the order in which it is shown. Faces add nothing but
//! their markup.

use super::{
    reads::{SpokenRead, read},
    words::{Words, plain},
};
use crate::domain::{Address, Care, Group, Heading, Issue, OwnWeek, Pace, Rising, Slug, Title};

/// Where one of our pages is reached, by its path; `None` where nobody could follow it.
pub type PageAt<'a> = &'a dyn Fn(&str) -> Option<String>;

pub struct Spoken<'a> {
    pub words: Words<'a>,
    /// A language tag.
    pub language: &'a str,
    /// `Week 48 of 2026`.
    pub title: String,
    /// `Monday, 23 November 2026`.
    pub day: String,
    /// The week in one line.
    pub line: String,
    /// What is special about the week.
    pub notes: Vec<String>,
    pub rising: Vec<SpokenRising>,
    pub reads: Vec<SpokenRead>,
    pub rest: Vec<SpokenGroup>,
    pub papers: Vec<SpokenRead>,
    pub archive: Option<SpokenRead>,
    pub own: Option<SpokenOwn>,
    pub care: Vec<SpokenCare>,
    /// `and 12 more`.
    pub more_care: Option<String>,
    /// Where the health of sources is shown.
    pub sources: Option<String>,
}

pub struct SpokenRising {
    pub name: String,
    pub times: String,
    pub link: Option<String>,
}

pub struct SpokenGroup {
    pub heading: String,
    pub link: Option<String>,
    pub titles: Vec<SpokenTitle>,
    /// `and 12 more`.
    pub more: Option<String>,
    left_out: u32,
}

pub struct SpokenTitle {
    pub title: String,
    pub link: Option<String>,
    /// Peer, minutes; what the heading says already is left out.
    pub facts: Vec<String>,
}

pub struct SpokenOwn {
    pub line: String,
    /// Where the ledger of the journal ends.
    pub ledger: Option<String>,
    pub again: Vec<SpokenNote>,
}

pub struct SpokenNote {
    /// Number, type, day.
    pub facts: Vec<String>,
    pub title: String,
    pub excerpt: String,
}

pub struct SpokenCare {
    pub peer: String,
    /// What is wrong, since when.
    pub facts: Vec<String>,
    pub address: String,
}

/// Sources that need care, in one issue: the page of sources has all.
const MOST_CARE: usize = 8;

impl<'a> Spoken<'a> {
    pub fn of(issue: &'a Issue, page: PageAt<'_>) -> Self {
        let words = Words::of(issue);
        // Whoever subscribed with an address alone has no list and no journal.
        let keeps = issue.own.is_some();
        let spoken = |it| read(&words, it, page, keeps);
        Self {
            language: issue.language.as_str(),
            title: title(issue, &words),
            day: words.whole_day(issue.slot),
            line: line(issue, &words),
            notes: notes(issue, &words),
            rising: issue.rising.iter().map(|it| rising(&words, it, page)).collect(),
            reads: issue.reads.iter().map(spoken).collect(),
            rest: issue.rest.iter().map(|it| group(&words, it, page)).collect(),
            papers: issue.papers.iter().map(spoken).collect(),
            archive: issue.archive.as_ref().map(spoken),
            own: issue.own.as_ref().map(|it| own(&words, it)),
            care: issue.care.iter().take(MOST_CARE).map(|it| care(&words, it)).collect(),
            more_care: words.counted_if_any("issue.rest.more", more_than(MOST_CARE, &issue.care)),
            sources: page("/sources"),
            words,
        }
    }
}

impl Spoken<'_> {
    /// What lists of mails show beside the subject: the line, and what rises.
    pub fn preheader(&self) -> String {
        let names: Vec<String> = self.rising.iter().map(|it| it.name.clone()).collect();
        if names.is_empty() {
            return self.line.clone();
        }
        let names = self.words.listed(&names);
        let rising = self.words.fill("issue.line.rising", &[("names", &names)]);
        format!("{}{}{rising}", self.line, self.words.text("issue.space"))
    }
}

impl Spoken<'_> {
    /// Keeps so many of the titles, the same number of each group as far as that has so many, and counts
    /// the others.
    pub(super) fn keep_titles(&mut self, most: usize) {
        let lengths: Vec<usize> = self.rest.iter().map(|it| it.titles.len()).collect();
        let kept = |of_each: usize| lengths.iter().map(|it| *it.min(&of_each)).sum::<usize>();
        let longest = lengths.iter().copied().max().unwrap_or_default();
        let of_each = (1..=longest).rev().find(|it| kept(*it) <= most).unwrap_or(1);
        for group in &mut self.rest {
            group.left_out += more_than(of_each, &group.titles);
            group.titles.truncate(of_each);
            group.more = self.words.counted_if_any("issue.rest.more", group.left_out);
        }
    }
}

fn title(issue: &Issue, words: &Words<'_>) -> String {
    let (year, week) = (issue.week.year().to_string(), issue.week.number().to_string());
    words.fill("issue.title", &[("week", &week), ("year", &year)])
}

/// Numbers, and what is to be read.
fn line(issue: &Issue, words: &Words<'_>) -> String {
    let numbers = &issue.numbers;
    let stories = words.counted("issue.line.stories", numbers.stories);
    let peers = words.counted("issue.line.peers", numbers.peers);
    let papers = words.counted("issue.line.papers", numbers.papers);
    let values = [("stories", stories.as_str()), ("peers", &peers), ("papers", &papers)];
    let arrived = match (numbers.stories, numbers.papers) {
        (0, _) => words.text("issue.line.nothing").to_owned(),
        (_, 0) => words.fill("issue.line.arrived", &values),
        _ => words.fill("issue.line.arrived-with-papers", &values),
    };
    let chosen = u32::try_from(
        issue.reads.len() + issue.papers.len() + usize::from(issue.archive.is_some()),
    )
    .unwrap_or(u32::MAX);
    let minutes = words.counted("issue.line.minutes", numbers.minutes);
    let minutes = [("minutes", minutes.as_str())];
    let chosen = (chosen > 0).then(|| words.counted_with("issue.line.reads", chosen, &minutes));
    let parts: Vec<String> = [Some(arrived), chosen].into_iter().flatten().collect();
    parts.join(words.text("issue.space"))
}

fn notes(issue: &Issue, words: &Words<'_>) -> Vec<String> {
    let told = issue.rest.iter().map(|it| it.more as usize + it.titles.len()).sum::<usize>();
    let told = u32::try_from(told).unwrap_or(u32::MAX);
    let pace = match issue.pace {
        Pace::Quiet if issue.archive.is_some() => {
            Some(words.text("issue.note.quiet-archive").into())
        }
        Pace::Quiet => Some(words.text("issue.note.quiet").to_owned()),
        Pace::Flooded => words.counted_if_any("issue.note.flooded", told),
        Pace::Usual => None,
    };
    let backlog = words.counted_if_any("issue.note.backlog", issue.numbers.backlog);
    [pace, backlog].into_iter().flatten().collect()
}

fn more_than<T>(most: usize, all: &[T]) -> u32 {
    u32::try_from(all.len().saturating_sub(most)).unwrap_or(u32::MAX)
}

fn rising(words: &Words<'_>, rising: &Rising, page: PageAt<'_>) -> SpokenRising {
    let rise = format!("{:.1}", rising.rise).replace('.', words.text("issue.decimal"));
    let query: String = url::form_urlencoded::byte_serialize(rising.query.as_bytes()).collect();
    SpokenRising {
        name: plain(&rising.name),
        times: words.fill("issue.rising.times", &[("rise", &rise)]),
        link: page(&format!("/search?q={query}")),
    }
}

fn group(words: &Words<'_>, group: &Group, page: PageAt<'_>) -> SpokenGroup {
    let (heading, path, is_peer) = match &group.heading {
        Heading::Topic { name, slug } => (name, format!("/topics/{}", in_address(slug)), false),
        Heading::Peer { name, slug } => (name, format!("/?peer={}", in_address(slug)), true),
    };
    SpokenGroup {
        heading: plain(heading),
        link: page(&path),
        titles: group.titles.iter().map(|it| by_title(words, it, is_peer, page)).collect(),
        more: words.counted_if_any("issue.rest.more", group.more),
        left_out: group.more,
    }
}

fn by_title(words: &Words<'_>, story: &Title, is_peer: bool, page: PageAt<'_>) -> SpokenTitle {
    let peer = Some(plain(&story.peer_name)).filter(|_| !is_peer);
    let paper = story.is_paper.then(|| words.text("issue.read.paper").to_owned());
    let minutes = words.counted_if_any("issue.read.minutes", story.minutes);
    SpokenTitle {
        title: titled(words, &story.title),
        link: page(&format!("/entries/{}", story.entry)).or_else(|| of_web(story.address.as_ref())),
        facts: [peer, paper, minutes].into_iter().flatten().collect(),
    }
}

fn own(words: &Words<'_>, own: &OwnWeek) -> SpokenOwn {
    let parts = [
        words.counted_if_any("issue.own.queued", own.queued),
        words.counted_if_any("issue.own.read", own.read),
        words.counted_if_any("issue.own.notes", own.notes),
        words.counted_if_any("issue.own.ideas", own.ideas),
        words.counted_if_any("issue.own.waiting", own.waiting),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let again = own.again.iter().map(|it| SpokenNote {
        facts: vec![
            words.fill("issue.own.note", &[("number", &it.note.to_string())]),
            words.text(&format!("issue.note-type.{}", it.kind.as_str())).to_owned(),
            words.day(it.made),
        ],
        title: plain(&it.title),
        excerpt: plain(&it.excerpt),
    });
    let ledger = own.ledger.map(|it| {
        let lines = u32::try_from(it.number).unwrap_or(u32::MAX);
        words.counted_with("issue.own.ledger", lines, &[("head", &it.hash.short())])
    });
    let line = match parts.as_slice() {
        [] => words.text("issue.own.nothing").to_owned(),
        parts => words.listed(parts),
    };
    SpokenOwn { line, ledger, again: again.collect() }
}

fn care(words: &Words<'_>, care: &Care) -> SpokenCare {
    let keys = [format!("issue.care.{}", care.what), format!("failure.{}.name", care.what)];
    // What has no text is told by its name.
    let what = keys.iter().map(|key| (key, words.text(key))).find(|(key, text)| key != text);
    let what = what.map_or_else(|| plain(&care.what), |(_, text)| text.to_owned());
    let since = care.since.map(|it| words.fill("issue.care.since", &[("day", &words.day(it))]));
    SpokenCare {
        peer: plain(&care.peer_name),
        facts: [Some(what), since].into_iter().flatten().collect(),
        address: care.address.to_string(),
    }
}

pub(super) fn titled(words: &Words<'_>, title: &str) -> String {
    let title = plain(title);
    if title.is_empty() { words.text("issue.untitled").to_owned() } else { title }
}

pub(super) fn of_web(address: Option<&Address>) -> Option<String> {
    address.map(Address::to_string)
}

pub(super) fn in_address(slug: &Slug) -> String {
    url::form_urlencoded::byte_serialize(slug.as_str().as_bytes()).collect()
}
