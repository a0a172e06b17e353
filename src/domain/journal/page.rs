//! A note as a page of Markdown: front matter, then the text as it was written.

use jiff::{Timestamp, civil::Date};

use super::{
    CiteRecord, LinkRecord, NoteContent, NoteNames, NoteRecord,
    content::IdeaContent,
    front::{Front, FrontCite, FrontLink, Lines, Mistake, quoted},
};
use crate::domain::{
    Competency, DraftError, Idea, IdeaMove, IdeaState, NoteId, NoteType, Tag, competencies_of,
    tags_of,
};

/// A page as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotePage {
    /// `None` for a page that somebody began in a folder of pages.
    pub note: Option<NoteId>,
    pub made: Option<Timestamp>,
    pub changed: Option<Timestamp>,
    pub revision: Option<u32>,
    pub path: Vec<IdeaMove>,
    pub content: NoteContent,
    /// Keys of the front matter of which nothing is kept.
    pub foreign: Vec<String>,
}

/// Why a page cannot be read, and where.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {kind}")]
pub struct PageError {
    pub line: usize,
    pub kind: PageErrorKind,
}

#[derive(Debug, thiserror::Error)]
pub enum PageErrorKind {
    #[error("the front matter does not end: close it with a line of three hyphens")]
    Open,
    #[error("{0}")]
    Front(String),
    #[error("`{0}` is no number of a note: leave `id` out of a page that is new")]
    NotANumber(i64),
    #[error("a link has none of `note`, `address` and `quote`")]
    NoLink,
    #[error("a quote is `of` one of the {cites} cites, from 1 on")]
    NoSuchCite { cites: usize },
    #[error("a cite has neither `title` nor `address`")]
    NoCite,
    #[error("`{0}` is no step of an idea: write one like `tried 2026-03-14T08:00:00Z`")]
    NotAStep(String),
    #[error(transparent)]
    Draft(#[from] DraftError),
}

const FENCE: &str = "---";

/// The page of what a note says now, with links by the names of files.
pub fn write_page(record: &NoteRecord, names: &NoteNames) -> String {
    let Some(present) = record.present() else { return String::new() };
    let content = &present.content;
    let mut front = Lines::default();
    front.plain("id", record.note);
    front.plain("type", content.r#type.as_str());
    front.text_if_any("title", &content.title);
    front.plain("date", content.date);
    front.plain("made", record.made);
    front.plain("changed", present.at);
    front.plain("revision", present.revision);
    front.list("tags", content.tags.iter().map(Tag::as_str));
    front.list("competencies", content.competencies.iter().map(Competency::as_str));
    if let Some(idea) = content.idea() {
        write_idea(&idea, &mut front);
    }
    front.things("cites", &content.cites.iter().map(cite_keys).collect::<Vec<_>>());
    let links = content.links.iter().map(|it| link_keys(it, names));
    front.things("links", &links.collect::<Vec<_>>());
    let path: Vec<String> = record.path.iter().map(step).collect();
    front.list("path", path.iter().map(String::as_str));
    let text = names.with_names(&content.text);
    format!("{FENCE}\n{}{FENCE}\n\n{text}\n", front.finish())
}

fn write_idea(idea: &Idea, lines: &mut Lines) {
    lines.plain("state", idea.state.as_str());
    lines.text_if_any("owner", &idea.owner);
    lines.text_if_any("effort", &idea.effort);
    lines.text_if_any("outcome", &idea.outcome);
    lines.text_if_any("hypothesis", &idea.hypothesis);
}

fn cite_keys(cite: &CiteRecord) -> Vec<(&'static str, String)> {
    let mut keys = vec![("title", quoted(&cite.title))];
    keys.extend(cite.address.as_ref().map(|it| ("address", quoted(it.as_str()))));
    keys.push(("peer", quoted(&cite.peer)));
    keys.extend(cite.published.map(|it| ("published", it.to_string())));
    keys
}

fn link_keys(link: &LinkRecord, names: &NoteNames) -> Vec<(&'static str, String)> {
    match link {
        LinkRecord::Note { note } => {
            let name = names.name(*note).map_or_else(|| note.to_string(), str::to_owned);
            vec![("note", quoted(&format!("[[{name}]]")))]
        }
        LinkRecord::Address { address, title } => {
            vec![("title", quoted(title)), ("address", quoted(address.as_str()))]
        }
        LinkRecord::Quote { cite, prefix, quote, start, suffix } => vec![
            ("quote", quoted(quote)),
            ("of", (cite + 1).to_string()),
            ("before", quoted(prefix)),
            ("after", quoted(suffix)),
            ("start", start.to_string()),
        ],
    }
}

fn step(step: &IdeaMove) -> String {
    format!("{} {}", step.state.as_str(), step.at)
}

/// Reads a page. One without a title is called by its file, and is of `today` unless it says a day.
pub fn read_page(
    text: &str,
    stem: &str,
    today: Date,
    names: &NoteNames,
) -> Result<NotePage, PageError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // Editors of one system end all lines in another way.
    let unix = text.replace("\r\n", "\n");
    let text =
        if text.lines().next().is_some() && first_ends_with_crlf(text) { &unix } else { text };
    let (yaml, body) = parts(text)?;
    let (front, foreign) = Front::read(yaml).map_err(|Mistake { line, said }| PageError {
        line: line + 1,
        kind: PageErrorKind::Front(said),
    })?;
    let lines = Lined { yaml };
    if let Some(id) = front.id.filter(|it| *it < 1) {
        return Err(lines.at("id", PageErrorKind::NotANumber(id)));
    }
    let path = front.path.iter().map(|it| read_step(it));
    let path = path.collect::<Result<_, _>>().map_err(|kind| lines.at("path", kind))?;
    let (note, made, changed, revision) =
        (front.id.map(NoteId), front.made, front.changed, front.revision);
    let title = if note.is_some() { "" } else { stem };
    let content = content(front, (body, title, today), names, &lines)?;
    Ok(NotePage { note, made, changed, revision, path, content, foreign })
}

fn first_ends_with_crlf(text: &str) -> bool {
    text.find('\n').is_some_and(|at| text[..at].ends_with('\r'))
}

/// The front matter without its fences, and the text.
fn parts(text: &str) -> Result<(&str, &str), PageError> {
    let Some(rest) = text.strip_prefix(FENCE).and_then(|it| it.strip_prefix('\n')) else {
        return Ok(("", ending(text)));
    };
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == FENCE {
            let body = &rest[at + line.len()..];
            return Ok((&rest[..at], ending(body.strip_prefix('\n').unwrap_or(body))));
        }
        at += line.len();
    }
    Err(PageError { line: 1, kind: PageErrorKind::Open })
}

