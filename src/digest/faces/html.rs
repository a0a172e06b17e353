//! An issue as HTML: the mail, which stands by itself in any program, and the part that pages and feeds
//! put a frame around.

use askama::Template;

use super::{
    Links,
    foot::Foot,
    spoken::{PageAt, Spoken},
};
use crate::domain::Issue;

#[derive(Template)]
#[template(path = "issue-mail.html")]
struct Mail<'a> {
    spoken: &'a Spoken<'a>,
    foot: &'a Foot,
    /// Where the pages are.
    home: Option<String>,
}

#[derive(Template)]
#[template(path = "issue-part.html")]
struct Part<'a> {
    spoken: &'a Spoken<'a>,
}

/// In a mail: some programs show its first 100 kilobytes only, and the foot has to be among them. The
/// text of the same mail has all titles, and so has the page.
const MOST_TITLES: usize = 150;

/// The mail, whole.
pub fn html_mail(issue: &Issue, links: &Links) -> String {
    let page = |path: &str| links.page(path);
    let mut spoken = Spoken::of(issue, &page);
    spoken.keep_titles(MOST_TITLES);
    let foot = Foot::of(issue, links, &spoken.words);
    let mail = Mail { spoken: &spoken, foot: &foot, home: links.page("/") };
    rendered(&mail)
}

/// What is inside a page or a feed: no title, no style.
pub fn html_part(issue: &Issue, page: PageAt<'_>) -> String {
    rendered(&Part { spoken: &Spoken::of(issue, page) })
}

/// Writing to a string fails only where a value refuses to be shown, and none of ours does.
fn rendered(template: &impl Template) -> String {
    template.render().unwrap_or_default()
}

/// Of what stands beside a quote, by its role: legible on paper, and on what a program that inverts
/// colours makes of it.
fn colour(role: &str) -> &'static str {
    match role {
        "challenge" => "#a3341f",
        "approach" => "#17606e",
        "result" => "#2d6a3e",
        _ => "#7a5600",
    }
}
