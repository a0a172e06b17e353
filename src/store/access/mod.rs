//! Readers with their logins, sessions and tokens, and what they recommend to each other.

mod readers;
mod removal;
mod sessions;
mod shelf;
mod tokens;

use jiff::Timestamp;

pub(super) use self::shelf::{FOLLOW_SHELF, FOLLOW_SHELF_ORPHANS};
pub use self::{
    readers::{NewReader, ReaderReport, Who},
    removal::KeptByReader,
    shelf::ShelfAsk,
};
use super::{KeptPage, Store, StoreError};
use crate::domain::{
    ApiToken, ApiTokenDraft, ApiTokenId, Comment, EntryId, KeyDigest, Reader, ReaderId, ReaderName,
    ReaderProfile, ReaderRole, Recommendation, RecommendationId, Session, SessionId,
};

impl Store {
    /// Everyone who has a login, by name.
    pub async fn readers(&self) -> Result<Vec<ReaderReport>, StoreError> {
        self.told(self.read(async |it| readers::reports(it).await).await)
    }

    /// How many have a login.
    pub async fn count_readers(&self) -> Result<u64, StoreError> {
        self.told(self.read(async |it| readers::count(it).await).await)
    }

    /// Whoever has this name, with what `feeds.toml` does not say of them.
    pub async fn reader_called(&self, name: &ReaderName) -> Result<Option<Who>, StoreError> {
        self.told(self.read(async |it| readers::called(it, name).await).await)
    }

    /// Whoever has this number and a login.
    pub async fn reader(&self, id: ReaderId) -> Result<Option<Who>, StoreError> {
        self.told(self.read(async |it| readers::by_id(it, id).await).await)
    }

    /// The hash of a reader's password, if there is one.
    pub async fn password_hash(&self, id: ReaderId) -> Result<Option<String>, StoreError> {
        self.told(self.read(async |it| readers::password(it, id).await).await)
    }

    /// Gives somebody a login. The first takes the place of the reader without one, and is an admin;
    /// `None` where another has the name.
    pub async fn add_reader(
        &self,
        new: &NewReader,
        now: Timestamp,
    ) -> Result<Option<Reader>, StoreError> {
        self.told(self.write(async |it| readers::add(it, new, now).await).await)
    }

    /// Ends all sessions of the reader, save one.
    pub async fn set_password(
        &self,
        id: ReaderId,
        hash: &str,
        save: Option<SessionId>,
    ) -> Result<(), StoreError> {
        let set = async |it: &mut _| {
            readers::set_password(it, id, hash).await?;
            sessions::end_all(it, id, save).await
        };
        self.told(self.write(set).await.map(drop))
    }

    /// The same password under a hash that costs more.
    pub async fn set_password_hash(&self, id: ReaderId, hash: &str) -> Result<(), StoreError> {
        self.told(self.write(async |it| readers::set_password(it, id, hash).await).await)
    }

    pub async fn set_display_name(&self, id: ReaderId, name: &str) -> Result<(), StoreError> {
        self.told(self.write(async |it| readers::set_display(it, id, name).await).await)
    }

    /// Says whether it was done: the last admin stays one.
    pub async fn set_role(&self, id: ReaderId, role: ReaderRole) -> Result<bool, StoreError> {
        self.told(self.write(async |it| readers::set_role(it, id, role).await).await)
    }

    /// `None` is what `feeds.toml` says.
    pub async fn set_profile(
        &self,
        id: ReaderId,
        profile: Option<&ReaderProfile>,
    ) -> Result<(), StoreError> {
        self.told(self.write(async |it| readers::set_profile(it, id, profile).await).await)
    }

    /// What would be gone with a reader.
    pub async fn kept_by(&self, id: ReaderId) -> Result<KeptByReader, StoreError> {
        self.told(self.read(async |it| removal::kept(it, id).await).await)
    }

    /// Deletes a reader with all that they keep; says whether it was done: the last admin stays while
    /// there are others.
    pub async fn remove_reader(&self, id: ReaderId) -> Result<bool, StoreError> {
        self.told(self.write(async |it| removal::remove(it, id).await).await)
    }

