//! An evidence pack in words: all that its faces show, in the order in which they show it.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    super::words::Markup,
    plot::{BarRow, MonthPlot, bar_rows, month_plot},
    said::{count, dated, month_text, state_text, type_text},
};
use crate::{
    domain::{
        Area, AreaHeading, Citation, Figures, Gap, IdeaEvidence, LedgerCheck, Note, NoteId,
        NoteType, Pack, PackSpan, ProposedRead, QUIET_WEEKS,
    },
    extract::{NoteCalled, note_html},
    web::say,
};

/// Where links between notes lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LeadTo {
    /// To the pages of the journal.
    Pages,
    /// To places in the same file.
    Places,
}

pub(super) struct PackView {
    pub(super) lead: LeadTo,
    /// `January to June 2026`.
    pub(super) span: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) made: String,
    pub(super) figures: Vec<String>,
    pub(super) is_empty: bool,
    pub(super) areas: Vec<AreaView>,
    /// Competencies of the rubric without a note.
    pub(super) without: Option<String>,
    pub(super) ideas: Vec<IdeaView>,
    pub(super) reading: Option<ReadingView>,
    pub(super) gaps: Vec<GapView>,
    pub(super) ledger: LedgerView,
    pub(super) gap_rule: String,
    /// What notes are called to which a text may lead.
    called: BTreeMap<NoteId, String>,
}

pub(super) struct AreaView {
    pub(super) name: String,
    pub(super) expected: Option<String>,
    pub(super) notes: Vec<NoteView>,
    /// Ideas and notes that are told elsewhere.
    pub(super) also: Vec<AlsoView>,
}

pub(super) struct NoteView {
    pub(super) id: i64,
    pub(super) heading: String,
    /// Type, day.
    pub(super) facts: Vec<String>,
    /// Markdown.
    pub(super) text: String,
    pub(super) cites: Vec<CiteView>,
}

pub(super) struct AlsoView {
    pub(super) id: i64,
    pub(super) heading: String,
    pub(super) facts: Vec<String>,
}

pub(super) struct CiteView {
    pub(super) title: String,
    pub(super) address: Option<String>,
    /// Peer, day of publication.
    pub(super) facts: Vec<String>,
}

pub(super) struct IdeaView {
    pub(super) note: NoteView,
    /// `noted 3 March 2026`, one after the other.
    pub(super) path: Vec<String>,
    /// Label and text: owner, hypothesis, effort, outcome.
    pub(super) says: Vec<(String, String)>,
    pub(super) came_of_it: Vec<AlsoView>,
}

pub(super) struct ReadingView {
    pub(super) line: String,
    pub(super) months: MonthPlot,
    pub(super) peers: Vec<BarRow>,
    pub(super) subjects: Vec<BarRow>,
}

pub(super) struct GapView {
    /// `Nothing on capacity planning since 3 March 2026`.
    pub(super) said: String,
    pub(super) reads: Vec<ReadView>,
}

pub(super) struct ReadView {
    pub(super) entry: i64,
    pub(super) title: String,
    pub(super) address: Option<String>,
    pub(super) facts: Vec<String>,
}

pub(super) struct LedgerView {
    pub(super) is_sound: bool,
    pub(super) said: String,
    pub(super) head: Option<String>,
}

impl PackView {
    pub(super) fn of(pack: &Pack<'_>, notes: &[Note], zone: &TimeZone, lead: LeadTo) -> Self {
        let told_as_ideas = pack.ideas_told();
        let is_idea = |note: &Note| told_as_ideas.contains(&note.id);
        let shown = pack.areas.iter().filter(|it| {
            // What is told among the ideas needs no heading of its own.
            !it.is_empty() && it.heading != AreaHeading::Type(NoteType::Idea)
        });
        let without = pack.areas.iter().filter(|it| it.is_empty());
        let without: Vec<String> = without.map(|it| area_name(&it.heading)).collect();
        let is_called = |it: &&Note| {
            lead == LeadTo::Pages || told_as_ideas.contains(&it.id) || is_told(pack, it.id)
        };
        let called = notes.iter().filter(is_called).map(|it| (it.id, it.heading()));
        Self {
            lead,
            called: called.collect(),
            gap_rule: gap_rule(),
            span: span_text(pack.span),
            from: pack.span.from().to_string(),
            to: pack.span.to().to_string(),
            made: dated(day_of_time(pack.made, zone)),
            figures: figures(&pack.figures),
            is_empty: pack.is_empty(),
            areas: shown.map(|it| AreaView::of(it, &is_idea)).collect(),
            without: (!without.is_empty()).then(|| {
                say::fill(
                    "web.pack.without",
                    &[("names", &without.join(say::text("web.pack.and")))],
                )
            }),
            ideas: pack.ideas.iter().map(|it| IdeaView::of(it, zone)).collect(),
            reading: reading(pack),
            gaps: pack.gaps.iter().map(GapView::of).collect(),
            ledger: LedgerView::of(pack.ledger),
        }
    }
}

