//! Cuts text into the terms that are indexed and searched: one way for documents, queries and
//! snippets.
//!
//! Every word is indexed as its English stem, which costs one term for each word of an English
//! post; a post in another language adds the stem of that language where it differs. A query then
//! asks for the English stem and for the stem of each language that the index holds, so identical
//! words always meet, and no field has to be searched once for each language.

mod compound;
mod letters;
mod memory;
mod stems;
mod terms;
mod tokenizer;
mod words;

pub(super) use letters::is_paired;
pub(super) use stems::{StemPool, Tongue};
pub(super) use terms::{Alternative, Unit};
pub(super) use tokenizer::{Backlog, DocumentTokenizer};
pub(super) use words::{Beginnings, Form, Words};
