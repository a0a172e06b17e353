//! Opens indexes, and starts anew where what is there cannot be used.

use std::{
    collections::BTreeSet,
    fs, io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{Arc, Mutex, RwLock, atomic::AtomicI64},
};

use tantivy::{
    Directory as _, IndexMeta, ReloadPolicy, Searcher, TantivyError,
    directory::{INDEX_WRITER_LOCK, MmapDirectory},
};

use super::{
    Index, IndexSettings, Inner, Opened, SearchError,
    analysis::{Backlog, DocumentTokenizer, StemPool, Tongue},
    known_fits::AllKnownFits,
    schema::{ENTRY, Fields, KIND, ORDERED, STORY, TOKENIZER, VERSION},
    segments::KnownSegments,
    thesaurus::Thesaurus,
};
use crate::domain::Synonyms;

/// Below the folder of the index: what tantivy writes.
const PLACE: &str = "v1";
const VERSION_FILE: &str = "version";
/// Which library the index was made from.
const LINEAGE_FILE: &str = "lineage";

pub(super) fn open(folder: &Path, settings: IndexSettings) -> Result<Opened, SearchError> {
    let place = folder.join(PLACE);
    fs::create_dir_all(&place).map_err(|error| SearchError::io("create", error))?;
    if let Some(index) = try_to_open(&place, settings)? {
        return Ok(Opened { index, rebuilt: false });
    }
    let rebuilt = !is_empty(&place).map_err(|error| SearchError::io("read", error))?;
    if rebuilt {
        empty(&place)?;
    }
    Ok(Opened { index: create(&place, settings)?, rebuilt })
}

pub(super) fn reader_only(folder: &Path) -> Result<Index, SearchError> {
    let place = folder.join(PLACE);
    if !has_version(&place) {
        return Err(SearchError::Missing(folder.display().to_string()));
    }
    let told = |error| SearchError::of("open", error);
    let index = tantivy::Index::open_in_dir(&place).map_err(told)?;
    assemble(index, IndexSettings::default(), Some(&place)).map_err(told)
}

pub(super) fn in_memory() -> Result<Index, SearchError> {
    let (_, schema) = Fields::with_schema();
    assemble(tantivy::Index::create_in_ram(schema), IndexSettings::default(), None)
        .map_err(|error| SearchError::of("create", error))
}

/// `None` when there is nothing, or nothing that can be used.
fn try_to_open(place: &Path, settings: IndexSettings) -> Result<Option<Index>, SearchError> {
    if !has_version(place) || !place.join("meta.json").exists() {
        return Ok(None);
    }
    // tantivy answers some damaged files with a panic.
    let opened = catch_unwind(AssertUnwindSafe(|| {
        let index = assemble(tantivy::Index::open_in_dir(place)?, settings, Some(place))?;
        look_through(&index)?;
        Ok(index)
    }));
    match opened {
        Ok(Ok(index)) => Ok(Some(index)),
        Ok(Err(error)) => match SearchError::of("open", error) {
            SearchError::Damaged { .. } => Ok(None),
            other => Err(other),
        },
        Err(_) => Ok(None),
    }
}

fn create(place: &Path, settings: IndexSettings) -> Result<Index, SearchError> {
    fs::write(place.join(VERSION_FILE), VERSION)
        .map_err(|error| SearchError::io("create", error))?;
    let (_, schema) = Fields::with_schema();
    tantivy::Index::create_in_dir(place, schema)
        .and_then(|index| assemble(index, settings, Some(place)))
        .map_err(|error| SearchError::of("create", error))
}

