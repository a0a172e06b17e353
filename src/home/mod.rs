//! Opens the doors of one installation together: library, index, HTTP, and the clock.

mod asker;
mod document;
mod followed;
mod known;

use std::{
    fmt,
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::Timestamp;

use crate::{
    fetch::{FetchError, FetchSettings, Fetcher},
    report::chain,
    search::{Index, IndexSettings, SearchError},
    store::{Location, Store, StoreError},
};

pub use asker::Asker;
pub use document::index_document;
pub use followed::Followed;
pub use known::{LookUpError, TopicsToKnow, kept_topics, look_up};

/// Where the time comes from. The faces make one; all below take it from here.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}

/// The places of one installation.
#[derive(Clone, Debug)]
pub struct Places {
    folder: PathBuf,
    library: Location,
}

impl Places {
    /// The library is `library.db` in the folder, unless a database is named.
    pub fn new(folder: PathBuf, database: Option<String>) -> Self {
        let library = match database {
            Some(url) => Location::Url(url),
            None => Location::File(folder.join("library.db")),
        };
        Self { folder, library }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn feeds(&self) -> PathBuf {
        self.folder.join("feeds.toml")
    }

    /// Words that mean the same, besides those that come with the program.
    pub fn synonyms(&self) -> PathBuf {
        self.folder.join("synonyms.txt")
    }

    pub fn index(&self) -> PathBuf {
        self.folder.join("index")
    }

    /// Where mails go as files, as long as no mail server is configured.
    pub fn outbox(&self) -> PathBuf {
        self.folder.join("outbox")
    }

    /// Copies of pictures of articles, which can be fetched again.
    pub fn pictures(&self) -> PathBuf {
        self.index().join("pictures")
    }

    pub fn library(&self) -> &Location {
        &self.library
    }

    /// The file of the library, if it is one.
    pub fn library_file(&self) -> Option<&Path> {
        match &self.library {
            Location::File(file) => Some(file),
            Location::Url(_) => None,
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    #[error("{} is in use by another peerscope that crawls or serves", .0.display())]
    InUse(PathBuf),
    #[error("could not use the folder {}", .0.display())]
    Folder(PathBuf, #[source] io::Error),
    #[error("could not open the library")]
    Library(#[source] StoreError),
    #[error("could not open the index")]
    Index(#[source] SearchError),
    #[error("could not prepare for fetching")]
    Fetch(#[source] Box<FetchError>),
}

/// What reads an installation: many of these may be open at once.
#[derive(Clone, Debug)]
pub struct Library {
    pub store: Store,
    pub index: Index,
}

/// What reads and writes an installation: one at a time, kept so by a lock file.
#[derive(Debug)]
pub struct Doors {
    pub store: Store,
    pub index: Index,
    pub fetcher: Fetcher,
    pub clock: Clock,
    _writing: WritingLock,
}

impl Library {
    /// Opens library and index for reading. Where there is no index yet, an empty one is made, unless
    /// someone else is about to.
    pub async fn open(places: &Places) -> Result<Self, HomeError> {
        let store = Store::open(places.library()).await.map_err(HomeError::Library)?;
        let index = match Index::reader_only(&places.index()) {
            Err(SearchError::Missing(_)) => {
                let _writing = WritingLock::take(places.folder())?;
                Index::open(&places.index(), IndexSettings::default()).map(|it| it.index)
            }
            opened => opened,
        };
        Ok(Self { store, index: index.map_err(HomeError::Index)? })
    }
}

impl Doors {
    pub async fn open(
        places: &Places,
        fetching: FetchSettings,
        clock: Clock,
    ) -> Result<Self, HomeError> {
        let writing = WritingLock::take(places.folder())?;
        let store = Store::open(places.library()).await.map_err(HomeError::Library)?;
        let opened = Index::open(&places.index(), IndexSettings::default());
        let index = opened.map_err(HomeError::Index)?.index;
        let fetcher = Fetcher::new(fetching).map_err(|error| HomeError::Fetch(Box::new(error)))?;
        Ok(Self { store, index, fetcher, clock, _writing: writing })
    }

    /// Ends in good order: what the library still holds in memory is written, and the index merges the
    /// segments it has begun to. A merge that is cut short begins anew the next time, so that a crawl
    /// every hour would never come to its end.
    pub async fn close(self) {
        let index = self.index.clone();
        match tokio::task::spawn_blocking(move || index.finish()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!("the index did not end well: {}", chain(&error)),
            Err(_) => tracing::warn!("the thread that ends the index failed"),
        }
        self.store.close().await;
    }

    pub fn library(&self) -> Library {
        Library { store: self.store.clone(), index: self.index.clone() }
    }
}

/// Held by the one program that may write to an installation. The system frees it when the program
/// ends, however it ends.
#[derive(Debug)]
pub struct WritingLock(#[expect(dead_code, reason = "held, not read")] File);

impl WritingLock {
    pub fn take(folder: &Path) -> Result<Self, HomeError> {
        let failed = |error| HomeError::Folder(folder.to_owned(), error);
        std::fs::create_dir_all(folder).map_err(failed)?;
        let path = folder.join(".peerscope.lock");
        let file = File::options().create(true).append(true).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(HomeError::InUse(folder.to_owned())),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_program_at_a_time_may_write_to_an_installation() {
        let folder = tempfile::tempdir().unwrap();
        let first = WritingLock::take(folder.path()).unwrap();
        assert!(matches!(WritingLock::take(folder.path()), Err(HomeError::InUse(_))));
        drop(first);
        assert!(WritingLock::take(folder.path()).is_ok());
    }
}
