//! A feed as Atom (RFC 4287).

use askama::Template;

use super::Feed;
use crate::messages;

#[derive(Template)]
#[template(path = "feed.xml")]
struct Document<'a> {
    feed: &'a Feed,
}

pub(super) fn written(feed: &Feed) -> askama::Result<String> {
    Document { feed }.render()
}
