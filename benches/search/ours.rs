//! Our index: building it, and asking it as a page does.

use std::{hint, path::Path};

use peerscope::{
    domain::{Language, Slug, query::Query},
    search::{Ask, Index, IndexChange, IndexSettings, Known},
};

use super::{
    PAGE,
    building::{Step, build},
    clock::{Took, timed},
    corpus::Corpus,
    report::Answers,
    shapes::{Sought, phrase},
    words::Random,
};

pub(crate) struct Ours<'a> {
    index: Index,
    corpus: &'a Corpus,
    topics: Known,
}

impl<'a> Ours<'a> {
    /// Builds the index, unless the folder holds the whole of it.
    pub(crate) fn open(corpus: &'a Corpus, folder: &Path) -> Self {
        let index = Index::open(folder, IndexSettings::default()).expect("an index").index;
        if index.position() != corpus.entries as i64 {
            index.clear().expect("emptied");
            build_in(&index, corpus, folder);
        }
        let topics = topics(corpus)
            .map(|(name, query)| (Slug::of(name).expect("a slug"), Query::parse(&query)));
        Self { index, corpus, topics: Known { topics: topics.to_vec(), ..Known::default() } }
    }

    /// Each query without counts first; with them in a second turn, so that no query finds what it
    /// needs made ready by itself.
    pub(crate) fn ask(&self, queries: &[Sought]) -> Answers {
        let mut answers = Answers::default();
        let plain = Ask::best(PAGE, Corpus::now());
        for sought in queries {
            let answer = self.answer(sought, &plain);
            answers.searching.add(answer.searching);
            answers.with_snippets.add(answer.searching + answer.marking);
            answers.hits += answer.hits;
        }
        let counting = Ask { counts: true, known: self.topics.clone(), ..plain };
        for sought in queries {
            let answer = self.answer(sought, &counting);
            answers.with_counts.add(answer.searching + answer.marking);
        }
        answers
    }

    fn answer(&self, sought: &Sought, ask: &Ask) -> Answer {
        let written = sought.to_string();
        let ((query, found), searching) = timed(|| {
            let query = Query::parse(&written);
            let found = self.index.search(&query, ask).expect("an answer");
            (query, found)
        });
        let texts: Vec<(String, Option<Language>)> = found
            .hits
            .iter()
            .map(|it| self.corpus.document(it.entry.0 as usize - 1))
            .map(|it| (it.body, it.language))
            .collect();
        let ((), marking) = timed(|| {
            let marker = self.index.marker(&query);
            for (text, language) in &texts {
                hint::black_box(marker.snippet(text, language.as_ref()));
            }
        });
        hint::black_box(&found.counts);
        Answer { searching, marking, hits: found.total }
    }
}

fn build_in(index: &Index, corpus: &Corpus, folder: &Path) {
    build("ours", corpus, &folder.join("v1"), |step| match step {
        Step::Take(documents) => {
            let changes = documents.iter().map(|it| IndexChange::Put(Box::new(it.clone())));
            index.apply(&changes.collect::<Vec<_>>()).expect("applied");
        }
        Step::Commit(last) => index.commit(last).expect("committed"),
        Step::Finish => index.finish().expect("merged"),
    });
}

struct Answer {
    searching: Took,
    marking: Took,
    hits: usize,
}

/// What a reader of these posts keeps as topics: names and queries.
pub(crate) fn topics(corpus: &Corpus) -> [(&'static str, String); 3] {
    let mut random = Random(5);
    ["Pricing", "Ranking", "Experiments"].map(|name| {
        let mut phrases = Vec::new();
        while phrases.len() < 3 {
            phrases.extend(phrase(corpus, &mut random).map(|it| Sought::Phrase(it).to_string()));
        }
        (name, phrases.join(" OR "))
    })
}