fn assemble(
    tantivy: tantivy::Index,
    settings: IndexSettings,
    place: Option<&Path>,
) -> tantivy::Result<Index> {
    let (fields, schema) = Fields::with_schema();
    if tantivy.schema() != schema {
        return Err(TantivyError::SchemaError("the fields are those of another version".into()));
    }
    let (pool, backlog) = (StemPool::default(), Arc::<Backlog>::default());
    let tokenizer = DocumentTokenizer { pool: pool.clone(), backlog: Arc::clone(&backlog) };
    tantivy.tokenizers().register(TOKENIZER, tokenizer);
    let reader = tantivy.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    let position = position_in(&tantivy.load_metas()?);
    let tongues = tongues_in(&reader.searcher(), &fields)?;
    Ok(Index(Arc::new(Inner {
        tantivy,
        fields,
        reader,
        tongues: RwLock::new(tongues.into()),
        thesaurus: RwLock::new(Arc::new(Thesaurus::of(&Synonyms::built_in(), &pool))),
        segments: KnownSegments::default(),
        known_fits: AllKnownFits::default(),
        pool,
        backlog,
        settings,
        writer: Mutex::new(None),
        position: AtomicI64::new(position),
        folder: place.map(Path::to_owned),
    })))
}

/// How far the store was followed, by the last commit.
pub(super) fn position_in(metas: &IndexMeta) -> i64 {
    metas.payload.as_deref().and_then(|it| it.parse().ok()).unwrap_or_default()
}

pub(super) fn lineage_of(place: &Path) -> Option<String> {
    fs::read_to_string(place.join(LINEAGE_FILE)).ok()
}

pub(super) fn write_lineage(place: &Path, lineage: &str) -> Result<(), SearchError> {
    fs::write(place.join(LINEAGE_FILE), lineage).map_err(|error| SearchError::io("write", error))
}

/// Opens every part that a search opens, so that damage shows at the start.
fn look_through(index: &Index) -> tantivy::Result<()> {
    for reader in index.0.reader.searcher().segment_readers() {
        for (field, entry) in index.0.tantivy.schema().fields() {
            if entry.is_indexed() {
                reader.inverted_index(field)?;
            }
        }
        for column in [ENTRY, STORY, ORDERED, KIND] {
            reader.fast_fields().i64(column)?;
        }
    }
    Ok(())
}

/// Languages of the documents, from the few terms of that field.
pub(super) fn tongues_in(searcher: &Searcher, fields: &Fields) -> tantivy::Result<Vec<Tongue>> {
    let mut tongues = BTreeSet::new();
    for reader in searcher.segment_readers() {
        let languages = reader.inverted_index(fields.language)?;
        let mut terms = languages.terms().stream()?;
        while terms.advance() {
            let primary = std::str::from_utf8(terms.key()).unwrap_or_default();
            tongues.insert(Tongue::of_primary(primary));
        }
    }
    Ok(tongues.into_iter().collect())
}

fn has_version(place: &Path) -> bool {
    fs::read_to_string(place.join(VERSION_FILE)).is_ok_and(|it| it.trim() == VERSION)
}

fn is_empty(place: &Path) -> io::Result<bool> {
    Ok(fs::read_dir(place)?.next().is_none())
}

/// Only under the writer's lock: a process that writes this index would lose it under its hands.
fn empty(place: &Path) -> Result<(), SearchError> {
    let told = |error: TantivyError| SearchError::of("empty", error);
    let directory = MmapDirectory::open(place).map_err(|error| told(error.into()))?;
    let lock = directory.acquire_lock(&INDEX_WRITER_LOCK);
    let _lock = lock.map_err(|error| told(TantivyError::LockFailure(error, None)))?;
    let io = |error| SearchError::io("empty", error);
    for file in fs::read_dir(place).map_err(io)? {
        let path = file.map_err(io)?.path();
        if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.map_err(io)?;
    }
    Ok(())
}

pub(super) fn folder_size(place: &Path) -> Result<u64, SearchError> {
    let io = |error| SearchError::io("measure", error);
    let mut bytes = 0;
    for file in fs::read_dir(place).map_err(io)? {
        // A merge may take a file away meanwhile.
        bytes += file.map_err(io)?.metadata().map_or(0, |it| it.len());
    }
    Ok(bytes)
}
