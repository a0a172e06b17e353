//! Tokens of programs: made once, shown once.

use jiff::Timestamp;

use super::{AccessError, fresh_key};
use crate::{
    domain::{AccessKey, ApiToken, ApiTokenDraft, ReaderId},
    store::Store,
};

/// The key is for whoever asked, and kept nowhere.
pub async fn make_token(
    store: &Store,
    reader: ReaderId,
    draft: &ApiTokenDraft,
    now: Timestamp,
) -> Result<(AccessKey, ApiToken), AccessError> {
    let key = fresh_key()?;
    let token = store.add_api_token(reader, &key.digest(), draft, now).await?;
    Ok((key, token))
}
