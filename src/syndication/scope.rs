//! What `xml:base` and `xml:lang` say, handed down from an element to what is inside it.

use crate::domain::{Address, Language};

use super::{tags::attribute, text::unescape};

#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// Only where one is declared.
    pub(super) base: Option<Address>,
    pub(super) language: Option<Language>,
}

impl Scope {
    /// Inside an element with these attributes. A base that is none is passed over.
    pub(super) fn within(&self, attributes: &str, document: &Address) -> Self {
        let mut inner = self.clone();
        if !attributes.contains("xml:") {
            return inner;
        }
        if let Some(base) = attribute(attributes, "xml:base") {
            let outer = self.base.as_ref().unwrap_or(document);
            inner.base = outer.join(unescape(base).trim()).ok().or(inner.base);
        }
        if let Some(language) = attribute(attributes, "xml:lang") {
            inner.language = language.parse().ok();
        }
        inner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases_and_languages_are_inherited_and_refined() {
        let document: Address = "https://example.com/feed.xml".parse().unwrap();
        let outer = Scope::default().within(" xml:base='/blog/' xml:lang='en_us'", &document);
        let inner = outer.within(" xml:base=\"2026/\"", &document);
        assert_eq!(inner.base.unwrap().as_str(), "https://example.com/blog/2026/");
        assert_eq!(inner.language.unwrap().as_str(), "en-US");
        assert!(outer.within(" xml:lang=''", &document).language.is_none());
    }
}
