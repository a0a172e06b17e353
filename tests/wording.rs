//! Pages hold no words of their own: every visible text comes from the message catalogue.

use std::{fs, path::Path};

use peerscope::messages;

fn templates() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let read = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().unwrap();
        (name, fs::read_to_string(entry.path()).unwrap())
    };
    let folders = ["web/templates", "digest/templates"];
    let files = folders.into_iter().flat_map(|it| fs::read_dir(root.join(it)).unwrap());
    // What a style sheet says is no text.
    let files = files
        .map(|it| read(it.unwrap()))
        .filter(|it| Path::new(&it.0).extension().is_none_or(|it| it != "css"));
    files.collect()
}

/// A template without what stands between `open` and `close`.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut rest = text;
    let mut kept = String::new();
    while let Some(at) = rest.find(open) {
        kept.push_str(&rest[..at]);
        rest = rest[at..].find(close).map_or("", |end| &rest[at + end + close.len()..]);
    }
    kept + rest
}

fn without_expressions(text: &str) -> String {
    let pairs = [("{{", "}}"), ("{%", "%}"), ("{#", "#}")];
    pairs.iter().fold(text.to_owned(), |text, (open, close)| without(&text, open, close))
}

fn has_words(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

#[test]
fn templates_hold_no_words_between_their_tags() {
    let templates = templates();
    assert!(templates.len() > 4);
    for (name, text) in templates {
        let words = without(&without_expressions(&text), "<", ">");
        assert!(!has_words(&words), "{name} holds words: {}", words.trim());
    }
}

#[test]
fn templates_hold_no_words_in_attributes_that_people_see_or_hear() {
    for (name, text) in templates() {
        let text = without_expressions(&text);
        for attribute in ["alt", "title", "placeholder", "aria-label", "label"] {
            for (at, start) in text.match_indices(&format!(" {attribute}=\"")) {
                let value = text[at + start.len()..].split('"').next().unwrap();
                assert!(!has_words(value), "{name} has {attribute}=\"{value}\"");
            }
        }
    }
}

#[test]
fn what_is_counted_has_words_for_one_and_for_many() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/pages");
    let mut keys = 0;
    let files = fs::read_dir(root).unwrap().map(|it| it.unwrap().path());
    for file in files.filter(|it| it.is_file()) {
        let text = fs::read_to_string(file).unwrap();
        for part in text.split("counted(\"").skip(1) {
            let key = part.split('"').next().unwrap();
            for form in ["one", "other"] {
                assert!(messages::has(&format!("{key}.{form}")), "{key}.{form} has no text");
            }
            keys += 1;
        }
    }
    assert!(keys > 5);
    for state in ["failing", "gone", "paused", "new", "fine"] {
        for part in ["one", "other", "meaning"] {
            assert!(messages::has(&format!("web.standing.{state}.{part}")), "{state}.{part}");
        }
    }
}
