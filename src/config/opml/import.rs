//! Reads a list of feeds, tolerating what writers of such lists get wrong.

use std::collections::HashSet;

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{Opml, Subscription};
use crate::{
    config::{
        markup::{decode, one_line, unescape},
        private::is_private,
    },
    domain::{Address, AddressError},
};

/// In a list that is damaged in more places, only the addresses behind them are read.
const MOST_DAMAGES: usize = 20;

/// Reads a list of feeds, whatever its state: nothing in it is fatal.
pub fn import_opml(bytes: &[u8]) -> Opml {
    import(bytes, Import::default())
}

/// The same, and addresses in private networks are taken too.
pub fn import_private_opml(bytes: &[u8]) -> Opml {
    import(bytes, Import { takes_private: true, ..Import::default() })
}

fn import(bytes: &[u8], mut import: Import) -> Opml {
    let text = decode(bytes);
    let mut rest = text.as_str();
    for _ in 0..MOST_DAMAGES {
        let Some(damage) = import.read(rest) else { break };
        import.is_damaged = true;
        // On with the next outline behind the damage.
        let next = rest.get(damage + 1..).and_then(|it| it.find("<outline"));
        let Some(next) = next else { break };
        rest = &rest[damage + 1 + next..];
    }
    if import.is_damaged {
        import.complain("the list is damaged, so names or folders in it may be lost".into());
        import.rescue(&text);
    }
    if import.opml.subscriptions.is_empty() && import.opml.complaints.is_empty() {
        import.complain("there is no feed in this list".into());
    }
    import.opml
}

#[derive(Default)]
struct Import {
    takes_private: bool,
    opml: Opml,
    /// By [`Address::key`].
    seen: HashSet<String>,
    /// Name of each open outline; `None` where it is no folder.
    open: Vec<Option<String>>,
    is_damaged: bool,
    told: HashSet<String>,
}

/// What one outline says; the names of its attributes in any case.
#[derive(Default)]
struct Outline {
    text: String,
    title: String,
    kind: String,
    xml_url: String,
    url: String,
    html_url: String,
    category: String,
}

impl Import {
    /// Reads as far as it goes; the offset of the damage that stopped it.
    fn read(&mut self, text: &str) -> Option<usize> {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        loop {
            match reader.read_event() {
                Ok(Event::Start(tag)) if is_outline(tag.local_name().as_ref()) => {
                    let folder = self.take_tag(&tag, false);
                    self.open.push(folder);
                }
                Ok(Event::Empty(tag)) if is_outline(tag.local_name().as_ref()) => {
                    self.take_tag(&tag, true);
                }
                Ok(Event::End(tag)) if is_outline(tag.local_name().as_ref()) => {
                    self.open.pop();
                }
                Ok(Event::Eof) => return None,
                Ok(_) => {}
                Err(_) => return usize::try_from(reader.error_position()).ok(),
            }
        }
    }

    fn take_tag(&mut self, tag: &BytesStart<'_>, is_leaf: bool) -> Option<String> {
        // A quote that is missing makes one tag swallow the next.
        self.is_damaged |= tag.attributes_raw().contains("<outline");
        self.take(&Outline::of(tag), is_leaf)
    }

    /// Takes the addresses of a damaged list that its outlines did not give away.
    fn rescue(&mut self, text: &str) {
        let lower = text.to_ascii_lowercase();
        for (at, key) in lower.match_indices("xmlurl=\"") {
            let written = text[at + key.len()..].split(['"', '<', '>']).next().unwrap_or_default();
            let xml_url = unescape(written.trim());
            let is_known = feed_address(&xml_url).is_ok_and(|it| self.seen.contains(&it.key()));
            if !is_known {
                self.take(&Outline { xml_url, ..Outline::default() }, false);
            }
        }
    }

    /// Takes what an outline brings; gives its name if it is a folder.
    fn take(&mut self, outline: &Outline, is_leaf: bool) -> Option<String> {
        let name = outline.name();
        let shown = if name.is_empty() { "an outline" } else { &format!("`{name}`") };
        let written = outline.feed();
        if written.is_empty() {
            if is_leaf {
                self.complain(format!("{shown} has no address of a feed"));
            }
            return Some(name).filter(|it| !it.is_empty());
        }
        match feed_address(written) {
            Ok(feed) if is_private(&feed) && !self.takes_private => {
                self.complain(format!("{shown} is in a private network: {feed}"));
            }
            Ok(feed) => self.subscribe(name, feed, outline),
            Err(error) => self.complain(format!("{shown} cannot be followed: {error}")),
        }
        None
    }