/// Without the line break that ends a file.
fn ending(body: &str) -> &str {
    body.strip_suffix('\n').unwrap_or(body)
}

/// Where keys stand, for what is only found wrong later.
struct Lined<'a> {
    yaml: &'a str,
}

impl Lined<'_> {
    fn at(&self, key: &str, kind: impl Into<PageErrorKind>) -> PageError {
        let is_key = |line: &str| line.strip_prefix(key).is_some_and(|it| it.starts_with(':'));
        let line = self.yaml.lines().position(is_key).map_or(1, |at| at + 2);
        PageError { line, kind: kind.into() }
    }
}

fn content(
    front: Front,
    (body, title, today): (&str, &str, Date),
    names: &NoteNames,
    places: &Lined<'_>,
) -> Result<NoteContent, PageError> {
    let tags: Vec<String> =
        front.tags.iter().map(|it| it.trim_start_matches('#').to_owned()).collect();
    let cites = front.cites.unwrap_or_default().into_iter().map(read_cite);
    let cites: Vec<CiteRecord> =
        cites.collect::<Result<_, _>>().map_err(|kind| places.at("cites", kind))?;
    let links = front.links.unwrap_or_default().into_iter();
    let links = links.map(|it| read_link(it, cites.len(), names));
    let links = links.collect::<Result<_, _>>().map_err(|kind| places.at("links", kind))?;
    let idea = front.state.map(|state| Idea {
        state,
        owner: front.owner.unwrap_or_default(),
        hypothesis: front.hypothesis.unwrap_or_default(),
        effort: front.effort.unwrap_or_default(),
        outcome: front.outcome.unwrap_or_default(),
    });
    let competencies = competencies_of(&front.competencies);
    Ok(NoteContent {
        competencies: competencies.map_err(|it| places.at("competencies", it))?,
        tags: tags_of(&tags).map_err(|it| places.at("tags", it))?,
        cites,
        date: front.date.unwrap_or(today),
        idea: idea.as_ref().map(IdeaContent::from),
        links,
        text: names.with_numbers(body),
        title: front.title.unwrap_or_else(|| title.to_owned()),
        r#type: front.r#type.unwrap_or(NoteType::Insight),
    })
}

fn read_cite(cite: FrontCite) -> Result<CiteRecord, PageErrorKind> {
    let FrontCite { title, address, peer, published } = cite;
    let title = title.or_else(|| address.as_ref().map(ToString::to_string));
    let title = title.ok_or(PageErrorKind::NoCite)?;
    Ok(CiteRecord { address, peer: peer.unwrap_or_default(), published, title })
}

fn read_link(
    link: FrontLink,
    cites: usize,
    names: &NoteNames,
) -> Result<LinkRecord, PageErrorKind> {
    let FrontLink { note, title, address, quote, of, before, after, start } = link;
    if let Some(written) = note {
        let target = written.trim().trim_start_matches("[[").trim_end_matches("]]");
        let target = target.split('|').next().unwrap_or_default().trim();
        let number = || target.parse().ok().filter(|it| *it > 0).map(NoteId);
        let note = names.note(target).or_else(number).ok_or(PageErrorKind::NoLink)?;
        return Ok(LinkRecord::Note { note });
    }
    if let Some(quote) = quote {
        let cite = of.unwrap_or(1).checked_sub(1).filter(|it| *it < cites);
        let cite = cite.ok_or(PageErrorKind::NoSuchCite { cites })?;
        let (prefix, suffix) = (before.unwrap_or_default(), after.unwrap_or_default());
        return Ok(LinkRecord::Quote { cite, prefix, quote, start: start.unwrap_or(0), suffix });
    }
    let address = address.ok_or(PageErrorKind::NoLink)?;
    Ok(LinkRecord::Address { address, title: title.unwrap_or_default() })
}

fn read_step(written: &str) -> Result<IdeaMove, PageErrorKind> {
    let step = || {
        let (state, at) = written.trim().split_once(' ')?;
        Some(IdeaMove { state: IdeaState::from_word(state)?, at: at.trim().parse().ok()? })
    };
    step().ok_or_else(|| PageErrorKind::NotAStep(written.chars().take(80).collect()))
}

#[cfg(test)]
#[path = "page_tests.rs"]
mod tests;
