//! The catalogue of texts in the language of who looks.

use super::viewer::Viewer;
use crate::messages;

/// Its tag.
pub(super) fn language() -> &'static str {
    Viewer::language()
}

/// The text of a key.
pub(super) fn text(key: &str) -> &str {
    messages::text_in(Viewer::language(), key)
}

/// The text of a key with its places (`{name}`) filled.
pub(super) fn fill(key: &str, values: &[(&str, &str)]) -> String {
    messages::fill_in(Viewer::language(), key, values)
}

/// A number with its noun: `KEY.one` or `KEY.other`.
pub(super) fn counted(key: &str, count: u64) -> String {
    messages::counted_in(Viewer::language(), key, count)
}

/// `12,345`, with the separator of the language.
pub(super) fn grouped(number: u64) -> String {
    messages::grouped_in(Viewer::language(), number)
}
