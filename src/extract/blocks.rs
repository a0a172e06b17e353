//! The blocks of a clean body: paragraphs, headings, list items and the like, in reading order.

use std::fmt::Write as _;

use memchr::memchr;

use super::{
    entities::decoded,
    tags::{Kind, Tag},
    text::visible,
};
use crate::domain::{Block, BlockKind};

/// Reads the blocks out of HTML that has been sanitised here: linear, and without building a tree.
/// Pictures say nothing here; inline code is text like any other; `br` ends a block.
pub fn blocks_of(clean_html: &str) -> Vec<Block> {
    read(clean_html).blocks
}

/// The same HTML with a place before each block that links lead to: `#b0` to the first.
pub fn with_places(clean_html: &str) -> String {
    let starts = read(clean_html).starts;
    let mut placed = String::with_capacity(clean_html.len() + starts.len() * 40);
    let mut from = 0;
    for (number, start) in starts.into_iter().enumerate() {
        placed.push_str(&clean_html[from..start]);
        let _ = write!(placed, "<span class=\"place\" id=\"b{number}\"></span>");
        from = start;
    }
    placed + &clean_html[from..]
}

fn read(clean_html: &str) -> Reader {
    let mut reader = Reader::default();
    let mut rest = clean_html;
    while let Some(start) = memchr(b'<', rest.as_bytes()) {
        reader.run(&rest[..start]);
        rest = &rest[start + 1..];
        let end = memchr(b'>', rest.as_bytes()).unwrap_or(rest.len());
        let tag = &rest[..end];
        rest = rest.get(end + 1..).unwrap_or_default();
        reader.tag(tag, clean_html.len() - rest.len());
    }
    reader.run(rest);
    reader.end_block();
    reader
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    /// In bytes, where each block begins in the HTML: behind its last tag that is not inside a line.
    starts: Vec<usize>,
    text: String,
    start: usize,
    /// Whether a blank separates the next word from the text.
    has_gap: bool,
    open: Open,
}

/// How many elements of each sort are open.
#[derive(Default)]
struct Open {
    preformatted: u32,
    heading: u32,
    entry: u32,
    quote: u32,
    row: u32,
    caption: u32,
}

impl Open {
    fn kind(&self) -> BlockKind {
        [
            (self.preformatted, BlockKind::Code),
            (self.heading, BlockKind::Heading),
            (self.row, BlockKind::Row),
            (self.caption, BlockKind::Caption),
            (self.entry, BlockKind::ListItem),
            (self.quote, BlockKind::Quote),
        ]
        .into_iter()
        .find_map(|(open, kind)| (open > 0).then_some(kind))
        .unwrap_or_default()
    }

    fn count(&mut self, tag: Tag) -> Option<&mut u32> {
        match (tag.kind, tag.name) {
            (Kind::Preformatted, _) => Some(&mut self.preformatted),
            (Kind::Heading, _) => Some(&mut self.heading),
            (Kind::ListItem | Kind::Term, _) => Some(&mut self.entry),
            (Kind::Row, _) => Some(&mut self.row),
            (Kind::Caption, _) | (_, "figcaption") => Some(&mut self.caption),
            (_, "blockquote") => Some(&mut self.quote),
            _ => None,
        }
    }
}

impl Reader {
    fn run(&mut self, run: &str) {
        if run.is_empty() {
            return;
        }
        let run = decoded(run);
        if self.open.preformatted > 0 {
            return self.text.push_str(&run);
        }
        let mut is_first = true;
        for word in run.split(char::is_whitespace) {
            self.has_gap |= !std::mem::take(&mut is_first);
            let word = visible(word);
            if word.is_empty() {
                continue;
            }
            if std::mem::take(&mut self.has_gap) && !self.text.is_empty() {
                self.text.push(' ');
            }
            self.text.push_str(&word);
        }
    }

