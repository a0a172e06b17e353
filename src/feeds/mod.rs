//! Changes `feeds.toml` for who clicks instead of typing: one change at a time, comments kept, nothing
//! written that could not be read again.

mod setup;

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    catalogue,
    config::{self, Amendment, ConfigError, Read},
    domain::{Address, Digest, Following, Peer, Replacement, Slug},
    extract,
    home::Followed,
};

pub use setup::{Beginning, first_text};

/// The file of an installation. Clones share it.
#[derive(Clone, Debug)]
pub struct FeedsFile {
    path: PathBuf,
    followed: Followed,
    /// Held by whoever changes it.
    turn: Arc<Mutex<()>>,
}

/// What the file says, and a word for exactly that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    pub text: String,
    pub revision: String,
}

#[derive(Debug, thiserror::Error)]
pub enum FeedsError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("{} says something else by now", .0.display())]
    Changed(PathBuf),
    #[error("no source in {} has the address {address}", file.display())]
    NoSource { file: PathBuf, address: Address },
    #[error("the thread that edits the file failed")]
    Thread,
}

impl FeedsFile {
    /// `followed` is told at once; a service that crawls follows when it sees the file saved.
    pub fn new(path: PathBuf, followed: Followed) -> Self {
        Self { path, followed, turn: Arc::default() }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// As it is; empty where there is none.
    pub async fn edition(&self) -> Result<Edition, FeedsError> {
        let file = self.clone();
        on_a_thread(move || Ok(Edition::of(file.read()?))).await
    }

    /// Whether the file can be used, and what it says.
    pub async fn following(&self) -> Result<Following, FeedsError> {
        let file = self.clone();
        on_a_thread(move || Ok(file.checked(&file.read()?)?.following)).await
    }

    /// Follows peers that are not followed yet.
    pub async fn follow(&self, peers: Vec<Peer>) -> Result<Following, FeedsError> {
        self.change(None, move |text| {
            let add = |text: String, peer: &Peer| config::add_peer(&text, peer);
            Ok(peers.iter().try_fold(text.to_owned(), add)?)
        })
        .await
    }

    /// Follows a peer no longer. What it brought stays in the library.
    pub async fn unfollow(&self, slug: Slug) -> Result<Following, FeedsError> {
        self.change(None, move |text| Ok(config::remove_peer(text, slug.as_str())?.0)).await
    }

    /// Has a source be read at another address.
    pub async fn replace(
        &self,
        old: Address,
        Replacement { kind, address }: Replacement,
    ) -> Result<Following, FeedsError> {
        let file = self.path.clone();
        self.change(None, move |text| {
            let replaced = config::replace_source(text, &old, (kind, &address))?;
            replaced.ok_or(FeedsError::NoSource { file, address: old })
        })
        .await
    }

    /// Has it say other things of the reader and the digest, if it is still what was looked at.
    pub async fn amend(
        &self,
        revision: String,
        amendment: Amendment,
    ) -> Result<Following, FeedsError> {
        self.change(Some(revision), move |text| Ok(config::amend(text, &amendment)?)).await
    }

    /// Writes a first file. One that says something already is amended: what it says stays.
    pub async fn begin(&self, beginning: Beginning) -> Result<Following, FeedsError> {
        self.change(None, move |text| setup::begun(text, &beginning)).await
    }

    /// What [`FeedsFile::begin`] would leave, for whoever has to write it by hand.
    pub async fn begun(&self, beginning: Beginning) -> Result<String, FeedsError> {
        let file = self.clone();
        on_a_thread(move || setup::begun(&file.read()?, &beginning)).await
    }

    async fn change(
        &self,
        revision: Option<String>,
        edit: impl FnOnce(&str) -> Result<String, FeedsError> + Send + 'static,
    ) -> Result<Following, FeedsError> {
        let file = self.clone();
        on_a_thread(move || file.change_now(revision.as_deref(), edit)).await
    }

    fn change_now(
        &self,
        revision: Option<&str>,
        edit: impl FnOnce(&str) -> Result<String, FeedsError>,
    ) -> Result<Following, FeedsError> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let text = self.read()?;
        let changed = || FeedsError::Changed(self.path.clone());
        if revision.is_some_and(|it| it != revision_of(&text)) {
            return Err(changed());
        }
        // A file with mistakes is for a person to mend first.
        self.checked(&text)?;
        let edited = edit(&text)?;
        let read = self.checked(&edited)?;
        // Somebody may have saved it in their editor meanwhile.
        if self.read()? != text {
            return Err(changed());
        }
        if edited != text {
            self.save(&edited)?;
        }
        self.followed.replace(read.following.clone());
        Ok(read.following)
    }

