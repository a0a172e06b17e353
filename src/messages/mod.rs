//! The one catalogue of what people read on pages and in mails; code holds the keys only.
//!
//! Written as `messages::text("…")` in code, and as `t("…")` in templates, a key is checked by a
//! test.

use std::{collections::HashMap, sync::LazyLock};

use toml_edit::{Document, Item};

type Texts = HashMap<String, String>;

static ENGLISH: LazyLock<Texts> = LazyLock::new(|| load(include_str!("en.toml")));
static GERMAN: LazyLock<Texts> = LazyLock::new(|| load(include_str!("de.toml")));
static CHINESE: LazyLock<Texts> = LazyLock::new(|| load(include_str!("zh.toml")));

/// Languages in which what stands around posts can be told.
pub const LANGUAGES: [&str; 3] = ["en", "de", "zh"];

/// A stretch of a text whose places were filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    /// What was filled in, with the name of its place.
    Value {
        place: &'a str,
        value: &'a str,
    },
}

/// The text of a key like `failure.dns.name`; a key without a text is shown itself.
pub fn text(key: &str) -> &str {
    text_in("en", key)
}

/// The text of a key in a language, named by its tag; English where that has none.
pub fn text_in<'a>(language: &str, key: &'a str) -> &'a str {
    let texts = match language.split('-').next() {
        Some("de") => &GERMAN,
        Some("zh") => &CHINESE,
        _ => &ENGLISH,
    };
    texts.get(key).or_else(|| ENGLISH.get(key)).map_or(key, String::as_str)
}

/// The text of a key with its places (`{name}`) filled; a place without a value stays as it is.
pub fn fill(key: &str, values: &[(&str, &str)]) -> String {
    fill_in("en", key, values)
}

pub fn fill_in(language: &str, key: &str, values: &[(&str, &str)]) -> String {
    let text = |piece| match piece {
        Piece::Text(text) => text,
        Piece::Value { value, .. } => value,
    };
    pieces_in(language, key, values).into_iter().map(text).collect()
}

/// The same, for those who treat what was filled in another way than what stands around it.
pub fn pieces_in<'a>(
    language: &str,
    key: &'a str,
    values: &[(&'a str, &'a str)],
) -> Vec<Piece<'a>> {
    let mut rest = text_in(language, key);
    let mut pieces = Vec::new();
    while let Some(open) = rest.find('{') {
        let (before, place) = rest.split_at(open);
        pieces.push(Piece::Text(before));
        let close = place.find('}').unwrap_or(place.len() - 1);
        let name = place.get(1..close).unwrap_or_default();
        match values.iter().find(|(known, _)| *known == name) {
            Some((place, value)) => pieces.push(Piece::Value { place, value }),
            None => pieces.push(Piece::Text(&place[..=close])),
        }
        rest = &place[close + 1..];
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// A number with its noun: `KEY.one` or `KEY.other`, with `{n}` filled.
pub fn counted_in(language: &str, key: &str, count: u64) -> String {
    let form = if count == 1 { "one" } else { "other" };
    let number = grouped_in(language, count);
    fill_in(language, &format!("{key}.{form}"), &[("n", &number)])
}

/// `12,345`, with the separator of the language.
pub fn grouped_in(language: &str, number: u64) -> String {
    let digits = number.to_string();
    let separator = text_in(language, "web.thousands");
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push_str(separator);
        }
        text.push(digit);
    }
    text
}

/// Whether a text exists for a key.
pub fn has(key: &str) -> bool {
    ENGLISH.contains_key(key)
}

fn load(file: &str) -> Texts {
    let mut texts = HashMap::new();
    if let Ok(document) = Document::parse(file) {
        collect(document.as_item(), String::new(), &mut texts);
    }
    texts
}

