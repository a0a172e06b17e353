//! The first `feeds.toml` of an installation, or what is added to one that says something else already.

use std::collections::HashSet;

use super::FeedsError;
use crate::{
    config::{self, Amendment, ConfigError, Start},
    domain::{Peer, Slug},
};

/// What somebody chose to begin with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Beginning {
    pub domains: Vec<Slug>,
    pub interests: Vec<String>,
    pub peers: Vec<Peer>,
}

/// The text of a new file.
pub fn first_text(beginning: &Beginning) -> String {
    let Beginning { domains, interests, peers } = beginning.clone();
    config::init_text(&Start { domains, interests, peers })
}

/// `text` with what was chosen: domains and interests join those that stand there, a peer that is followed
/// already stays as it is.
pub(super) fn begun(text: &str, beginning: &Beginning) -> Result<String, FeedsError> {
    if text.trim().is_empty() {
        return Ok(first_text(beginning));
    }
    let reader = config::read_following(text, "feeds.toml".as_ref(), &[])
        .map_err(ConfigError::from)?
        .following
        .reader;
    let amendment = Amendment {
        domains: Some(joined(reader.domains, &beginning.domains)),
        interests: Some(joined(reader.interests, &beginning.interests)),
        ..Amendment::default()
    };
    let mut text = config::amend(text, &amendment)?;
    for peer in &beginning.peers {
        match config::add_peer(&text, peer) {
            Ok(more) => text = more,
            Err(ConfigError::AlreadyFollowed { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(text)
}

fn joined<T: Clone + Eq + std::hash::Hash>(mut present: Vec<T>, more: &[T]) -> Vec<T> {
    let known: HashSet<T> = present.iter().cloned().collect();
    present.extend(more.iter().filter(|it| !known.contains(it)).cloned());
    present
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Source;

    fn beginning() -> Beginning {
        let source = Source::feed("https://a.example/feed".parse().unwrap());
        let peer = Peer {
            name: "A".into(),
            slug: "a".parse().unwrap(),
            domains: Vec::new(),
            sources: vec![source],
        };
        Beginning {
            domains: vec!["travel".parse().unwrap()],
            interests: vec!["pricing".into()],
            peers: vec![peer],
        }
    }

    #[test]
    fn an_empty_file_is_begun_with_comments_that_teach() {
        let text = begun(" \n", &beginning()).unwrap();
        assert!(text.starts_with("# What Peerscope follows for you."), "{text}");
        assert!(text.contains("name = \"A\"") && text.contains("[\"travel\"]"), "{text}");
    }

    #[test]
    fn what_a_file_says_already_stays() {
        let file = "# Mine.\n[reader]\ninterests = [\"search\"]  # first\n\n[[peer]]\nname = \"A\"\n\
            feed = \"https://else.example/feed\"\n";
        let text = begun(file, &beginning()).unwrap();
        let expected = file.replace(
            "[reader]\ninterests = [\"search\"]",
            "[reader]\ndomains = [\"travel\"]\ninterests = [\"search\", \"pricing\"]",
        );
        assert_eq!(text, expected);
    }
}
