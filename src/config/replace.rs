//! Gives a source of a feeds file another address, and shows what that changes.

use std::fmt::Write as _;

use toml_edit::{Item, Table};

use super::{
    ConfigError,
    edit::{address_of, parse_for_editing, peer_tables},
    write::quoted,
};
use crate::domain::{Address, SourceType};

/// Lines around a change that a diff shows.
const CONTEXT: usize = 3;

/// The text in which the source at an address is another one; every other letter stays. `None` if no
/// source has the address.
pub fn replace_source(
    text: &str,
    old: &Address,
    (kind, new): (SourceType, &Address),
) -> Result<Option<String>, ConfigError> {
    let document = parse_for_editing(text)?;
    for peer in peer_tables(&document, text)? {
        let sources = peer.get("source").and_then(Item::as_array_of_tables);
        let sources = sources.into_iter().flat_map(|it| it.iter());
        for table in sources.chain([peer]) {
            if let Some((key, value)) = place_of(table, old) {
                let mut text = text.to_owned();
                text.replace_range(value, &quoted(new.as_str()));
                text.replace_range(key, kind.as_str());
                return Ok(Some(text));
            }
        }
    }
    Ok(None)
}

type Span = std::ops::Range<usize>;

/// Where the key and the address of a source stand.
fn place_of(table: &Table, address: &Address) -> Option<(Span, Span)> {
    SourceType::ALL.iter().find_map(|kind| {
        let (key, item) = table.get_key_value(kind.as_str())?;
        let is_meant = address_of(item.as_str()?).is_some_and(|it| it.key() == address.key());
        Some((key.span()?, item.span()?)).filter(|_| is_meant)
    })
}

/// What changed between two texts, as a unified diff of one hunk; empty where nothing did.
pub fn unified_diff(name: &str, old: &str, new: &str) -> String {
    if old == new {
        return String::new();
    }
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let same =
        |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| pairs.take_while(|(a, b)| a == b).count();
    let before = same(&mut old.iter().zip(new.iter()));
    let longest = old.len().min(new.len()) - before;
    let after = same(&mut old.iter().rev().zip(new.iter().rev())).min(longest);
    let first = before.saturating_sub(CONTEXT);
    let tail = after.saturating_sub(CONTEXT);
    let (old_end, new_end) = (old.len() - tail, new.len() - tail);
    let mut diff = format!("--- a/{name}\n+++ b/{name}\n");
    let _ = writeln!(
        diff,
        "@@ -{},{} +{},{} @@",
        first + 1,
        old_end - first,
        first + 1,
        new_end - first
    );
    let mut lines = |mark: char, lines: &[&str]| {
        for line in lines {
            let _ = writeln!(diff, "{mark}{line}");
        }
    };
    lines(' ', &old[first..before]);
    lines('-', &old[before..old.len() - after]);
    lines('+', &new[before..new.len() - after]);
    lines(' ', &old[old.len() - after..old_end]);
    diff
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# Ours.\n[[peer]]\nname = \"A\"\nfeed = \"https://a.example/feed\"   # the blog\n\n\
        [[peer]]\nname = \"B\"\n[[peer.source]]\nfeed = \"https://b.example/feed\"\nevery = \"6h\"\n";

    #[test]
    fn a_source_gets_another_address_and_every_other_letter_stays() {
        let old = "http://b.example/feed/".parse().unwrap();
        let new: Address = "https://b.example/sitemap.xml".parse().unwrap();
        let text = replace_source(FILE, &old, (SourceType::Sitemap, &new)).unwrap().unwrap();
        let expected = FILE.replace(
            "feed = \"https://b.example/feed\"",
            "sitemap = \"https://b.example/sitemap.xml\"",
        );
        assert_eq!(text, expected);
        let nobody = "https://c.example/".parse().unwrap();
        assert_eq!(replace_source(FILE, &nobody, (SourceType::Feed, &new)).unwrap(), None);
    }

    #[test]
    fn a_change_is_shown_as_a_diff_that_tools_can_apply() {
        let new = FILE.replace("https://a.example/feed", "https://a.example/new");
        let diff = unified_diff("feeds.toml", FILE, &new);
        let expected = "--- a/feeds.toml\n+++ b/feeds.toml\n@@ -1,7 +1,7 @@\n # Ours.\n [[peer]]\n \
            name = \"A\"\n-feed = \"https://a.example/feed\"   # the blog\n\
            +feed = \"https://a.example/new\"   # the blog\n \n [[peer]]\n name = \"B\"\n";
        assert_eq!(diff, expected);
        assert_eq!(unified_diff("feeds.toml", FILE, FILE), "");
    }
}
