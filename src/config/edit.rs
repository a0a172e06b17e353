//! Adds peers to the text of a feeds file and takes them out, leaving every other line as it is.

use std::{collections::HashMap, ops::Range};

use toml_edit::{Document, Item, Table};

use super::{
    ConfigError, Mistakes,
    document::{Findings, parse},
    spelling::nearest,
    write::write_peer,
};
use crate::domain::{Address, Peer, Slug, Source, paper_address};

/// A peer that was taken out of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedPeer {
    pub name: String,
    /// `None` if the name was none.
    pub slug: Option<Slug>,
}

/// The text with one more peer, behind all others. Refused when a peer of that name or one of its
/// addresses is followed already.
pub fn add_peer(text: &str, peer: &Peer) -> Result<String, ConfigError> {
    let index = Index::of(text)?;
    if let Some(line) = index.slugs.get(&peer.slug) {
        return Err(ConfigError::AlreadyFollowed { what: peer.name.clone(), line: *line });
    }
    for source in &peer.sources {
        if let Some(line) = index.line_of(source) {
            let what = source.address.to_string();
            return Err(ConfigError::AlreadyFollowed { what, line });
        }
    }
    Ok(append_peers(text, std::slice::from_ref(peer)))
}

/// The text without the peer of this name or slug. Comments that belong to it go with it: those
/// that touch its lines. All others stay, a ruler above it and what stands over that included.
pub fn remove_peer(text: &str, name: &str) -> Result<(String, RemovedPeer), ConfigError> {
    let document = parse_for_editing(text)?;
    let tables = peer_tables(&document, text)?;
    let slug = Slug::of(name);
    let is_meant = |table: &&Table| {
        let known = name_of(table);
        known == Some(name.trim()) || (slug.is_some() && known.and_then(Slug::of) == slug)
    };
    let Some(table) = tables.iter().find(|it| is_meant(it)) else {
        let names: Vec<&str> = tables.iter().filter_map(|it| name_of(it)).collect();
        let nearest = nearest(name, names).map(str::to_owned);
        return Err(ConfigError::NotFollowed { name: name.to_owned(), nearest });
    };
    let name = name_of(table).unwrap_or(name).to_owned();
    let mut rest = text.to_owned();
    for region in regions_of(table, text).into_iter().rev() {
        rest.replace_range(region, "");
    }
    Ok((rest, RemovedPeer { slug: Slug::of(&name), name }))
}

/// The text with peers behind all others.
pub(super) fn append_peers(text: &str, peers: &[Peer]) -> String {
    let mut added = String::with_capacity(peers.len() * 128);
    for peer in peers {
        added.push('\n');
        write_peer(&mut added, peer);
    }
    let mut text = text.trim_end().to_owned() + "\n";
    if text.len() == 1 {
        text.clear();
        added.remove(0);
    }
    // A file keeps the line ends it has.
    if text.contains("\r\n") {
        text = text.trim_end_matches('\n').to_owned() + "\r\n";
        added = added.replace('\n', "\r\n");
    }
    text + &added
}

/// What is in a file already, with lines; the file need not be free of mistakes.
pub(super) struct Index {
    pub(super) slugs: HashMap<Slug, usize>,
    /// By [`Address::key`].
    pub(super) addresses: HashMap<String, usize>,
}

impl Index {
    pub(super) fn of(text: &str) -> Result<Self, ConfigError> {
        let document = parse_for_editing(text)?;
        let findings = Findings::new(text, "feeds.toml".as_ref());
        let mut index = Self { slugs: HashMap::new(), addresses: HashMap::new() };
        for table in peer_tables(&document, text)? {
            let line = findings.line(table.span().unwrap_or_default().start);
            if let Some(slug) = name_of(table).and_then(Slug::of) {
                index.slugs.entry(slug).or_insert(line);
            }
            let sources = table.get("source").and_then(Item::as_array_of_tables);
            let sources = sources.into_iter().flat_map(|it| it.iter());
            for table in sources.chain([table]) {
                let texts = table.iter().filter_map(|(_, item)| item.as_str());
                for address in texts.filter_map(address_of) {
                    index.addresses.entry(address.key()).or_insert(line);
                }
            }
        }
        Ok(index)
    }