    fn save(&self, text: &str) -> Result<(), ConfigError> {
        if let Some(folder) = self.path.parent().filter(|it| !it.as_os_str().is_empty()) {
            let unsaved =
                |source: io::Error| ConfigError::Unsaved { file: self.path.clone(), source };
            std::fs::create_dir_all(folder).map_err(unsaved)?;
        }
        config::write_atomically(&self.path, text)
    }

    fn read(&self) -> Result<String, ConfigError> {
        match config::read_text(&self.path) {
            Err(ConfigError::Missing { .. }) => Ok(String::new()),
            read => read,
        }
    }

    fn checked(&self, text: &str) -> Result<Read, ConfigError> {
        let (domains, selectors) = (catalogue::domain_slugs(), extract::selector_mistake);
        Ok(config::read_following_text(text, &self.path, &domains, selectors)?)
    }
}

impl Edition {
    fn of(text: String) -> Self {
        Self { revision: revision_of(&text), text }
    }
}

fn revision_of(text: &str) -> String {
    Digest::of([text.as_bytes()]).0[..16].to_owned()
}

async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FeedsError> + Send + 'static,
) -> Result<T, FeedsError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| FeedsError::Thread)?
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::domain::Source;

    const FILE: &str =
        "# Ours.\n[[peer]]\nname = \"A\"\nfeed = \"https://a.example/feed\"  # blog\n";

    fn peer(name: &str) -> Peer {
        let slug = Slug::of(name).unwrap();
        let address = format!("https://{slug}.example/feed").parse().unwrap();
        Peer { name: name.into(), slug, domains: Vec::new(), sources: vec![Source::feed(address)] }
    }

    fn feeds(text: Option<&str>) -> (FeedsFile, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds.toml");
        if let Some(text) = text {
            fs::write(&path, text).unwrap();
        }
        (FeedsFile::new(path, Followed::default()), folder)
    }

    #[tokio::test]
    async fn following_and_leaving_again_keeps_every_letter_and_is_known_at_once() {
        let (feeds, _folder) = feeds(Some(FILE));
        feeds.follow(vec![peer("B")]).await.unwrap();
        assert_eq!(feeds.followed.at_present().peers.len(), 2);
        assert!(fs::read_to_string(feeds.path()).unwrap().starts_with(FILE));
        feeds.unfollow("b".parse().unwrap()).await.unwrap();
        assert_eq!(fs::read_to_string(feeds.path()).unwrap().trim_end(), FILE.trim_end());
        assert_eq!(feeds.followed.at_present().peers.len(), 1);
    }

    #[tokio::test]
    async fn of_a_file_with_mistakes_nothing_is_changed() {
        let broken = format!("{FILE}evry = \n");
        let (feeds, _folder) = feeds(Some(&broken));
        let error = feeds.follow(vec![peer("B")]).await.unwrap_err();
        assert!(error.to_string().contains("feeds.toml:5"), "{error}");
        assert_eq!(fs::read_to_string(feeds.path()).unwrap(), broken);
    }

    #[tokio::test]
    async fn whoever_looked_at_another_edition_changes_nothing() {
        let (feeds, _folder) = feeds(Some(FILE));
        let seen = feeds.edition().await.unwrap().revision;
        fs::write(feeds.path(), format!("{FILE}# more\n")).unwrap();
        let wish = Amendment { mute: Some(vec!["kind:release".into()]), ..Amendment::default() };
        let refused = feeds.amend(seen, wish.clone()).await.unwrap_err();
        assert!(matches!(refused, FeedsError::Changed(_)), "{refused}");
        let seen = feeds.edition().await.unwrap().revision;
        let following = feeds.amend(seen, wish).await.unwrap();
        assert_eq!(following.reader.mute, ["kind:release"]);
    }

    #[tokio::test]
    async fn a_peer_that_is_followed_already_is_refused() {
        let (feeds, _folder) = feeds(Some(FILE));
        let refused = feeds.follow(vec![peer("A")]).await.unwrap_err();
        assert!(matches!(refused, FeedsError::Config(ConfigError::AlreadyFollowed { .. })));
    }
}