    /// Begins a session, and forgets those that count no more.
    pub async fn add_session(
        &self,
        reader: ReaderId,
        digest: &KeyDigest,
        (client, agent): (&str, &str),
        now: Timestamp,
    ) -> Result<SessionId, StoreError> {
        let add = async |it: &mut _| sessions::add(it, reader, digest, (client, agent), now).await;
        self.told(self.write(add).await)
    }

    /// Whose session it is, if there is one; whether it still counts is for the caller to see.
    pub async fn session(&self, digest: &KeyDigest) -> Result<Option<(Who, Session)>, StoreError> {
        self.told(self.read(async |it| sessions::by_digest(it, digest).await).await)
    }

    /// A reader's sessions, what was used last first.
    pub async fn sessions(&self, reader: ReaderId) -> Result<Vec<Session>, StoreError> {
        self.told(self.read(async |it| sessions::of_reader(it, reader).await).await)
    }

    pub async fn note_session(&self, id: SessionId, now: Timestamp) -> Result<(), StoreError> {
        self.told(self.write(async |it| sessions::note(it, id, now).await).await)
    }

    /// Says whether the reader had such a session.
    pub async fn end_session(&self, reader: ReaderId, id: SessionId) -> Result<bool, StoreError> {
        self.told(self.write(async |it| sessions::end(it, reader, id).await).await)
    }

    /// Ends a reader's sessions, save one; says how many there were.
    pub async fn end_sessions(
        &self,
        reader: ReaderId,
        save: Option<SessionId>,
    ) -> Result<u64, StoreError> {
        self.told(self.write(async |it| sessions::end_all(it, reader, save).await).await)
    }

    pub async fn add_api_token(
        &self,
        reader: ReaderId,
        digest: &KeyDigest,
        draft: &ApiTokenDraft,
        now: Timestamp,
    ) -> Result<ApiToken, StoreError> {
        self.told(self.write(async |it| tokens::add(it, reader, digest, draft, now).await).await)
    }

    /// Whose token it is, if there is one; whether it still counts is for the caller to see.
    pub async fn api_token(
        &self,
        digest: &KeyDigest,
    ) -> Result<Option<(Who, ApiToken)>, StoreError> {
        self.told(self.read(async |it| tokens::by_digest(it, digest).await).await)
    }

    /// A reader's tokens, the latest first.
    pub async fn api_tokens(&self, reader: ReaderId) -> Result<Vec<ApiToken>, StoreError> {
        self.told(self.read(async |it| tokens::of_reader(it, reader).await).await)
    }

    pub async fn note_api_token(&self, id: ApiTokenId, now: Timestamp) -> Result<(), StoreError> {
        self.told(self.write(async |it| tokens::note(it, id, now).await).await)
    }

    /// Says whether the reader had such a token.
    pub async fn revoke_api_token(
        &self,
        reader: ReaderId,
        id: ApiTokenId,
    ) -> Result<bool, StoreError> {
        self.told(self.write(async |it| tokens::revoke(it, reader, id).await).await)
    }

    /// Puts an entry on the shelf, or has the reader say something else of it; `None` where there is no
    /// such entry.
    pub async fn recommend(
        &self,
        reader: ReaderId,
        entry: EntryId,
        comment: &Comment,
        now: Timestamp,
    ) -> Result<Option<Recommendation>, StoreError> {
        let recommend = async |it: &mut _| shelf::put(it, reader, entry, comment, now).await;
        self.told(self.write(recommend).await)
    }

    /// What readers recommend, latest first.
    pub async fn shelf(&self, ask: &ShelfAsk) -> Result<KeptPage<Recommendation>, StoreError> {
        self.told(self.read(async |it| shelf::list(it, ask).await).await)
    }

    /// Takes a recommendation off the shelf, if it is of this reader (`None`: of anyone); says whether
    /// there was one.
    pub async fn remove_recommendation(
        &self,
        id: RecommendationId,
        of: Option<ReaderId>,
    ) -> Result<bool, StoreError> {
        self.told(self.write(async |it| shelf::remove(it, id, of).await).await)
    }
}
