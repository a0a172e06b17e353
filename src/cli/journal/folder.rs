//! A journal as a folder of plain files: a page of Markdown a note, and beside them the file that holds
//! all of it. Only a folder of our own is written into, and nothing in it that is somebody else's.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use jiff::{Timestamp, civil::Date};

use crate::domain::{
    Arrival, FileError, JournalFile, NoteNames, PageError, highlights_page, page_name, write_page,
};

/// By which a folder is known as ours; Obsidian shows nothing that begins with a dot.
const OURS: &str = ".peerscope";
const WHOLE: &str = "journal.json";
const HIGHLIGHTS: &str = "highlights.md";

#[derive(Debug, thiserror::Error)]
pub(super) enum FolderError {
    #[error("could not {doing} {}", path.display())]
    File { doing: &'static str, path: PathBuf, source: io::Error },
    #[error(
        "{} is not empty, and was not written by `peerscope journal export`: name another folder, \
         or one that is not there yet", .0.display()
    )]
    Foreign(PathBuf),
    #[error("{} is no folder, and is not overwritten: name another place", .0.display())]
    NotAFolder(PathBuf),
    #[error(
        "{} is a link that leads elsewhere: what it leads to is neither read nor written", .0.display()
    )]
    Link(PathBuf),
    #[error(
        "{} was changed since it was written: take it in with `peerscope journal import` first, \
         or move it away", .0.display()
    )]
    Changed(PathBuf),
    #[error("{} cannot be read: {error}", path.display())]
    Journal { path: PathBuf, error: FileError },
    /// All of them, so that they are mended at once.
    #[error("{}", told(.0))]
    Pages(Vec<(PathBuf, PageError)>),
    #[error("{} holds neither a journal nor a page of Markdown", .0.display())]
    Nothing(PathBuf),
    #[error("{} is larger than any journal: {most} bytes are read at most", path.display())]
    TooLarge { path: PathBuf, most: u64 },
}

fn told(pages: &[(PathBuf, PageError)]) -> String {
    let line = |(path, error): &(PathBuf, PageError)| format!("{}, {error}", path.display());
    pages.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What came of writing a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) pages: usize,
    /// Pages of before that had another name, or whose note is gone.
    pub(super) removed: usize,
}

/// Of a journal's file; a page is smaller by far.
const MOST_BYTES: u64 = 1 << 30;
const MOST_PAGE_BYTES: u64 = 4 << 20;

/// Writes a journal into a folder that is new, empty, or was written so before. A page that somebody
/// changed meanwhile is not overwritten: then nothing is written at all.
pub(super) fn write_folder(
    folder: &Path,
    journal: &JournalFile,
    highlights_heading: &str,
) -> Result<Written, FolderError> {
    let former = former(folder)?;
    let names = NoteNames::of_records(&journal.notes);
    let mut pages: Vec<(String, String)> = journal
        .notes
        .iter()
        .map(|it| (format!("{}.md", page_name(it)), write_page(it, &names)))
        .collect();
    if !journal.highlights.is_empty() {
        let page = highlights_page(highlights_heading, &journal.highlights);
        pages.push((HIGHLIGHTS.to_owned(), page));
    }
    let former = written_before(former.as_ref(), highlights_heading);
    let gone = untouched(folder, &former, (journal, &pages))?;
    fs::create_dir_all(folder.join(OURS)).map_err(file("make", folder))?;
    // The whole last: as long as a page is new, the file beside it says what was before.
    for (name, page) in &pages {
        put(&folder.join(name), page)?;
    }
    for path in &gone {
        fs::remove_file(path).map_err(file("remove", path))?;
    }
    put(&folder.join(OURS).join(WHOLE), &journal.write())?;
    Ok(Written { pages: journal.notes.len(), removed: gone.len() })
}

/// What was written into the folder before; `None` where it is new or empty.
fn former(folder: &Path) -> Result<Option<JournalFile>, FolderError> {
    match fs::symlink_metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(file("read", folder)(error)),
        Ok(found) if found.is_symlink() => return Err(FolderError::Link(folder.to_owned())),
        Ok(found) if !found.is_dir() => return Err(FolderError::NotAFolder(folder.to_owned())),
        Ok(_) => {}
    }
    let whole = folder.join(OURS).join(WHOLE);
    if !exists(&folder.join(OURS))? {
        let mut content = fs::read_dir(folder).map_err(file("read", folder))?;
        return match content.next() {
            None => Ok(None),
            Some(_) => Err(FolderError::Foreign(folder.to_owned())),
        };
    }
    if !exists(&whole)? {
        // An export that was interrupted before its end.
        return Ok(None);
    }
    read_file(&whole).map(Some)
}

/// Whether there is something, which must not be a link.
fn exists(path: &Path) -> Result<bool, FolderError> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => Err(FolderError::Link(path.to_owned())),
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(file("read", path)(error)),
    }
}

/// The pages of before, by name.
fn written_before(former: Option<&JournalFile>, heading: &str) -> Vec<(String, String)> {
    let Some(former) = former else { return Vec::new() };
    let names = NoteNames::of_records(&former.notes);
    let pages = former.notes.iter();
    let mut pages: Vec<(String, String)> =
        pages.map(|it| (format!("{}.md", page_name(it)), write_page(it, &names))).collect();
    if !former.highlights.is_empty() {
        pages.push((HIGHLIGHTS.to_owned(), highlights_page(heading, &former.highlights)));
    }
    pages
}