fn is_told(pack: &Pack<'_>, note: NoteId) -> bool {
    pack.areas.iter().flat_map(|it| &it.evidence).any(|it| it.id == note)
}

fn day_of_time(time: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(time).date()
}

impl PackView {
    /// The text of a note as HTML.
    pub(super) fn html(&self, note: &NoteView) -> Markup {
        let called = |it: NoteId| Some(NoteCalled { heading: self.called.get(&it)?.clone() });
        let html = note_html(&note.text, &called);
        Markup::sanitised(match self.lead {
            LeadTo::Pages => html,
            LeadTo::Places => html.replace("href=\"/journal/", "href=\"#note-"),
        })
    }

    /// Where an entry is read: here, or where it was published.
    pub(super) fn place_of(&self, read: &ReadView) -> Option<String> {
        match self.lead {
            LeadTo::Pages => Some(format!("/entries/{}", read.entry)),
            LeadTo::Places => read.address.clone(),
        }
    }
}

fn span_text(span: PackSpan) -> String {
    let (from, to) = (span.from(), span.to());
    if from == to {
        return month_text(from, true);
    }
    let (first, last) = (month_text(from, from.year() != to.year()), month_text(to, true));
    say::fill("web.pack.span", &[("from", &first), ("to", &last)])
}

/// Each a part of one sentence.
fn figures(figures: &Figures) -> Vec<String> {
    let types = figures
        .by_type
        .iter()
        .map(|(note_type, many)| count(&format!("web.pack.types.{}", note_type.as_str()), *many));
    let types: Vec<String> = types.collect();
    let notes = (figures.notes > 0).then(|| {
        let notes = count("web.pack.figures.notes", figures.notes);
        let types = types.join(say::text("web.pack.and"));
        say::fill("web.pack.figures.of-types", &[("notes", &notes), ("types", &types)])
    });
    let ideas = (figures.ideas > 0).then(|| {
        let (ideas, adopted) =
            (count("web.pack.figures.ideas", figures.ideas), figures.adopted.to_string());
        say::fill("web.pack.figures.adopted", &[("ideas", &ideas), ("adopted", &adopted)])
    });
    let sources = (figures.sources > 0).then(|| {
        let sources = count("web.pack.figures.sources", figures.sources);
        let peers = count("web.pack.figures.peers", figures.peers);
        say::fill("web.pack.figures.cited", &[("sources", &sources), ("peers", &peers)])
    });
    let read = (figures.read > 0).then(|| read_line(figures.read, figures.applied));
    [notes, ideas, sources, read].into_iter().flatten().collect()
}

fn read_line(read: usize, applied: usize) -> String {
    let read = count("web.pack.figures.read", read);
    match applied {
        0 => read,
        some => say::fill(
            "web.pack.figures.applied",
            &[("read", &read), ("applied", &some.to_string())],
        ),
    }
}

