//! An issue as lines of text: the mail without markup, and the terminal.

use super::{
    Links,
    foot::Foot,
    reads::{Said, SpokenRead},
    spoken::{Spoken, SpokenGroup, SpokenOwn},
    wrap::{columns, wrapped},
};
use crate::domain::Issue;

/// A line, and how it stands out where that is possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub text: String,
    pub tone: Tone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Strong,
    Faint,
}

use Tone::{Faint, Plain, Strong};

/// As mails are read: also where they are quoted once or twice (RFC 5322 asks for 78 at most).
const COLUMNS: usize = 72;
/// Between a number and what stands beside it, and between a label and its text.
const INDENT: usize = 4;
const GAP: usize = 2;

/// The mail as text.
pub fn text_mail(issue: &Issue, links: &Links) -> String {
    let page = |path: &str| links.page(path);
    let spoken = Spoken::of(issue, &page);
    let foot = foot(&Foot::of(issue, links, &spoken.words));
    let mut text = String::new();
    for line in lines(&spoken, COLUMNS).into_iter().chain(foot) {
        text.push_str(&line.text);
        text.push('\n');
    }
    text
}

/// All of an issue but what stands below it in a mail.
pub fn lines(spoken: &Spoken<'_>, width: usize) -> Vec<Line> {
    let mut page = Page { width, lines: Vec::new(), labels: labels(spoken) };
    page.say(Strong, 0, &spoken.title);
    page.say(Faint, 0, &spoken.day);
    page.blank();
    page.say(Plain, 0, &spoken.line);
    for note in &spoken.notes {
        page.blank();
        page.say(Plain, 0, note);
    }
    page.rising(spoken);
    page.heading_if(!spoken.reads.is_empty(), spoken.words.text("issue.heading.reads"));
    page.reads(&spoken.reads, spoken);
    page.heading_if(!spoken.rest.is_empty(), spoken.words.text("issue.heading.rest"));
    for group in &spoken.rest {
        page.group(group);
    }
    page.heading_if(!spoken.papers.is_empty(), spoken.words.text("issue.heading.papers"));
    page.reads(&spoken.papers, spoken);
    if let Some(archive) = &spoken.archive {
        page.heading(spoken.words.text("issue.heading.archive"));
        page.read(None, archive, spoken);
    }
    if let Some(own) = &spoken.own {
        page.own(own, spoken);
    }
    page.care(spoken);
    page.lines
}

/// Columns of the widest label beside a read.
fn labels(spoken: &Spoken<'_>) -> usize {
    let words = &spoken.words;
    let fixed = [
        words.text("issue.why.label"),
        words.text("issue.link.open"),
        words.text("issue.link.original"),
        words.text("issue.link.keep"),
    ];
    let all = spoken.reads.iter().chain(&spoken.papers).chain(&spoken.archive);
    let quotes = all.flat_map(|it| &it.quotes).map(|it| it.label.as_str());
    fixed.into_iter().chain(quotes).map(columns).max().unwrap_or_default()
}

struct Page {
    width: usize,
    lines: Vec<Line>,
    labels: usize,
}

impl Page {
    fn push(&mut self, tone: Tone, text: String) {
        self.lines.push(Line { text, tone });
    }

    fn blank(&mut self) {
        self.push(Plain, String::new());
    }

    /// A paragraph.
    fn say(&mut self, tone: Tone, indent: usize, text: &str) {
        self.hang(tone, &" ".repeat(indent), text);
    }

    /// A paragraph whose first line begins in the margin.
    fn hang(&mut self, tone: Tone, margin: &str, text: &str) {
        let indent = columns(margin);
        for (at, line) in
            wrapped(text, self.width.saturating_sub(indent).max(20)).iter().enumerate()
        {
            let margin = if at == 0 { margin.to_owned() } else { " ".repeat(indent) };
            self.push(tone, margin + line);
        }
    }

    /// A label, and beside it its text.
    fn label(&mut self, tone: Tone, label: &str, text: &str) {
        let gap = " ".repeat(self.labels - columns(label).min(self.labels) + GAP);
        self.hang(tone, &format!("{}{label}{gap}", " ".repeat(INDENT)), text);
    }

    fn heading(&mut self, text: &str) {
        self.blank();
        self.blank();
        self.push(Strong, text.to_owned());
        self.push(Faint, "─".repeat(columns(text)));
    }

    fn heading_if(&mut self, there_is_any: bool, text: &str) {
        if there_is_any {
            self.heading(text);
        }
    }

    fn rising(&mut self, spoken: &Spoken<'_>) {
        if spoken.rising.is_empty() {
            return;
        }
        let subjects = spoken.rising.iter();
        let subjects = subjects.map(|it| format!("{} ({})", quoted(&it.name, spoken), it.times));
        let subjects: Vec<String> = subjects.collect();
        self.blank();
        let names = spoken.words.listed(&subjects);
        self.say(Plain, 0, &spoken.words.fill("issue.line.rising", &[("names", &names)]));
    }

