//! The house keeps its shape: floors and module docs.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Lowest floor first. A module uses the floors below its own, never a neighbour.
const FLOORS: &[&[&str]] = &[
    &["domain", "messages", "report"],
    &[
        "catalogue",
        "config",
        "exchange",
        "extract",
        "fetch",
        "insight",
        "mail",
        "search",
        "store",
        "syndication",
    ],
    &["home"],
    &["access", "crawl", "digest", "feeds", "reading"],
    &["daemon", "web"],
    &["cli"],
];

#[test]
fn modules_use_only_the_floors_below_them() {
    for (file, text) in sources() {
        let Some(home) = floor_of(&module_of(&file)) else { continue };
        for used in modules_used_in(&text) {
            let allowed = used == module_of(&file) || floor_of(used).is_none_or(|it| it < home);
            assert!(allowed, "{} uses `{used}`, which is not on a lower floor", file.display());
        }
    }
}

/// Libraries that stay behind one door (or a few).
const DOORS: &[(&str, &[&str])] = &[
    ("reqwest", &["fetch"]),
    ("rustls", &["fetch"]),
    ("sqlx", &["store"]),
    ("tantivy", &["search"]),
    ("hmac", &["domain"]),
    ("getrandom", &["access", "digest"]),
    ("argon2", &["access"]),
    ("rpassword", &["cli"]),
    ("feed_rs", &["syndication"]),
    ("chrono", &["syndication"]),
    ("csv", &["exchange"]),
    ("ammonia", &["extract"]),
    ("dom_smoothie", &["extract"]),
    ("dom_query", &["extract"]),
    ("flate2", &["syndication"]),
    ("pulldown_cmark", &["extract"]),
    ("serde_saphyr", &["domain"]),
    ("whatlang", &["insight"]),
    ("lettre", &["mail"]),
    ("toml_edit", &["catalogue", "config", "messages"]),
    ("axum", &["web"]),
    ("askama", &["digest", "web"]),
    ("indicatif", &["cli"]),
    ("anyhow", &["cli"]),
];

#[test]
fn a_library_is_used_behind_its_door_only() {
    for (file, text) in sources() {
        let module = module_of(&file);
        // A unit test may ask the product in whatever way it likes.
        let text = text.split("#[cfg(test)]").next().unwrap();
        for (library, doors) in DOORS.iter().filter(|it| !it.1.contains(&module.as_str())) {
            let used = text
                .lines()
                .map(str::trim)
                .find(|line| !line.starts_with("//") && line.contains(&format!("{library}::")));
            assert!(
                used.is_none(),
                "{} uses {library}, which belongs to {doors:?}",
                file.display()
            );
        }
    }
}

#[test]
fn every_file_begins_by_saying_what_it_is_for() {
    for (file, text) in sources() {
        assert!(text.starts_with("//! "), "{} does not begin with module docs", file.display());
    }
}

/// First names after `crate::`, also inside `crate::{a::X, b::{Y, Z}}`.
fn modules_used_in(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for (at, path) in text.match_indices("crate::") {
        let rest = &text[at + path.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            names.push(first_name(rest));
            continue;
        };
        let mut depth = 0;
        let mut start = 0;
        for (end, letter) in group.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    names.push(first_name(&group[start..end]));
                    start = end + 1;
                    if letter == '}' {
                        break;
                    }
                }
                _ => {}
            }
        }
    }
    names
}

fn first_name(path: &str) -> &str {
    path.trim_start().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

fn floor_of(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

/// The module directly under `src` that a file belongs to: `fetch` for `src/fetch/robots.rs`.
fn module_of(file: &Path) -> String {
    let inside = file.strip_prefix(source_root()).unwrap();
    inside.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![source_root()];
    while let Some(folder) = folders.pop() {
        for item in fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found
}

fn source_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}
