//! Finds the element that holds the article's text and as little else as can be.

use std::collections::HashSet;

use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, Readability};

use super::{
    names,
    tree::{Sizes, has_pieces, name_of},
};

/// Where the article stands.
pub(super) enum Found<'d> {
    /// In an element whose name says that it holds the text.
    Body(NodeRef<'d>),
    /// In an element that holds the article with its title and more.
    Wide(NodeRef<'d>),
    /// Nowhere as one element; this HTML is what scoring the paragraphs gave.
    Scored(String),
    Nothing,
}

/// In letters. Less is no article, unless the page is built as one.
const SHORTEST: usize = 140;

/// In letters. Scoring a longer page costs more than it tells: a book has no furniture to speak of.
const LONGEST_SCORED: usize = 1_000_000;

/// What scoring finds tells which of the elements with fitting names is the article's.
pub(super) fn find(document: &Document) -> Found<'_> {
    let root = document.root();
    let sizes = Sizes::under(&root);
    let is_book = sizes.of(&root).letters > LONGEST_SCORED;
    let scored = if is_book { None } else { scored(document) };
    let scored_runs = scored.as_deref().map(runs_of).unwrap_or_default();
    let choice = Choice { sizes: &sizes, scored: &scored_runs };
    if let Some(body) = choice.body(&root) {
        return Found::Body(body);
    }
    if let Some(wide) = choice.wide(&root) {
        return Found::Wide(wide);
    }
    match scored {
        Some(html) => choice.around(&root, &html).map_or(Found::Scored(html), Found::Wide),
        None if is_book => document.body().map_or(Found::Nothing, Found::Wide),
        None => Found::Nothing,
    }
}

fn scored(document: &Document) -> Option<String> {
    let config = Config {
        keep_classes: true,
        disable_json_ld: true,
        char_threshold: 300,
        ..Config::default()
    };
    let mut readability = Readability::with_document(document.clone(), None, Some(config)).ok()?;
    Some(readability.parse().ok()?.content.to_string())
}

struct Choice<'a> {
    sizes: &'a Sizes,
    scored: &'a HashSet<u64>,
}

impl Choice<'_> {
    fn letters(&self, node: &NodeRef<'_>) -> usize {
        self.sizes.of(node).letters
    }

    fn body<'d>(&self, root: &NodeRef<'d>) -> Option<NodeRef<'d>> {
        let bodies = outermost(root, &names::is_body);
        let all: usize = bodies.iter().map(|it| self.letters(it)).sum();
        let largest = bodies.into_iter().max_by_key(|it| self.letters(it))?;
        let letters = self.letters(&largest);
        if letters == 0 && !has_pieces(&largest) {
            return None;
        }
        let is_only = letters * 10 >= all * 7;
        let agrees = self.agreement(&largest);
        (is_only && agrees > 0.6 || letters > SHORTEST && is_only && self.is_below_title(&largest))
            .then(|| self.innermost_body(largest))
    }

    /// Some pages name an element for the text that holds the title and more besides the text.
    fn innermost_body<'d>(&self, mut body: NodeRef<'d>) -> NodeRef<'d> {
        loop {
            let inner = body.descendants_it().find(|it| it.is_element() && names::is_body(it));
            let Some(inner) = inner else { return body };
            let share = ratio(self.letters(&inner), self.letters(&body));
            let needed = if inner.has_attr("itemprop") { 0.5 } else { 0.8 };
            if share < needed {
                return body;
            }
            body = inner;
        }
    }

    fn wide<'d>(&self, root: &NodeRef<'d>) -> Option<NodeRef<'d>> {
        for kind in [names::is_article, names::is_main] {
            let mut fitting = outermost(root, &kind);
            fitting.retain(|it| self.letters(it) > SHORTEST);
            fitting.sort_by_key(|it| std::cmp::Reverse(self.letters(it)));
            let Some(largest) = fitting.first() else { continue };
            let is_only =
                fitting.get(1).is_none_or(|it| self.letters(it) * 4 < self.letters(largest));
            if self.agreement(largest) > 0.8 || is_only && has_title(largest) {
                return Some(*largest);
            }
        }
        None
    }

    /// The innermost element that holds all that scoring found and not much more: scoring leaves out
    /// lists, code and short lines that belong to the text.
    fn around<'d>(&self, root: &NodeRef<'d>, scored: &str) -> Option<NodeRef<'d>> {
        let text = Document::fragment(scored).text();
        let letters = text.chars().filter(|it| !it.is_whitespace()).count();
        let mut around = *root;
        loop {
            let mut children = around.children_it(false);
            let here = self.letters(&around);
            let inner = children.find(|it| {
                let letters_of_it = self.letters(it);
                it.is_element()
                    && letters_of_it * 10 > letters * 9
                    && (letters_of_it == here || self.agreement(it) > 0.95)
            });
            match inner {
                Some(inner) => around = inner,
                None => break,
            }
        }
        (around.is_element() && letters > SHORTEST && self.letters(&around) * 10 < letters * 16)
            .then_some(around)
    }

    /// The share of what scoring found that stands in the element.
    fn agreement(&self, node: &NodeRef<'_>) -> f64 {
        let runs = runs_of_text(&node.text());
        let shared = self.scored.iter().filter(|it| runs.contains(*it)).count();
        ratio(shared, self.scored.len())
    }

    /// Whether the page's title stands shortly before the element or in it.
    fn is_below_title(&self, node: &NodeRef<'_>) -> bool {
        let around = node.ancestors_it(Some(5)).chain([*node]);
        let mut titled = around.filter(|it| it.descendants_it().any(|it| it.has_name("h1")));
        titled.any(|it| self.letters(&it) < self.letters(node) * 2 + 400)
    }
}

fn has_title(node: &NodeRef<'_>) -> bool {
    node.descendants_it().any(|it| it.has_name("h1") && !it.text().trim().is_empty())
}

/// Elements of that kind which are in no other one of the kind.
fn outermost<'d>(root: &NodeRef<'d>, is_kind: &dyn Fn(&NodeRef<'_>) -> bool) -> Vec<NodeRef<'d>> {
    let mut found = Vec::new();
    let mut open = root.children();
    while let Some(node) = open.pop() {
        if !node.is_element() || matches!(&*name_of(&node), "head" | "pre") {
            continue;
        }
        // The page as a whole is often named after what it shows.
        if !matches!(&*name_of(&node), "html" | "body") && is_kind(&node) {
            found.push(node);
        } else {
            open.extend(node.children_it(false));
        }
    }
    found
}

/// Every run of four words, as a number.
fn runs_of(html: &str) -> HashSet<u64> {
    runs_of_text(&Document::fragment(html).text())
}

fn runs_of_text(text: &str) -> HashSet<u64> {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let words: Vec<&str> = text.split_whitespace().collect();
    let number = |run: &[&str]| {
        let mut hasher = DefaultHasher::new();
        run.hash(&mut hasher);
        hasher.finish()
    };
    words.windows(words.len().clamp(1, 4)).map(number).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a page has no 2^52 words")]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
