//! Pictures of stored articles, fetched for a reader through our own door: a publisher's server learns
//! that somebody asked, and not who. They are kept for a while in a folder that never grows over a limit.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use jiff::Timestamp;
use tokio::sync::Semaphore;

use crate::{
    domain::{Address, EntryId, LARGEST_PICTURE, PictureType, picture_name},
    extract,
    fetch::{Accept, Answer, FetchError, Fetcher, Request},
    store::{Store, StoreError},
};

/// The door to pictures. Clones share it.
#[derive(Clone, Debug)]
pub struct Pictures(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    fetcher: Fetcher,
    folder: PathBuf,
    /// Pictures that are asked for at the same time.
    places: Arc<Semaphore>,
    /// Bytes in the folder, once somebody has looked.
    kept_bytes: Mutex<Option<u64>>,
    /// Those that could not be had, and until when nobody is asked again.
    refused: Mutex<HashMap<String, Timestamp>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    pub kind: PictureType,
    pub bytes: Vec<u8>,
}

#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    #[error("no article has a picture {0}")]
    Missing(String),
    #[error("the picture {0} could not be had a while ago")]
    Refused(String),
    #[error("{0} is no picture that is shown here")]
    NotPixels(Address),
    #[error("too many pictures are asked for at once")]
    Busy,
    #[error("could not fetch a picture")]
    Fetch(#[source] Box<FetchError>),
    #[error("could not read the library")]
    Library(#[from] StoreError),
    #[error("could not keep a picture in {}", .0.display())]
    Folder(PathBuf, #[source] io::Error),
    #[error("the task that fetches a picture failed")]
    Task,
}

/// Of all pictures together, in bytes.
const MOST_KEPT: u64 = 200 * 1024 * 1024;
/// What is kept when there were more: the latest used.
const KEPT_AFTER_CLEARING: u64 = MOST_KEPT / 10 * 8;
const MOST_AT_ONCE: usize = 64;
/// What could not be had is not asked for again so soon.
const REFUSED_FOR: Duration = Duration::from_mins(30);
const MOST_REFUSED: usize = 2_000;

impl Pictures {
    pub fn new(fetcher: Fetcher, folder: PathBuf) -> Self {
        Self(Arc::new(Inner {
            fetcher,
            folder,
            places: Arc::new(Semaphore::new(MOST_AT_ONCE)),
            kept_bytes: Mutex::default(),
            refused: Mutex::default(),
        }))
    }

    /// The picture of an article by the name that we gave it. Whoever stops waiting finds it at the next
    /// question.
    pub async fn picture(
        &self,
        library: &Store,
        (entry, name): (EntryId, &str),
        now: Timestamp,
    ) -> Result<Picture, PictureError> {
        let address = address_of(library, entry, name).await?;
        let (pictures, name) = (self.clone(), name.to_owned());
        let had = tokio::spawn(async move { pictures.kept_or_fetched(address, name, now).await });
        had.await.map_err(|_| PictureError::Task)?
    }

    async fn kept_or_fetched(
        &self,
        address: Address,
        name: String,
        now: Timestamp,
    ) -> Result<Picture, PictureError> {
        let file = self.0.folder.join(&name);
        let kept = file.clone();
        let kept = on_a_thread(move || Ok(read(&kept, now))).await?;
        if let Some(picture) = kept {
            return Ok(picture);
        }
        if self.is_refused(&name, now) {
            return Err(PictureError::Refused(name));
        }
        let _place = self.0.places.try_acquire().map_err(|_| PictureError::Busy)?;
        let picture = self.fetch(address, now).await.inspect_err(|_| self.refuse(name, now))?;
        let (pictures, bytes) = (self.clone(), picture.bytes.clone());
        on_a_thread(move || pictures.keep(&file, &bytes)).await?;
        Ok(picture)
    }

    async fn fetch(&self, address: Address, now: Timestamp) -> Result<Picture, PictureError> {
        let request = Request { accept: Accept::Picture, ..Request::new(address.clone(), now) };
        let reply = self.0.fetcher.fetch(&request).await;
        let reply = reply.map_err(|it| PictureError::Fetch(Box::new(it)))?;
        let Answer::Fresh(document) = reply.answer else {
            return Err(PictureError::NotPixels(address));
        };
        match PictureType::of(&document.body) {
            Some(kind) => Ok(Picture { kind, bytes: document.body }),
            None => Err(PictureError::NotPixels(address)),
        }
    }

    fn keep(&self, file: &Path, bytes: &[u8]) -> Result<(), PictureError> {
        let folder = &self.0.folder;
        let failed = |error| PictureError::Folder(folder.clone(), error);
        fs::create_dir_all(folder).map_err(failed)?;
        let beside = file.with_extension("new");
        fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, file)).map_err(failed)?;
        let mut kept = self.0.kept_bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = match *kept {
            Some(before) => before + bytes.len() as u64,
            None => pictures_in(folder).map_err(failed)?.iter().map(|it| it.bytes).sum(),
        };
        let bytes = if bytes > MOST_KEPT {
            clear(folder, KEPT_AFTER_CLEARING).map_err(failed)?
        } else {
            bytes
        };
        *kept = Some(bytes);
        Ok(())
    }

    fn is_refused(&self, name: &str, now: Timestamp) -> bool {
        let refused = self.0.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.get(name).is_some_and(|until| now < *until)
    }

    fn refuse(&self, name: String, now: Timestamp) {
        let mut refused = self.0.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.retain(|_, until| now < *until);
        if refused.len() < MOST_REFUSED {
            refused.insert(name, now + REFUSED_FOR);
        }
    }
}

