//! The fields of the index, and documents as tantivy takes them.

use tantivy::{
    TantivyDocument,
    schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
};

use super::{IndexDocument, analysis::Tongue, spelling};
use crate::domain::{Kind, Role, Roles, reading_minutes};

/// To be raised whenever fields or the cutting of words change: an index of another version is
/// emptied and built anew.
pub(super) const VERSION: &str = "5";
pub(super) const TOKENIZER: &str = "peerscope";

/// Longest text that is indexed of an entry, in bytes (BEHAVIOURS 45 caps elsewhere at the same).
const LONGEST_BODY: usize = 500_000;
const LONGEST_TITLE: usize = 2_000;

#[derive(Clone, Copy)]
pub(super) struct Fields {
    pub(super) entry: Field,
    /// When it was published or first seen, in milliseconds.
    pub(super) ordered: Field,
    pub(super) story: Field,
    pub(super) source: Field,
    pub(super) peer: Field,
    pub(super) domain: Field,
    pub(super) language: Field,
    /// To read, see [`reading_minutes`].
    pub(super) minutes: Field,
    /// Names of [`Feature`](crate::domain::query::Feature)s.
    pub(super) has: Field,
    /// All that is searched, title and names included: what matches is decided here, so that a
    /// query looks at one list of documents for each word.
    pub(super) text: Field,
    /// The same words again, by where they stand: they only add to the score.
    pub(super) title: Field,
    pub(super) headings: Field,
    /// Of the peer, the authors and the categories.
    pub(super) names: Field,
    pub(super) authors: Field,
    pub(super) categories: Field,
    /// Words of titles, headings, names and categories in lower case, unstemmed: what a misspelled
    /// word may have meant.
    pub(super) spelling: Field,
    /// A number, see [`number_of`], which each document has: to look it up is to read an array.
    pub(super) kind: Field,
    /// Only of those of which it is known.
    pub(super) worth: Field,
    /// The worth that was expected, from 0 to 3; 0 where it is not known.
    pub(super) expected: Field,
    /// Roles of the passages.
    pub(super) roles: Field,
    /// The same as [`Roles::bits`], which each document has.
    pub(super) told: Field,
    /// Passages, by [`Role`].
    passages: [Field; 4],
}

pub(super) const ENTRY: &str = "entry";
pub(super) const STORY: &str = "story";
pub(super) const ORDERED: &str = "ordered";
pub(super) const PEER: &str = "peer";
pub(super) const DOMAIN: &str = "domain";
pub(super) const LANGUAGE: &str = "language";
pub(super) const KIND: &str = "kind";
pub(super) const EXPECTED: &str = "expected";
pub(super) const TOLD: &str = "told";

/// Kinds as the index numbers them; 0 where it is not known.
pub(super) fn number_of(kind: Option<Kind>) -> i64 {
    let place = kind.and_then(|kind| Kind::ALL.iter().position(|it| *it == kind));
    place.and_then(|it| i64::try_from(it + 1).ok()).unwrap_or_default()
}

/// Undoes [`number_of`].
pub(super) fn kind_of(number: i64) -> Option<Kind> {
    Kind::ALL.get(usize::try_from(number - 1).ok()?).copied()
}

impl Fields {
    pub(super) fn with_schema() -> (Self, Schema) {
        let mut schema = Schema::builder();
        let exact = || words("raw", IndexRecordOption::Basic, false);
        // Those that found posts are counted by.
        let counted_by = || exact().set_fast("raw");
        let placed = || words(TOKENIZER, IndexRecordOption::WithFreqsAndPositions, true);
        let counted = || words(TOKENIZER, IndexRecordOption::WithFreqs, true);
        let fields = Self {
            entry: schema.add_i64_field(ENTRY, FAST | INDEXED),
            ordered: schema.add_i64_field(ORDERED, FAST),
            story: schema.add_i64_field(STORY, FAST),
            source: schema.add_i64_field("source", INDEXED),
            peer: schema.add_text_field(PEER, counted_by()),
            domain: schema.add_text_field(DOMAIN, counted_by()),
            language: schema.add_text_field(LANGUAGE, counted_by()),
            minutes: schema.add_i64_field("minutes", FAST),
            has: schema.add_text_field("has", exact()),
            text: schema.add_text_field("text", placed()),
            title: schema.add_text_field("title", placed()),
            headings: schema.add_text_field("headings", counted()),
            names: schema.add_text_field("names", counted()),
            authors: schema.add_text_field("authors", placed()),
            categories: schema.add_text_field("categories", placed()),
            spelling: schema.add_text_field("spelling", exact()),
            kind: schema.add_i64_field(KIND, FAST | INDEXED),
            worth: schema.add_i64_field("worth", FAST),
            expected: schema.add_f64_field(EXPECTED, FAST),
            roles: schema.add_text_field("roles", exact()),
            told: schema.add_i64_field(TOLD, FAST),
            passages: Role::ALL.map(|it| schema.add_text_field(it.as_str(), placed())),
        };
        (fields, schema.build())
    }

