//! Reads sitemaps and indexes of them, in any state: XML, gzip, or one address a line.

use std::io::Read as _;

use flate2::read::MultiGzDecoder;
use jiff::Timestamp;
use quick_xml::{Reader, escape::resolve_predefined_entity, events::Event};

use super::{Hints, SyndicationError, charset};
use crate::domain::{Address, Sitemap, SitemapPage, SitemapPart, dates::read_date};

/// Most addresses in one document, by the protocol.
const MOST_ADDRESSES: usize = 50_000;
/// Longest document, unpacked, by the protocol.
const LONGEST: u64 = 50 * 1024 * 1024;
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Reads one document. What is broken loses only what stands behind the break.
pub fn read_sitemap(bytes: &[u8], hints: &Hints<'_>) -> Result<Sitemap, SyndicationError> {
    let unpacked;
    let bytes = if bytes.starts_with(&GZIP) {
        unpacked = unpack(bytes);
        &unpacked
    } else {
        bytes
    };
    let decoded = charset::decode(bytes, hints.charset);
    let text = decoded.text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(SyndicationError::Empty { address: hints.address.clone() });
    }
    let sitemap =
        if text.starts_with('<') { read_xml(text, hints.address) } else { read_lines(text) };
    let found = if text.starts_with('<') { "another sort of document" } else { "text" };
    sitemap.ok_or_else(|| SyndicationError::NotASitemap {
        address: hints.address.clone(),
        found: found.to_owned(),
    })
}

/// What could be unpacked, up to the limit: a cut file loses its end.
fn unpack(bytes: &[u8]) -> Vec<u8> {
    let mut unpacked = Vec::new();
    let mut reader = MultiGzDecoder::new(bytes).take(LONGEST);
    // An error leaves what came before it.
    let _ = reader.read_to_end(&mut unpacked);
    unpacked
}

/// Text counts as a sitemap when it begins with an address and most of its lines are some.
fn read_lines(text: &str) -> Option<Sitemap> {
    let lines: Vec<&str> =
        text.lines().map(str::trim).filter(|it| !it.is_empty()).take(MOST_ADDRESSES).collect();
    lines.first()?.parse::<Address>().ok()?;
    let pages = lines.iter().filter_map(|line| {
        let address = line.parse().ok()?;
        Some(SitemapPage { address, changed: None, title: None, published: None })
    });
    let pages: Vec<SitemapPage> = pages.collect();
    (pages.len() * 2 >= lines.len()).then_some(Sitemap::Pages(pages))
}

/// One `<url>` or `<sitemap>` while it is read.
#[derive(Default)]
struct Listed {
    address: String,
    changed: String,
    title: String,
    published: String,
}

impl Listed {
    fn field(&mut self, name: &str) -> Option<&mut String> {
        match name {
            "loc" => Some(&mut self.address),
            "lastmod" => Some(&mut self.changed),
            "title" => Some(&mut self.title),
            "publication_date" => Some(&mut self.published),
            _ => None,
        }
    }

    fn page(self, base: &Address) -> Option<SitemapPage> {
        Some(SitemapPage {
            address: base.join(self.address.trim()).ok()?,
            changed: date(&self.changed),
            title: Some(self.title.trim().to_owned()).filter(|it| !it.is_empty()),
            published: date(&self.published),
        })
    }

    fn part(self, base: &Address) -> Option<SitemapPart> {
        let changed = date(&self.changed);
        Some(SitemapPart { address: base.join(self.address.trim()).ok()?, changed })
    }
}

fn date(text: &str) -> Option<Timestamp> {
    read_date(text.trim())
}

