//! A word of a query in whichever of its forms: the best of them counts.

use tantivy::{
    DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term,
    query::{
        Bm25StatisticsProvider, Bm25Weight, EnableScoring, Explanation, Query, Scorer, TermQuery,
        Weight,
    },
};

use super::postings::{Form, TermPostings};

/// The forms of a word, of which a document needs one.
#[derive(Debug)]
pub(super) struct AnyForm(pub(super) Vec<Box<dyn Query>>);

impl AnyForm {
    /// What is no word of several forms is one of its own.
    fn of(run: &dyn Query) -> Vec<&dyn Query> {
        match run.downcast_ref::<Self>() {
            Some(Self(forms)) => forms.iter().map(AsRef::as_ref).collect(),
            None => vec![run],
        }
    }
}

impl Clone for AnyForm {
    fn clone(&self) -> Self {
        Self(self.0.iter().map(|it| it.box_clone()).collect())
    }
}

impl Query for AnyForm {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(WordWeight::of(self, 1.0, scoring)?))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.0.iter().for_each(|it| it.query_terms(visitor));
    }
}

/// A word, of which no document scores more than `most`.
pub(super) struct WordWeight {
    forms: Vec<FormWeight>,
    /// What the scores are multiplied by.
    gain: Score,
    most: Score,
}

struct FormWeight {
    weight: Box<dyn Weight>,
    /// Where the form is but a term that is scored.
    term: Option<(Term, Bm25Weight)>,
}

impl WordWeight {
    pub(super) fn of(
        run: &dyn Query,
        gain: Score,
        scoring: EnableScoring<'_>,
    ) -> tantivy::Result<Self> {
        let (mut forms, mut most) = (Vec::new(), 0.0_f32);
        for form in AnyForm::of(run) {
            most = most.max(most_of(form, scoring)?);
            forms.push(FormWeight::of(form, scoring)?);
        }
        Ok(Self { forms, gain, most: gain * most })
    }

    pub(super) fn in_segment(&self, reader: &SegmentReader) -> tantivy::Result<Word> {
        self.boosted(reader, self.gain)
    }

    fn boosted(&self, reader: &SegmentReader, gain: Score) -> tantivy::Result<Word> {
        let mut forms = Vec::with_capacity(self.forms.len());
        for form in &self.forms {
            forms.extend(form.in_segment(reader, gain)?.filter(|it| it.document() != TERMINATED));
        }
        Ok(Word { forms, most: self.most })
    }
}

impl Weight for WordWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let word = self.boosted(reader, self.gain * boost)?;
        Ok(Box::new(WordScorer { document: word.document(), word }))
    }

    fn explain(&self, reader: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        let score = self.in_segment(reader)?.score(document);
        let told = score.map(|it| Explanation::new("AnyForm", it));
        let message = || format!("document {document} does not match");
        told.ok_or_else(|| TantivyError::InvalidArgument(message()))
    }
}

impl FormWeight {
    fn of(run: &dyn Query, scoring: EnableScoring<'_>) -> tantivy::Result<Self> {
        let mut scored = None;
        if let EnableScoring::Enabled { searcher, statistics_provider } = scoring
            && let Some(term) = run.downcast_ref::<TermQuery>().map(TermQuery::term)
            && searcher.schema().get_field_entry(term.field()).has_fieldnorms()
        {
            scored = Some((term.clone(), of_term(term, statistics_provider)?));
        }
        Ok(Self { weight: run.weight(scoring)?, term: scored })
    }

    /// `None` where the segment has no such term.
    fn in_segment(&self, reader: &SegmentReader, gain: Score) -> tantivy::Result<Option<Form>> {
        let Some((term, weight)) = &self.term else {
            return Ok(Some(Form::Other(self.weight.scorer(reader, gain)?)));
        };
        let postings = TermPostings::of(term, weight.boost_by(gain), reader)?;
        Ok(postings.map(|it| Form::Term(Box::new(it))))
    }
}

fn of_term(term: &Term, statistics: &dyn Bm25StatisticsProvider) -> tantivy::Result<Bm25Weight> {
    Bm25Weight::for_terms(statistics, std::slice::from_ref(term))
}

/// That no document scores more by what is made of terms: as if it were nothing but endlessly many of
/// each.
fn most_of(run: &dyn Query, scoring: EnableScoring<'_>) -> tantivy::Result<Score> {
    let EnableScoring::Enabled { statistics_provider, .. } = scoring else { return Ok(0.0) };
    let mut terms = Vec::new();
    run.query_terms(&mut |term, _| terms.push(term));
    let mut most = 0.0;
    for term in terms {
        most += of_term(term, statistics_provider)?.score(0, u32::MAX);
    }
    Ok(most)
}

/// Of one segment. It only goes forward.
pub(super) struct Word {
    pub(super) forms: Vec<Form>,
    /// No document scores more.
    pub(super) most: Score,
}

impl Word {
    /// The first of its documents that is not passed yet.
    pub(super) fn document(&self) -> DocId {
        self.forms.iter().map(Form::document).min().unwrap_or(TERMINATED)
    }

    pub(super) fn pass_to(&mut self, target: DocId) {
        self.forms.iter_mut().for_each(|it| it.pass_to(target));
    }

    /// How many documents have it, each counted once for each form.
    pub(super) fn documents(&self) -> u32 {
        self.forms.iter().map(Form::documents).fold(0, u32::saturating_add)
    }

    /// What a document scores, which is never one before the last that was asked for; `None` where it
    /// lacks the word.
    pub(super) fn score(&mut self, document: DocId) -> Option<Score> {
        let mut best: Option<Score> = None;
        for form in &mut self.forms {
            form.pass_to(document);
            if form.document() == document {
                let score = form.score();
                best = Some(best.map_or(score, |it| it.max(score)));
            }
        }
        best
    }
}

/// A word that a document needs.
struct WordScorer {
    word: Word,
    document: DocId,
}

impl DocSet for WordScorer {
    fn advance(&mut self) -> DocId {
        if self.document != TERMINATED {
            self.seek(self.document + 1);
        }
        self.document
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.word.pass_to(target);
        self.document = self.word.document();
        self.document
    }

    fn doc(&self) -> DocId {
        self.document
    }

    fn size_hint(&self) -> u32 {
        self.word.documents()
    }
}

impl Scorer for WordScorer {
    fn score(&mut self) -> Score {
        self.word.score(self.document).unwrap_or_default()
    }
}
