//! The form of a note: all that it holds as it was typed, and the note that is made of it.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::{
    domain::{
        Competency, EntryId, Idea, IdeaState, Note, NoteDraft, NoteLink, NoteType, QuotedAt, Tag,
        TypedNote, competencies_of, tags_of,
    },
    web::{params::Params, say},
};

/// What stands in the editor. Texts need not make sense yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NoteForm {
    /// That was read before; 0 of a new note.
    pub(super) revision: u32,
    /// The browser's tab, where a script tells it.
    pub(super) tab: String,
    pub(super) note_type: NoteType,
    pub(super) title: String,
    pub(super) text: String,
    /// `2026-03-14`, or empty.
    pub(super) date: String,
    /// With commas between them.
    pub(super) tags: String,
    /// With commas between them.
    pub(super) competencies: String,
    pub(super) cites: Vec<EntryId>,
    /// One more to cite: its number or address.
    pub(super) cite: String,
    /// A line for each.
    pub(super) links: String,
    pub(super) quotes: Vec<QuotedAt>,
    pub(super) idea: Idea,
}

impl NoteForm {
    /// Of a form that was sent.
    pub(super) fn sent(form: &Params) -> Self {
        let many = |name: &str| form.texts(name).into_iter().map(str::to_owned).collect();
        Self::read(|name| form.as_typed(name).to_owned(), many)
    }

    /// Of what was typed in some tab and not kept.
    pub(super) fn typed(typed: &TypedNote) -> Self {
        let many = |name: &str| typed.field(name).lines().map(str::to_owned).collect();
        let form = Self::read(|name| typed.field(name).to_owned(), many);
        Self { revision: typed.revision, tab: typed.tab.to_string(), ..form }
    }

    fn read(one: impl Fn(&str) -> String, many: impl Fn(&str) -> Vec<String>) -> Self {
        let cites = many("cites");
        let quotes = many("quotes");
        Self {
            revision: one("revision").trim().parse().unwrap_or_default(),
            tab: one("tab"),
            note_type: NoteType::from_word(&one("type")).unwrap_or(NoteType::Insight),
            title: one("title"),
            text: one("text"),
            date: one("date"),
            tags: one("tags"),
            competencies: one("competencies"),
            cites: cites.iter().filter_map(|it| it.trim().parse().ok()).map(EntryId).collect(),
            cite: one("cite"),
            links: one("links"),
            quotes: quotes.iter().filter_map(|it| serde_json::from_str(it).ok()).collect(),
            idea: Idea {
                state: IdeaState::from_word(&one("state")).unwrap_or_default(),
                owner: one("owner"),
                hypothesis: one("hypothesis"),
                effort: one("effort"),
                outcome: one("outcome"),
            },
        }
    }

    /// Of a note as it stands.
    pub(super) fn of(note: &Note) -> Self {
        let joined = |words: Vec<&str>| words.join(", ");
        let quotes = note.links.iter().filter_map(|it| match it {
            NoteLink::Quote(quoted) => Some(quoted.clone()),
            NoteLink::Note { .. } | NoteLink::Address { .. } => None,
        });
        let lines: Vec<String> = note.links.iter().filter_map(NoteLink::line).collect();
        Self {
            revision: note.revision,
            tab: String::new(),
            note_type: note.note_type,
            title: note.title.clone(),
            text: note.text.clone(),
            date: note.date.to_string(),
            tags: joined(note.tags.iter().map(Tag::as_str).collect()),
            competencies: joined(note.competencies.iter().map(Competency::as_str).collect()),
            cites: note.cites.iter().map(|it| it.entry).collect(),
            cite: String::new(),
            links: lines.join("\n"),
            quotes: quotes.collect(),
            idea: note.kept_idea.clone().unwrap_or_default(),
        }
    }

    /// A new note, with what led to it: its type, the entry, words of that with their place.
    pub(super) fn new(asked: &Params, today: Date) -> Self {
        let entry = asked.text("entry").and_then(|it| it.parse().ok()).map(EntryId);
        let quote = asked.text("quote").unwrap_or_default();
        let quoted = entry.filter(|_| !quote.is_empty()).map(|entry| QuotedAt {
            entry,
            quote: quote.to_owned(),
            prefix: asked.as_typed("prefix").to_owned(),
            suffix: asked.as_typed("suffix").to_owned(),
            start: asked.text("start").and_then(|it| it.parse().ok()).unwrap_or_default(),
        });
        let lines: Vec<String> = quote.lines().map(|it| format!("> {it}\n")).collect();
        let text = if lines.is_empty() { String::new() } else { lines.concat() + "\n" };
        let form = Self::sent(asked);
        Self {
            revision: 0,
            tab: String::new(),
            text: text + form.text.as_str(),
            date: today.to_string(),
            cites: entry.into_iter().collect(),
            quotes: quoted.into_iter().collect(),
            ..form
        }
    }

