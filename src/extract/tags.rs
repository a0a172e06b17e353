//! The tags that a clean body may contain, and where each of them may stand.

/// A tag of a clean body. Whatever is not listed here never reaches the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

/// What the parsing rules of HTML (WHATWG §13.2.6) treat alike: two tags of one kind may stand in
/// the same places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Opens a paragraph of its own: closes an open `p`.
    Block,
    Paragraph,
    /// `div` and `address`: blocks that do not shield a list item from the next one.
    Division,
    List,
    Heading,
    Preformatted,
    ListItem,
    Term,
    Table,
    Caption,
    ColumnGroup,
    Column,
    RowGroup,
    Row,
    Cell,
    Inline,
    Link,
    Code,
    Ruby,
    RubyText,
    /// Void tags inside a line: `br`, `wbr`.
    Break,
    Rule,
    Image,
    /// Only read, never written: a film or a recording.
    Film,
}

impl Tag {
    #[expect(clippy::too_many_lines, reason = "a line for each tag")]
    pub(super) fn named(name: &str) -> Option<Self> {
        let tag = |name, kind| Some(Self { name, kind });
        match name {
            "p" => tag("p", Kind::Paragraph),
            "a" => tag("a", Kind::Link),
            "li" => tag("li", Kind::ListItem),
            "code" => tag("code", Kind::Code),
            "strong" => tag("strong", Kind::Inline),
            "em" => tag("em", Kind::Inline),
            "span" => tag("span", Kind::Inline),
            "div" => tag("div", Kind::Division),
            "br" => tag("br", Kind::Break),
            "img" => tag("img", Kind::Image),
            "ul" => tag("ul", Kind::List),
            "ol" => tag("ol", Kind::List),
            "pre" => tag("pre", Kind::Preformatted),
            "h1" => tag("h1", Kind::Heading),
            "h2" => tag("h2", Kind::Heading),
            "h3" => tag("h3", Kind::Heading),
            "h4" => tag("h4", Kind::Heading),
            "h5" => tag("h5", Kind::Heading),
            "h6" => tag("h6", Kind::Heading),
            "b" => tag("b", Kind::Inline),
            "i" => tag("i", Kind::Inline),
            "figure" => tag("figure", Kind::Block),
            "figcaption" => tag("figcaption", Kind::Block),
            "blockquote" => tag("blockquote", Kind::Block),
            "table" => tag("table", Kind::Table),
            "caption" => tag("caption", Kind::Caption),
            "colgroup" => tag("colgroup", Kind::ColumnGroup),
            "col" => tag("col", Kind::Column),
            "thead" => tag("thead", Kind::RowGroup),
            "tbody" => tag("tbody", Kind::RowGroup),
            "tfoot" => tag("tfoot", Kind::RowGroup),
            "tr" => tag("tr", Kind::Row),
            "td" => tag("td", Kind::Cell),
            "th" => tag("th", Kind::Cell),
            "hr" => tag("hr", Kind::Rule),
            "wbr" => tag("wbr", Kind::Break),
            "dl" => tag("dl", Kind::List),
            "dt" => tag("dt", Kind::Term),
            "dd" => tag("dd", Kind::Term),
            "address" => tag("address", Kind::Division),
            "article" => tag("article", Kind::Block),
            "aside" => tag("aside", Kind::Block),
            "details" => tag("details", Kind::Block),
            "footer" => tag("footer", Kind::Block),
            "header" => tag("header", Kind::Block),
            "section" => tag("section", Kind::Block),
            "summary" => tag("summary", Kind::Block),
            "abbr" => tag("abbr", Kind::Inline),
            "bdi" => tag("bdi", Kind::Inline),
            "bdo" => tag("bdo", Kind::Inline),
            "cite" => tag("cite", Kind::Inline),
            "del" => tag("del", Kind::Inline),
            "dfn" => tag("dfn", Kind::Inline),
            "ins" => tag("ins", Kind::Inline),
            "kbd" => tag("kbd", Kind::Code),
            "mark" => tag("mark", Kind::Inline),
            "q" => tag("q", Kind::Inline),
            "s" => tag("s", Kind::Inline),
            "samp" => tag("samp", Kind::Code),
            "small" => tag("small", Kind::Inline),
            "sub" => tag("sub", Kind::Inline),
            "sup" => tag("sup", Kind::Inline),
            "time" => tag("time", Kind::Inline),
            "u" => tag("u", Kind::Inline),
            "var" => tag("var", Kind::Code),
            "ruby" => tag("ruby", Kind::Ruby),
            "rp" => tag("rp", Kind::RubyText),
            "rt" => tag("rt", Kind::RubyText),
            _ => None,
        }
    }

    pub(super) fn is_void(self) -> bool {
        matches!(self.kind, Kind::Break | Kind::Rule | Kind::Image | Kind::Column)
    }

    /// Whether it says nothing once it is empty, and may go then. Cells keep their column.
    pub(super) fn is_needless_when_empty(self) -> bool {
        !matches!(self.kind, Kind::Cell | Kind::Row | Kind::RowGroup | Kind::Caption)
            && !self.is_void()
            && self.kind != Kind::ColumnGroup
    }
}

impl Kind {
    /// Starts on a line of its own, in a browser and in plain text.
    pub(super) fn is_block(self) -> bool {
        !matches!(
            self,
            Self::Inline
                | Self::Link
                | Self::Code
                | Self::Ruby
                | Self::RubyText
                | Self::Break
                | Self::Image
                | Self::Film
                | Self::Cell
                | Self::Column
                | Self::ColumnGroup
        )
    }

    /// Ends the parser's search for an open list item to close.
    pub(super) fn shields_items(self) -> bool {
        self.is_block() && !matches!(self, Self::Paragraph | Self::Division) || self == Self::Cell
    }

    /// Text may not stand directly inside: a browser would move it in front of the table.
    pub(super) fn holds_no_text(self) -> bool {
        matches!(self, Self::Table | Self::RowGroup | Self::Row | Self::ColumnGroup)
    }
}

/// Every name in the list, for the parser's own allow-list.
pub(super) const NAMES: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "u",
    "ul",
    "var",
    "wbr",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_in_the_list_is_a_tag_of_that_name() {
        for name in NAMES {
            assert_eq!(Tag::named(name).map(|it| it.name), Some(*name));
        }
    }
}
