//! An issue as the mail that carries it.

use super::{Links, PostOffice, faces};
use crate::{
    domain::{Issue, MailAddress},
    mail::{Letter, MailList},
};

/// Made of the stored issue alone, so that a repeat is the same to the byte.
pub(super) fn letter_of(
    issue: &Issue,
    links: &Links,
    post: &PostOffice,
    to: MailAddress,
    message_id: String,
) -> Letter {
    Letter {
        from: post.from.clone(),
        to,
        subject: faces::subject(issue),
        text: faces::text_mail(issue, links),
        html: faces::html_mail(issue, links),
        message_id,
        list: Some(MailList {
            id: format!("digest.{}", post.host()),
            one_click: links.one_click.clone(),
        }),
        date: issue.made,
    }
}
