//! `/journal/export`: the journal, or a part of it, as a file to keep.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};
use jiff::{civil::Date, tz::TimeZone};

use super::{
    Frame, Place, html,
    newest::Choice,
    pack::{dated, state_text, type_text},
    words::{Markup, rich},
};
use crate::{
    digest::faces::escaped_markdown as escaped,
    domain::{CiteRecord, JournalFile, JournalPick, NoteContent, NoteId, NoteRecord, NoteType},
    extract::{NoteCalled, note_html},
    reading,
    web::{
        BadParameter, Web, file::as_file, params::Params, problem::Problem, say, viewer::Viewer,
    },
};

#[derive(Template)]
#[template(path = "journal-export.html")]
struct ExportPage {
    frame: Frame,
    types: Vec<Choice>,
    tags: Vec<String>,
    /// How a folder of pages is written.
    folder: Markup,
}

#[derive(Template)]
#[template(path = "journal-file.html")]
struct JournalPage {
    language: &'static str,
    title: &'static str,
    style: &'static str,
    notes: Vec<NoteRow>,
    highlights: Vec<HighlightRow>,
}

struct NoteRow {
    id: i64,
    heading: String,
    facts: Vec<String>,
    text: Markup,
    cites: Vec<CiteRow>,
}

struct CiteRow {
    title: String,
    address: Option<String>,
    facts: Vec<String>,
}

struct HighlightRow {
    quote: String,
    cite: CiteRow,
}

pub(in crate::web) async fn journal_export(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let asked = Params::lenient(query.as_deref());
    let store = &web.library().store;
    let Some(format) = asked.text("format") else {
        let choice = |it: NoteType| Choice {
            slug: it.as_str().to_owned(),
            name: type_text(it),
            is_chosen: false,
        };
        let tags = store.tags(web.reader()).await?;
        let page = ExportPage {
            frame: Frame::new(&web, say::text("web.export.heading"), Place::Journal),
            types: NoteType::ALL.map(choice).into(),
            tags: tags.into_iter().map(|it| it.tag.to_string()).collect(),
            folder: rich(say::text("web.export.folder")),
        };
        return Ok(html(&page)?.into_response());
    };
    let journal = reading::journal(store, web.reader(), &pick(&asked)?).await?;
    Ok(match format {
        "html" => as_file("journal.html", "text/html; charset=utf-8", journal_file(&journal)?),
        "markdown" => {
            as_file("journal.md", "text/markdown; charset=utf-8", journal_markdown(&journal))
        }
        _ => as_file("journal.json", "application/json", journal.write()),
    })
}

fn pick(asked: &Params) -> Result<JournalPick, BadParameter> {
    let day = |name: &str| asked.word(name, |it| it.parse::<Date>().ok(), "day");
    Ok(JournalPick {
        from: day("from")?,
        to: day("to")?,
        tag: asked.tag("tag")?,
        note_type: asked.word("type", NoteType::from_word, "note-type")?,
    })
}

/// The journal as one file of HTML that needs nothing beside it: what its notes say now, and what was
/// marked.
pub fn journal_file(journal: &JournalFile) -> Result<String, askama::Error> {
    let called: BTreeMap<NoteId, String> =
        journal.notes.iter().filter_map(|it| Some((it.note, heading(it)?))).collect();
    let called = |it: NoteId| Some(NoteCalled { heading: called.get(&it)?.clone() });
    let highlights = journal
        .highlights
        .iter()
        .map(|it| HighlightRow { quote: it.quote.clone(), cite: CiteRow::of(&it.cites) });
    let page = JournalPage {
        language: Viewer::language(),
        title: say::text("web.export.title"),
        style: concat!(
            include_str!("../assets/alone-file.css"),
            include_str!("../assets/pack.css")
        ),
        notes: journal.notes.iter().filter_map(|it| NoteRow::of(it, &called)).collect(),
        highlights: highlights.collect(),
    };
    page.render()
}

impl NoteRow {
    fn of(record: &NoteRecord, called: &dyn Fn(NoteId) -> Option<NoteCalled>) -> Option<Self> {
        let content = &record.present()?.content;
        let html = note_html(&content.text, called).replace("href=\"/journal/", "href=\"#note-");
        Some(Self {
            id: record.note.0,
            heading: heading(record)?,
            facts: facts(content),
            text: Markup::sanitised(html),
            cites: content.cites.iter().map(CiteRow::of).collect(),
        })
    }
}

impl CiteRow {
    fn of(cite: &CiteRecord) -> Self {
        let published = cite.published.map(|it| dated(TimeZone::UTC.to_datetime(it).date()));
        let peer = Some(cite.peer.clone()).filter(|it| !it.is_empty());
        Self {
            title: cite.title.clone(),
            address: cite.address.as_ref().map(ToString::to_string),
            facts: [peer, published].into_iter().flatten().collect(),
        }
    }
}

/// Type, day, how far an idea has come, what it shows, tags.
fn facts(content: &NoteContent) -> Vec<String> {
    let idea = content.idea().filter(|_| content.r#type == NoteType::Idea);
    let state = idea.as_ref().map(|it| state_text(it.state));
    let outcome = idea.map(|it| it.outcome).filter(|it| !it.is_empty());
    let shown = [Some(type_text(content.r#type)), Some(dated(content.date)), state, outcome];
    let competencies = content.competencies.iter().map(ToString::to_string);
    let tags = content.tags.iter().map(|it| format!("#{it}"));
    shown.into_iter().flatten().chain(competencies).chain(tags).collect()
}

/// Its title, else the first words of its text.
fn heading(record: &NoteRecord) -> Option<String> {
    Some(record.present()?.content.heading())
}

/// The journal as one file of Markdown, to be read: the folder of pages is what comes back.
fn journal_markdown(journal: &JournalFile) -> String {
    let mut text = format!("# {}\n", escaped(say::text("web.export.title")));
    for record in &journal.notes {
        let Some(present) = record.present() else { continue };
        let content = &present.content;
        let cites = content.cites.iter().map(|it| cited(&CiteRow::of(it)));
        let cites: Vec<String> = cites.collect();
        let blocks = [
            format!("## {}", escaped(&content.heading())),
            escaped(&facts(content).join(" · ")),
            content.text.trim_end().to_owned(),
            cites.join("\n"),
        ];
        for block in blocks.iter().filter(|it| !it.is_empty()) {
            text.push('\n');
            text.push_str(block);
            text.push('\n');
        }
    }
    text
}

fn cited(cite: &CiteRow) -> String {
    let title = escaped(&cite.title);
    let title = match &cite.address {
        Some(address) => format!("[{title}](<{}>)", address.replace('&', "\\&")),
        None => title,
    };
    format!("- {title} ({})", escaped(&cite.facts.join(", ")))
}