/// Refuses where a page that is to be written or removed holds what nobody wrote for us; gives those of
/// before that are to go.
fn untouched(
    folder: &Path,
    former: &[(String, String)],
    (journal, pages): (&JournalFile, &[(String, String)]),
) -> Result<Vec<PathBuf>, FolderError> {
    let before = |name: &str| former.iter().find(|it| it.0 == name).map(|it| it.1.as_str());
    for (name, page) in pages {
        let path = folder.join(name);
        if exists(&path)? {
            let found = read_text(&path, MOST_PAGE_BYTES)?;
            let is_known = found == *page || Some(found.as_str()) == before(name);
            if !is_known && !journal.is_said_by(&found) {
                return Err(FolderError::Changed(path));
            }
        }
    }
    let mut gone = Vec::new();
    for (name, page) in former.iter().filter(|it| !pages.iter().any(|page| page.0 == it.0)) {
        let path = folder.join(name);
        if exists(&path)? {
            let found = read_text(&path, MOST_PAGE_BYTES)?;
            if found != *page && !journal.is_said_by(&found) {
                return Err(FolderError::Changed(path));
            }
            gone.push(path);
        }
    }
    Ok(gone)
}

/// At once: whoever reads sees what was before or all that is new.
fn put(path: &Path, text: &str) -> Result<(), FolderError> {
    let mut half = path.as_os_str().to_owned();
    half.push(".half");
    let half = PathBuf::from(half);
    // What is there is no page of anybody's; a link would not be followed.
    match fs::remove_file(&half) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(file("remove", &half)(error));
        }
        _ => {}
    }
    let write = || {
        let mut file = fs::File::create_new(&half)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&half, path)
    };
    write().map_err(file("write", path))
}

/// Reads a journal from the file or the folder in which it is.
pub(super) fn read_arrival(place: &Path, now: (Timestamp, Date)) -> Result<Arrival, FolderError> {
    let found = fs::metadata(place).map_err(file("read", place))?;
    if !found.is_dir() {
        let is_page = place.extension().is_some_and(|it| it.eq_ignore_ascii_case("md"));
        if !is_page {
            return read_file(place).map(Arrival::of_file);
        }
        let page = (stem(place), read_text(place, MOST_PAGE_BYTES)?);
        return of_pages(place, None, vec![(place.to_owned(), page)], now);
    }
    let whole = place.join(OURS).join(WHOLE);
    let journal = if exists(&whole)? { Some(read_file(&whole)?) } else { None };
    let mut pages = Vec::new();
    read_pages(place, &mut pages)?;
    if journal.is_none() && pages.is_empty() {
        return Err(FolderError::Nothing(place.to_owned()));
    }
    pages.sort();
    if journal.is_some() {
        pages.retain(|(path, _)| *path != place.join(HIGHLIGHTS));
    }
    of_pages(place, journal, pages, now)
}

type Pages = Vec<(PathBuf, (String, String))>;

fn of_pages(
    place: &Path,
    journal: Option<JournalFile>,
    pages: Pages,
    now: (Timestamp, Date),
) -> Result<Arrival, FolderError> {
    let (paths, texts): (Vec<PathBuf>, Vec<(String, String)>) = pages.into_iter().unzip();
    Arrival::of_folder(journal, &texts, now).map_err(|wrong| {
        let path = |name: &str| {
            let at = texts.iter().position(|it| it.0 == name);
            at.map_or_else(|| place.to_owned(), |at| paths[at].clone())
        };
        FolderError::Pages(wrong.into_iter().map(|(name, it)| (path(&name), it)).collect())
    })
}

/// Below a folder, without what begins with a dot, as Obsidian has it; links are not followed.
fn read_pages(folder: &Path, pages: &mut Pages) -> Result<(), FolderError> {
    for entry in fs::read_dir(folder).map_err(file("read", folder))? {
        let entry = entry.map_err(file("read", folder))?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(file("read", folder))?);
        if entry.file_name().as_encoded_bytes().starts_with(b".") || kind.is_symlink() {
            continue;
        }
        if kind.is_dir() {
            read_pages(&path, pages)?;
        } else if path.extension().is_some_and(|it| it.eq_ignore_ascii_case("md")) {
            let text = read_text(&path, MOST_PAGE_BYTES)?;
            pages.push((path.clone(), (stem(&path), text)));
        }
    }
    Ok(())
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default()
}

fn read_file(path: &Path) -> Result<JournalFile, FolderError> {
    let text = read_text(path, MOST_BYTES)?;
    let journal = JournalFile::read(&text);
    journal.map_err(|error| FolderError::Journal { path: path.to_owned(), error })
}

fn read_text(path: &Path, most: u64) -> Result<String, FolderError> {
    let size = fs::metadata(path).map_err(file("read", path))?.len();
    if size > most {
        return Err(FolderError::TooLarge { path: path.to_owned(), most });
    }
    fs::read_to_string(path).map_err(file("read", path))
}

fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FolderError {
    let path = path.to_owned();
    move |source| FolderError::File { doing, path, source }
}
