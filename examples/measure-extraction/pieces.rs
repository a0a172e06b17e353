//! Which blocks of code and which figures of a page belong to the article, and whether they were kept.

use std::collections::HashSet;

use crate::compare::{Kept, words};

/// Blocks of code that are mostly made of runs of the true text, and of those the ones of which the
/// text that was read lacks more than a tenth.
pub(crate) fn code_blocks(page: &str, truth: &[String], read: &[String]) -> Kept {
    let (truth, read) = (runs_of(truth), runs_of(read));
    let mut kept = Kept::default();
    for block in elements(page, "pre") {
        let block = words(&plain(block));
        let runs = runs_of(&block);
        if runs.len() < 3 || share(&runs, &truth) < 0.9 {
            continue;
        }
        kept.of += 1;
        if share(&runs, &read) < 0.9 {
            kept.lost.push(block.iter().take(12).cloned().collect::<Vec<_>>().join(" "));
        }
    }
    kept
}

/// Pictures with true text shortly before and behind, and of those the ones whose file is not named
/// in what was read.
pub(crate) fn figures(page: &str, truth: &[String], html: &str) -> Kept {
    let truth = runs_of(truth);
    let mut kept = Kept::default();
    let (parts, pictures) = parts_of(page);
    for (at, sources) in pictures {
        let before = parts[..at].iter().rev().find(|it| it.len() >= 4);
        let behind = parts[at..].iter().find(|it| it.len() >= 4);
        let is_true =
            |part: Option<&Vec<String>>| part.is_some_and(|it| share(&runs_of(it), &truth) > 0.9);
        if !is_true(before) || !is_true(behind) {
            continue;
        }
        kept.of += 1;
        if !sources.iter().any(|it| html.contains(it.as_str())) {
            kept.lost.push(sources.join(" "));
        }
    }
    kept
}

type Picture = (usize, Vec<String>);

/// The text of the page's blocks in order, and its pictures: in front of which block, and the last
/// part of each address.
fn parts_of(page: &str) -> (Vec<Vec<String>>, Vec<Picture>) {
    let mut parts = Vec::new();
    let mut pictures = Vec::new();
    let mut text = String::new();
    let mut rest = without(&without(page, "script"), "style");
    rest.push('<');
    let mut rest = rest.as_str();
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let Some((tag, behind)) = after.split_once('>') else { break };
        let name: String =
            tag.chars().take_while(|it| it.is_alphanumeric() || *it == '/').collect();
        let name = name.to_ascii_lowercase();
        if !matches!(name.trim_matches('/'), "a" | "b" | "i" | "em" | "strong" | "code" | "span") {
            parts.push(words(&decoded(&std::mem::take(&mut text))));
        }
        if name == "img" {
            pictures.push((parts.len(), sources(tag)));
        }
        rest = behind;
    }
    pictures.retain(|it: &Picture| !it.1.is_empty());
    (parts, pictures)
}

fn sources(tag: &str) -> Vec<String> {
    let names = ["src=\"", "data-src=\"", "data-lazy-src=\"", "data-original=\"", "src='"];
    let values = names.iter().filter_map(|name| {
        let (_, value) = tag.split_once(name)?;
        let end = value.find(['"', '\''])?;
        let file = value[..end].split(['?', '#']).next()?.rsplit('/').next()?;
        (file.len() > 3 && !value.starts_with("data:")).then(|| file.replace(' ', "%20"))
    });
    values.collect()
}

fn runs_of(words: &[String]) -> HashSet<String> {
    if words.is_empty() {
        return HashSet::new();
    }
    words.windows(words.len().min(3)).map(|it| it.join(" ")).collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts of words are small")]
fn share(of: &HashSet<String>, among: &HashSet<String>) -> f64 {
    of.iter().filter(|it| among.contains(*it)).count() as f64 / of.len().max(1) as f64
}

/// What stands inside each element of that name that is not inside another one.
fn elements<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find(&open) {
        let after = &rest[at + open.len()..];
        let end = after.find(&close).unwrap_or(after.len());
        if after.starts_with(['>', ' ', '\n']) {
            found.push(after[..end].split_once('>').map_or("", |(_, inside)| inside));
        }
        rest = &after[end..];
    }
    found
}

fn without(html: &str, name: &str) -> String {
    let mut kept = html.to_owned();
    for inside in elements(html, name).into_iter().filter(|it| it.contains('<') || it.len() > 80) {
        kept = kept.replacen(inside, "", 1);
    }
    kept
}

fn plain(html: &str) -> String {
    let mut text = String::new();
    for (number, part) in html.split('<').enumerate() {
        let part = if number == 0 { part } else { part.split_once('>').map_or("", |it| it.1) };
        text.push_str(part);
    }
    decoded(&text)
}

fn decoded(text: &str) -> String {
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " ")];
    let text = named.iter().fold(text.to_owned(), |text, (name, sign)| text.replace(name, sign));
    let text = text.replace("&rsquo;", "’").replace("&lsquo;", "‘").replace("&#x27;", "'");
    text.replace("&amp;", "&")
}
