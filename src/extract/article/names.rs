//! What class names and ids say about the part of a page that they are given to.

use dom_query::NodeRef;

/// Words of class names that only furniture has. A name's words are parted by signs and capitals.
const FURNITURE_WORDS: &[&str] = &[
    "ad",
    "addthis",
    "addtoany",
    "ads",
    "advert",
    "advertisement",
    "bio",
    "breadcrumb",
    "breadcrumbs",
    "byline",
    "comments",
    "consent",
    "cookie",
    "cookies",
    "copyright",
    "cta",
    "disqus",
    "feedback",
    "footer",
    "gdpr",
    "giscus",
    "license",
    "menu",
    "modal",
    "nav",
    "navbar",
    "navigation",
    "newsletter",
    "noprint",
    "pager",
    "pagination",
    "popup",
    "promo",
    "recirc",
    "recommended",
    "related",
    "share",
    "sharing",
    "sidebar",
    "signup",
    "social",
    "sponsor",
    "sponsored",
    "subscribe",
    "subscription",
    "tags",
    "toc",
    "utterances",
    "widget",
];
/// Parts of class names, written without signs and capitals.
const FURNITURE_PARTS: &[&str] = &[
    "aboutauthor",
    "abouttheauthor",
    "articledate",
    "articlefooter",
    "articlemeta",
    "articlenav",
    "authorbio",
    "authorblock",
    "authorbox",
    "authorcard",
    "authorinfo",
    "authormeta",
    "backtotop",
    "calltoaction",
    "catlinks",
    "commentform",
    "commentlist",
    "commentsarea",
    "cookiebanner",
    "copybtn",
    "copybutton",
    "copycode",
    "editthispage",
    "entryfooter",
    "entrymeta",
    "hashlink",
    "headeranchor",
    "headerlink",
    "jprelated",
    "keepreading",
    "lastmod",
    "navlinks",
    "nextarticle",
    "nextpost",
    "onetrust",
    "onthispage",
    "postauthor",
    "postdate",
    "postfooter",
    "postinfo",
    "postmeta",
    "postnav",
    "posttags",
    "prefooter",
    "prevnext",
    "readingtime",
    "readmorewrap",
    "readnext",
    "readtime",
    "relatedarticles",
    "relatedcontent",
    "relatedposts",
    "relatedstories",
    "screenreader",
    "sharedaddy",
    "skiplink",
    "skipto",
    "socialicons",
    "socialmedia",
    "speechifyignore",
    "sronly",
    "tableofcontents",
    "taglist",
    "timetoread",
    "upnext",
    "visuallyhidden",
];
/// Ids are also made from headings, so that only those count that no heading gives.
const FURNITURE_IDS: &[&str] = &[
    "articlenav",
    "authorbox",
    "colophon",
    "comments",
    "cookiebanner",
    "cookieconsent",
    "cookienotice",
    "disqusthread",
    "footer",
    "jprelatedposts",
    "markdowntoc",
    "masthead",
    "onetrustbannersdk",
    "onetrustconsentsdk",
    "prefooter",
    "respond",
    "secondary",
    "sharebuttons",
    "sidebar",
    "tableofcontents",
    "toc",
    "toccontainer",
    "tocdiv",
];
/// Page builders give names of furniture to everything.
const BUILDERS: &[&str] = &["elementor", "wpbwrapper", "etpb", "fusion", "wixui", "siteorigin"];
/// Words of what stands beside the text and belongs to it.
const REMARKS: &[&str] = &[
    "admonition",
    "alert",
    "callout",
    "caution",
    "danger",
    "footnote",
    "footnotes",
    "hint",
    "important",
    "info",
    "note",
    "notice",
    "pullquote",
    "sidenote",
    "tip",
    "warning",
];
/// Names of the element that holds an article's text and little else, without signs and capitals.
const BODIES: &[&str] = &[
    "articlebody",
    "articlecontent",
    "articlecontents",
    "articleentry",
    "articletext",
    "articlemaincontent",
    "availablecontent",
    "blogbody",
    "blogcontent",
    "blogpostbody",
    "blogpostcontainer",
    "blogpostcontent",
    "bloghtml",
    "bodymarkup",
    "contentbody",
    "econtent",
    "entrybody",
    "entrycontent",
    "entrytext",
    "ghcontent",
    "hscoswrappertyperichtext",
    "jscontent",
    "markdown",
    "markdownbody",
    "postarticle",
    "postbody",
    "postbodycontent",
    "postcontent",
    "postcontents",
    "postentry",
    "postfullcontent",
    "posthtml",
    "postmaincontent",
    "posttext",
    "prose",
    "richtext",
    "richtextblock",
    "richmediacontent",
    "singlecontent",
    "singlepostcontent",
    "storybody",
    "storycontent",
    "tdcontent",
    "themedocmarkdown",
    "wrichtext",
];
const ARTICLES: &[&str] =
    &["article", "blogarticle", "blogentry", "blogpost", "hentry", "post", "singlepost", "story"];