    fn subscribe(&mut self, title: String, feed: Address, outline: &Outline) {
        if !self.seen.insert(feed.key()) {
            return;
        }
        let site = outline.html_url.parse().ok();
        let categories = outline.category.split(',').map(|it| one_line(it.trim_matches('/')));
        let folders = self.open.iter().flatten().cloned().chain(categories);
        let folders = folders.filter(|it| !it.is_empty()).collect();
        self.opml.subscriptions.push(Subscription { title, feed, site, folders });
    }

    fn complain(&mut self, complaint: String) {
        if self.told.insert(complaint.clone()) {
            self.opml.complaints.push(complaint);
        }
    }
}

fn is_outline(name: &str) -> bool {
    name.eq_ignore_ascii_case("outline")
}

impl Outline {
    fn of(tag: &BytesStart<'_>) -> Self {
        let mut outline = Self::default();
        let mut attributes = tag.html_attributes();
        for attribute in attributes.with_checks(false).flatten() {
            let value = unescape(attribute.value.trim());
            match attribute.key.local_name().as_ref().to_ascii_lowercase().as_str() {
                "text" => outline.text = value,
                "title" => outline.title = value,
                "type" => outline.kind = value.to_ascii_lowercase(),
                "xmlurl" => outline.xml_url = value,
                "url" => outline.url = value,
                "htmlurl" => outline.html_url = value,
                "category" => outline.category = value,
                _ => {}
            }
        }
        outline
    }

    /// Some writers escape titles twice.
    fn name(&self) -> String {
        let text = one_line(&unescape(&self.text));
        if text.is_empty() { one_line(&unescape(&self.title)) } else { text }
    }

    fn feed(&self) -> &str {
        let is_feed = matches!(self.kind.as_str(), "rss" | "atom" | "feed");
        if self.xml_url.is_empty() && is_feed { &self.url } else { &self.xml_url }
    }
}

/// An address as lists write it: also with the scheme of feed readers (`feed:https://…`).
fn feed_address(written: &str) -> Result<Address, AddressError> {
    let lower = written.to_ascii_lowercase();
    match lower.strip_prefix("feed:") {
        Some(rest) if rest.starts_with("//") => format!("http:{}", &written[5..]).parse(),
        Some(_) => written[5..].parse(),
        None => written.parse(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn feeds(list: &str) -> Vec<String> {
        let subscriptions = import_opml(list.as_bytes()).subscriptions;
        subscriptions.into_iter().map(|it| it.feed.to_string()).collect()
    }

    #[test]
    fn folders_and_categories_are_kept_with_a_feed() {
        let list = import_opml(
            br#"<opml><body><outline text="Shops"><outline text="Big ones">
            <outline text="A" xmlUrl="https://a.example/" category="/ecommerce,/x/y"/></outline>
            <outline text="B" xmlUrl="https://b.example/"></outline></outline>
            <outline text="C" xmlUrl="https://c.example/"/></body></opml>"#,
        );
        let folders: Vec<_> = list.subscriptions.iter().map(|it| it.folders.join("|")).collect();
        assert_eq!(folders, ["Shops|Big ones|ecommerce|x/y", "Shops", ""]);
    }

    #[test]
    fn what_must_not_be_followed_is_told_and_the_rest_is_taken() {
        let list = import_opml(
            br#"<outline text="Script" xmlUrl="javascript:alert(1)"/>
            <outline text="Inside" xmlUrl="http://169.254.169.254/latest"/>
            <outline text="File" xmlUrl="file:///etc/passwd"/>
            <outline text="Nothing"/>
            <outline text="Good" xmlUrl="https://good.example/feed"/>"#,
        );
        assert_eq!(list.subscriptions.len(), 1);
        assert_eq!(list.complaints.len(), 4, "{:#?}", list.complaints);
        assert!(list.complaints[1].starts_with("`Inside` is in a private network"));
    }

    #[test]
    fn no_feed_of_a_damaged_list_is_lost() {
        let list = r#"<outline text="a" xmlUrl="https://a.example/1"/>
            <outline text="b xmlUrl="https://a.example/2"/>
            <outline text="c" xmlUrl="https://a.example/3"/>
            <outline text="d" xmlUrl="https://a.example/4"/>
            <outline text="e" xmlUrl="https://a.example/5"#;
        let mut found = feeds(list);
        found.sort();
        let all: Vec<_> = (1..=5).map(|it| format!("https://a.example/{it}")).collect();
        assert_eq!(found, all);
    }

    #[test]
    fn outlines_that_are_commented_out_stay_out() {
        assert_eq!(feeds("<!-- <outline xmlUrl=\"https://a.example/\"/> --><body/>"), [""; 0]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused_without_panic(bytes: Vec<u8>) {
            import_opml(&bytes);
        }
    }
}
