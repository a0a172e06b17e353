//! The addresses that a page gives itself, its picture and its translations.

use dom_query::Document;

use super::{Metas, linked::Linked};
use crate::domain::{Address, Language};

const MOST_TRANSLATIONS: usize = 60;
/// Parts of the file names of pictures that every page of a site has.
const LOGOS: &[&str] = &["logo", "favicon", "placeholder", "default-", "avatar", "icon"];

/// The page's own word for its address. Believed where it names a page of the same site, and where
/// another site's is plainly the same post; never a front page or a section, which careless templates
/// name on every post.
pub(super) fn canonical(
    document: &Document,
    metas: &Metas,
    address: &Address,
    base: &Address,
    title: Option<&str>,
) -> Option<Address> {
    let links = document.select("link[rel~=canonical][href]");
    let of_links = links.nodes().iter().map(|it| it.attr_or("href", "").to_string());
    let of_metas = metas.all("og:url").map(str::to_owned);
    let mut written = of_links.chain(of_metas).filter(|it| !it.trim().is_empty());
    let found = written.find_map(|it| base.join(&it).ok())?;
    is_believed(&found, address, title).then_some(found)
}

fn is_believed(canonical: &Address, address: &Address, title: Option<&str>) -> bool {
    let (to, from) = (canonical.path().trim_end_matches('/'), address.path().trim_end_matches('/'));
    if canonical.literal_ip().is_some() || canonical.host() == "localhost" {
        return false;
    }
    if canonical.gate() == address.gate() {
        let is_above =
            from.len() > to.len() && from.starts_with(to) && from[to.len()..].starts_with('/');
        let is_above =
            is_above && !matches!(&from[to.len()..], "/amp" | "/index.html" | "/index.htm");
        let loses_query = to == from && canonical.url().query().is_none() && to.is_empty();
        return !is_above && (!loses_query || address.url().query().is_none());
    }
    let slug = |path: &str| path.rsplit('/').next().unwrap_or_default().to_lowercase();
    let known = format!("{} {}", slug(from), title.unwrap_or_default().to_lowercase());
    let known: Vec<&str> = words(&known).collect();
    let other = slug(to);
    let (shared, all) = words(&other)
        .filter(|it| it.len() > 2)
        .fold((0, 0), |(shared, all), it| (shared + usize::from(known.contains(&it)), all + 1));
    all > 0 && shared * 2 >= all && (shared > 1 || slug(from) == other)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty())
}

pub(super) fn image(metas: &Metas, linked: &Linked, base: &Address) -> Option<Address> {
    let names =
        ["og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"];
    let written = names.iter().filter_map(|it| metas.first(&[it])).chain(linked.image.as_deref());
    let is_of_article = |it: &Address| {
        let file = it.path().rsplit('/').next().unwrap_or_default().to_lowercase();
        !LOGOS.iter().any(|name| file.contains(name))
    };
    written.filter_map(|it| base.join(it).ok()).find(is_of_article)
}

pub(super) fn translations(
    document: &Document,
    address: &Address,
    base: &Address,
) -> Vec<(Language, Address)> {
    let mut found: Vec<(Language, Address)> = Vec::new();
    for link in document.select("link[rel~=alternate][hreflang][href]").nodes() {
        let language = link.attr_or("hreflang", "").parse::<Language>();
        let (Ok(language), Ok(to)) = (language, base.join(&link.attr_or("href", ""))) else {
            continue;
        };
        let is_new = to.key() != address.key() && found.iter().all(|it| it.0 != language);
        if language.primary() != "x" && is_new && found.len() < MOST_TRANSLATIONS {
            found.push((language, to));
        }
    }
    found
}