    /// The note, citing these; or what is wrong with it, for a person.
    pub(super) fn draft(&self, cites: Vec<EntryId>) -> Result<NoteDraft, String> {
        let told = |refused: crate::domain::DraftError| refused.to_string();
        let tags = tags_of(&words_of(&self.tags)).map_err(told)?;
        let competencies = competencies_of(&words_of(&self.competencies)).map_err(told)?;
        let draft = NoteDraft::new(self.note_type, &self.title, &self.text, tags, cites);
        let mut draft = draft.map_err(told)?.showing(competencies).map_err(told)?;
        if let Some(date) = self.day()? {
            draft = draft.dated(date).map_err(told)?;
        }
        draft = draft.linked(self.links()?).map_err(told)?;
        let is_idea = self.note_type == NoteType::Idea || self.idea != Idea::default();
        if is_idea { draft.on_its_way(self.idea.clone()).map_err(told) } else { Ok(draft) }
    }

    fn day(&self) -> Result<Option<Date>, String> {
        let written = self.date.trim();
        if written.is_empty() {
            return Ok(None);
        }
        let refused = |_| say::fill("web.note.problem.date", &[("date", written)]);
        written.parse().map(Some).map_err(refused)
    }

    fn links(&self) -> Result<Vec<NoteLink>, String> {
        let lines = self.links.lines().filter(|it| !it.trim().is_empty());
        let written = lines.map(|it| NoteLink::written(it).map_err(|refused| refused.to_string()));
        let quotes = self.quotes.iter().cloned().map(NoteLink::Quote).map(Ok);
        written.chain(quotes).collect()
    }
}

/// Between commas, none of them empty.
pub(super) fn words_of(text: &str) -> Vec<String> {
    let words: BTreeSet<&str> =
        text.split(',').map(str::trim).filter(|it| !it.is_empty()).collect();
    words.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> NoteForm {
        NoteForm::sent(&Params::lenient(Some(text)))
    }

    #[test]
    fn a_form_makes_the_note_that_it_shows() {
        let sent = form(
            "type=idea&title=Towers&text=a%0D%0Ab&date=2026-03-14&tags=ads,+Feature+Store&\
             competencies=System+Design&cites=3&cites=4&links=Design+https://wiki.example/d%0A[[7]]\
             &state=tried&owner=Ada&outcome=-18+%25",
        );
        let draft = sent.draft(vec![EntryId(3)]).unwrap();
        assert_eq!((draft.note_type(), draft.text()), (NoteType::Idea, "a\nb"));
        assert_eq!(draft.date(), Some(jiff::civil::date(2026, 3, 14)));
        assert_eq!((draft.tags().len(), draft.competencies().unwrap().len()), (2, 1));
        assert_eq!(draft.links().unwrap().len(), 2);
        let idea = draft.idea().unwrap();
        assert_eq!((idea.state, idea.outcome.as_str()), (IdeaState::Tried, "-18 %"));
        assert_eq!(sent.cites, [EntryId(3), EntryId(4)]);
    }

    #[test]
    fn what_cannot_be_read_is_told_and_nothing_is_lost() {
        assert!(form("text=x&date=soon").draft(vec![]).unwrap_err().contains("soon"));
        assert!(form("text=x&links=nowhere").draft(vec![]).unwrap_err().contains("nowhere"));
        assert!(form("text=+").draft(vec![]).is_err());
        let idea = form("type=insight&text=x").draft(vec![]).unwrap();
        assert_eq!(idea.idea(), None);
    }

    #[test]
    fn what_is_typed_comes_back_as_it_was() {
        let fields = [("text", "a\nb"), ("cites", "3\n4"), ("title", "T"), ("type", "result")];
        let typed = TypedNote {
            tab: "12345678".parse().unwrap(),
            note: None,
            revision: 2,
            fields: fields.map(|(name, text)| (name.to_owned(), text.to_owned())).into(),
            typed: jiff::Timestamp::UNIX_EPOCH,
        };
        let form = NoteForm::typed(&typed);
        assert_eq!((form.text.as_str(), form.revision), ("a\nb", 2));
        assert_eq!((form.cites, form.note_type), (vec![EntryId(3), EntryId(4)], NoteType::Result));
    }

    #[test]
    fn a_new_note_begins_with_what_led_to_it() {
        let asked =
            Params::lenient(Some("type=challenge&entry=7&quote=It+drops.%0AIt+fails.&start=9"));
        let form = NoteForm::new(&asked, jiff::civil::date(2026, 3, 14));
        assert_eq!(form.text, "> It drops.\n> It fails.\n\n");
        assert_eq!((form.note_type, form.cites), (NoteType::Challenge, vec![EntryId(7)]));
        assert_eq!((form.quotes[0].start, form.date.as_str()), (9, "2026-03-14"));
    }
}