fn area_name(heading: &AreaHeading<'_>) -> String {
    match heading {
        AreaHeading::Rubric(it) => it.name.clone(),
        AreaHeading::Competency(it) => capitalised(it.as_str()),
        AreaHeading::Type(it) => say::text(&format!("web.pack.heading.{}", it.as_str())).to_owned(),
        AreaHeading::Other => say::text("web.pack.heading.other").to_owned(),
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    first + letters.as_str()
}

impl AreaView {
    fn of(area: &Area<'_>, is_idea: &dyn Fn(&Note) -> bool) -> Self {
        let (ideas, notes): (Vec<&Note>, Vec<&Note>) =
            area.evidence.iter().copied().partition(|it| is_idea(it));
        let expected = match area.heading {
            AreaHeading::Rubric(it) => it.expected.clone(),
            _ => None,
        };
        Self {
            name: area_name(&area.heading),
            expected,
            notes: notes.into_iter().map(NoteView::of).collect(),
            also: ideas.iter().chain(&area.also).map(|it| AlsoView::of(it)).collect(),
        }
    }
}

impl NoteView {
    fn of(note: &Note) -> Self {
        Self {
            id: note.id.0,
            heading: note.heading(),
            facts: vec![type_text(note.note_type), dated(note.date)],
            text: note.text.clone(),
            cites: note.cites.iter().map(CiteView::of).collect(),
        }
    }
}

impl AlsoView {
    fn of(note: &Note) -> Self {
        let state = note.idea().map(|it| state_text(it.state));
        let outcome = note.idea().map(|it| it.outcome.clone()).filter(|it| !it.is_empty());
        let facts = [Some(type_text(note.note_type)), Some(dated(note.date)), state, outcome];
        let facts = facts.into_iter().flatten().collect();
        Self { id: note.id.0, heading: note.heading(), facts }
    }
}

impl CiteView {
    fn of(citation: &Citation) -> Self {
        let published = citation.published.map(|it| dated(day_of_time(it, &TimeZone::UTC)));
        let peer = Some(citation.peer_name.clone()).filter(|it| !it.is_empty());
        Self {
            title: citation.title.clone(),
            address: citation.address.as_ref().map(ToString::to_string),
            facts: [peer, published].into_iter().flatten().collect(),
        }
    }
}

impl IdeaView {
    fn of(evidence: &IdeaEvidence<'_>, zone: &TimeZone) -> Self {
        let IdeaEvidence { note, idea, came_of_it } = evidence;
        let mut view = NoteView::of(note);
        view.facts[0] = state_text(idea.state);
        let says = [
            ("outcome", &idea.outcome),
            ("hypothesis", &idea.hypothesis),
            ("owner", &idea.owner),
            ("effort", &idea.effort),
        ];
        let says = says.into_iter().filter(|it| !it.1.is_empty());
        let label = |key: &str| say::text(&format!("web.pack.idea.{key}")).to_owned();
        let step = |it: &crate::domain::IdeaMove| {
            let day = dated(day_of_time(it.at, zone));
            say::fill("web.pack.idea.step", &[("state", &state_text(it.state)), ("day", &day)])
        };
        Self {
            note: view,
            // Where it is now stands above already.
            path: note.path.iter().filter(|_| note.path.len() > 1).map(step).collect(),
            says: says.map(|(key, text)| (label(key), text.clone())).collect(),
            came_of_it: came_of_it.iter().map(|it| AlsoView::of(it)).collect(),
        }
    }
}

fn reading(pack: &Pack<'_>) -> Option<ReadingView> {
    let profile = &pack.profile;
    (profile.read > 0).then(|| ReadingView {
        line: read_line(profile.read, profile.applied),
        months: month_plot(profile),
        peers: bar_rows(&profile.peers),
        subjects: bar_rows(&profile.subjects),
    })
}

impl GapView {
    fn of(gap: &Gap) -> Self {
        let said = match gap.since {
            Some(day) => {
                say::fill("web.pack.gap.since", &[("name", &gap.name), ("day", &dated(day))])
            }
            None => say::fill("web.pack.gap.never", &[("name", &gap.name)]),
        };
        Self { said, reads: gap.reads.iter().map(ReadView::of).collect() }
    }
}

impl ReadView {
    fn of(read: &ProposedRead) -> Self {
        let kind = read.kind.map(|it| say::text(&format!("kind.{}", it.as_str())).to_owned());
        let minutes = count("web.pack.gap.minutes", read.minutes as usize);
        let facts = [Some(read.peer_name.clone()), read.published.map(dated), kind, Some(minutes)];
        Self {
            entry: read.entry.0,
            title: read.title.clone(),
            address: read.address.as_ref().map(ToString::to_string),
            facts: facts.into_iter().flatten().collect(),
        }
    }
}

impl LedgerView {
    fn of(check: &LedgerCheck) -> Self {
        let lines = count("web.pack.ledger.lines", usize::try_from(check.lines).unwrap_or(0));
        let said = match &check.first_break {
            None if check.head.is_none() => say::text("web.pack.ledger.empty").to_owned(),
            None => say::fill("web.pack.ledger.sound", &[("lines", &lines)]),
            Some(found) => {
                let what = say::text(&format!("journal.break.{}", found.what.as_str())).to_owned();
                let number = found.number.map_or_else(|| "–".to_owned(), |it| it.to_string());
                let at = found.at.map_or_else(|| "–".to_owned(), |it| it.to_string());
                let note = found.note.to_string();
                let values =
                    [("number", &*number), ("note", &*note), ("at", &*at), ("what", &*what)];
                say::fill("web.pack.ledger.broken", &values)
            }
        };
        let head = check.head.map(|it| it.hash.to_string());
        Self { is_sound: check.is_sound(), said, head }
    }
}

/// How long a silence makes a gap, told below the heading.
fn gap_rule() -> String {
    say::fill("web.pack.gap.rule", &[("weeks", &QUIET_WEEKS.to_string())])
}