/// Whether the class names or the id of an element are those of site furniture.
pub(super) fn is_furniture(node: &NodeRef<'_>) -> bool {
    let id = node.id_attr().map(|it| squeezed(&it)).unwrap_or_default();
    if FURNITURE_IDS.binary_search(&&*id).is_ok() {
        return true;
    }
    let Some(classes) = node.class() else { return false };
    let is_formula = ["MathJax", "katex"].iter().any(|it| classes.contains(it));
    !is_formula && classes.split_ascii_whitespace().any(is_furniture_name)
}

fn is_furniture_name(class: &str) -> bool {
    let squeezed = squeezed(class);
    if BUILDERS.iter().any(|it| squeezed.contains(it)) || is_styling(class) {
        return false;
    }
    FURNITURE_PARTS.iter().any(|it| squeezed.contains(it))
        || words(class).any(|word| FURNITURE_WORDS.binary_search(&&*word).is_ok())
}

/// Names that say how something looks if something else is the case: `md:has-[nav]:mt-2`,
/// `with-sidebar`, `no-share`.
fn is_styling(class: &str) -> bool {
    class.contains([':', '['])
        || ["has-", "with-", "no-", "is-", "without-", "js-no"]
            .iter()
            .any(|it| class.starts_with(it))
}

pub(super) fn is_remark(node: &NodeRef<'_>) -> bool {
    let classes = node.class().unwrap_or_default();
    classes
        .split_ascii_whitespace()
        .flat_map(|it| words(it).collect::<Vec<_>>())
        .any(|word| REMARKS.binary_search(&&*word).is_ok())
}

pub(super) fn is_footnotes(node: &NodeRef<'_>) -> bool {
    let role = node.attr("role").unwrap_or_default();
    matches!(&*role, "doc-endnotes" | "doc-footnote")
        || node.class().is_some_and(|it| it.to_ascii_lowercase().contains("footnote"))
}

/// Whether the element is named as the one that holds the text of an article.
pub(super) fn is_body(node: &NodeRef<'_>) -> bool {
    let property = node.attr("itemprop").unwrap_or_default();
    if property.split_ascii_whitespace().any(|it| it == "articleBody") {
        return true;
    }
    is_named(node, BODIES)
}

/// Whether the element is one that holds an article with its title and all that goes with it.
pub(super) fn is_article(node: &NodeRef<'_>) -> bool {
    node.has_name("article")
        || node.attr("role").is_some_and(|it| &*it == "article")
        || node.attr("itemtype").is_some_and(|it| {
            let kind = it.rsplit('/').next().unwrap_or_default();
            kind.ends_with("Article") || kind == "BlogPosting"
        })
        || is_named(node, ARTICLES)
}

pub(super) fn is_main(node: &NodeRef<'_>) -> bool {
    node.has_name("main")
        || node.attr("role").is_some_and(|it| &*it == "main")
        || is_named(node, &["content", "main", "maincontent", "pagecontent", "sitecontent"])
}

fn is_named(node: &NodeRef<'_>, names: &[&str]) -> bool {
    let id = node.id_attr().unwrap_or_default();
    let class = node.class().unwrap_or_default();
    class.split_ascii_whitespace().chain([&*id]).any(|name| {
        if is_styling(name) {
            return false;
        }
        // CSS modules add a hash: `postContent_x7Ka1`, `post_content__Zb3x`.
        let unhashed = name.rsplit_once('_').map_or("", |(before, _)| before);
        let unhashed = if unhashed.len() >= 4 { squeezed(unhashed) } else { String::new() };
        let name = squeezed(name);
        names.contains(&&*name) || names.contains(&&*unhashed)
    })
}

fn squeezed(name: &str) -> String {
    name.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn words(name: &str) -> impl Iterator<Item = String> + '_ {
    name.split(|it: char| !it.is_alphanumeric()).flat_map(|part| {
        let mut words = Vec::new();
        let mut word = String::new();
        let mut was_small = false;
        for letter in part.chars() {
            if letter.is_uppercase() && was_small {
                words.push(std::mem::take(&mut word));
            }
            was_small = letter.is_lowercase() || letter.is_numeric();
            word.extend(letter.to_lowercase());
        }
        words.push(word);
        words
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_sorted_so_that_they_can_be_found() {
        for names in [FURNITURE_WORDS, FURNITURE_IDS, REMARKS] {
            assert!(names.is_sorted(), "{names:?}");
        }
    }

    #[test]
    fn furniture_is_told_by_whole_words() {
        for name in ["share-bar", "jp-relatedposts", "PostTags_x1", "cookie-notice", "td-toc"] {
            assert!(is_furniture_name(name), "{name}");
        }
        for name in ["shared-memory", "download", "elementor-widget", "has-sidebar", "shadow"] {
            assert!(!is_furniture_name(name), "{name}");
        }
    }
}
