//! Filters: they decide what matches and add nothing to a score.

use std::ops::Bound;

use jiff::Timestamp;
use tantivy::{
    Term,
    query::{EmptyQuery, Occur, Query as Run, RangeQuery, TermQuery, TermSetQuery},
    schema::{Field, IndexRecordOption},
};

use super::{DEEPEST_TOPIC, Translator, excluded, unscored};
use crate::{
    domain::{
        Kind, Role, Slug, Worth,
        query::{Day, Feature, Filter, Wording},
    },
    search::{Ask, among::Among, schema::number_of},
};

impl Translator<'_> {
    pub(super) fn asked(&mut self, ask: &Ask) -> tantivy::Result<Vec<(Occur, Box<dyn Run>)>> {
        let mut clauses = Vec::new();
        if let Some(peer) = &ask.peer {
            clauses.push(self.peer(peer)?);
        }
        if let Some(domain) = &ask.domain {
            clauses.push(self.slug(self.fields.domain, domain));
        }
        if let Some(since) = ask.since {
            clauses.push(self.between(Some(since), None));
        }
        let muted = ask.muted.as_ref().map(|it| self.whole(it)).transpose()?;
        let asked = clauses.into_iter().map(|it| (Occur::Must, it));
        Ok(asked.chain(muted.map(excluded)).collect())
    }

    pub(super) fn filter(&mut self, filter: &Filter) -> tantivy::Result<Box<dyn Run>> {
        Ok(match filter {
            Filter::Peer(name) => self.peer(name)?,
            Filter::Domain(name) => self.slug(self.fields.domain, name),
            Filter::Title(text) => self.word(self.fields.title, text)?.unwrap_or_else(nothing),
            Filter::Author(text) => {
                self.phrase(self.fields.authors, text, 0)?.map_or_else(nothing, unscored)
            }
            Filter::Category(text) => {
                self.word(self.fields.categories, text)?.map_or_else(nothing, unscored)
            }
            Filter::Language(language) => {
                self.exact(self.fields.language, &language.as_str().to_ascii_lowercase())
            }
            Filter::After(day) => self.between(Some(day.start()), None),
            Filter::Before(day) => self.between(None, Some(day.start())),
            Filter::Published(from, to) => self.between(from.map(Day::start), to.map(Day::end)),
            Filter::Minutes(least, most) => self.minutes(*least, *most),
            Filter::Has(feature @ (Feature::Code | Feature::Image)) => {
                self.exact(self.fields.has, feature.as_str())
            }
            Filter::Has(Feature::Note) | Filter::Is(_) | Filter::Note(_) | Filter::Tag(_) => {
                let stories = self.known.stories(filter).cloned();
                stories.map_or_else(nothing, |it| Box::new(Among(it)))
            }
            Filter::Source(written) => {
                let sources = self.known.sources(written).iter();
                let terms = sources.map(|it| Term::from_field_i64(self.fields.source, it.0));
                unscored(Box::new(TermSetQuery::new(terms)))
            }
            Filter::Topic(name) => self.topic(name)?,
            Filter::Kind(kind) => self.kind(*kind),
            Filter::Worth(least, most) => self.worth(*least, *most),
            Filter::Passage(role, wording) => self.passage(*role, wording)?,
            Filter::Similar(entry) => {
                self.known.gist(*entry).map_or_else(nothing, |it| self.similar(it))
            }
        })
    }

    fn minutes(&self, least: Option<u32>, most: Option<u32>) -> Box<dyn Run> {
        let term = |it: u32| Term::from_field_i64(self.fields.minutes, i64::from(it));
        // A post without a text takes nobody a known time.
        let least = Bound::Included(term(least.unwrap_or(1)));
        let most = most.map_or(Bound::Unbounded, |it| Bound::Included(term(it)));
        unscored(Box::new(RangeQuery::new(least, most)))
    }

    fn kind(&self, kind: Kind) -> Box<dyn Run> {
        let term = Term::from_field_i64(self.fields.kind, number_of(Some(kind)));
        unscored(Box::new(TermQuery::new(term, IndexRecordOption::Basic)))
    }

    /// Of those of which the worth is known.
    fn worth(&self, least: Worth, most: Worth) -> Box<dyn Run> {
        let term = |it: Worth| Term::from_field_i64(self.fields.worth, i64::from(it.get()));
        let run = RangeQuery::new(Bound::Included(term(least)), Bound::Included(term(most)));
        unscored(Box::new(run))
    }

    fn passage(&mut self, role: Role, wording: &Wording) -> tantivy::Result<Box<dyn Run>> {
        let field = self.fields.passages(role);
        Ok(match wording {
            Wording::Anything => self.exact(self.fields.roles, role.as_str()),
            Wording::Words(text) => self.word(field, text)?.unwrap_or_else(nothing),
            Wording::Prefix(letters) => unscored(self.prefix(field, letters)?),
        })
    }

    /// A topic that is unknown, or that names itself, matches nothing.
    fn topic(&mut self, name: &str) -> tantivy::Result<Box<dyn Run>> {
        let known = self.known;
        let Some(query) = known.topic(name) else { return Ok(nothing()) };
        if self.topics_deep == DEEPEST_TOPIC {
            return Ok(nothing());
        }
        self.topics_deep += 1;
        let run = self.whole(query);
        self.topics_deep -= 1;
        run
    }

    /// The peer of that slug, or else the peers in whose slugs all the words occur.
    fn peer(&mut self, name: &str) -> tantivy::Result<Box<dyn Run>> {
        let field = self.fields.peer;
        let Some(slug) = Slug::of(name) else { return Ok(nothing()) };
        if self.searcher.doc_freq(&Term::from_field_text(field, slug.as_str()))? > 0 {
            return Ok(self.exact(field, slug.as_str()));
        }
        let mut matching = Vec::new();
        for reader in self.searcher.segment_readers() {
            let peers = reader.inverted_index(field)?;
            let mut terms = peers.terms().stream()?;
            while terms.advance() {
                let peer = std::str::from_utf8(terms.key()).unwrap_or_default();
                if has_words_of(peer, &slug) {
                    matching.push(Term::from_field_text(field, peer));
                }
            }
        }
        Ok(unscored(Box::new(TermSetQuery::new(matching))))
    }

    fn slug(&self, field: Field, name: &str) -> Box<dyn Run> {
        Slug::of(name).map_or_else(nothing, |it| self.exact(field, it.as_str()))
    }

    #[expect(clippy::unused_self, reason = "reads like its siblings")]
    fn exact(&self, field: Field, text: &str) -> Box<dyn Run> {
        let term = Term::from_field_text(field, text);
        unscored(Box::new(TermQuery::new(term, IndexRecordOption::Basic)))
    }

    fn between(&self, from: Option<Timestamp>, to: Option<Timestamp>) -> Box<dyn Run> {
        let term = |at: Timestamp| Term::from_field_i64(self.fields.ordered, at.as_millisecond());
        let from = from.map_or(Bound::Unbounded, |it| Bound::Included(term(it)));
        let to = to.map_or(Bound::Unbounded, |it| Bound::Excluded(term(it)));
        unscored(Box::new(RangeQuery::new(from, to)))
    }
}

/// Whether every word of a slug is among those of another.
pub(in crate::search) fn has_words_of(peer: &str, slug: &Slug) -> bool {
    slug.as_str().split('-').all(|word| peer.split('-').any(|it| it == word))
}

fn nothing() -> Box<dyn Run> {
    Box::new(EmptyQuery)
}
