//! Measures how well queries are answered, against judgments: plain BM25 beside our own ranking.
//!
//! `cargo run --release --example measure-search -- DIR [--judged DIR] [--half tune|test] [--queries]`
//!
//! DIR has `docs.jsonl` (`id`, `text`, and where known `title`, `headings`, `peer`, `authors`,
//! `categories`, `language`, `published`, and `kind` or the `html` to read it out of), `queries.jsonl` (`id`, `text`, and where known `kind` and
//! `half`) and `qrels.tsv` (query, document, grade); queries and judgments may be in a folder of their
//! own, as in `examples/measure-search/judged`. Where queries have kinds, each is told by itself. With
//! `--queries` the queries are told on which the two differ most, and with `--unjudged` what ours ranks
//! among its first ten that nobody judged.
//!
//! Plain BM25 is tantivy's, over title and text as one field, English stems, any of the words.

#![allow(clippy::print_stdout, reason = "what it measures goes to the terminal")]

mod collection;
#[path = "../../tests/support/retrieval.rs"]
mod retrieval;

use std::{collections::BTreeMap, path::PathBuf, time::Instant};

use anyhow::Context as _;
use jiff::Timestamp;
use peerscope::{
    domain::{EntryId, Kind, SourceId, StoryId, query::Query},
    extract, insight,
    search::{Ask, Index, IndexChange, IndexDocument},
};
use tantivy::{
    TantivyDocument, Term,
    collector::TopDocs,
    query::{BooleanQuery, Occur, TermQuery},
    schema::{
        FAST, Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions,
    },
    tokenizer::TokenStream as _,
};

use self::{
    collection::{Collection, Document},
    retrieval::Quality,
};

/// Documents of each order that are looked at.
const DEPTH: usize = 1_000;
/// Queries that are told, at either end.
const TOLD: usize = 10;

fn main() -> anyhow::Result<()> {
    let mut folder = None;
    let (mut judged, mut half) = (None, None);
    let (mut tells, mut tells_unjudged) = (false, false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--queries" => tells = true,
            "--unjudged" => tells_unjudged = true,
            "--judged" => judged = arguments.next().map(PathBuf::from),
            "--half" => half = arguments.next(),
            other => folder = Some(PathBuf::from(other)),
        }
    }
    let folder = folder.context(
        "usage: measure-search DIR [--judged DIR] [--half tune|test] [--queries] [--unjudged]",
    )?;
    let judged = judged.as_deref().unwrap_or(&folder);
    let collection = Collection::read(&folder, judged, half.as_deref())?;
    println!(
        "{} documents, {} judged queries",
        collection.documents.len(),
        collection.queries.len()
    );
    let plain = Plain::over(&collection.documents)?;
    let ours = ours_over(&collection.documents)?;
    let now = newest(&collection.documents);
    let of_plain = measured("plain BM25", &collection, |text| plain.ranked(text))?;
    let of_ours =
        measured("ours", &collection, |text| ranked(&ours, &collection.documents, text, now))?;
    tell_kinds(&collection, &of_plain, &of_ours);
    if tells {
        tell(&collection, &of_plain, &of_ours);
    }
    if tells_unjudged {
        for (asked, judged) in &collection.queries {
            let found = ranked(&ours, &collection.documents, &asked.text, now)?;
            for id in found.iter().take(10).filter(|it| !judged.contains_key(*it)) {
                println!("{}\t{id}", asked.id);
            }
        }
    }
    Ok(())
}

/// nDCG@10 for each kind of question.
fn tell_kinds(collection: &Collection, plain: &[Quality], ours: &[Quality]) {
    let mut kinds: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
    for ((asked, _), (plain, ours)) in collection.queries.iter().zip(plain.iter().zip(ours)) {
        if let Some(kind) = &asked.kind {
            kinds.entry(kind).or_default().push((plain.ndcg_at_10, ours.ndcg_at_10));
        }
    }
    for (kind, pairs) in kinds {
        let count = u32::try_from(pairs.len()).map_or(f64::MAX, f64::from);
        let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / count;
        let (plain, ours) = (mean(|it| it.0), mean(|it| it.1));
        let worse = pairs.iter().filter(|(plain, ours)| ours < plain).count();
        println!(
            "  {kind:<10} {:>3} queries  plain {plain:.3}  ours {ours:.3}  worse on {worse}",
            pairs.len()
        );
    }
}

fn measured(
    name: &str,
    collection: &Collection,
    rank: impl Fn(&str) -> anyhow::Result<Vec<String>>,
) -> anyhow::Result<Vec<Quality>> {
    let start = Instant::now();
    let mut all = Vec::with_capacity(collection.queries.len());
    for (asked, judged) in &collection.queries {
        all.push(Quality::of(&rank(&asked.text)?, judged));
    }
    let queries = u32::try_from(all.len().max(1))?;
    let took = (start.elapsed() / queries).as_secs_f64() * 1000.0;
    let Quality { ndcg_at_10, average_precision, recall_at_100, reciprocal_rank } =
        Quality::mean(&all);
    println!(
        "{name:<11} nDCG@10 {ndcg_at_10:.4}  MAP {average_precision:.4}  \
         recall@100 {recall_at_100:.4}  MRR {reciprocal_rank:.4}  {took:.2} ms a query"
    );
    Ok(all)
}