    /// A tag without its angle brackets, and where it ends.
    fn tag(&mut self, tag: &str, end_of_tag: usize) {
        let (is_end, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let end = memchr(b' ', tag.as_bytes()).unwrap_or(tag.len());
        let Some(tag) = Tag::named(&tag[..end]) else { return };
        if tag.name == "br" && self.open.preformatted > 0 {
            return self.text.push('\n');
        }
        // The rows of a table, not its cells, are blocks.
        let is_cell = tag.kind == Kind::Cell;
        let is_block = (tag.kind.is_block() || tag.name == "br") && !is_cell;
        if is_block && (self.open.row == 0 || tag.kind == Kind::Row) {
            self.end_block();
        } else if is_block || is_cell || tag.kind == Kind::Image {
            self.has_gap = true;
        }
        if (is_block || is_cell) && self.text.trim().is_empty() {
            self.start = end_of_tag;
        }
        if let Some(count) = self.open.count(tag) {
            *count = if is_end { count.saturating_sub(1) } else { count.saturating_add(1) };
        }
    }

    fn end_block(&mut self) {
        self.has_gap = false;
        let kind = self.open.kind();
        let text = if kind == BlockKind::Code { self.text.trim_matches('\n') } else { &self.text };
        if !text.trim().is_empty() {
            self.blocks.push(Block { kind, text: text.to_owned() });
            self.starts.push(self.start);
        }
        self.text.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(html: &str) -> Vec<(BlockKind, String)> {
        blocks_of(html).into_iter().map(|it| (it.kind, it.text)).collect()
    }

    #[test]
    fn every_block_has_its_kind() {
        let html = "<h2>Why &amp; <em>how</em></h2>\n<p>One  <code>two</code>\nthree<br>four</p>\
                    <ul><li>a</li><li><p>b</p></li></ul><pre><code>let a = 1;\n  b(&lt;T&gt;);\n\
                    </code></pre><blockquote><p>said</p></blockquote><table><tbody><tr><td>1</td>\
                    <td><p>2</p></td></tr></tbody></table><figure><img src=\"x\" alt=\"no\">\
                    <figcaption>below</figcaption></figure>tail";
        let expected = [
            (BlockKind::Heading, "Why & how"),
            (BlockKind::Paragraph, "One two three"),
            (BlockKind::Paragraph, "four"),
            (BlockKind::ListItem, "a"),
            (BlockKind::ListItem, "b"),
            (BlockKind::Code, "let a = 1;\n  b(<T>);"),
            (BlockKind::Quote, "said"),
            (BlockKind::Row, "1 2"),
            (BlockKind::Caption, "below"),
            (BlockKind::Paragraph, "tail"),
        ];
        assert_eq!(told(html), expected.map(|(kind, text)| (kind, text.to_owned())));
    }

    #[test]
    fn each_block_has_a_place_where_it_begins_and_only_there() {
        let html = "<h2>Why</h2>\n<p><em>One</em> two<br>three</p><ul><li><p>b</p>c</li></ul>\
                    <table><tbody><tr><td></td><td>1</td><td>2</td></tr></tbody></table>\
                    <pre><code>a\n</code></pre><p> </p>tail";
        let placed = with_places(html);
        let place = |number: usize| format!("<span class=\"place\" id=\"b{number}\"></span>");
        let expected = [
            "<h2>",
            "Why</h2>\n<p>",
            "<em>One</em> two<br>",
            "three</p><ul><li><p>",
            "b</p>",
            "c</li></ul><table><tbody><tr><td></td><td>",
            "1</td><td>2</td></tr></tbody></table><pre>",
            "<code>a\n</code></pre><p> </p>",
            "tail",
        ];
        let expected: Vec<&str> = expected.to_vec();
        let mut told = String::new();
        for (number, piece) in expected.iter().enumerate() {
            told.push_str(piece);
            if number + 1 < expected.len() {
                told.push_str(&place(number));
            }
        }
        assert_eq!(placed, told);
        assert_eq!(blocks_of(html), blocks_of(&placed));
        assert_eq!(with_places(""), "");
    }

    #[test]
    fn words_are_glued_and_parted_as_in_the_text() {
        assert_eq!(told("<p>a<b>b</b> c<i> d</i></p>")[0].1, "ab c d");
        assert_eq!(told("<p> \n</p><p>\u{ad}</p>"), []);
    }
}
