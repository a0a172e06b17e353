//! Faces of an issue: each is made of the stored issue alone.

use std::fmt::Write as _;

use super::Links;
use crate::domain::Issue;

/// Of the mail.
pub fn subject(issue: &Issue) -> String {
    issue.week.to_string()
}

pub fn text_mail(issue: &Issue, _links: &Links) -> String {
    issue.reads.iter().fold(String::new(), |mut text, read| {
        let _ = writeln!(text, "{}", read.title);
        text
    })
}

pub fn html_mail(issue: &Issue, _links: &Links) -> String {
    format!("<p>{}</p>", issue.week)
}