    fn line_of(&self, source: &Source) -> Option<usize> {
        self.addresses.get(&source.address.key()).copied()
    }
}

/// Syntax has to be right before lines can be told apart; other mistakes do not matter.
pub(super) fn parse_for_editing(text: &str) -> Result<Document<String>, Mistakes> {
    let mut findings = Findings::new(text, "feeds.toml".as_ref());
    let document = parse(&mut findings);
    findings.into_result()?;
    document.ok_or_else(|| Mistakes(Vec::new()))
}

pub(super) fn peer_tables<'d>(
    document: &'d Document<String>,
    text: &str,
) -> Result<Vec<&'d Table>, ConfigError> {
    match document.get("peer") {
        None => Ok(Vec::new()),
        Some(Item::ArrayOfTables(tables)) => Ok(tables.iter().collect()),
        Some(other) => {
            let offset = other.span().unwrap_or_default().start;
            let line = Findings::new(text, "feeds.toml".as_ref()).line(offset);
            Err(ConfigError::NotEditable { line })
        }
    }
}

pub(super) fn address_of(written: &str) -> Option<Address> {
    match paper_address(written) {
        Some(address) => address.ok(),
        None => written.parse().ok(),
    }
}

fn name_of(table: &Table) -> Option<&str> {
    table.get("name")?.as_str().map(str::trim)
}

/// The lines of a peer's table and of its sources, each with the comments that touch it; one
/// region where no other table stands between them.
fn regions_of(peer: &Table, text: &str) -> Vec<Range<usize>> {
    let mut tables = vec![peer];
    if let Some(sources) = peer.get("source").and_then(Item::as_array_of_tables) {
        tables.extend(sources.iter());
    }
    let mut regions: Vec<Range<usize>> = Vec::with_capacity(tables.len());
    for region in tables.into_iter().map(|table| region_of(table, text)) {
        match regions.last_mut() {
            Some(last) if is_only_comments(&text[last.end..region.start.max(last.end)]) => {
                last.end = region.end;
            }
            _ => regions.push(region),
        }
    }
    regions
}

fn is_only_comments(text: &str) -> bool {
    text.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with('#'))
}

fn region_of(table: &Table, text: &str) -> Range<usize> {
    let header = table.span().unwrap_or_default();
    let ends = table.iter().filter(|(_, item)| item.is_value()).filter_map(|(_, it)| it.span());
    let end = ends.map(|it| it.end).chain([header.end]).max().unwrap_or_default();
    let start = with_comments_above(line_start(text, header.start), text);
    start..with_comments_below(next_line(text, end), text)
}

fn with_comments_above(mut start: usize, text: &str) -> usize {
    while start > 0 {
        let above = line_start(text, start - 1);
        let line = text[above..start].trim();
        if !line.starts_with('#') || is_ruler(line) {
            break;
        }
        start = above;
    }
    start
}

/// Comments right below belong to the table above, unless they touch the next one; then the blank
/// lines up to what follows.
fn with_comments_below(end: usize, text: &str) -> usize {
    let mut after = end;
    while text[after..].trim_start_matches([' ', '\t']).starts_with('#') {
        after = next_line(text, after);
    }
    let is_free = text[after..].lines().next().is_none_or(|line| line.trim().is_empty());
    let mut end = if is_free { after } else { end };
    while end < text.len() && text[end..next_line(text, end)].trim().is_empty() {
        end = next_line(text, end);
    }
    end
}

/// `# ---- Marketplaces ----`: heads a group of peers.
fn is_ruler(comment: &str) -> bool {
    let body = comment.trim_start_matches('#').trim();
    ["---", "===", "***", "~~~", "───", "━━━", "═══"].iter().any(|it| body.starts_with(it))
        || comment.starts_with("###")
}

fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind('\n').map_or(0, |at| at + 1)
}

