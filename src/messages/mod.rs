//! The one catalogue of what people read on pages and in mails; code holds the keys only.
//!
//! Written as `messages::text("…")` in code, and as `t("…")` in templates, a key is checked by a
//! test.

use std::{collections::HashMap, sync::LazyLock};

use toml_edit::{Document, Item};

static ENGLISH: LazyLock<HashMap<String, String>> = LazyLock::new(|| load(include_str!("en.toml")));

/// The text of a key like `failure.dns.name`; a key without a text is shown itself.
pub fn text(key: &str) -> &str {
    ENGLISH.get(key).map_or(key, String::as_str)
}

/// The text of a key in a language, named by its tag; English where that has none.
pub fn text_in<'a>(_language: &str, key: &'a str) -> &'a str {
    text(key)
}

pub fn fill_in(_language: &str, key: &str, values: &[(&str, &str)]) -> String {
    fill(key, values)
}

/// The text of a key with its places (`{name}`) filled; a place without a value stays as it is.
pub fn fill(key: &str, values: &[(&str, &str)]) -> String {
    let mut rest = text(key);
    let mut filled = String::with_capacity(rest.len() + 32);
    while let Some(open) = rest.find('{') {
        let (before, place) = rest.split_at(open);
        filled.push_str(before);
        let close = place.find('}').unwrap_or(place.len() - 1);
        let name = place.get(1..close).unwrap_or_default();
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => filled.push_str(value),
            None => filled.push_str(&place[..=close]),
        }
        rest = &place[close + 1..];
    }
    filled + rest
}

/// Whether a text exists for a key.
pub fn has(key: &str) -> bool {
    ENGLISH.contains_key(key)
}

fn load(file: &str) -> HashMap<String, String> {
    let mut texts = HashMap::new();
    if let Ok(document) = Document::parse(file) {
        collect(document.as_item(), String::new(), &mut texts);
    }
    texts
}

fn collect(item: &Item, path: String, texts: &mut HashMap<String, String>) {
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

    /// Keys in `messages::text("…")`, `messages::fill("…")` and `t("…")`; in templates also in bare
    /// `text("…")` and `fill("…")`.
    fn keys_used_in(text: &str, is_template: bool) -> Vec<&str> {
        let anywhere = ["messages::text(\"", "messages::fill(\""];
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
                if is_use && !key.is_empty() {
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