/// `None` for a document that is neither.
fn read_xml(text: &str, base: &Address) -> Option<Sitemap> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut kind: Option<bool> = None;
    let mut found: Vec<Listed> = Vec::new();
    let mut open: Option<Listed> = None;
    // Names of open elements below the one that is listed: `image:loc` is no address of a page.
    let mut path: Vec<String> = Vec::new();
    while found.len() < MOST_ADDRESSES {
        // What stands behind a break cannot be told apart any more.
        let Ok(event) = reader.read_event() else { break };
        match event {
            Event::Start(tag) => match (tag.local_name().as_ref(), open.is_some()) {
                ("urlset", _) => kind = kind.or(Some(false)),
                ("sitemapindex", _) => kind = kind.or(Some(true)),
                ("url" | "sitemap", _) => {
                    found.extend(open.replace(Listed::default()));
                    path.clear();
                }
                (name, true) => path.push(full_name(tag.name().as_ref(), name)),
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "url" | "sitemap" => found.extend(open.take()),
                _ => drop(path.pop()),
            },
            Event::Text(words) => write(&mut open, &path, |it| it.push_str(&words)),
            Event::CData(words) => write(&mut open, &path, |it| it.push_str(&words)),
            Event::GeneralRef(reference) => {
                let letter = reference.resolve_char_ref().ok().flatten().map(String::from);
                let named = || resolve_predefined_entity(&reference).map(str::to_owned);
                if let Some(text) = letter.or_else(named) {
                    write(&mut open, &path, |it| it.push_str(&text));
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    found.extend(open.take());
    let found = found.into_iter();
    Some(if kind? {
        Sitemap::Index(found.filter_map(|it| it.part(base)).collect())
    } else {
        Sitemap::Pages(found.filter_map(|it| it.page(base)).collect())
    })
}

/// Only the extension for news says something of a page; the names of the others (images, videos) are
/// kept apart from the protocol's own by their prefix.
fn full_name(name: &str, local: &str) -> String {
    let prefix = name.strip_suffix(local).unwrap_or_default();
    let of_other_extension = prefix.starts_with("image") || prefix.starts_with("video");
    if of_other_extension { name.to_owned() } else { local.to_owned() }
}

fn write(open: &mut Option<Listed>, path: &[String], put: impl FnOnce(&mut String)) {
    let field = open.as_mut().zip(path.last()).and_then(|(listed, name)| listed.field(name));
    if let Some(field) = field {
        put(field);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8]) -> Result<Sitemap, SyndicationError> {
        let address = "https://example.com/sitemap.xml".parse().unwrap();
        read_sitemap(bytes, &Hints { address: &address, charset: None, content_type: None })
    }

    fn pages(text: &str) -> Vec<SitemapPage> {
        match read(text.as_bytes()).unwrap() {
            Sitemap::Pages(pages) => pages,
            Sitemap::Index(parts) => panic!("{parts:?}"),
        }
    }

    const POSTS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
        <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
                xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"
                xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
          <url><loc> https://example.com/blog/one?a=1&amp;b=2 </loc><lastmod>2026-03-02</lastmod>
            <image:image><image:loc>https://example.com/one.png</image:loc><image:title>A picture</image:title></image:image></url>
          <url><loc><![CDATA[/blog/two]]></loc><lastmod>yesterday</lastmod>
            <news:news><news:publication_date>2026-03-01T08:00:00Z</news:publication_date><news:title>Two &#8211; again</news:title></news:news></url>
          <url><loc>mailto:someone@example.com</loc></url>
        </urlset>"#;

    #[test]
    fn pages_are_read_with_their_dates_and_without_their_pictures() {
        let pages = pages(POSTS);
        assert_eq!(pages.len(), 2);
        assert_eq!(pages[0].address.as_str(), "https://example.com/blog/one?a=1&b=2");
        assert_eq!(pages[0].changed, "2026-03-02T00:00:00Z".parse().ok());
        assert_eq!(pages[0].title, None);
        assert_eq!(pages[1].address.as_str(), "https://example.com/blog/two");
        assert_eq!(pages[1].changed, None);
        assert_eq!(pages[1].title.as_deref(), Some("Two – again"));
        assert_eq!(pages[1].published, "2026-03-01T08:00:00Z".parse().ok());
    }

    #[test]
    fn an_index_names_its_parts() {
        let text = "<s:sitemapindex xmlns:s='http://www.sitemaps.org/schemas/sitemap/0.9'>\
             <s:sitemap><s:loc>https://example.com/posts.xml</s:loc>\
             <s:lastmod>2026-03-02T10:00:00+01:00</s:lastmod></s:sitemap></s:sitemapindex>";
        let Ok(Sitemap::Index(parts)) = read(text.as_bytes()) else { panic!("no index") };
        assert_eq!(parts[0].address.as_str(), "https://example.com/posts.xml");
        assert_eq!(parts[0].changed, "2026-03-02T09:00:00Z".parse().ok());
    }

    #[test]
    fn packed_and_plain_and_cut_ones_are_read() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(POSTS.as_bytes()).unwrap();
        let packed = packed.finish().unwrap();
        assert_eq!(read(&packed).unwrap(), Sitemap::Pages(pages(POSTS)));
        assert_eq!(pages("https://example.com/a\r\n\r\n# more\nhttps://example.com/b\n").len(), 2);
        let cut = &POSTS[..POSTS.find("<news:news>").unwrap()];
        assert_eq!(pages(cut).len(), 2);
    }

    #[test]
    fn a_soft_404_is_no_sitemap() {
        let refused = read(b"<!doctype html><html><body><p>Not found</body></html>").unwrap_err();
        assert!(matches!(refused, SyndicationError::NotASitemap { .. }), "{refused}");
        assert!(matches!(read(b"Not found"), Err(SyndicationError::NotASitemap { .. })));
        assert!(matches!(read(b" "), Err(SyndicationError::Empty { .. })));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes);
        }

        #[test]
        fn any_cut_of_a_sitemap_is_read_or_refused(at in 0..POSTS.len()) {
            let _ = read(&POSTS.as_bytes()[..at]);
        }
    }
}
