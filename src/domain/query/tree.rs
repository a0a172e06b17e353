//! The tree of a query, kept in one normal form so that equal questions are equal trees.

use super::{Day, Wording, insight, span::Span};
use crate::domain::{EntryId, Kind, Language, NoteType, ReadingState, Role, Tag, Worth};

/// One part of a query. `All` and `Any` never hold just one clause or one of their own sort, and
/// `Not` never holds a `Not`: the constructors see to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clause {
    /// Each of them; of none: everything.
    All(Vec<Clause>),
    /// At least one of them.
    Any(Vec<Clause>),
    Not(Box<Clause>),
    /// A word as written: no blanks, no quotes, at least one letter or digit.
    Word(String),
    /// Words in this order, with single blanks between them.
    Phrase(String),
    /// A phrase of at least two words, whose words may be moved by so many places in all.
    Near {
        words: String,
        slop: u32,
    },
    /// Words that begin with these letters, of which there are at least [`SHORTEST_PREFIX`].
    Prefix(String),
    Filter(Filter),
}

/// Of what a post has besides its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    Code,
    Image,
    /// Not of the post itself: the reader wrote about it.
    Note,
}

impl Feature {
    const ALL: [Self; 3] = [Self::Code, Self::Image, Self::Note];

    /// The word behind `has:`, in the index as in queries.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Image => "image",
            Self::Note => "note",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

/// How a reader stands to a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Neither shown to the reader nor on the list.
    New,
    /// Neither opened nor read; it may be queued.
    Unread,
    /// On the list, in this state.
    On(ReadingState),
}

impl Standing {
    /// The word behind `is:`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Unread => "unread",
            Self::On(state) => state.as_str(),
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        match word {
            "new" => Some(Self::New),
            "unread" => Some(Self::Unread),
            _ => ReadingState::from_word(word).map(Self::On),
        }
    }
}

/// A condition on something other than the text as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Slug or words of the name.
    Peer(String),
    Domain(String),
    /// A word, or words in this order.
    Title(String),
    Author(String),
    Category(String),
    Language(Language),
    /// Its first instant is included.
    After(Day),
    /// Its first instant is not included.
    Before(Day),
    /// From the first instant of the one to the last of the other, at least one of them.
    Published(Option<Day>, Option<Day>),
    /// To read: at least and at most so many, at least one of them.
    Minutes(Option<u32>, Option<u32>),
    Has(Feature),
    /// A saved search, by its slug or name.
    Topic(String),
    /// A source, by its number or words of its address or title.
    Source(String),
    Is(Standing),
    /// The reader wrote a note of this type about it.
    Note(NoteType),
    /// The reader gave it this tag.
    Tag(Tag),
    /// About the same as this entry.
    Similar(EntryId),
    Kind(Kind),
    /// At least and at most so much.
    Worth(Worth, Worth),
    /// In a passage of this role.
    Passage(Role, Wording),
}

/// Letters that a prefix has at least.
pub const SHORTEST_PREFIX: usize = 2;
/// Places by which the words of a phrase may be moved at most.
pub const MOST_SLOP: u32 = 20;

impl Clause {
    pub(super) fn has_filters(&self) -> bool {
        match self {
            Self::All(inner) | Self::Any(inner) => inner.iter().any(Self::has_filters),
            // What is not in one entry of a story may be in another.
            Self::Not(_) | Self::Filter(_) => true,
            Self::Word(_) | Self::Phrase(_) | Self::Near { .. } | Self::Prefix(_) => false,
        }
    }

