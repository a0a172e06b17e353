//! For whom something is looked up.

use std::sync::Arc;

use crate::domain::{
    Following, ReaderId, ReaderProfile,
    query::{Clause, Query},
};

/// A reader, what they care about, and what `feeds.toml` says at present.
#[derive(Clone, Debug)]
pub struct Asker {
    pub reader: ReaderId,
    pub following: Arc<Following>,
    /// `None` for what `feeds.toml` says.
    own: Option<Arc<ReaderProfile>>,
}

impl Asker {
    /// The reader of an installation without logins.
    pub fn only(following: Arc<Following>) -> Self {
        Self::new(ReaderId::ONLY, following)
    }

    /// Who cares about what `feeds.toml` says.
    pub fn new(reader: ReaderId, following: Arc<Following>) -> Self {
        Self { reader, following, own: None }
    }

    /// The same with a profile of their own.
    #[must_use]
    pub fn caring_for(self, own: Arc<ReaderProfile>) -> Self {
        Self { own: Some(own), ..self }
    }

    /// What the reader cares about.
    pub fn profile(&self) -> &ReaderProfile {
        self.own.as_deref().unwrap_or(&self.following.reader)
    }

    /// What is hidden from the reader everywhere; `None` where nothing is.
    pub fn muted(&self) -> Option<Query> {
        let muted = self.profile().mute.iter().map(|it| Query::parse(it));
        let muted = muted.filter(|it| !it.is_empty()).map(|it| it.root().clone());
        Clause::any(muted.collect()).map(Query::of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn a_profile_of_their_own_stands_in_for_the_one_of_all() {
        let all = ReaderProfile { mute: vec!["peer:a".into()], ..ReaderProfile::default() };
        let following = Arc::new(Following { reader: all, ..Following::default() });
        let own = ReaderProfile { interests: vec!["ranking".into()], ..ReaderProfile::default() };
        let asker = Asker::new(ReaderId(2), following).caring_for(Arc::new(own.clone()));
        assert_eq!((asker.profile(), asker.muted()), (&own, None));
    }
}
