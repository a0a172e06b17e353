//! The whole HTML parser, for bodies that are not written simply: slower, and only within bounds.

use std::{
    collections::{HashMap, HashSet},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::LazyLock,
};

use ammonia::Builder;

use super::{attributes, bounds, tags};

/// Read, and replaced later by something that may stay.
const REPLACED: &[&str] = &[
    "base",
    "iframe",
    "video",
    "audio",
    "source",
    "math",
    "semantics",
    "annotation",
    "mrow",
    "mi",
    "mo",
    "mn",
    "ms",
    "mtext",
    "mspace",
    "msup",
    "msub",
    "msubsup",
    "mfrac",
    "msqrt",
    "mroot",
    "mover",
    "munder",
    "munderover",
    "mtable",
    "mtr",
    "mtd",
    "mstyle",
    "mpadded",
    "mphantom",
    "menclose",
];
/// Dropped with all that is in them.
const DROPPED: &[&str] = &[
    "script",
    "style",
    "noscript",
    "svg",
    "template",
    "textarea",
    "select",
    "button",
    "title",
    "noembed",
    "noframes",
    "object",
    "applet",
    "canvas",
    "xmp",
    "plaintext",
    "dialog",
];

/// Parses as browsers do and writes down the allowed elements, well-formed. What comes out is tidy,
/// but only `rewrite` makes it safe. `None` where parsing could take too long, or failed.
pub(super) fn parsed(html: &str) -> Option<String> {
    if !bounds::can_be_parsed(html) {
        return None;
    }
    // The parser is a library of a hundred states: a mistake in it may cost a body, not the crawl.
    catch_unwind(AssertUnwindSafe(|| PARSER.clean(html).to_string())).ok()
}

static PARSER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(tags::NAMES.iter().chain(REPLACED).copied().collect())
        .clean_content_tags(DROPPED.iter().copied().collect())
        .tag_attributes(HashMap::new())
        .generic_attributes(attributes::READ.iter().copied().collect())
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .link_rel(None);
    builder
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sloppy_html_becomes_well_formed() {
        let sloppy = "<P>One<p>Two <B>bold<I>both</B></I><script>x()</script><ul><li>a<li>b</ul>";
        assert_eq!(
            parsed(sloppy).unwrap(),
            "<p>One</p><p>Two <b>bold<i>both</i></b></p><ul><li>a</li><li>b</li></ul>"
        );
    }

    #[test]
    fn a_tower_of_elements_is_refused_at_once() {
        assert_eq!(parsed(&"<div>".repeat(50_000)), None);
    }
}
