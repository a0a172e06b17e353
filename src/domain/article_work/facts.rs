//! What a page gives to an entry whose source does not say it.

use jiff::Timestamp;

use crate::domain::{Address, Language, SourceType, title_from_path};

/// What the page of an entry said, as far as the library keeps it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageFacts {
    pub title: Option<String>,
    pub authors: Vec<String>,
    pub published: Option<Timestamp>,
    /// Of the text, decided with the help of what the page declares.
    pub language: Option<Language>,
    pub summary: String,
}

/// What an entry says of itself, and what of that its page gave it before.
#[derive(Clone, Debug, PartialEq)]
pub struct FactsNow {
    pub kind: SourceType,
    pub link: Option<Address>,
    pub title: String,
    pub authors: Vec<String>,
    pub published: Option<Timestamp>,
    pub summary: String,
    pub given: Given,
}

/// What a page gives to an entry whose source does not say it; stays although the source is read
/// again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given {
    pub title: Option<String>,
    pub authors: Option<Vec<String>>,
    pub published: Option<Timestamp>,
    pub language: Option<Language>,
    pub summary: Option<String>,
}

impl FactsNow {
    /// What the page gives. `takes_text` says whether its text is taken, whose language then counts.
    pub fn given_by(&self, page: PageFacts, takes_text: bool) -> Given {
        let known = self.given.clone();
        let lacks_title = known.title.is_some() || self.has_guessed_title();
        let lacks_authors = known.authors.is_some() || self.authors.is_empty();
        let lacks_date = known.published.is_some() || self.published.is_none();
        let lacks_summary = known.summary.is_some() || self.summary.is_empty();
        let title = page.title.filter(|it| lacks_title && !it.trim().is_empty());
        let authors = Some(page.authors).filter(|it| lacks_authors && !it.is_empty());
        let summary = Some(page.summary).filter(|it| lacks_summary && !it.is_empty());
        Given {
            title: title.or(known.title),
            authors: authors.or(known.authors),
            published: page.published.filter(|_| lacks_date).or(known.published),
            language: page.language.filter(|_| takes_text).or(known.language),
            summary: summary.or(known.summary),
        }
    }

    /// Whether the title only says what the address says. A feed's own titles never do.
    fn has_guessed_title(&self) -> bool {
        let Some(link) = &self.link else { return false };
        if self.title == link.as_str() {
            return true;
        }
        if self.kind == SourceType::Feed {
            return false;
        }
        let slug = link.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let slug = slug.rsplit_once('.').map_or(slug, |(name, _)| name);
        self.title == title_from_path(link) || folded(slug).contains(&folded(&self.title))
    }
}

fn folded(text: &str) -> String {
    text.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
