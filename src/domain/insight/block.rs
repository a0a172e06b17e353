//! Blocks: an article as a sequence of paragraphs, headings, list items and the like.

/// What a block of an article is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum BlockKind {
    #[default]
    Paragraph,
    /// Of any rank.
    Heading,
    ListItem,
    Quote,
    /// A row of a table, cells separated by blanks.
    Row,
    /// A caption of a picture or a table.
    Caption,
    /// Lines of code, separated by line breaks.
    Code,
}

/// One block of an article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    pub kind: BlockKind,
    /// Blanks folded, never empty.
    pub text: String,
}
