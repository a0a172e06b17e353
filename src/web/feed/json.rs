//! A feed as JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>).

use jiff::Timestamp;
use serde::Serialize;

use super::{
    Feed,
    story::{self, Story},
};

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: &'a str,
    feed_url: &'a str,
    icon: &'a str,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    /// Our page of the story.
    url: &'a str,
    /// Where it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    external_url: Option<&'a str>,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<&'a str>,
    summary: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<Timestamp>,
    date_modified: Timestamp,
    authors: Vec<Author<'a>>,
    tags: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

pub(super) fn written(feed: &Feed) -> String {
    let document = Document {
        version: "https://jsonfeed.org/version/1.1",
        title: &feed.title,
        home_page_url: &feed.page,
        feed_url: &feed.own,
        icon: &feed.icon,
        items: feed.stories.iter().map(Item::of).collect(),
    };
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

impl<'a> Item<'a> {
    fn of(story: &'a Story) -> Self {
        Self {
            id: &story.id,
            url: &story.page,
            external_url: story.original.as_deref(),
            title: &story.title,
            content_text: story.content.is_none().then_some(&*story.summary),
            content_html: story.content.as_deref(),
            summary: &story.summary,
            date_published: story.published,
            date_modified: story.updated,
            authors: story.authors.iter().map(Author::of).collect(),
            tags: &story.categories,
            language: story.language.as_deref(),
        }
    }
}

impl<'a> Author<'a> {
    fn of(author: &'a story::Author) -> Self {
        Self { name: &author.name, url: author.page.as_deref() }
    }
}
