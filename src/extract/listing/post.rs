//! One post in a list: its link, its title, its date.

use dom_query::{NodeRef, Selection};
use jiff::Timestamp;

use crate::domain::dates::read_date;

/// Longest text that is looked at for a date.
const LONGEST_DATE: usize = 40;

/// Text on one line.
pub(super) fn text_of(selection: &Selection<'_>) -> String {
    selection.text().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a link calls its post: where a whole card is one link, the heading in it.
pub(super) fn title_of(link: &Selection<'_>) -> String {
    let headings = link.select("h1, h2, h3, h4, h5, h6");
    let heading = headings.iter().map(|it| text_of(&it)).find(|it| !it.is_empty());
    heading.unwrap_or_else(|| text_of(link))
}

/// The link of a heading, else the first one with text, else the first one.
pub(super) fn first_link<'a>(block: &Selection<'a>) -> Option<Selection<'a>> {
    if block.is("a[href]") {
        return Some(block.clone());
    }
    let of_heading =
        block.select("h1 a[href], h2 a[href], h3 a[href], h4 a[href], h5 a[href], h6 a[href]");
    if let Some(link) = of_heading.iter().find(|it| !text_of(it).is_empty()) {
        return Some(link);
    }
    let links = block.select("a[href]");
    links.iter().find(|it| !text_of(it).is_empty()).or_else(|| links.iter().next())
}

/// The date of a block: of a `<time>`, else of the first short text that is a date and nothing else.
pub(super) fn date_in(block: &Selection<'_>) -> Option<Timestamp> {
    let stated = |it: &Selection<'_>| {
        let attributes = ["datetime", "content", "data-date", "title"];
        attributes.into_iter().find_map(|name| read_date(it.attr(name)?.trim()))
    };
    let times = block.select("time, [datetime], [itemprop=datePublished]");
    let dated = times.iter().find_map(|it| stated(&it).or_else(|| read_date(&text_of(&it))));
    dated.or_else(|| stated(block)).or_else(|| written_in(block))
}

fn written_in(block: &Selection<'_>) -> Option<Timestamp> {
    let nodes = block.nodes().iter().flat_map(NodeRef::descendants);
    nodes.filter(NodeRef::is_text).find_map(|node| {
        let text = node.text();
        let text = text.trim().trim_start_matches(['·', '•', '—', '-', '|', ' ']).trim();
        let is_dateful = text.len() >= 6 && text.chars().any(|it| it.is_ascii_digit());
        (is_dateful && text.chars().count() <= LONGEST_DATE).then(|| read_date(text)).flatten()
    })
}
