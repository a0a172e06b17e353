//! Reads the catalogue's data file; the tests beside the module prove that all of it can be read.

use toml_edit::{Document, Item, Table, TableLike};

use super::{Activity, Catalogue, CataloguePeer, CatalogueSource, Confidence};
use crate::domain::{Address, Lane, Language, SourceType, fold};

/// Keys that say where a source is.
const PLACES: [SourceType; 3] = [SourceType::Feed, SourceType::Sitemap, SourceType::Site];

pub(super) fn parse(text: &str) -> Catalogue {
    let Ok(document) = Document::parse(text) else { return Catalogue::default() };
    let domains = document.get("domains").and_then(Item::as_table_like);
    let domains = domains
        .into_iter()
        .flat_map(TableLike::iter)
        .filter_map(|(slug, item)| Some((slug.parse().ok()?, item.as_str()?.to_owned())));
    let peers = document.get("peer").and_then(Item::as_array_of_tables);
    let peers = peers.into_iter().flat_map(|it| it.iter()).filter_map(parse_peer);
    Catalogue { domains: domains.collect(), peers: peers.collect() }
}

fn parse_peer(table: &Table) -> Option<CataloguePeer> {
    let sources = table.get("source")?.as_array_of_tables()?;
    let mut peer = CataloguePeer {
        id: text(table, "id")?.parse().ok()?,
        name: text(table, "name")?.to_owned(),
        domains: texts(table, "domains").filter_map(|it| it.parse().ok()).collect(),
        language: text(table, "lang").unwrap_or("en").parse::<Language>().ok(),
        activity: match text(table, "activity") {
            Some("quiet") => Activity::Quiet,
            _ => Activity::Active,
        },
        sources: sources.iter().filter_map(parse_source).collect(),
        folded: String::new(),
    };
    peer.folded = fold(&searchable(&peer));
    Some(peer)
}

fn parse_source(table: &Table) -> Option<CatalogueSource> {
    let (kind, address) = PLACES
        .into_iter()
        .find_map(|kind| Some((kind, text(table, kind.as_str())?.parse::<Address>().ok()?)))?;
    Some(CatalogueSource {
        title: text(table, "title")?.to_owned(),
        page: match text(table, "page") {
            Some(page) => page.parse().ok()?,
            None => address.clone(),
        },
        address,
        kind,
        lane: text(table, "lane").and_then(Lane::from_word).unwrap_or_default(),
        confidence: match text(table, "confidence") {
            Some("low") => Confidence::Low,
            Some("medium") => Confidence::Medium,
            _ => Confidence::High,
        },
        keep: texts(table, "keep").map(str::to_owned).collect(),
        drop: texts(table, "drop").map(str::to_owned).collect(),
        user_agent: text(table, "user_agent").map(str::to_owned),
        note: text(table, "note").map(str::to_owned),
    })
}

fn searchable(peer: &CataloguePeer) -> String {
    let mut all = format!("{} {}", peer.name, peer.id);
    for domain in &peer.domains {
        all.push(' ');
        all.push_str(domain.as_str());
    }
    for source in &peer.sources {
        for part in [source.title.as_str(), source.address.as_str(), source.page.as_str()] {
            all.push(' ');
            all.push_str(part);
        }
    }
    all
}

fn text<'t>(table: &'t Table, key: &str) -> Option<&'t str> {
    table.get(key)?.as_str()
}

fn texts<'t>(table: &'t Table, key: &str) -> impl Iterator<Item = &'t str> {
    let array = table.get(key).and_then(Item::as_array);
    array.into_iter().flat_map(|it| it.iter()).filter_map(|it| it.as_str())
}