fn collect(item: &Item, path: String, texts: &mut Texts) {
    if let Some(text) = item.as_str() {
        texts.insert(path, text.to_owned());
        return;
    }
    let Some(table) = item.as_table_like() else { return };
    for (key, item) in table.iter() {
        let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        collect(item, path, texts);
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn places_are_filled_and_unknown_ones_stay() {
        let texts = load("[a]\nb = \"{n} of {all}, {x}\"\n");
        assert_eq!(texts["a.b"], "{n} of {all}, {x}");
        assert_eq!(fill("plain", &[]), "plain");
        assert_eq!(fill("{n} of {all}, {x}", &[("n", "1"), ("all", "2")]), "1 of 2, {x}");
        assert_eq!(fill("a { b", &[]), "a { b");
        assert_eq!(fill("{é", &[]), "{é");
        assert_eq!(fill("{}{n}", &[("n", "{n}")]), "{}{n}");
    }

    #[test]
    fn every_key_that_code_and_pages_use_has_a_text() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut folders = vec![root];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let kind = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
                if path.is_dir() {
                    folders.push(path);
                } else if matches!(kind, "rs" | "html") && !path.ends_with("messages/mod.rs") {
                    let text = fs::read_to_string(&path).unwrap();
                    for key in keys_used_in(&text, kind == "html") {
                        assert!(has(key), "{} uses `{key}`, which has no text", path.display());
                    }
                }
            }
        }
    }

    #[test]
    fn everything_is_told_in_every_language_with_the_same_places() {
        for (language, texts) in [("de", &GERMAN), ("zh", &CHINESE)] {
            for (key, english) in ENGLISH.iter() {
                let told = texts.get(key).unwrap_or_else(|| panic!("{language} lacks `{key}`"));
                assert_eq!(places_in(told), places_in(english), "{language}, `{key}`");
            }
            let unknown = texts.keys().find(|it| !has(it));
            assert_eq!(unknown, None, "{language} has what English lacks");
        }
    }

    /// The places of a text, each once. `{n}` may be left out of what tells one thing only.
    fn places_in(text: &str) -> Vec<&str> {
        let places = text.split('{').skip(1).filter_map(|it| it.split('}').next());
        let mut places: Vec<&str> = places.filter(|it| *it != "n").collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    #[test]
    fn what_a_language_lacks_is_told_in_english() {
        assert_eq!(text_in("de-AT", "web.month.1"), "Januar");
        assert_eq!(text_in("zh", "no.such.key"), "no.such.key");
        assert_eq!(text_in("fr", "web.month.1"), "January");
        assert_eq!(counted_in("de", "issue.line.stories", 1_234), "1.234 Beiträge");
        assert_eq!(counted_in("en", "issue.line.stories", 1), "1 story");
    }

    /// Keys in `messages::text("…")`, `messages::fill("…")` and `t("…")`; in templates also in bare
    /// `text("…")` and `fill("…")`.
    fn keys_used_in(text: &str, is_template: bool) -> Vec<&str> {
        let anywhere = [
            "messages::text(\"",
            "messages::fill(\"",
            "say::text(\"",
            "say::fill(\"",
            "words.text(\"",
            "words.fill(\"",
            "words.pieces(\"",
        ];
        let alone: &[&str] = if is_template { &["t(\"", "text(\"", "fill(\""] } else { &["t(\""] };
        let mut keys = Vec::new();
        for (call, must_stand_alone) in
            anywhere.iter().map(|it| (it, false)).chain(alone.iter().map(|it| (it, true)))
        {
            for (at, _) in text.match_indices(call) {
                let before = text[..at].chars().next_back().unwrap_or(' ');
                let is_part = before.is_alphanumeric() || "_.:!".contains(before);
                let key = text[at + call.len()..].split('"').next().unwrap_or_default();
                let is_use = !must_stand_alone || !is_part;
                // In prose it stands for any.
                if is_use && !key.is_empty() && key != "…" {
                    keys.push(key);
                }
            }
        }
        keys
    }

    #[test]
    fn uses_of_keys_are_found_in_code_and_templates() {
        let code = r#"messages::text("a.b"); t("c"); section.text("name"); assert("x"); part("y")"#;
        assert_eq!(keys_used_in(code, false), ["a.b", "c"]);
        let template = r#"{{ t("c") }} {{ fill("d", &[]) }} {{ self.t("e") }}"#;
        assert_eq!(keys_used_in(template, true), ["c", "d"]);
    }
}