fn next_line(text: &str, offset: usize) -> usize {
    text[offset..].find('\n').map_or(text.len(), |at| offset + at + 1)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::read_following;

    const FILE: &str = r#"# Ours.

[reader]
domains = ["ecommerce"]   # the shop

# ---- Marketplaces ----
# One is the first.
[[peer]]
name = "One"
feed = "https://one.example/feed"   # the blog
# every = "6h"

# About two.
[[peer]]
name = "Two"

# Its engineers.
[[peer.source]]
feed = "https://two.example/feed"
keep = [
    "/blog/",  # only these
]

# A lonely remark.

# Its researchers.
[[peer.source]]
feed = "https://two.example/papers"
# About three.
[[peer]]
name = "Three"
feed = "https://three.example/feed"

# ---- The end ----
"#;

    fn names(text: &str) -> Vec<String> {
        let read = read_following(text, Path::new("feeds.toml"), &[]).unwrap();
        read.following.peers.into_iter().map(|it| it.name).collect()
    }

    fn peer(name: &str, address: &str) -> Peer {
        let sources = vec![Source::feed(address.parse().unwrap())];
        Peer { name: name.into(), slug: Slug::of(name).unwrap(), domains: Vec::new(), sources }
    }

    #[test]
    fn an_added_peer_leaves_every_other_line_as_it_is() {
        let text = add_peer(FILE, &peer("Four", "https://four.example/feed")).unwrap();
        assert!(text.starts_with(FILE));
        assert_eq!(names(&text), ["One", "Two", "Three", "Four"]);
    }

    #[test]
    fn a_peer_added_to_an_empty_file_begins_it() {
        let text = add_peer("", &peer("Four", "https://four.example/feed")).unwrap();
        assert_eq!(text, "[[peer]]\nname = \"Four\"\nfeed = \"https://four.example/feed\"\n");
        let text = add_peer(&FILE.replace('\n', "\r\n"), &peer("F", "https://f.example/")).unwrap();
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    }

    #[test]
    fn a_peer_that_is_followed_already_is_refused_with_its_line() {
        let refused = |peer: Peer| add_peer(FILE, &peer).unwrap_err().to_string();
        assert_eq!(refused(peer("TWO", "https://x.example/")), "line 14 already follows TWO");
        assert_eq!(
            refused(peer("Four", "http://www.two.example/papers/")),
            "line 14 already follows http://www.two.example/papers/"
        );
    }

    #[test]
    fn a_removed_peer_takes_its_own_comments_along_and_no_others() {
        let (text, removed) = remove_peer(FILE, "two").unwrap();
        assert_eq!(removed, RemovedPeer { name: "Two".into(), slug: Slug::of("Two") });
        let kept: String = FILE[..FILE.find("# About two").unwrap()].to_owned()
            + &FILE[FILE.find("# About three").unwrap()..];
        assert_eq!(text, kept);
        let (text, _) = remove_peer(FILE, " One ").unwrap();
        let kept: String = FILE[..FILE.find("# One is").unwrap()].to_owned()
            + &FILE[FILE.find("# About two").unwrap()..];
        assert_eq!(text, kept);
        let (text, _) = remove_peer(FILE, "Three").unwrap();
        assert_eq!(names(&text), ["One", "Two"]);
        assert!(text.ends_with("papers\"\n# ---- The end ----\n"), "{text}");
    }

    #[test]
    fn tables_between_the_parts_of_a_peer_stay() {
        let file = "[[peer]]\nname = \"A\"\n\n[topics]\nT = \"t\"\n\n[[peer.source]]\nfeed = \"https://a.example/\"\n";
        assert_eq!(remove_peer(file, "A").unwrap().0, "[topics]\nT = \"t\"\n\n");
    }

    #[test]
    fn a_name_that_nobody_has_is_refused_with_the_nearest() {
        assert_eq!(
            remove_peer(FILE, "Thre").unwrap_err().to_string(),
            "no peer in the file is called `Thre`; did you mean `Three`?"
        );
        let array = "peer = [{ name = \"A\", feed = \"https://a.example/\" }]\n";
        assert!(matches!(remove_peer(array, "A"), Err(ConfigError::NotEditable { line: 1 })));
        assert!(matches!(remove_peer("a = [", "A"), Err(ConfigError::Mistaken(_))));
    }

    #[test]
    fn a_peer_added_and_removed_leaves_the_file_as_it_was() {
        let text = add_peer(FILE, &peer("Four", "https://four.example/feed")).unwrap();
        let (text, _) = remove_peer(&text, "Four").unwrap();
        assert_eq!(text.trim_end(), FILE.trim_end());
    }
}
