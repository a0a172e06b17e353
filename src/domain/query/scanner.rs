//! Cuts the text of a query into words, phrases, filters and operators.

use super::{Clause, Filter, MOST_SLOP, Notice, SHORTEST_PREFIX};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Term(Clause),
    Open,
    Close,
    Or,
    Minus,
    /// Something was written that asks for nothing: punctuation, a filter without a value.
    Nothing,
}

pub(super) struct Scanner<'a> {
    rest: &'a str,
    length: usize,
    pub(super) notices: Vec<Notice>,
    /// Where the first oddity stands, in bytes.
    pub(super) first: Option<usize>,
}

/// Names of what future filters or addresses may look like, which are words without further ado.
const COMMON_PREFIXES: &[&str] = &["http", "https", "mailto", "doi", "arxiv", "urn"];

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text, length: text.len(), notices: Vec::new(), first: None }
    }

    /// How far the text was read, in bytes.
    pub(super) fn at(&self) -> usize {
        self.length - self.rest.len()
    }

    pub(super) fn notice(&mut self, notice: Notice, at: usize) {
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }

    pub(super) fn next(&mut self) -> Option<Token> {
        self.rest = self.rest.trim_start_matches(is_blank);
        let first = self.rest.chars().next()?;
        Some(match first {
            '(' => self.punctuation(first, Token::Open),
            ')' => self.punctuation(first, Token::Close),
            _ if is_quote(first) => self.phrase(),
            '-' => self.dashes(),
            _ => self.word(),
        })
    }

    fn punctuation(&mut self, letter: char, token: Token) -> Token {
        self.rest = &self.rest[letter.len_utf8()..];
        token
    }

    /// One dash turns round what follows it at once; several are how options are written
    /// (`--dry-run`), and a lonely one is punctuation.
    fn dashes(&mut self) -> Token {
        let after = self.rest.trim_start_matches('-');
        let count = self.rest.len() - after.len();
        self.rest = after;
        let starts_term = after.chars().next().is_some_and(|it| !is_blank(it) && it != ')');
        if count == 1 && starts_term { Token::Minus } else { Token::Nothing }
    }

    fn phrase(&mut self) -> Token {
        match self.quoted() {
            Some(words) if has_letters(&words) => {
                let slop = self.slop().min(MOST_SLOP);
                let is_loose = slop > 0 && words.contains(' ');
                Token::Term(if is_loose {
                    Clause::Near { words, slop }
                } else {
                    Clause::Phrase(words)
                })
            }
            _ => Token::Nothing,
        }
    }

    /// What `~3` right behind a phrase says; none where nothing is said.
    fn slop(&mut self) -> u32 {
        let Some(after) = self.rest.strip_prefix('~') else { return 0 };
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            self.rest = &after[digits..];
        }
        after[..digits].parse().unwrap_or(if digits > 0 { MOST_SLOP } else { 0 })
    }

    /// The text between quotation marks; without a second one the first is left out.
    fn quoted(&mut self) -> Option<String> {
        let inner = self.rest.strip_prefix(is_quote)?;
        let Some(end) = inner.find(is_quote) else {
            self.notice(Notice::OpenQuote, self.at());
            self.rest = inner;
            return None;
        };
        let words: Vec<&str> = inner[..end].split(is_blank).filter(|it| !it.is_empty()).collect();
        self.rest = inner[end..].strip_prefix(is_quote).unwrap_or_default();
        Some(words.join(" "))
    }

    fn word(&mut self) -> Token {
        let (start, at) = (self.rest, self.at());
        let word = &start[..word_end(start)];
        self.rest = &start[word.len()..];
        if let Some(length) = called_length(word, self.rest) {
            self.rest = &self.rest[length..];
            let whole = &start[..word.len() + length];
            let words: Vec<&str> = whole.split(is_blank).filter(|it| !it.is_empty()).collect();
            return Token::Term(Clause::Phrase(words.join(" ")));
        }
        match word {
            "OR" => return Token::Or,
            "AND" => return Token::Nothing,
            "NOT" => return Token::Minus,
            _ => {}
        }
        let Some((name, value)) = word.split_once(':') else { return self.plain(word, at) };
        let lower = name.to_ascii_lowercase();
        let quoted = if value.is_empty() { self.quoted() } else { None };
        let value = quoted.as_deref().unwrap_or(value);
        match Filter::read(&lower, value) {
            Some(Ok(filter)) => Token::Term(Clause::Filter(filter)),
            Some(Err(())) => {
                self.notice(Notice::WrongValue { filter: lower, value: value.to_owned() }, at);
                self.rest = &start[name.len() + 1..];
                Token::Nothing
            }
            None => {
                if quoted.is_some() {
                    self.rest = &start[word.len()..];
                }
                if looks_like_filter(name, value) {
                    self.notice(Notice::UnknownFilter(lower), at);
                }
                self.plain(word, at)
            }
        }
    }

    fn plain(&mut self, word: &str, at: usize) -> Token {
        let bare = word.trim_end_matches('*');
        let is_prefix = bare.len() < word.len() && bare.chars().all(is_of_prefix);
        if !has_letters(word) {
            return Token::Nothing;
        }
        if !is_prefix {
            return Token::Term(Clause::Word(word.to_owned()));
        }
        if bare.chars().count() >= SHORTEST_PREFIX {
            return Token::Term(Clause::Prefix(bare.to_owned()));
        }
        self.notice(Notice::ShortPrefix, at);
        Token::Term(Clause::Word(bare.to_owned()))
    }
}

/// Prefixes are of single words; anything with a sign in it (`f(x)*`) is read as a word.
fn is_of_prefix(letter: char) -> bool {
    letter.is_alphanumeric()
}

/// The length of `(n log n)` right behind a word, as in `O(n log n)`; `None` where the parentheses may
/// hold a part of the query.
fn called_length(word: &str, rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('(')?;
    let end = inner.find(')')?;
    let (inner, after) = (&inner[..end], &inner[end + 1..]);
    let is_plain =
        |it: char| it.is_alphanumeric() || it == ' ' || matches!(it, '+' | '*' | '^' | '/' | ',');
    let is_word = word.chars().all(char::is_alphanumeric) && !matches!(word, "OR" | "AND" | "NOT");
    let is_term = is_word
        && has_letters(inner)
        && inner.len() <= LONGEST_CALLED
        && inner.chars().all(is_plain)
        && !inner.split(' ').any(|it| matches!(it, "OR" | "AND" | "NOT"))
        && after.chars().next().is_none_or(|it| is_blank(it) || it == ')');
    is_term.then_some(end + 2)
}

/// What stands in parentheses behind a word, in bytes.
const LONGEST_CALLED: usize = 40;

/// Where a word ends: at a blank, a quotation mark, or a parenthesis whose partner is not inside
/// the word, so that `f(x)` is one word.
fn word_end(text: &str) -> usize {
    let mut opened = Vec::new();
    let mut end = text.len();
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => opened.push(at),
            ')' if opened.pop().is_none() => {
                end = at;
                break;
            }
            _ if is_blank(letter) || is_quote(letter) => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    opened.first().copied().unwrap_or(end)
}

fn looks_like_filter(name: &str, value: &str) -> bool {
    name.len() > 1
        && name.bytes().all(|b| b.is_ascii_lowercase())
        && value.starts_with(char::is_alphanumeric)
        && !COMMON_PREFIXES.contains(&name)
}

pub(super) fn has_letters(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || letter.is_control()
}

fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '“' | '”' | '„' | '«' | '»')
}