    pub(super) fn collect_filters<'a>(&'a self, filters: &mut Vec<&'a Filter>) {
        match self {
            Self::All(inner) | Self::Any(inner) => {
                for it in inner {
                    it.collect_filters(filters);
                }
            }
            Self::Not(inner) => inner.collect_filters(filters),
            Self::Filter(filter) => filters.push(filter),
            Self::Word(_) | Self::Phrase(_) | Self::Near { .. } | Self::Prefix(_) => {}
        }
    }

    pub fn all(clauses: Vec<Self>) -> Self {
        let mut flat = Vec::with_capacity(clauses.len());
        for clause in clauses {
            match clause {
                Self::All(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.len() == 1 { flat.remove(0) } else { Self::All(flat) }
    }

    /// `None` of none, as nothing could match.
    pub fn any(clauses: Vec<Self>) -> Option<Self> {
        let mut flat = Vec::with_capacity(clauses.len());
        for clause in clauses {
            match clause {
                Self::Any(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.len() > 1 { Some(Self::Any(flat)) } else { flat.pop() }
    }

    pub(super) fn not(clause: Self) -> Self {
        match clause {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }
}

impl Filter {
    /// Whether it can be asked of notes, too, and not of posts alone.
    pub fn is_of_notes(&self) -> bool {
        matches!(
            self,
            Self::Note(_)
                | Self::Tag(_)
                | Self::Peer(_)
                | Self::Title(_)
                | Self::After(_)
                | Self::Before(_)
                | Self::Published(..)
                | Self::Has(Feature::Note)
        )
    }

    /// The name before the colon.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Peer(_) => "peer",
            Self::Domain(_) => "domain",
            Self::Title(_) => "title",
            Self::Author(_) => "author",
            Self::Category(_) => "category",
            Self::Language(_) => "lang",
            Self::After(_) => "after",
            Self::Before(_) => "before",
            Self::Published(..) => "published",
            Self::Minutes(..) => "minutes",
            Self::Has(_) => "has",
            Self::Topic(_) => "topic",
            Self::Source(_) => "source",
            Self::Is(_) => "is",
            Self::Note(_) => "note",
            Self::Tag(_) => "tag",
            Self::Similar(_) => "similar",
            Self::Kind(_) => "kind",
            Self::Worth(..) => "worth",
            Self::Passage(role, _) => role.as_str(),
        }
    }

    /// All that may stand behind the colon, of a filter for which that is a short list.
    pub fn values(name: &str) -> Vec<&'static str> {
        match name {
            "kind" => Kind::ALL.map(Kind::as_str).to_vec(),
            "worth" => vec!["0", "1", "2", "3"],
            "has" => Feature::ALL.map(Feature::as_str).to_vec(),
            "note" => NoteType::ALL.map(NoteType::as_str).to_vec(),
            "is" => {
                let states = ReadingState::ALL.map(Standing::On);
                let all = [Standing::New, Standing::Unread].into_iter().chain(states);
                all.map(Standing::as_str).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Reads `value` as the filter `name` (lower-case) asks: `None` for another name, an error for
    /// a value that it cannot have.
    pub(super) fn read(name: &str, value: &str) -> Option<Result<Self, ()>> {
        let text = value.to_owned();
        let filter = match name {
            "peer" => Ok(Self::Peer(text)),
            "domain" => Ok(Self::Domain(text)),
            "title" => Ok(Self::Title(text)),
            "author" => Ok(Self::Author(text)),
            "category" => Ok(Self::Category(text)),
            "lang" => value.parse().map(Self::Language).map_err(drop),
            "after" => value.parse().map(Self::After).map_err(drop),
            "before" => value.parse().map(Self::Before).map_err(drop),
            "published" => days(value).ok_or(()),
            "minutes" => Span::read(value).map(|it| Self::Minutes(it.least, it.most)).ok_or(()),
            "has" => Feature::from_word(value).map(Self::Has).ok_or(()),
            "topic" => Ok(Self::Topic(text)),
            "source" => Ok(Self::Source(text)),
            "is" => Standing::from_word(value).map(Self::Is).ok_or(()),
            "note" => NoteType::from_word(value).map(Self::Note).ok_or(()),
            "tag" => value.parse().map(Self::Tag).map_err(drop),
            "similar" => value.parse().map(|it| Self::Similar(EntryId(it))).map_err(drop),
            "kind" => insight::kind(value).map(Self::Kind).ok_or(()),
            "worth" => insight::worth(value).ok_or(()),
            _ => return Role::from_word(name).map(|it| insight::passage(it, value).ok_or(())),
        };
        Some(
            filter.and_then(
                |it| if value.contains(char::is_alphanumeric) { Ok(it) } else { Err(()) },
            ),
        )
    }

    /// What stands behind the colon.
    pub fn value(&self) -> String {
        match self {
            Self::Peer(text)
            | Self::Domain(text)
            | Self::Title(text)
            | Self::Author(text)
            | Self::Category(text)
            | Self::Topic(text)
            | Self::Source(text) => text.clone(),
            Self::Is(standing) => standing.as_str().to_owned(),
            Self::Note(kind) => kind.as_str().to_owned(),
            Self::Tag(tag) => tag.to_string(),
            Self::Similar(entry) => entry.to_string(),
            Self::Kind(kind) => kind.as_str().to_owned(),
            Self::Worth(least, most) => insight::worth_told(*least, *most),
            Self::Passage(_, wording) => wording.told(),
            Self::Language(language) => language.to_string(),
            Self::After(day) | Self::Before(day) => day.to_string(),
            Self::Published(from, to) if from == to => {
                from.map(|it| it.to_string()).unwrap_or_default()
            }
            Self::Published(from, to) => {
                let day = |it: &Option<Day>| it.map(|it| it.to_string()).unwrap_or_default();
                format!("{}..{}", day(from), day(to))
            }
            Self::Minutes(least, most) => match (least, most) {
                (Some(least), Some(most)) if least == most => least.to_string(),
                (Some(least), Some(most)) => format!("{least}..{most}"),
                (None, Some(most)) => format!("<={most}"),
                (Some(least), None) => format!(">={least}"),
                (None, None) => String::new(),
            },
            Self::Has(feature) => feature.as_str().to_owned(),
        }
    }
}

/// `2025-03`, `2024..2026`, `2024..` or `..2026`.
fn days(value: &str) -> Option<Filter> {
    let Some((from, to)) = value.split_once("..") else {
        let day = value.parse().ok()?;
        return Some(Filter::Published(Some(day), Some(day)));
    };
    let day = |text: &str| -> Option<Option<Day>> {
        if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) }
    };
    match (day(from)?, day(to)?) {
        (None, None) => None,
        (from, to) => Some(Filter::Published(from, to)),
    }
}
