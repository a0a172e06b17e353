//! Raw tantivy over the same posts: its own tokenizer, BM25, the best of a page and their number.

use std::{fs, hint, ops::Bound, path::Path};

use tantivy::{
    Index, IndexWriter, Searcher, TantivyDocument, Term,
    collector::{Count, TopDocs},
    query::{
        BooleanQuery, ConstScoreQuery, Occur, PhrasePrefixQuery, PhraseQuery, Query, RangeQuery,
        TermQuery,
    },
    schema::{FAST, Field, IndexRecordOption, STORED, STRING, Schema, TEXT},
};

use super::{
    PAGE,
    building::{Step, build},
    clock::timed,
    corpus::Corpus,
    report::Times,
    shapes::{Sought, start_of},
};

pub(crate) struct Raw {
    index: Index,
    fields: Fields,
}

#[derive(Clone, Copy)]
struct Fields {
    body: Field,
    address: Field,
    peer: Field,
    ordered: Field,
}

impl Fields {
    fn with_schema() -> (Self, Schema) {
        let mut schema = Schema::builder();
        let fields = Self {
            body: schema.add_text_field("body", TEXT),
            address: schema.add_text_field("address", STRING | STORED),
            peer: schema.add_text_field("peer", STRING),
            ordered: schema.add_i64_field("ordered", FAST),
        };
        (fields, schema.build())
    }
}

impl Raw {
    pub(crate) fn build(corpus: &Corpus, folder: &Path) -> Self {
        let (fields, schema) = Fields::with_schema();
        fs::create_dir_all(folder).expect("a folder");
        let index = Index::create_in_dir(folder, schema).expect("an index");
        let writer: IndexWriter = index.writer_with_num_threads(1, 30_000_000).expect("a writer");
        let mut writer = Some(writer);
        build("raw tantivy", corpus, folder, |step| match (step, &mut writer) {
            (Step::Take(documents), Some(open)) => {
                for from in documents {
                    let mut document = TantivyDocument::default();
                    document.add_text(fields.body, &from.title);
                    document.add_text(fields.body, &from.body);
                    document.add_text(fields.address, from.entry.to_string());
                    document.add_text(fields.peer, &from.peer);
                    document.add_i64(fields.ordered, from.ordered.as_millisecond());
                    open.add_document(document).expect("added");
                }
            }
            (Step::Commit(_), Some(open)) => {
                open.commit().expect("committed");
            }
            (Step::Finish, place) => {
                place.take().map(IndexWriter::wait_merging_threads).expect("open").expect("merged");
            }
            (_, None) => {}
        });
        Self { index, fields }
    }

    /// What the queries took, and the number of their hits.
    pub(crate) fn ask(&self, queries: &[Sought]) -> (Times, usize) {
        let searcher = self.index.reader().expect("a reader").searcher();
        let (mut times, mut hits) = (Times::default(), 0);
        for sought in queries {
            let (count, took) = timed(|| self.answer(&searcher, sought));
            times.add(took);
            hits += count;
        }
        (times, hits)
    }

    fn answer(&self, searcher: &Searcher, sought: &Sought) -> usize {
        let top = (TopDocs::with_limit(PAGE).order_by_score(), Count);
        let (top, count) = searcher.search(&self.query(sought), &top).expect("an answer");
        for (_, at) in top {
            hint::black_box(searcher.doc::<TantivyDocument>(at).expect("a document"));
        }
        count
    }

    fn query(&self, sought: &Sought) -> Box<dyn Query> {
        let words = |words: &[String]| words.iter().map(|it| self.word(it)).collect();
        let terms = |words: &[String]| words.iter().map(|it| self.term(it)).collect();
        match sought {
            Sought::All(all) => Box::new(BooleanQuery::intersection(words(all))),
            Sought::Most(some) => Box::new(BooleanQuery::union(words(some))),
            Sought::Phrase(phrase) => Box::new(PhraseQuery::new(terms(phrase))),
            Sought::Prefix(letters) => Box::new(PhrasePrefixQuery::new(vec![self.term(letters)])),
            Sought::Filtered { word, peer, after_year } => {
                Box::new(BooleanQuery::intersection(vec![
                    self.word(word),
                    self.of_peer(peer),
                    self.since(*after_year),
                ]))
            }
            Sought::Either { any, without } => Box::new(BooleanQuery::new(vec![
                (Occur::Must, Box::new(BooleanQuery::union(words(any)))),
                (Occur::MustNot, self.word(without)),
            ])),
        }
    }

    fn term(&self, word: &str) -> Term {
        Term::from_field_text(self.fields.body, word)
    }

    fn word(&self, word: &str) -> Box<dyn Query> {
        Box::new(TermQuery::new(self.term(word), IndexRecordOption::WithFreqs))
    }

    fn of_peer(&self, peer: &str) -> Box<dyn Query> {
        let term = Term::from_field_text(self.fields.peer, peer);
        let of_peer = TermQuery::new(term, IndexRecordOption::Basic);
        Box::new(ConstScoreQuery::new(Box::new(of_peer), 0.0))
    }

    fn since(&self, year: i16) -> Box<dyn Query> {
        let start = Term::from_field_i64(self.fields.ordered, start_of(year).as_millisecond());
        let since = RangeQuery::new(Bound::Included(start), Bound::Unbounded);
        Box::new(ConstScoreQuery::new(Box::new(since), 0.0))
    }
}