/// The queries on which ours gains and loses most.
fn tell(collection: &Collection, plain: &[Quality], ours: &[Quality]) {
    let gains = plain.iter().zip(ours).map(|(plain, ours)| ours.ndcg_at_10 - plain.ndcg_at_10);
    let mut told: Vec<(f64, &str)> =
        gains.zip(&collection.queries).map(|(gain, (it, _))| (gain, it.text.as_str())).collect();
    told.sort_by(|a, b| a.0.total_cmp(&b.0));
    let better = told.iter().filter(|(gain, _)| *gain > 0.0).count();
    let worse = told.iter().filter(|(gain, _)| *gain < 0.0).count();
    println!("nDCG@10 is higher on {better} queries and lower on {worse}");
    for (gain, text) in told.iter().take(TOLD).chain(told.iter().rev().take(TOLD)) {
        println!("  {gain:+.3}  {text}");
    }
}

/// tantivy as it comes.
struct Plain {
    index: tantivy::Index,
    searcher: tantivy::Searcher,
    text: Field,
    ids: Vec<String>,
}

impl Plain {
    fn over(documents: &[Document]) -> anyhow::Result<Self> {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("en_stem")
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let text =
            schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
        let number = schema.add_u64_field("number", NumericOptions::from(FAST));
        let index = tantivy::Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 50_000_000)?;
        for (at, from) in documents.iter().enumerate() {
            let mut document = TantivyDocument::default();
            document.add_text(text, format!("{}\n{}", from.title, from.text));
            document.add_u64(number, at as u64);
            writer.add_document(document)?;
        }
        writer.commit()?;
        let searcher = index.reader()?.searcher();
        let ids = documents.iter().map(|it| it.id.clone()).collect();
        Ok(Self { index, searcher, text, ids })
    }

    fn ranked(&self, text: &str) -> anyhow::Result<Vec<String>> {
        let mut tokenizer = self.index.tokenizer_for_field(self.text)?;
        let mut words = tokenizer.token_stream(text);
        let mut terms: Vec<(Occur, Box<dyn tantivy::query::Query>)> = Vec::new();
        while let Some(word) = words.next() {
            let term = Term::from_field_text(self.text, &word.text);
            let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
            terms.push((Occur::Should, Box::new(query)));
        }
        let best = TopDocs::with_limit(DEPTH).order_by_score();
        let found = self.searcher.search(&BooleanQuery::new(terms), &best)?;
        let mut ranked = Vec::with_capacity(found.len());
        for (_, at) in found {
            let numbers =
                self.searcher.segment_reader(at.segment_ord).fast_fields().u64("number")?;
            let number = numbers.first(at.doc_id).unwrap_or_default();
            ranked.push(self.ids[usize::try_from(number)?].clone());
        }
        Ok(ranked)
    }
}

fn newest(documents: &[Document]) -> Timestamp {
    documents.iter().filter_map(|it| it.published).max().unwrap_or(Timestamp::UNIX_EPOCH)
}

fn ours_over(documents: &[Document]) -> anyhow::Result<Index> {
    let index = Index::in_memory()?;
    let undated = newest(documents);
    for (document, number) in documents.iter().zip(1..) {
        let change = IndexChange::Put(Box::new(of(document, number, undated)));
        index.apply(&[change])?;
    }
    index.commit(i64::try_from(documents.len())?)?;
    Ok(index)
}

/// As somebody says, or else as it is read.
fn kind_of(from: &Document) -> Option<Kind> {
    if let Some(kind) = &from.kind {
        return Kind::from_word(kind);
    }
    let blocks = extract::blocks_of(from.html.as_ref()?);
    let language = from.language.as_ref().and_then(|it| it.parse().ok());
    let (title, peer) = (from.title.as_str(), from.peer.as_str());
    let categories = from.categories.as_slice();
    let post =
        insight::Post { title, peer, categories, language: language.as_ref(), blocks: &blocks };
    insight::read(&post).verdict.map(|it| it.kind)
}

fn of(from: &Document, number: i64, undated: Timestamp) -> IndexDocument {
    let words = from.text.split_whitespace().count();
    IndexDocument {
        entry: EntryId(number),
        story: StoryId(number),
        source: SourceId(1),
        peer: from.peer.to_lowercase().replace(' ', "-"),
        peer_name: from.peer.clone(),
        domains: Vec::new(),
        title: from.title.clone(),
        headings: from.headings.clone(),
        body: from.text.clone(),
        authors: from.authors.clone(),
        categories: from.categories.clone(),
        language: from.language.as_ref().and_then(|it| it.parse().ok()),
        words: u32::try_from(words).unwrap_or(u32::MAX),
        features: Vec::new(),
        ordered: from.published.unwrap_or(undated),
        kind: kind_of(from),
        worth: None,
        expected: 0.0,
        passages: Vec::new(),
        changed: number,
    }
}

fn ranked(
    index: &Index,
    documents: &[Document],
    text: &str,
    now: Timestamp,
) -> anyhow::Result<Vec<String>> {
    let found = index.search(&Query::parse(text), &Ask::best(DEPTH, now))?;
    let mut ranked = Vec::with_capacity(found.hits.len());
    for hit in found.hits {
        ranked.push(documents[usize::try_from(hit.entry.0 - 1)?].id.clone());
    }
    Ok(ranked)
}
