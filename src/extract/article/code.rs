//! Brings blocks of code into the one form `<pre><code>`: without line numbers, with their language.

use dom_query::{Document, NodeRef};

use super::{lighten::PICTURE_WITHOUT_SCRIPT, tree::name_of};

/// What highlighters put line numbers into, and what sites add for those who copy.
const NUMBERS: &str = "td.gutter, td.rouge-gutter, td.code-gutter, td.hljs-ln-numbers, td.linenos, \
     td.blob-num, div.linenodiv, div.gutter, pre.lineno, .line-numbers-rows, .linenumber, span.lineno, \
     span.ln, span.lnt, span.linenos, .line-number, .code-copy, .copy-code, pre .copy-button";
const HEADING_LINKS: &str = "h1 a, h2 a, h3 a, h4 a, h5 a, h6 a";
/// What a link to the heading that it stands in may show.
const LINK_SIGNS: &[&str] =
    &["", "#", "¶", "§", "🔗", "link", "permalink", "\u{200b}", "##", "###"];
/// Class names beside the language on a highlighter's elements.
const NO_LANGUAGES: &[&str] = &[
    "code",
    "codehilite",
    "hljs",
    "highlight",
    "highlighter-rouge",
    "line-numbers",
    "linenums",
    "notranslate",
    "numberlines",
    "plain",
    "prettyprint",
    "sourcecode",
    "with-line-highlight",
];

pub(super) fn tidy(document: &Document) {
    document.select(NUMBERS).remove();
    for table in document.select("table").nodes() {
        unwrap_table(table);
    }
    for block in document.select("pre").nodes() {
        name_language(block);
        part_lines(block);
    }
    for link in document.select(HEADING_LINKS).nodes() {
        let is_inside = link.attr("href").is_some_and(|it| it.contains('#'));
        let text = link.text().trim().to_lowercase();
        if is_inside && LINK_SIGNS.contains(&&*text) {
            link.remove_from_parent();
        }
    }
    prefer_late_pictures(document);
}

/// A table of which only one cell with code is left was made for its line numbers.
fn unwrap_table(table: &NodeRef<'_>) {
    let cells: Vec<_> = table
        .descendants_it()
        .filter(|it| it.has_name("td") || it.has_name("th"))
        .filter(|it| !it.text().trim().is_empty())
        .collect();
    let [cell] = cells.as_slice() else { return };
    let pre = cell.descendants_it().find(|it| it.has_name("pre"));
    let is_in_pre = table.ancestors_it(Some(4)).any(|it| it.has_name("pre"));
    match pre {
        Some(pre) if is_in_pre => {
            table.insert_siblings_before(&pre);
            move_children(&pre, table);
        }
        Some(pre) if pre.text().trim() == cell.text().trim() => table.replace_with(&pre),
        // Gists and the like: a line for each row.
        _ => {}
    }
}

fn move_children(from: &NodeRef<'_>, before: &NodeRef<'_>) {
    for child in from.children() {
        child.remove_from_parent();
        before.insert_before(&child);
    }
    before.remove_from_parent();
}

/// Writes the language where the sanitiser looks for it, if a highlighter's class says it otherwise.
fn name_language(block: &NodeRef<'_>) {
    let inside = block.first_element_child().filter(|it| it.has_name("code"));
    let around: Vec<_> = block.ancestors_it(Some(3)).collect();
    let says = |it: &NodeRef<'_>| {
        let class = it.class().unwrap_or_default();
        ["language-", "lang-", "highlight-source-", "brush:"]
            .iter()
            .any(|name| class.contains(name))
            || it.has_attr("data-lang")
            || it.has_attr("data-language")
    };
    if inside.iter().chain([block]).chain(&around).any(says) {
        return;
    }
    let mut near = inside.iter().chain([block]).chain(around.iter().take(2));
    if let Some(language) = near.find_map(highlighters_language) {
        block.add_class(&format!("language-{language}"));
    }
}

fn highlighters_language(node: &NodeRef<'_>) -> Option<String> {
    let class = node.class()?.to_ascii_lowercase();
    let classes: Vec<&str> = class.split_ascii_whitespace().collect();
    let is_highlighter = |it: &&str| {
        matches!(*it, "highlight" | "hljs" | "sourcecode" | "codehilite" | "prettyprint")
    };
    if !classes.iter().any(is_highlighter) {
        return None;
    }
    let prefixed = classes.iter().find_map(|it| it.strip_prefix("highlight-"));
    let bare = classes.iter().copied().find(|it| !NO_LANGUAGES.contains(it));
    let language = prefixed.or(bare)?;
    let is_word = |it: char| it.is_ascii_alphanumeric() || matches!(it, '+' | '#' | '-');
    (language.len() <= 15 && language.chars().all(is_word)).then(|| language.to_owned())
}

/// Highlighters that make an element of each line leave out the line breaks.
fn part_lines(block: &NodeRef<'_>) {
    if block.text().trim().contains('\n') || block.descendants_it().any(|it| it.has_name("br")) {
        return;
    }
    let is_line = |it: &NodeRef<'_>| {
        let class = it.class().unwrap_or_default();
        class.split_ascii_whitespace().any(|it| {
            matches!(it, "line" | "token-line" | "code-line" | "view-line" | "CodeMirror-line")
        })
    };
    for line in block.descendants().iter().filter(|it| it.has_name("span") && is_line(it)) {
        line.append_html("\n");
    }
}

/// A picture that a script would load later stands twice: as a placeholder, and for readers without
/// scripts. One of the two goes.
fn prefer_late_pictures(document: &Document) {
    for twin in document.select(&format!("span.{PICTURE_WITHOUT_SCRIPT}")).nodes() {
        let Some(before) = twin.prev_element_sibling() else { continue };
        let picture = if before.has_name("img") {
            Some(before)
        } else {
            before.descendants_it().find(|it| it.has_name("img"))
        };
        let Some(picture) = picture else { continue };
        let has_address =
            ["data-src", "data-lazy-src", "data-original", "src"].iter().any(|name| {
                picture.attr(name).is_some_and(|it| !it.is_empty() && !it.starts_with("data:"))
            });
        if has_address {
            twin.remove_from_parent();
        } else {
            picture.remove_from_parent();
        }
    }
    for picture in document.select("img").nodes() {
        find_address(picture);
    }
}

/// Puts a picture's address where the sanitiser looks for it.
fn find_address(picture: &NodeRef<'_>) {
    let has = |name: &str| {
        picture.attr(name).is_some_and(|it| !it.trim().is_empty() && !it.starts_with("data:"))
    };
    if ["data-src", "data-lazy-src", "data-original"].iter().any(|it| has(it)) {
        return;
    }
    if let Some(name) = ["data-lazy", "data-orig-file", "data-full-src", "data-hi-res-src"]
        .iter()
        .find(|it| has(it))
    {
        let address = picture.attr_or(name, "").to_string();
        picture.set_attr("src", &address);
        return;
    }
    let has_set = ["srcset", "data-srcset", "data-lazy-srcset"].iter().any(|it| has(it));
    if has("src") || has_set {
        return;
    }
    let Some(around) = picture.parent().filter(|it| name_of(it) == "picture") else { return };
    let sets = around.children().into_iter().filter(|it| it.has_name("source"));
    let found = sets.filter_map(|it| it.attr("srcset").or_else(|| it.attr("data-srcset"))).last();
    if let Some(found) = found {
        picture.set_attr("srcset", &found);
    }
}
