//! Clears a page of what is not part of any article: navigation, share bars, comments, banners.

use dom_query::{Document, NodeRef};

use super::{
    names,
    tree::{self, Sizes, name_of, text_of},
};

/// Whole texts of small elements that do something instead of saying something.
const PHRASES: &[&str] = &[
    "advertisement",
    "backtotop",
    "copied",
    "copy",
    "copycode",
    "copylink",
    "copytoclipboard",
    "editpage",
    "editthispage",
    "editthispageongithub",
    "follow",
    "followus",
    "leaveacomment",
    "like",
    "listen",
    "listentothisarticle",
    "onthispage",
    "openinapp",
    "print",
    "save",
    "share",
    "sharethis",
    "sharethisarticle",
    "sharethispost",
    "shareonfacebook",
    "shareonlinkedin",
    "shareontwitter",
    "shareonx",
    "signin",
    "signup",
    "skiptocontent",
    "skiptomaincontent",
    "subscribe",
    "tableofcontents",
    "tweet",
    "tweetthis",
];
/// Frames that show something of the article's: films, talks, code to play with.
const SHOWING_FRAMES: &[&str] = &[
    "youtube",
    "youtu.be",
    "vimeo",
    "wistia",
    "loom.com",
    "ted.com",
    "dailymotion",
    "bilibili",
    "slideshare",
    "speakerdeck",
    "docs.google.com",
    "codepen",
    "codesandbox",
    "stackblitz",
    "jsfiddle",
    "gist.github",
    "observablehq",
    "soundcloud",
    "spotify",
    "asciinema",
];

/// Removes furniture, wherever it stands. What holds the greater part of the page stays, whatever it
/// is called.
pub(super) fn clear(document: &Document) {
    let root = document.root();
    let sizes = Sizes::under(&root);
    let clearing = Clearing { total: sizes.of(&root).letters, sizes };
    let mut open = root.children();
    while let Some(node) = open.pop() {
        if !node.is_element() || matches!(&*name_of(&node), "head" | "pre" | "code" | "math") {
            continue;
        }
        if clearing.is_furniture(&node) {
            node.remove_from_parent();
        } else {
            open.extend(node.children_it(false));
        }
    }
}

struct Clearing {
    sizes: Sizes,
    total: usize,
}

impl Clearing {
    fn is_furniture(&self, node: &NodeRef<'_>) -> bool {
        let name = name_of(node);
        match &*name {
            "nav" | "dialog" => return !self.holds_article(node),
            "button" | "input" | "textarea" | "select" => return true,
            "html" | "body" | "main" | "figure" | "table" | "picture" | "img" | "figcaption" => {
                return false;
            }
            "iframe" => return !shows_something(node),
            _ => {}
        }
        let is_by_rule = match &*name {
            "form" => true,
            "footer" => !self.sizes.of(node).has_footnotes,
            "aside" => self.is_beside(node),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => return false,
            _ => false,
        };
        (is_by_rule || is_by_role(node) || is_hidden(node) || self.is_by_name(node))
            && !self.holds_article(node)
            || is_hidden(node) && self.sizes.of(node).letters * 5 < self.total * 4
            || self.is_phrase(node)
    }

    /// Asides are remarks on the text, or boxes that have nothing to do with it.
    fn is_beside(&self, aside: &NodeRef<'_>) -> bool {
        let size = self.sizes.of(aside);
        let is_remark = names::is_remark(aside);
        !is_remark && (size.linked * 10 > size.letters * 3 || !is_in_text(aside))
    }

    fn is_by_name(&self, node: &NodeRef<'_>) -> bool {
        names::is_furniture(node) && !names::is_body(node) && !self.sizes.of(node).has_footnotes
    }

    /// Whether removing it would take the greater part of the page, or its title.
    fn holds_article(&self, node: &NodeRef<'_>) -> bool {
        let size = self.sizes.of(node);
        size.letters * 2 > self.total && !size.is_mostly_links()
            || size.has_main && !node.has_name("main")
            || size.has_heading && size.letters > 400
            || size.in_body * 3 > self.total && !names::is_body(node)
    }

    fn is_phrase(&self, node: &NodeRef<'_>) -> bool {
        let is_small = (1..=40).contains(&self.sizes.of(node).letters);
        let may_be = matches!(&*name_of(node), "a" | "div" | "p" | "span" | "li" | "section");
        is_small
            && may_be
            && PHRASES.contains(&&*tree::bare(&text_of(node)))
            && !tree::has_pieces(node)
            && (!matches!(&*name_of(node), "a" | "span") || is_alone(node))
    }
}

/// A word of a sentence may be one of the phrases; a line may not.
fn is_alone(node: &NodeRef<'_>) -> bool {
    let parent = node.parent().map(|it| text_of(&it)).unwrap_or_default();
    parent.len() <= text_of(node).len() + 10
}

fn is_in_text(node: &NodeRef<'_>) -> bool {
    let mut around = node.ancestors_it(Some(8));
    around.any(|it| names::is_body(&it) || it.has_name("article"))
}

fn is_by_role(node: &NodeRef<'_>) -> bool {
    let role = node.attr("role").unwrap_or_default();
    matches!(
        &*role,
        "navigation"
            | "banner"
            | "contentinfo"
            | "search"
            | "dialog"
            | "alertdialog"
            | "menu"
            | "menubar"
            | "toolbar"
            | "complementary"
    ) && !names::is_remark(node)
}

fn is_hidden(node: &NodeRef<'_>) -> bool {
    if node.has_attr("hidden") {
        return true;
    }
    let style = node.attr("style").unwrap_or_default().to_ascii_lowercase().replace(' ', "");
    style.contains("display:none") || style.contains("visibility:hidden")
}

fn shows_something(frame: &NodeRef<'_>) -> bool {
    let is_known = |name: &str| {
        frame.attr(name).is_some_and(|src| SHOWING_FRAMES.iter().any(|it| src.contains(it)))
    };
    is_known("src") || is_known("data-src") || is_known("data-lazy-src")
}
