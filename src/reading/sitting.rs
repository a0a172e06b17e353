//! When a reader is here, and since when what arrived is new.

use jiff::Timestamp;

use crate::{
    domain::{ReaderId, Sitting},
    store::{Store, StoreError},
};

/// The sitting in which a reader looks at a page now; nothing is written.
pub async fn sitting(
    library: &Store,
    reader: ReaderId,
    now: Timestamp,
) -> Result<Sitting, StoreError> {
    Ok(Sitting::at(library.sitting(reader).await?, now))
}

/// Writes down that a reader looks at a page, and (`shown`) up to which number of the change sequence it
/// shows what arrived. Where that is no news, nobody who writes is waited for.
pub async fn sit(
    library: &Store,
    reader: ReaderId,
    shown: Option<i64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let known = library.sitting(reader).await?;
    let at = Sitting::at(known, now);
    let sitting = shown.map_or(at, |upto| at.showing(upto));
    if sitting.is_news_after(known.as_ref()) {
        library.sit(reader, shown, now).await?;
    }
    Ok(())
}
