//! What stands below an issue in a mail: why it came, and how to change or stop that.

use super::{Links, words::Words};
use crate::domain::Issue;

pub(super) struct Foot {
    pub(super) why: String,
    pub(super) private: String,
    pub(super) links: Vec<FootLink>,
}

pub(super) struct FootLink {
    pub(super) label: String,
    pub(super) address: String,
}

impl Foot {
    pub(super) fn of(issue: &Issue, links: &Links, words: &Words<'_>) -> Self {
        let link = |key: &str, address: Option<String>| {
            Some(FootLink { label: words.text(key).to_owned(), address: address? })
        };
        // Whoever has a list and a journal here runs the installation.
        let why = match &issue.own {
            Some(_) => words.text("issue.foot.why-owner").replace('`', ""),
            None => words.text("issue.foot.why").to_owned(),
        };
        let page = issue.own.as_ref().and_then(|_| links.page(&format!("/digests/{}", issue.week)));
        let links = [
            link("issue.foot.page", page),
            link("issue.foot.preferences", links.preferences.clone()),
            link("issue.foot.unsubscribe", links.unsubscribe.clone()),
        ];
        Self {
            why,
            private: words.text("issue.foot.private").to_owned(),
            links: links.into_iter().flatten().collect(),
        }
    }
}
