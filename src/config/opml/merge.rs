//! Adds what a list of feeds brings to the text of a feeds file.

use std::collections::HashMap;

use super::{ImportReport, Opml, Subscription};
use crate::{
    config::{
        ConfigError,
        edit::{Index, append_peers},
    },
    domain::{Peer, Slug, Source},
};

const LONGEST_NAME: usize = 100;

/// The text of a feeds file with what a list brings that is not followed yet: a peer for each
/// feed, in a domain if a folder is called like one.
pub fn merge_opml(
    text: &str,
    opml: &Opml,
    known_domains: &[Slug],
) -> Result<(String, ImportReport), ConfigError> {
    let index = Index::of(text)?;
    let mut names = Names { taken: index.slugs.into_keys().map(|slug| (slug, 1)).collect() };
    let mut report = ImportReport { refused: opml.complaints.clone(), ..Default::default() };
    let mut peers = Vec::with_capacity(opml.subscriptions.len());
    for subscription in &opml.subscriptions {
        if index.addresses.contains_key(&subscription.feed.key()) {
            report.already.push(subscription.feed.clone());
            continue;
        }
        let (name, slug) = names.name(subscription);
        let mut domains: Vec<Slug> = Vec::new();
        for slug in subscription.folders.iter().filter_map(|it| Slug::of(it)) {
            if known_domains.contains(&slug) && !domains.contains(&slug) {
                domains.push(slug);
            }
        }
        report.added.push(name.clone());
        let sources = vec![Source::feed(subscription.feed.clone())];
        peers.push(Peer { name, slug, domains, sources });
    }
    let text = if peers.is_empty() { text.to_owned() } else { append_peers(text, &peers) };
    Ok((text, report))
}

/// Gives each peer a name of its own.
struct Names {
    /// With the number of peers that wanted each.
    taken: HashMap<Slug, u32>,
}

impl Names {
    /// The title, with the host where that is taken, then with a number.
    fn name(&mut self, subscription: &Subscription) -> (String, Slug) {
        let host = subscription.feed.host().trim_start_matches("www.");
        let title = match subscription.title.char_indices().nth(LONGEST_NAME) {
            Some((end, _)) => &subscription.title[..end],
            None => &subscription.title,
        };
        let plain = if Slug::of(title).is_some() { title.trim() } else { host };
        let with_host = format!("{plain} ({host})");
        self.take(plain)
            .or_else(|| self.take(&with_host))
            .unwrap_or_else(|| self.number(&with_host))
    }

    fn take(&mut self, name: &str) -> Option<(String, Slug)> {
        let slug = Slug::of(name)?;
        if self.taken.contains_key(&slug) {
            return None;
        }
        self.taken.insert(slug.clone(), 1);
        Some((name.to_owned(), slug))
    }

    fn number(&mut self, name: &str) -> (String, Slug) {
        loop {
            let count = Slug::of(name).map(|slug| self.taken.entry(slug).or_insert(0));
            let number = count.map_or(2, |count| {
                *count += 1;
                *count
            });
            if let Some(taken) = self.take(&format!("{name} {number}")) {
                return taken;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::{import_opml, read_following};

    #[test]
    fn names_are_unique_however_often_one_is_wanted() {
        let outline =
            |it: u32| format!("<outline text=\"Blog\" xmlUrl=\"https://a.example/{it}\"/>\n");
        let list = (0..300).map(outline).collect::<Vec<_>>().concat();
        let (text, report) = merge_opml("", &import_opml(list.as_bytes()), &[]).unwrap();
        assert_eq!(report.added[..3], ["Blog", "Blog (a.example)", "Blog (a.example) 2"]);
        let read = read_following(&text, "feeds.toml".as_ref(), &[]).unwrap();
        assert_eq!(read.following.peers.len(), 300);
    }

    proptest! {
        #[test]
        fn any_list_merges_into_a_file_without_mistakes(titles in proptest::collection::vec("\\PC{0,12}", 0..6)) {
            let following: Vec<String> = titles
                .iter()
                .enumerate()
                .map(|(at, it)| format!("<outline text=\"{}\" xmlUrl=\"https://{at}.example/\"/>", quick_xml::escape::escape(it)))
                .collect();
            let list = import_opml(following.concat().as_bytes());
            prop_assert_eq!(list.subscriptions.len(), titles.len());
            let (text, _) = merge_opml("", &list, &[]).unwrap();
            let read = read_following(&text, "feeds.toml".as_ref(), &[]);
            prop_assert_eq!(read.unwrap().following.peers.len(), titles.len());
        }
    }
}
