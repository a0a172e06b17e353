//! Reads the file in which a reader adds words that mean the same.

use std::{fs, io, path::Path};

use crate::domain::{Synonyms, SynonymsError};

/// What the file says, and the lines of it that say nothing usable. No file says nothing.
pub fn read_synonyms(file: &Path) -> io::Result<(Synonyms, Vec<SynonymsError>)> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Synonyms::parse(&text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Default::default()),
        Err(error) => Err(error),
    }
}
