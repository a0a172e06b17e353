//! What a reader wrote and marked, beside the text of an entry.

use axum::{body::Bytes, extract::State, response::Redirect};
use url::form_urlencoded;

use super::{
    note_parts::{NoteRow, type_name},
    pictures::with_pictures_as_chosen,
    words::Markup,
};
use crate::{
    domain::{EntryId, Highlight, HighlightId, NoteType, QuotedAt, Role, Sought},
    extract::{Wanted, with_marks, with_places},
    reading,
    store::{HighlightsAsk, NotesAsk},
    web::{
        Web,
        api::{self, Named, number},
        params::Params,
        problem::{Problem, Thing},
    },
};

/// Of one entry: more are not shown beside it.
const MOST: u32 = 200;

#[derive(Default)]
pub(super) struct Beside {
    /// Of the entry.
    pub(super) entry: i64,
    pub(super) notes: Vec<NoteRow>,
    pub(super) highlights: Vec<HighlightRow>,
    /// The same, as they are looked for in the text.
    kept: Vec<Highlight>,
}

pub(super) struct HighlightRow {
    pub(super) id: i64,
    pub(super) quote: String,
    /// Whether the text still says it.
    pub(super) is_found: bool,
    /// Where a note begins of each type that is likely.
    pub(super) notes: Vec<NoteLinkRow>,
}

pub(super) struct NoteLinkRow {
    pub(super) name: String,
    pub(super) link: String,
}

impl Beside {
    pub(super) async fn of(web: &Web, entry: EntryId) -> Result<Self, Problem> {
        let store = &web.library().store;
        let ask = NotesAsk { entry: Some(entry), limit: MOST, ..NotesAsk::default() };
        let notes = store.notes(web.reader(), &ask).await?.rows;
        let ask = HighlightsAsk { entry: Some(entry), limit: MOST, ..HighlightsAsk::default() };
        let mut kept = store.highlights(web.reader(), &ask).await?.rows;
        kept.sort_by_key(|it| (it.start, it.id));
        let highlights = kept.iter().map(HighlightRow::of).collect();
        let notes = notes.iter().map(NoteRow::of).collect();
        Ok(Self { entry: entry.0, notes, highlights, kept })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.notes.is_empty() && self.highlights.is_empty()
    }

    /// The HTML with what was highlighted in it; takes note of what it does not say any more.
    pub(super) fn marked(&mut self, clean_html: &str) -> String {
        let wanted: Vec<Wanted<'_>> = self.kept.iter().map(wanted).collect();
        let (html, found) = with_marks(clean_html, &wanted);
        for (row, is_found) in self.highlights.iter_mut().zip(found) {
            row.is_found = is_found;
        }
        html
    }
}

fn wanted(it: &Highlight) -> Wanted<'_> {
    let Highlight { quote, prefix, suffix, start, .. } = it;
    Wanted { name: format!("h{}", it.id), quote: Sought { quote, prefix, suffix, start: *start } }
}

/// What one makes of a quote, most often.
const LIKELY: [NoteType; 3] = [NoteType::Insight, NoteType::Challenge, NoteType::Idea];

impl HighlightRow {
    fn of(it: &Highlight) -> Self {
        let quoted = QuotedAt {
            entry: it.cites.entry,
            quote: it.quote.clone(),
            prefix: it.prefix.clone(),
            suffix: it.suffix.clone(),
            start: it.start,
        };
        let link = |note_type| NoteLinkRow {
            name: type_name(note_type),
            link: link_to_note(note_type, &quoted),
        };
        let notes = LIKELY.map(link).into();
        Self { id: it.id.0, quote: it.quote.clone(), is_found: false, notes }
    }
}

/// Where a note of a type begins with a quote.
pub(super) fn link_to_note(note_type: NoteType, quoted: &QuotedAt) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("type", note_type.as_str());
    query.append_pair("entry", &quoted.entry.to_string());
    query.append_pair("quote", &quoted.quote);
    if !quoted.prefix.is_empty() || !quoted.suffix.is_empty() || quoted.start > 0 {
        query.append_pair("prefix", &quoted.prefix);
        query.append_pair("suffix", &quoted.suffix);
        query.append_pair("start", &quoted.start.to_string());
    }
    format!("/journal/new?{}", query.finish())
}

/// The same for a passage, of the type that goes with its role.
pub(super) fn link_from_passage(role: Role, entry: EntryId, quote: &str) -> String {
    let note_type = match role {
        Role::Challenge => NoteType::Challenge,
        Role::Approach => NoteType::Solution,
        Role::Result => NoteType::Result,
        Role::Limitation => NoteType::Idea,
    };
    let (prefix, suffix) = (String::new(), String::new());
    let quoted = QuotedAt { entry, quote: quote.to_owned(), prefix, suffix, start: 0 };
    link_to_note(note_type, &quoted)
}

/// `POST /entries/{id}/highlights`: keeps words of the text, wherever it says them first.
pub(in crate::web) async fn post_highlight(
    State(web): State<Web>,
    id: Named,
    sent: Bytes,
) -> Result<Redirect, Problem> {
    let entry = api::one(&web, id).await?.entry.id;
    let form = Params::lenient(Some(&String::from_utf8_lossy(&sent)));
    let quote = form.text("quote").unwrap_or_default();
    let (library, now) = (&web.library().store, web.clock().now());
    let kept = reading::highlight_words(library, web.reader(), (entry, quote), now).await?;
    Ok(Redirect::to(&format!("/entries/{entry}#h{}", kept.id)))
}

/// `POST /highlights/{id}/delete`
pub(in crate::web) async fn post_delete_highlight(
    State(web): State<Web>,
    id: Named,
    sent: Bytes,
) -> Result<Redirect, Problem> {
    let id = number(Thing::Highlight, id)?;
    let library = &web.library().store;
    if !reading::delete_highlight(library, web.reader(), HighlightId(id)).await? {
        return Err(Problem::Missing(Thing::Highlight, id.to_string()));
    }
    let form = Params::lenient(Some(&String::from_utf8_lossy(&sent)));
    let entry = form.entry("entry")?.unwrap_or(EntryId(0));
    Ok(Redirect::to(&format!("/entries/{entry}#beside")))
}

/// The body of an entry as it is shown, with what was highlighted.
pub(super) fn body_with_marks(html: &str, entry: EntryId, beside: &mut Beside) -> Markup {
    with_pictures_as_chosen(&beside.marked(&with_places(html)), entry)
}
