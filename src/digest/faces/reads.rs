//! A story that was chosen, in words: what it is, why it was chosen, and what it says itself.

use super::{
    spoken::{PageAt, in_address, of_web, titled},
    words::{Words, plain},
};
use crate::{
    domain::{Quoted, Read, Why},
    messages::Piece,
};

pub struct SpokenRead {
    pub title: String,
    /// A tag; empty where nobody knows it, which is what the attribute `lang` wants.
    pub language: String,
    /// Our page of it, else where it was published.
    pub link: Option<String>,
    /// Where it was published, where the link leads elsewhere.
    pub original: Option<String>,
    pub queue: Option<String>,
    pub note: Option<String>,
    pub peer: String,
    pub peer_link: Option<String>,
    /// Authors, day, minutes, kind.
    pub facts: Vec<String>,
    /// Why it was chosen.
    pub why: Vec<Said>,
    pub quotes: Vec<SpokenQuote>,
    /// Empty where something is quoted.
    pub summary: String,
}

/// A part of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub text: String,
    /// That it is what a topic or an interest is called.
    pub is_name: bool,
}

pub struct SpokenQuote {
    /// A word of [`crate::domain::Role`].
    pub role: &'static str,
    pub label: String,
    pub text: String,
}

/// More are counted.
const MOST_AUTHORS: usize = 2;
/// Challenge, approach and result, where there are these: a read is to be read where it was published.
const MOST_QUOTES: usize = 3;
/// Of a reason in many parts, the strongest.
const MOST_REASONS: usize = 3;

pub(super) fn read(words: &Words<'_>, read: &Read, page: PageAt<'_>, keeps: bool) -> SpokenRead {
    let our_page = page(&format!("/entries/{}", read.entry));
    let form = |name: &str| page(&format!("/entries/{}#{name}", read.entry)).filter(|_| keeps);
    let original = of_web(read.address.as_ref());
    let quotes = read.quotes.iter().filter_map(|it| quote(words, it));
    let quotes: Vec<SpokenQuote> = quotes.take(MOST_QUOTES).collect();
    SpokenRead {
        title: titled(words, &read.title),
        language: read.language.as_ref().map(ToString::to_string).unwrap_or_default(),
        link: our_page.clone().or_else(|| original.clone()),
        original: original.filter(|_| our_page.is_some()),
        queue: form("queue"),
        note: form("note"),
        peer: plain(&read.peer_name),
        peer_link: page(&format!("/?peer={}", in_address(&read.peer))),
        facts: facts(words, read),
        why: why(words, read),
        summary: if quotes.is_empty() { plain(&read.summary) } else { String::new() },
        quotes,
    }
}

fn facts(words: &Words<'_>, read: &Read) -> Vec<String> {
    let kind = read.kind.map(|it| words.text(&format!("kind.{}", it.as_str())).to_owned());
    let day = read.published.map(|it| words.day(it));
    let minutes = words.counted_if_any("issue.read.minutes", read.minutes);
    [authors(words, read), day, minutes, kind].into_iter().flatten().collect()
}

fn authors(words: &Words<'_>, read: &Read) -> Option<String> {
    let names = read.authors.iter().map(|it| plain(it));
    let names: Vec<String> =
        names.filter(|it| !it.is_empty() && *it != plain(&read.peer_name)).collect();
    let (first, others) = names.split_at(names.len().min(MOST_AUTHORS));
    let first = words.listed(first);
    match u32::try_from(others.len()) {
        _ if first.is_empty() => None,
        Ok(0) | Err(_) => Some(first),
        Ok(others) => Some(words.counted_with("issue.read.others", others, &[("names", &first)])),
    }
}

fn quote(words: &Words<'_>, quoted: &Quoted) -> Option<SpokenQuote> {
    let text = Some(plain(&quoted.text)).filter(|it| !it.is_empty())?;
    let role = quoted.role.as_str();
    Some(SpokenQuote { role, label: words.text(&format!("role.{role}")).to_owned(), text })
}

/// `matches dynamic pricing; the first on it by Walmart Global Tech in a year`.
fn why(words: &Words<'_>, read: &Read) -> Vec<Said> {
    let matched: Vec<&str> = read.why.iter().filter_map(name_of_match).collect();
    let others = read.why.iter().filter(|it| name_of_match(it).is_none());
    let first = (!matched.is_empty()).then(|| matches(words, &matched));
    let mut said: Vec<Said> = Vec::new();
    let reasons = first.into_iter().chain(others.map(|it| reason(words, read, it, &matched)));
    for (at, reason) in reasons.take(MOST_REASONS).enumerate() {
        if at > 0 {
            said.push(Said::text(words.text("issue.semicolon")));
        }
        said.extend(reason);
    }
    said
}

fn name_of_match(why: &Why) -> Option<&str> {
    match why {
        Why::Matches { name } => Some(name),
        _ => None,
    }
}

fn matches(words: &Words<'_>, names: &[&str]) -> Vec<Said> {
    let mut said = Vec::new();
    for piece in words.pieces("issue.why.matches", &[("names", "")]) {
        match piece {
            Piece::Text(text) => said.push(Said::text(text)),
            Piece::Value { .. } => {
                for (at, name) in names.iter().enumerate() {
                    let glue = (at > 0).then(|| Said::text(words.text("issue.separator")));
                    said.extend(glue);
                    said.push(Said::name(name));
                }
            }
        }
    }
    said
}

fn reason(words: &Words<'_>, read: &Read, why: &Why, matched: &[&str]) -> Vec<Said> {
    let count = match why {
        Why::ToldBy { peers } => peers.to_string(),
        Why::FirstOfPeer { months, .. } => months.unwrap_or_default().to_string(),
        _ => String::new(),
    };
    let (key, name) = match why {
        Why::FirstOfPeer { name, months } => {
            let span = match months {
                None => "",
                Some(12) => "-year",
                Some(_) => "-months",
            };
            // What was just named is called `it`.
            let here = if matched == [name.as_str()] { "-here" } else { "" };
            (format!("first{span}{here}"), name.as_str())
        }
        Why::Rising { name } | Why::Matches { name } => {
            let here = if matched == [name.as_str()] { "-here" } else { "" };
            (format!("rising{here}"), name.as_str())
        }
        Why::Worth => ("worth".to_owned(), ""),
        Why::Substance { kind } => (format!("kind.{}", kind.as_str()), ""),
        Why::Measured => ("measured".to_owned(), ""),
        Why::ToldBy { .. } => ("told-by".to_owned(), ""),
        Why::Peer => ("peer".to_owned(), ""),
        Why::New => ("new".to_owned(), ""),
        Why::NeverRead => ("never-read".to_owned(), ""),
    };
    let key = format!("issue.why.{key}");
    let peer = plain(&read.peer_name);
    let values = [("name", name), ("peer", peer.as_str()), ("n", count.as_str())];
    words.pieces(&key, &values).into_iter().filter_map(Said::of).collect()
}

impl Said {
    fn text(text: &str) -> Self {
        Self { text: text.to_owned(), is_name: false }
    }

    fn name(text: &str) -> Self {
        Self { text: plain(text), is_name: true }
    }

    fn of(piece: Piece<'_>) -> Option<Self> {
        match piece {
            Piece::Text("") => None,
            Piece::Text(text) => Some(Self::text(text)),
            Piece::Value { place: "name", value } => Some(Self::name(value)),
            Piece::Value { value, .. } => Some(Self::text(value)),
        }
    }
}
