//! Faces of an issue: each is made of the stored issue alone, so that a resend is the same.

mod foot;
mod html;
mod markdown;
mod reads;
mod spoken;
mod subject;
mod text;
mod words;
mod wrap;

pub(super) use self::wrap::wrapped;
use super::Links;

pub use self::{
    html::{html_mail, html_part},
    markdown::{escaped as escaped_markdown, markdown},
    reads::{Said, SpokenQuote, SpokenRead},
    spoken::{
        PageAt, Spoken, SpokenCare, SpokenGroup, SpokenNote, SpokenOwn, SpokenRising, SpokenTitle,
    },
    subject::subject,
    text::{Line, Tone, lines, text_mail},
    words::{Words, plain},
};
