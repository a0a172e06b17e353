//! What `feeds.toml` says at present, for whoever answers while it is saved anew.

use std::sync::{Arc, PoisonError, RwLock};

use crate::domain::Following;

/// Shared between the one who reads the file and those who ask.
#[derive(Clone, Debug, Default)]
pub struct Followed(Arc<RwLock<Arc<Following>>>);

impl Followed {
    pub fn new(following: Following) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(following))))
    }

    pub fn at_present(&self) -> Arc<Following> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn replace(&self, following: Following) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(following);
    }
}
