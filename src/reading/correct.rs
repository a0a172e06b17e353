//! A reader's word against what was read of an entry.

use jiff::Timestamp;

use super::KeepError;
use crate::{
    domain::{Correction, CorrectionId, EntryId, Kind, Place, ReaderId, Role, cut_at_word},
    extract,
    insight::{Sentence, sentences_of},
    store::{Store, StoreError},
};

/// Characters of a quote that an error repeats.
const REPEATED: usize = 80;

/// Has an entry be of a kind, whatever a model says now or later.
pub async fn correct_kind(
    library: &Store,
    (reader, entry): (ReaderId, EntryId),
    kind: Kind,
    now: Timestamp,
) -> Result<Correction, KeepError> {
    let kept = library.correct_kind(reader, entry, kind, now).await?;
    kept.ok_or(KeepError::NoEntry(entry))
}

/// Has a sentence be a passage of this role, or (`None`) none. Some words of it will do, if no other
/// sentence holds them.
pub async fn correct_role(
    library: &Store,
    (reader, entry): (ReaderId, EntryId),
    quote: &str,
    role: Option<Role>,
    now: Timestamp,
) -> Result<Correction, KeepError> {
    let found = library.entry(entry).await?.ok_or(KeepError::NoEntry(entry))?;
    let blocks = extract::blocks_of(&found.html);
    let repeated = || cut_at_word(quote, REPEATED);
    let (text, place) = match sentence(&sentences_of(&blocks), quote) {
        Saying::One(text, place) => (text, place),
        Saying::None => return Err(KeepError::NoSentence { entry, quote: repeated() }),
        Saying::Many => return Err(KeepError::ManySentences { entry, quote: repeated() }),
    };
    let kept = library.correct_role(reader, entry, (text, place), role, now).await?;
    kept.ok_or(KeepError::NoEntry(entry))
}

/// Takes a correction back; says whether there was one.
pub async fn take_back(
    library: &Store,
    reader: ReaderId,
    id: CorrectionId,
) -> Result<bool, StoreError> {
    library.remove_correction(reader, id).await
}

/// Which sentence says something.
#[derive(Debug, PartialEq, Eq)]
enum Saying<'a> {
    None,
    /// Where it stands first.
    One(&'a str, Place),
    Many,
}

fn sentence<'a>(sentences: &[Sentence<'a>], quote: &str) -> Saying<'a> {
    let quote = quote.split_whitespace().collect::<Vec<_>>().join(" ");
    if quote.is_empty() {
        return Saying::None;
    }
    if let Some(whole) = sentences.iter().find(|it| it.text == quote) {
        return Saying::One(whole.text, whole.place);
    }
    let mut saying = sentences.iter().filter(|it| it.text.contains(&quote));
    let Some(first) = saying.next() else { return Saying::None };
    if saying.any(|it| it.text != first.text) {
        return Saying::Many;
    }
    Saying::One(first.text, first.place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Block, BlockKind};

    #[test]
    fn a_sentence_is_found_by_itself_or_by_words_that_only_it_holds() {
        let text = "It was slow. It was slow at night. We cached it.";
        let blocks = [Block { kind: BlockKind::Paragraph, text: text.into() }];
        let sentences = sentences_of(&blocks);
        let found = |quote| sentence(&sentences, quote);
        let at = |start| Place { block: 0, start };
        assert_eq!(found("It was  slow."), Saying::One("It was slow.", at(0)));
        assert_eq!(found("at night"), Saying::One("It was slow at night.", at(13)));
        assert_eq!(found("It was slow"), Saying::Many);
        assert_eq!(found("It was fast."), Saying::None);
        assert_eq!(found(" \n"), Saying::None);
    }
}
