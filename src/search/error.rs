//! What can go wrong with the index, by what a caller can do about it.

use std::{
    error::Error,
    io::{self, ErrorKind},
};

use tantivy::{TantivyError, directory::error::OpenReadError};

#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// Another process holds the writer; it does the work already.
    #[error("another process is writing the search index")]
    Busy,
    /// `serve` or `crawl` builds one.
    #[error("there is no search index in {0} yet")]
    Missing(String),
    /// Opening it again empties it, so that it is built anew.
    #[error("the search index is damaged")]
    Damaged { source: Cause },
    /// The disk is full, or the folder may not be written.
    #[error("could not {task} the search index")]
    Failed { task: &'static str, source: Cause },
}

/// What the library below said.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Cause(Box<dyn Error + Send + Sync>);

impl SearchError {
    pub(super) fn io(task: &'static str, error: io::Error) -> Self {
        Self::Failed { task, source: Cause(error.into()) }
    }

    pub(super) fn of(task: &'static str, error: TantivyError) -> Self {
        let is_damage = match &error {
            TantivyError::LockFailure(..) => return Self::Busy,
            TantivyError::DataCorruption(_)
            | TantivyError::IncompatibleIndex(_)
            | TantivyError::SchemaError(_)
            | TantivyError::InternalError(_)
            | TantivyError::OpenReadError(
                OpenReadError::FileDoesNotExist(_) | OpenReadError::IncompatibleIndex(_),
            ) => true,
            TantivyError::IoError(error)
            | TantivyError::OpenReadError(OpenReadError::IoError { io_error: error, .. }) => {
                matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::InvalidData)
            }
            _ => false,
        };
        let source = Cause(error.into());
        if is_damage { Self::Damaged { source } } else { Self::Failed { task, source } }
    }
}