    /// On a line of its own, so that it is whole.
    fn link(&mut self, link: Option<&str>) {
        if let Some(link) = link {
            self.push(Faint, format!("{}{link}", " ".repeat(INDENT)));
        }
    }

    fn reads(&mut self, reads: &[SpokenRead], spoken: &Spoken<'_>) {
        for (at, read) in reads.iter().enumerate() {
            self.read(Some(at + 1), read, spoken);
        }
    }

    fn read(&mut self, number: Option<usize>, read: &SpokenRead, spoken: &Spoken<'_>) {
        let words = &spoken.words;
        let number = number.map(|it| it.to_string()).unwrap_or_default();
        self.blank();
        self.hang(Strong, &format!("{number:>2}  "), &read.title);
        let facts: Vec<&str> =
            std::iter::once(&read.peer).chain(&read.facts).map(String::as_str).collect();
        self.say(Faint, INDENT, &facts.join(" · "));
        self.blank();
        if !read.why.is_empty() {
            self.label(Plain, words.text("issue.why.label"), &said(&read.why, spoken));
        }
        for quote in &read.quotes {
            self.label(Plain, &quote.label, &quoted(&quote.text, spoken));
        }
        if !read.summary.is_empty() {
            self.say(Plain, INDENT, &read.summary);
        }
        let links = [
            ("issue.link.open", &read.link),
            ("issue.link.original", &read.original),
            ("issue.link.keep", &read.queue),
        ];
        self.blank();
        for (key, link) in links {
            if let Some(link) = link {
                self.label(Faint, words.text(key), link);
            }
        }
    }

    fn group(&mut self, group: &SpokenGroup) {
        self.blank();
        self.say(Strong, 0, &group.heading);
        for story in &group.titles {
            let about = match story.facts.as_slice() {
                [] => story.title.clone(),
                facts => format!("{} ({})", story.title, facts.join(" · ")),
            };
            self.hang(Plain, "  · ", &about);
            self.link(story.link.as_deref());
        }
        if let Some(more) = &group.more {
            self.say(Faint, INDENT, more);
        }
    }

    fn own(&mut self, own: &SpokenOwn, spoken: &Spoken<'_>) {
        self.heading(spoken.words.text("issue.heading.own"));
        self.blank();
        self.say(Plain, 0, &own.line);
        if let Some(ledger) = &own.ledger {
            self.say(Faint, 0, ledger);
        }
        if own.again.is_empty() {
            return;
        }
        self.blank();
        self.say(Strong, 0, spoken.words.text("issue.heading.again"));
        for note in &own.again {
            let about = if note.title.is_empty() { &note.excerpt } else { &note.title };
            self.hang(Plain, "  · ", about);
            if !note.title.is_empty() && !note.excerpt.is_empty() {
                self.say(Plain, INDENT, &note.excerpt);
            }
            self.say(Faint, INDENT, &note.facts.join(" · "));
        }
    }

    fn care(&mut self, spoken: &Spoken<'_>) {
        self.heading_if(!spoken.care.is_empty(), spoken.words.text("issue.heading.care"));
        for source in &spoken.care {
            let about = format!("{}: {}", source.peer, source.facts.join(" · "));
            self.hang(Plain, "  · ", &about);
            self.link(Some(&source.address));
        }
        if let Some(more) = &spoken.more_care {
            self.say(Faint, INDENT, more);
        }
    }
}

fn said(why: &[Said], spoken: &Spoken<'_>) -> String {
    let say = |it: &Said| if it.is_name { quoted(&it.text, spoken) } else { it.text.clone() };
    why.iter().map(say).collect()
}

fn quoted(text: &str, spoken: &Spoken<'_>) -> String {
    let words = &spoken.words;
    let (open, close) = (words.text("issue.open-quote"), words.text("issue.close-quote"));
    format!("{open}{text}{close}")
}

fn foot(foot: &Foot) -> Vec<Line> {
    let labels = foot.links.iter().map(|it| columns(&it.label)).max().unwrap_or_default();
    let mut page = Page { width: COLUMNS, lines: Vec::new(), labels };
    page.blank();
    page.blank();
    // A line that mail programs know as the beginning of what is no content (RFC 3676 §4.3).
    page.push(Faint, "-- ".to_owned());
    page.say(Faint, 0, &foot.why);
    page.say(Faint, 0, &foot.private);
    for link in &foot.links {
        let gap = " ".repeat(labels - columns(&link.label) + GAP);
        page.push(Faint, format!("{}{gap}{}", link.label, link.address));
    }
    page.lines
}