/// Only what a stored article shows can be asked for.
async fn address_of(library: &Store, entry: EntryId, name: &str) -> Result<Address, PictureError> {
    let missing = || PictureError::Missing(name.chars().take(80).collect());
    let found = library.entry(entry).await?.ok_or_else(missing)?;
    let sources = extract::images_of(&found.html);
    let addresses = sources.iter().filter_map(|it| it.parse::<Address>().ok());
    addresses.into_iter().find(|it| picture_name(it) == name).ok_or_else(missing)
}

/// What is read is marked as used. Anything that is no picture, as by a crash, is none.
fn read(file: &Path, now: Timestamp) -> Option<Picture> {
    let bytes = fs::read(file).ok().filter(|it| it.len() as u64 <= LARGEST_PICTURE)?;
    let kind = PictureType::of(&bytes)?;
    if let Ok(opened) = fs::File::options().append(true).open(file) {
        // Where the time cannot be set, the picture goes a little sooner.
        let _ = opened.set_modified(SystemTime::from(now));
    }
    Some(Picture { kind, bytes })
}

struct KeptPicture {
    used: SystemTime,
    bytes: u64,
    file: PathBuf,
}

fn pictures_in(folder: &Path) -> io::Result<Vec<KeptPicture>> {
    let mut kept = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // One that goes meanwhile takes no place.
        let Ok(about) = entry.metadata() else { continue };
        let used = about.modified()?;
        kept.push(KeptPicture { used, bytes: about.len(), file: entry.path() });
    }
    Ok(kept)
}

/// Deletes what was not used for longest until so many bytes are left; says how many are.
fn clear(folder: &Path, most: u64) -> io::Result<u64> {
    let mut kept = pictures_in(folder)?;
    kept.sort_by_key(|it| it.used);
    let mut bytes: u64 = kept.iter().map(|it| it.bytes).sum();
    for picture in kept {
        if bytes <= most {
            break;
        }
        fs::remove_file(&picture.file)?;
        bytes -= picture.bytes;
    }
    Ok(bytes)
}

async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PictureError> + Send + 'static,
) -> Result<T, PictureError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| PictureError::Task)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        for (name, second) in [("b", 20), ("a", 10), ("c", 30)] {
            let file = folder.path().join(name);
            fs::write(&file, b"GIF89a....").unwrap();
            let used = Timestamp::from_second(second).unwrap();
            fs::File::options()
                .append(true)
                .open(&file)
                .unwrap()
                .set_modified(used.into())
                .unwrap();
        }
        let now = Timestamp::from_second(40).unwrap();
        assert_eq!(read(&folder.path().join("a"), now).unwrap().kind, PictureType::Gif);
        assert_eq!(clear(folder.path(), 20).unwrap(), 20);
        let names = pictures_in(folder.path()).unwrap();
        let mut names: Vec<_> = names.iter().map(|it| it.file.file_name().unwrap()).collect();
        names.sort();
        assert_eq!(names, ["a", "c"]);
    }
}
