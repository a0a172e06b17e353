//! Writes the feeds of all peers as a list for other readers.

use std::fmt::Write as _;

use jiff::{Timestamp, tz::TimeZone};
use quick_xml::escape::escape;

use crate::domain::{Following, Peer, Slug, SourceType};

/// The feeds of all peers as a list for other readers, in a folder for each domain; sources that
/// are no feeds become links. Filters and rhythms have no place in such a list.
pub fn export_opml(following: &Following, now: Timestamp) -> String {
    let created = jiff::fmt::rfc2822::to_string(&now.to_zoned(TimeZone::UTC)).unwrap_or_default();
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head>\n    \
         <title>Peers followed with Peerscope</title>\n    \
         <dateCreated>{created}</dateCreated>\n  </head>\n  <body>\n"
    );
    let mut domains: Vec<Option<&Slug>> = Vec::new();
    for peer in &following.peers {
        if !domains.contains(&peer.domains.first()) {
            domains.push(peer.domains.first());
        }
    }
    for domain in domains {
        let peers = following.peers.iter().filter(|it| it.domains.first() == domain);
        match domain {
            Some(domain) => {
                let _ = writeln!(text, "    <outline text=\"{domain}\">");
                peers.for_each(|peer| export_peer(peer, "      ", &mut text));
                text.push_str("    </outline>\n");
            }
            None => peers.for_each(|peer| export_peer(peer, "    ", &mut text)),
        }
    }
    text + "  </body>\n</opml>\n"
}

fn export_peer(peer: &Peer, indent: &str, text: &mut String) {
    let name = attribute(&peer.name);
    let categories: Vec<String> = peer.domains.iter().map(|it| format!("/{it}")).collect();
    let category = match categories.len() {
        0 => String::new(),
        _ => format!(" category=\"{}\"", attribute(&categories.join(","))),
    };
    for source in &peer.sources {
        let address = attribute(source.address.as_str());
        let place = match source.kind {
            SourceType::Feed => format!("type=\"rss\" xmlUrl=\"{address}\""),
            _ => format!("type=\"link\" url=\"{address}\""),
        };
        let _ = writeln!(text, "{indent}<outline text=\"{name}\" {place}{category}/>");
    }
}

/// Escaped, without the letters that XML cannot hold.
fn attribute(text: &str) -> String {
    let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
    escape(text.as_str()).into_owned()
}
