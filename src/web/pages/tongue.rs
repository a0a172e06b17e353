//! The language of a page that subscribers see: theirs, or one that their browser asks for.

use axum::http::{HeaderMap, header};

use crate::{domain::FRAME_LANGUAGES, messages};

/// Texts of the catalogue in one language. Templates call it `words`, by which a test finds their keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tongue {
    pub(super) language: &'static str,
}

impl Tongue {
    /// By a tag like `de` or `zh-Hans`; English where we do not speak it.
    pub(super) fn of(tag: &str) -> Self {
        Self { language: known(tag).unwrap_or(FRAME_LANGUAGES[0]) }
    }

    /// The first language that a browser names and we speak. Browsers name what is liked best first.
    pub(super) fn asked_for(headers: &HeaderMap) -> Self {
        Self { language: asked_language(headers) }
    }

    pub(super) fn text<'a>(&self, key: &'a str) -> &'a str {
        messages::text_in(self.language, key)
    }

    pub(super) fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        messages::fill_in(self.language, key, values)
    }
}

/// See [`Tongue::asked_for`].
pub(in crate::web) fn asked_language(headers: &HeaderMap) -> &'static str {
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok());
    let mut tags = asked.unwrap_or_default().split(',').take(20);
    let tag = tags.find_map(|it| known(it.split(';').next()?.trim()));
    tag.unwrap_or(FRAME_LANGUAGES[0])
}

fn known(tag: &str) -> Option<&'static str> {
    let primary = tag.split('-').next().unwrap_or_default();
    FRAME_LANGUAGES.into_iter().find(|it| it.eq_ignore_ascii_case(primary))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_we_speak_is_taken() {
        let words = |asked: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, asked.parse().unwrap());
            Tongue::asked_for(&headers).language
        };
        assert_eq!(words("fr-CH, fr;q=0.9, de;q=0.8, en;q=0.7"), "de");
        assert_eq!(words("zh-Hans-CN"), "zh");
        assert_eq!(words("fr"), "en");
        assert_eq!(words(""), "en");
        assert_eq!(Tongue::asked_for(&HeaderMap::new()).language, "en");
    }
}
