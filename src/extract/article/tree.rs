//! Questions to the tree of a page that several parts ask.

use std::collections::HashMap;

use dom_query::{NodeId, NodeRef};

/// How much text stands in each element, in letters: characters that are not blank.
pub(super) struct Sizes(HashMap<NodeId, Size>);

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Size {
    pub(super) letters: usize,
    /// Of those, in links.
    pub(super) linked: usize,
}

impl Sizes {
    pub(super) fn under(root: &NodeRef<'_>) -> Self {
        let mut sizes: HashMap<NodeId, Size> = HashMap::new();
        let nodes = root.descendants();
        // From the last to the first, every element comes after all that is in it.
        for node in nodes.iter().rev().chain([root]) {
            let mut size = sizes.get(&node.id).copied().unwrap_or_default();
            if node.is_text() {
                size.letters = node.text().chars().filter(|it| !it.is_whitespace()).count();
            } else if node.has_name("a") {
                size.linked = size.letters;
            }
            sizes.insert(node.id, size);
            if let Some(parent) = node.parent().filter(|_| node.id != root.id) {
                let sum = sizes.entry(parent.id).or_default();
                sum.letters += size.letters;
                sum.linked += size.linked;
            }
        }
        Self(sizes)
    }

    pub(super) fn of(&self, node: &NodeRef<'_>) -> Size {
        self.0.get(&node.id).copied().unwrap_or_default()
    }
}

impl Size {
    /// Whether more than half of the text is links.
    pub(super) fn is_mostly_links(self) -> bool {
        self.linked * 2 > self.letters
    }
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