    pub(super) fn passages(&self, role: Role) -> Field {
        self.passages[role as usize]
    }
}

fn words(tokenizer: &str, option: IndexRecordOption, has_lengths: bool) -> TextOptions {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(tokenizer)
        .set_index_option(option)
        .set_fieldnorms(has_lengths);
    TextOptions::default().set_indexing_options(indexing)
}

/// Builds documents, each text marked with its tongue for the tokenizer.
pub(super) struct Builder {
    fields: Fields,
    marked: String,
    tongue: Tongue,
    /// Of the texts of the last document.
    pub(super) bytes: usize,
}

impl Builder {
    pub(super) fn new(fields: Fields) -> Self {
        Self { fields, marked: String::new(), tongue: Tongue::ENGLISH, bytes: 0 }
    }

    pub(super) fn document(&mut self, from: &IndexDocument) -> TantivyDocument {
        let fields = self.fields;
        let mut document = TantivyDocument::default();
        self.bytes = 0;
        self.tongue = Tongue::of(from.language.as_ref());
        document.add_i64(fields.entry, from.entry.0);
        document.add_i64(fields.story, from.story.0);
        document.add_i64(fields.source, from.source.0);
        document.add_i64(fields.ordered, from.ordered.as_millisecond());
        document.add_i64(fields.minutes, i64::from(reading_minutes(from.words)));
        for feature in &from.features {
            document.add_text(fields.has, feature.as_str());
        }
        document.add_text(fields.peer, &from.peer);
        for domain in &from.domains {
            document.add_text(fields.domain, domain);
        }
        if let Some(language) = &from.language {
            let tag = language.as_str().to_ascii_lowercase();
            if tag != language.primary() {
                document.add_text(fields.language, language.primary());
            }
            document.add_text(fields.language, tag);
        }
        document.add_i64(fields.kind, number_of(from.kind));
        if let Some(worth) = from.worth {
            document.add_i64(fields.worth, i64::from(worth.get()));
        }
        document.add_f64(fields.expected, f64::from(from.expected));
        self.add_texts(&mut document, from);
        self.add_passages(&mut document, from);
        document
    }

    fn add_passages(&mut self, document: &mut TantivyDocument, from: &IndexDocument) {
        let fields = self.fields;
        for passage in &from.passages {
            self.add(document, &[fields.passages(passage.role)], &passage.text);
        }
        let roles: Roles = from.passages.iter().map(|it| it.role).collect();
        for role in Role::ALL.into_iter().filter(|it| roles.contains(*it)) {
            document.add_text(fields.roles, role.as_str());
        }
        document.add_i64(fields.told, i64::from(roles.bits()));
    }

    fn add_texts(&mut self, document: &mut TantivyDocument, from: &IndexDocument) {
        let fields = self.fields;
        let title = head(&from.title, LONGEST_TITLE);
        self.add(document, &[fields.text, fields.title], title);
        self.add(document, &[fields.text, fields.names], &from.peer_name);
        for author in &from.authors {
            self.add(document, &[fields.text, fields.names, fields.authors], author);
        }
        for category in &from.categories {
            self.add(document, &[fields.text, fields.names, fields.categories], category);
        }
        for heading in &from.headings {
            self.add(document, &[fields.headings], heading);
        }
        self.add(document, &[fields.text], head(&from.body, LONGEST_BODY));
        let names = from.authors.iter().chain(&from.categories).chain(&from.headings);
        let spelled = [title, from.peer_name.as_str()];
        for word in spelling::words_of(spelled.into_iter().chain(names.map(String::as_str))) {
            document.add_text(fields.spelling, word);
        }
    }

    fn add(&mut self, document: &mut TantivyDocument, fields: &[Field], text: &str) {
        self.marked.clear();
        self.marked.push(self.tongue.mark());
        self.marked.push_str(text);
        for field in fields {
            document.add_text(*field, &self.marked);
            self.bytes += self.marked.len();
        }
    }
}

fn head(text: &str, longest: usize) -> &str {
    &text[..text.floor_char_boundary(longest)]
}
