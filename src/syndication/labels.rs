//! The publisher's own labels, in the many places where feeds have them.

use super::{
    entry::Reader,
    outline::Field,
    spaces::Space,
    tags::{Tag, Tags, attribute},
    text::{unescape, words},
};

/// Most labels kept of one entry.
const MOST_CATEGORIES: usize = 200;
/// Longest label, in characters.
const LONGEST_LABEL: usize = 200;
impl Reader<'_, '_> {
    pub(super) fn categories(&self) -> Vec<String> {
        let mut found = Vec::new();
        for name in [
            (Space::Main, "category"),
            (Space::Atom, "category"),
            (Space::DublinCore, "subject"),
            (Space::Media, "category"),
        ] {
            for field in self.all(name) {
                add_label(&mut found, &label_of(field));
            }
        }
        for field in self.all((Space::Itunes, "category")) {
            nested_labels(field).for_each(|label| add_label(&mut found, &unescape(label)));
        }
        for name in [(Space::Itunes, "keywords"), (Space::Media, "keywords")] {
            for field in self.all(name) {
                words(field.inside).split(',').for_each(|keyword| add_label(&mut found, keyword));
            }
        }
        found
    }
}

/// The publisher's own label: `label`, else the text, else `term`.
fn label_of(field: &Field<'_>) -> String {
    let by_attribute = |name| {
        let value = attribute(field.attributes, name).map(unescape)?;
        (!value.trim().is_empty()).then(|| value.into_owned())
    };
    by_attribute("label")
        .or_else(|| Some(words(field.inside)).filter(|text| !text.is_empty()))
        .or_else(|| by_attribute("term"))
        .unwrap_or_default()
}

/// iTunes names categories in attributes, the narrower inside the wider.
fn nested_labels<'a>(field: &Field<'a>) -> impl Iterator<Item = &'a str> {
    let inner = Tags::new(field.inside).filter_map(|found| match found.tag {
        Tag::Open { attributes, .. } | Tag::Empty { attributes, .. } => Some(attributes),
        _ => None,
    });
    let all = std::iter::once(field.attributes).chain(inner);
    all.filter_map(|attributes| attribute(attributes, "text"))
}

pub(super) fn add_label(labels: &mut Vec<String>, written: &str) {
    // Once more, as labels are often escaped like the HTML around them.
    let label: String = unescape(written).trim().chars().take(LONGEST_LABEL).collect();
    if !label.is_empty() && labels.len() < MOST_CATEGORIES && !labels.contains(&label) {
        labels.push(label);
    }
}
