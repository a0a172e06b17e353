//! What subscribers are written besides issues: plain letters with one link.
//!
//! Nothing in them was typed by whoever asked for them: nobody can have us deliver their words.

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::{
    digest::{Signer, faces},
    domain::{LetterPurpose, LinkPurpose, MailAddress, Subscriber},
    messages,
};

pub(super) struct Written {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

/// What a letter is made of, in the subscriber's language.
struct Draft {
    language: String,
    subject: String,
    /// Before the link.
    opening: Vec<String>,
    link: String,
    /// What the link does.
    label: String,
    /// Below it.
    closing: Vec<String>,
}

/// `None` where there is no base URL for its link.
pub(super) fn written(
    signer: &Signer,
    subscriber: &Subscriber,
    purpose: LetterPurpose,
    to: &MailAddress,
    now: Timestamp,
) -> Option<Written> {
    let path = match purpose {
        LetterPurpose::Confirm => signer.confirm_path(LinkPurpose::Confirm, subscriber, to, now),
        LetterPurpose::Readdress => {
            signer.confirm_path(LinkPurpose::Readdress, subscriber, to, now)
        }
        LetterPurpose::Known => signer.preferences_path(subscriber),
    };
    let draft = Draft::of(subscriber.preferences.language.as_str(), purpose, signer, &path)?;
    Some(Written { subject: draft.subject.clone(), text: draft.text(), html: draft.html() })
}

impl Draft {
    fn of(language: &str, purpose: LetterPurpose, signer: &Signer, path: &str) -> Option<Self> {
        let site = signer.base()?.host();
        let text = |part: &str| {
            let key = format!("digest.letter.{}.{part}", purpose.as_str());
            messages::fill_in(language, &key, &[("site", site)])
        };
        Some(Self {
            language: language.to_owned(),
            subject: text("subject"),
            opening: vec![text("why")],
            link: signer.page(path)?,
            label: text("link"),
            closing: vec![text("else")],
        })
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for paragraph in &self.opening {
            let _ = writeln!(text, "{}\n", wrapped(paragraph));
        }
        let _ = writeln!(text, "{}\n{}", wrapped(&self.label), self.link);
        for paragraph in &self.closing {
            let _ = writeln!(text, "\n{}", wrapped(paragraph));
        }
        text
    }

    /// Reads alone without a style sheet; the browser's own colours serve light and dark.
    fn html(&self) -> String {
        let mut html = format!(
            "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n</head>\n\
             <body style=\"max-width: 36em; margin: 1.5em auto; padding: 0 1em; \
             font: 17px/1.5 system-ui, sans-serif\">\n",
            escaped(&self.language),
            escaped(&self.subject)
        );
        for paragraph in &self.opening {
            let _ = writeln!(html, "<p>{}</p>", escaped(paragraph));
        }
        let (link, label) = (escaped(&self.link), escaped(&self.label));
        let _ = writeln!(html, "<p><a href=\"{link}\"><strong>{label}</strong></a></p>");
        for paragraph in &self.closing {
            let _ = writeln!(html, "<p><small>{}</small></p>", escaped(paragraph));
        }
        html + "</body>\n</html>\n"
    }
}

const COLUMNS: usize = 72;

fn wrapped(text: &str) -> String {
    faces::wrapped(text, COLUMNS).join("\n")
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#39;")
}
