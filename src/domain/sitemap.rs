//! What a site's sitemap lists, and which of its pages are posts.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Address, filters_keep};

/// One document of a sitemap (sitemaps.org protocol 0.9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sitemap {
    Pages(Vec<SitemapPage>),
    /// An index: further documents that list pages.
    Index(Vec<SitemapPart>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SitemapPage {
    pub address: Address,
    /// `lastmod`: when the page changed last, as the site says.
    pub changed: Option<Timestamp>,
    /// Of Google's news extension.
    pub title: Option<String>,
    pub published: Option<Timestamp>,
}

/// A document that an index names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SitemapPart {
    pub address: Address,
    pub changed: Option<Timestamp>,
}

/// First parts of paths below which no posts stand, on the blogs of many engines.
const NO_POSTS: [&str; 34] = [
    "about",
    "about-us",
    "api",
    "archive",
    "archives",
    "assets",
    "author",
    "authors",
    "careers",
    "categories",
    "category",
    "contact",
    "cookies",
    "docs",
    "events",
    "feed",
    "images",
    "jobs",
    "legal",
    "login",
    "page",
    "people",
    "press",
    "pricing",
    "privacy",
    "privacy-policy",
    "search",
    "series",
    "signup",
    "tag",
    "tags",
    "team",
    "terms",
    "topics",
];
/// Ends of paths that are no pages.
const NO_PAGES: [&str; 14] = [
    ".css", ".gif", ".gz", ".ico", ".jpeg", ".jpg", ".js", ".json", ".mp4", ".pdf", ".png", ".svg",
    ".webp", ".xml",
];

impl SitemapPage {
    /// In words, from the last part of the path: what a page is called until it was read.
    pub fn title(&self) -> String {
        self.title.clone().unwrap_or_else(|| title_from_path(&self.address))
    }
}

/// `/blog/2026/queues-at-scale.html` is "Queues at scale".
pub fn title_from_path(address: &Address) -> String {
    let last = address.path().rsplit('/').find(|it| !it.is_empty()).unwrap_or_default();
    let ends = [".html", ".htm", ".php", ".aspx", ".md"];
    let slug = ends.iter().find_map(|end| last.strip_suffix(end)).unwrap_or(last);
    let decoded = percent_decoded(slug);
    let words: Vec<&str> =
        decoded.split(['-', '_', '+', ' ']).filter(|it| !it.is_empty()).collect();
    let title = words.join(" ");
    let mut letters = title.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => address.to_string(),
    }
}

fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        let hex = hex.filter(|it| it.bytes().all(|digit| digit.is_ascii_hexdigit()));
        if let Some(byte) = hex.and_then(|it| u8::from_str_radix(it, 16).ok()) {
            decoded.push(byte);
            at += 3;
        } else {
            decoded.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}

/// What decides which pages of a sitemap are posts of a blog.
#[derive(Clone, Copy, Debug)]
pub struct PostPages<'a> {
    /// Where the blog is. With a path, only pages below it are posts of it.
    pub blog: &'a Address,
    pub keep: &'a [String],
    pub drop: &'a [String],
}

impl PostPages<'_> {
    /// The posts among the pages, the newest first as far as the site dates them, each once.
    ///
    /// Left out are home pages, lists (pages that several others stand below), pages below those of tags,
    /// authors and the like, and addresses of files. What `keep` names is a post whatever it looks like.
    pub fn choose(&self, mut pages: Vec<SitemapPage>) -> Vec<SitemapPage> {
        forget_build_time(&mut pages);
        let lists = lists_among(&pages);
        let folder = folder_of(self.blog);
        let mut seen = HashSet::new();
        let is_post = |page: &SitemapPage| {
            let kept = filters_keep(self.keep, self.drop, Some(&page.address));
            let below = page.address.path().strip_prefix(folder).filter(|it| !it.is_empty());
            let Some(below) = below.filter(|_| kept && self.is_on_host(&page.address)) else {
                return false;
            };
            !self.keep.is_empty()
                || (looks_like_post(below) && !lists.contains(trimmed(&page.address)))
        };
        let mut posts: Vec<SitemapPage> = pages.iter().filter(|it| is_post(it)).cloned().collect();
        posts.retain(|it| seen.insert(it.address.key()));
        // Stable: what a site does not date stays in its order, behind what it does.
        posts.sort_by_key(|it| std::cmp::Reverse(it.published.or(it.changed)));
        posts
    }

    fn is_on_host(&self, page: &Address) -> bool {
        let bare = |it: &Address| it.host().strip_prefix("www.").unwrap_or(it.host()).to_owned();
        bare(page) == bare(self.blog) && page.port() == self.blog.port()
    }
}

/// What a site's pages stand below: `/blog/` for `/blog`, `/blog/` and `/blog/index.html`.
pub(super) fn folder_of(site: &Address) -> &str {
    let path = site.path();
    let (folder, last) = path.rsplit_once('/').unwrap_or_default();
    match last {
        "" => path,
        file if file.contains('.') => &path[..=folder.len()],
        // The path without its last slash begins what stands below it all the same.
        _ => path,
    }
}

