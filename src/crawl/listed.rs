//! From the posts that a sitemap or a listing names to entries: little is known of them until their
//! pages are read.

use crate::domain::{EntryDraft, ListedPost, SitemapPage, title_from_path};

/// Posts that one visit takes from a sitemap: the newest. Older ones are a back-catalogue.
pub(super) const MOST_POSTS: usize = 500;

pub(super) fn of_page(page: &SitemapPage) -> EntryDraft {
    let title = page.title();
    EntryDraft {
        published: page.published,
        updated: page.changed,
        ..EntryDraft::named(title, page.address.without_tracking())
    }
}

pub(super) fn of_post(post: ListedPost) -> EntryDraft {
    let title = if post.title.is_empty() { title_from_path(&post.address) } else { post.title };
    EntryDraft {
        published: post.published,
        ..EntryDraft::named(title, post.address.without_tracking())
    }
}
