//! Questions to the tree of a page that several parts ask.

use std::collections::HashMap;

use dom_query::{NodeId, NodeRef};

use super::names;

/// What stands in each element, gathered once for all of a tree: asking each element anew would take
/// the square of a page's length.
pub(super) struct Sizes(HashMap<NodeId, Size>);

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Size {
    /// Characters of text that are not blank.
    pub(super) letters: usize,
    /// Of those, in links.
    pub(super) linked: usize,
    /// Of those, in the largest element that is named as the body of an article.
    pub(super) in_body: usize,
    pub(super) has_heading: bool,
    pub(super) has_main: bool,
    pub(super) has_footnotes: bool,
}

impl Sizes {
    pub(super) fn under(root: &NodeRef<'_>) -> Self {
        let mut sizes: HashMap<NodeId, Size> = HashMap::new();
        let nodes = root.descendants();
        // From the last to the first, every element comes after all that is in it.
        for node in nodes.iter().rev().chain([root]) {
            let size = sizes.get(&node.id).copied().unwrap_or_default().with(node);
            sizes.insert(node.id, size);
            if let Some(parent) = node.parent().filter(|_| node.id != root.id) {
                sizes.entry(parent.id).or_default().add(size);
            }
        }
        Self(sizes)
    }

    pub(super) fn of(&self, node: &NodeRef<'_>) -> Size {
        self.0.get(&node.id).copied().unwrap_or_default()
    }
}

impl Size {
    /// With what the element itself is, over what is in it.
    fn with(mut self, node: &NodeRef<'_>) -> Self {
        if node.is_text() {
            self.letters = letters(&node.text());
            return self;
        }
        if !node.is_element() {
            return self;
        }
        match &*name_of(node) {
            "a" => self.linked = self.letters,
            "h1" => self.has_heading |= self.letters > 0,
            "main" => self.has_main = true,
            _ => {}
        }
        self.has_footnotes |= names::is_footnotes(node);
        if self.letters > self.in_body && names::is_body(node) {
            self.in_body = self.letters;
        }
        self
    }

    fn add(&mut self, part: Self) {
        self.letters += part.letters;
        self.linked += part.linked;
        self.in_body = self.in_body.max(part.in_body);
        self.has_heading |= part.has_heading;
        self.has_main |= part.has_main;
        self.has_footnotes |= part.has_footnotes;
    }

    /// Whether more than half of the text is links.
    pub(super) fn is_mostly_links(self) -> bool {
        self.linked * 2 > self.letters
    }
}

pub(super) fn letters(text: &str) -> usize {
    text.chars().filter(|it| !it.is_whitespace()).count()
}

pub(super) fn name_of(node: &NodeRef<'_>) -> String {
    node.node_name().map(|it| it.to_string()).unwrap_or_default()
}

pub(super) fn is_heading(node: &NodeRef<'_>) -> bool {
    matches!(&*name_of(node), "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Code, pictures, tables and the like: never taken for furniture by their looks.
pub(super) fn has_pieces(node: &NodeRef<'_>) -> bool {
    let is_piece = |it: &NodeRef<'_>| {
        matches!(&*name_of(it), "pre" | "img" | "picture" | "table" | "video" | "figure" | "math")
    };
    is_piece(node) || node.descendants_it().any(|it| is_piece(&it))
}

/// With blanks folded.
pub(super) fn text_of(node: &NodeRef<'_>) -> String {
    folded(&node.text())
}

pub(super) fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Only its letters and digits, in lower case: for comparing texts that are set differently.
pub(super) fn bare(text: &str) -> String {
    text.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