/// Many generators write the time of the last build as that of every page, which says nothing of any.
fn forget_build_time(pages: &mut [SitemapPage]) {
    let mut counts: HashMap<Timestamp, usize> = HashMap::new();
    for changed in pages.iter().filter_map(|it| it.changed) {
        *counts.entry(changed).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(time, count)| (*count, *time));
    let Some((build, _)) = most.filter(|(_, count)| *count >= 5 && count * 2 > pages.len()) else {
        return;
    };
    for page in pages.iter_mut().filter(|it| it.changed == Some(build)) {
        page.changed = None;
    }
}

fn trimmed(address: &Address) -> &str {
    address.path().trim_end_matches('/')
}

/// Pages below one path that make it a list of them.
const FEWEST_OF_A_LIST: usize = 3;

/// Paths that several other pages stand right below.
fn lists_among(pages: &[SitemapPage]) -> HashSet<String> {
    let mut below: HashMap<&str, usize> = HashMap::new();
    for page in pages {
        if let Some((parent, _)) = trimmed(&page.address).rsplit_once('/') {
            *below.entry(parent).or_default() += 1;
        }
    }
    let lists = below.into_iter().filter(|(_, count)| *count >= FEWEST_OF_A_LIST);
    lists.map(|(path, _)| path.to_owned()).collect()
}

/// By the part of its path below the blog.
fn looks_like_post(below: &str) -> bool {
    let path = below.trim_matches('/').to_ascii_lowercase();
    let mut parts = path.split('/');
    let first = parts.next().unwrap_or_default();
    let is_of_list = NO_POSTS.contains(&first) || path.contains("/page/");
    !first.is_empty() && !is_of_list && !NO_PAGES.iter().any(|end| path.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(path: &str) -> SitemapPage {
        let address = format!("https://example.com{path}").parse().unwrap();
        SitemapPage { address, changed: None, title: None, published: None }
    }

    fn chosen(blog: &str, keep: &[String], paths: &[&str]) -> Vec<String> {
        let blog = blog.parse().unwrap();
        let posts = PostPages { blog: &blog, keep, drop: &[] };
        let chosen = posts.choose(paths.iter().map(|it| page(it)).collect());
        chosen.into_iter().map(|it| it.address.path().to_owned()).collect()
    }

    #[test]
    fn posts_are_told_from_the_other_pages_of_a_site() {
        let paths = [
            "/",
            "/about/",
            "/blog/",
            "/blog/queues",
            "/blog/tags/rust",
            "/blog/feed.xml",
            "/blog/queues/",
            "/blog/caches.html",
            "/careers/engineer",
            "/blog/page/2",
        ];
        assert_eq!(
            chosen("https://example.com/blog", &[], &paths),
            ["/blog/queues", "/blog/caches.html"]
        );
    }

    #[test]
    fn what_the_reader_keeps_is_a_post_whatever_it_looks_like() {
        let keep = ["/docs/changes/".to_owned()];
        let paths = ["/docs/changes/one", "/docs/other"];
        assert_eq!(chosen("https://example.com/", &keep, &paths), ["/docs/changes/one"]);
    }

    #[test]
    fn pages_of_other_hosts_are_no_posts_of_this_blog() {
        let mut other = page("/blog/one");
        other.address = "https://shop.example.com/blog/one".parse().unwrap();
        let blog = "https://example.com/".parse().unwrap();
        let posts = PostPages { blog: &blog, keep: &[], drop: &[] };
        assert_eq!(posts.choose(vec![other]), []);
    }

    #[test]
    fn the_newest_come_first_and_undated_ones_keep_their_order() {
        let at = |second| Timestamp::from_second(second).ok();
        let pages = vec![
            page("/one"),
            SitemapPage { changed: at(10), ..page("/old") },
            page("/two"),
            SitemapPage { changed: at(20), ..page("/new") },
        ];
        let blog = "https://example.com/".parse().unwrap();
        let posts = PostPages { blog: &blog, keep: &[], drop: &[] }.choose(pages);
        let paths: Vec<&str> = posts.iter().map(|it| it.address.path()).collect();
        assert_eq!(paths, ["/new", "/old", "/one", "/two"]);
    }

    #[test]
    fn the_time_of_a_build_is_no_date_of_a_page() {
        let at = |second| Timestamp::from_second(second).ok();
        let mut pages: Vec<SitemapPage> = (0..6)
            .map(|number| SitemapPage { changed: at(50), ..page(&format!("/post-{number}")) })
            .collect();
        pages.push(SitemapPage { changed: at(10), ..page("/older") });
        let blog = "https://example.com/".parse().unwrap();
        let posts = PostPages { blog: &blog, keep: &[], drop: &[] }.choose(pages);
        assert_eq!(posts[0].changed, at(10));
        assert!(posts[1..].iter().all(|it| it.changed.is_none()));
    }

    #[test]
    fn a_page_that_was_not_read_yet_is_called_by_its_path() {
        assert_eq!(page("/blog/2026/queues-at-scale.html").title(), "Queues at scale");
        assert_eq!(page("/b/%C3%BCber_uns/").title(), "Über uns");
        assert_eq!(page("/blog/rust-1.75-released").title(), "Rust 1.75 released");
        assert_eq!(page("/100%+5").title(), "100% 5");
        assert_eq!(page("/").title(), "https://example.com/");
        let named = SitemapPage { title: Some("Named".into()), ..page("/x") };
        assert_eq!(named.title(), "Named");
    }
}
