//! For whom something is looked up.

use std::sync::Arc;

use crate::domain::{
    Following, ReaderId,
    query::{Clause, Query},
};

/// A reader, and what `feeds.toml` says at present.
#[derive(Clone, Debug)]
pub struct Asker {
    pub reader: ReaderId,
    pub following: Arc<Following>,
}

impl Asker {
    /// The reader of an installation without logins.
    pub fn only(following: Arc<Following>) -> Self {
        Self { reader: ReaderId::ONLY, following }
    }

    /// What is hidden from the reader everywhere; `None` where nothing is.
    pub fn muted(&self) -> Option<Query> {
        let muted = self.following.reader.mute.iter().map(|it| Query::parse(it));
        let muted = muted.filter(|it| !it.is_empty()).map(|it| it.root().clone());
        Clause::any(muted.collect()).map(Query::of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ReaderProfile;

    #[test]
    fn what_is_muted_is_any_of_the_queries_and_never_everything() {
        let muted = |mute: &[&str]| {
            let mute = mute.iter().map(|it| (*it).to_owned()).collect();
            let reader = ReaderProfile { mute, ..ReaderProfile::default() };
            let asker = Asker::only(Arc::new(Following { reader, ..Following::default() }));
            asker.muted().map(|it| it.to_string())
        };
        assert_eq!(muted(&[]), None);
        assert_eq!(muted(&["", " & "]), None);
        assert_eq!(muted(&["peer:a title:b"]).as_deref(), Some("peer:a title:b"));
        assert_eq!(muted(&["peer:a b", "", "c"]).as_deref(), Some("peer:a b OR c"));
    }
}
