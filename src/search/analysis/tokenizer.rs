//! Gives tantivy the terms of a document's fields, and tells how far it has come.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::Duration,
};

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::{StemPool, Tongue, Words};

/// Reads texts that begin with the mark of their tongue.
#[derive(Clone)]
pub(in crate::search) struct DocumentTokenizer {
    pub(in crate::search) pool: StemPool,
    pub(in crate::search) backlog: Arc<Backlog>,
}

impl Tokenizer for DocumentTokenizer {
    type TokenStream<'a> = DocumentTokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> DocumentTokens<'a> {
        self.backlog.shrink(text.len());
        let (tongue, text) = Tongue::unmarked(text);
        DocumentTokens { words: Words::new(text, tongue, &self.pool), token: Token::default() }
    }
}

pub(in crate::search) struct DocumentTokens<'a> {
    words: Words<'a>,
    token: Token,
}

impl TokenStream for DocumentTokens<'_> {
    fn advance(&mut self) -> bool {
        let Some((piece, term)) = self.words.next() else { return false };
        self.token.text.clear();
        self.token.text.push_str(term);
        self.token.offset_from = piece.at.start;
        self.token.offset_to = piece.at.end;
        self.token.position = piece.position;
        self.token.position_length = piece.span;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

/// Bytes of text handed to the indexing thread that it has not looked at yet. Its own queue holds
/// 10,000 documents however long they are, which would be all the memory that we want to use.
#[derive(Default)]
pub(in crate::search) struct Backlog {
    bytes: Mutex<usize>,
    shrunk: Condvar,
}

const LARGEST_BACKLOG: usize = 2 * 1024 * 1024;
/// Whoever waits is woken when so much is left, not for each document that is done.
const BACKLOG_TO_WAKE_AT: usize = LARGEST_BACKLOG / 2;
/// A thread that makes no progress for this long has died or waits for the disk; its queue then
/// bounds the memory.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

impl Backlog {
    pub(in crate::search) fn grow(&self, more: usize) {
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        if *bytes > LARGEST_BACKLOG {
            let is_long = |it: &mut usize| *it > BACKLOG_TO_WAKE_AT;
            let waited = self.shrunk.wait_timeout_while(bytes, LONGEST_PAUSE, is_long);
            bytes = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        *bytes += more;
    }

    pub(in crate::search) fn clear(&self) {
        *self.bytes.lock().unwrap_or_else(PoisonError::into_inner) = 0;
    }

    fn shrink(&self, done: usize) {
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let before = *bytes;
        *bytes = before.saturating_sub(done);
        let has_crossed = before > BACKLOG_TO_WAKE_AT && *bytes <= BACKLOG_TO_WAKE_AT;
        drop(bytes);
        if has_crossed {
            self.shrunk.notify_all();
        }
    }
}
