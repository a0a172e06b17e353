//! What an entry is about over the API, and a reader's corrections of it.

use axum::{
    Json,
    extract::{RawQuery, State},
    http::StatusCode,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Named,
    handlers::{Answer, one},
    sent::{Sent, deleted, number, part},
};
use crate::{
    domain::{
        Address, Correction, CorrectionId, EntryId, Insight, KeyPhrase, Kind, Measure, Passage,
        Role,
    },
    reading,
    store::{CorrectionsAsk, KeptPage},
    web::{
        Web,
        params::{Params, kept_cursor_text},
        problem::{Problem, Thing},
    },
};

/// What an entry is about, as its readers corrected it. All of it is the entry's own words.
#[derive(Debug, Serialize)]
pub struct InsightShape {
    entry: i64,
    /// The version that read it; `null` where none did.
    model: Option<u32>,
    kind: Option<Kind>,
    /// From 0 to 3.
    worth: Option<u8>,
    /// The same, finer.
    expected: Option<f32>,
    /// In reading order.
    passages: Vec<PassageShape>,
    /// The most telling first.
    phrases: Vec<PhraseShape>,
    /// In reading order.
    measures: Vec<MeasureShape>,
}

#[derive(Debug, Serialize)]
struct PassageShape {
    role: Role,
    text: String,
    #[serde(flatten)]
    place: PlaceShape,
    confidence: f32,
}

#[derive(Debug, Serialize)]
struct PhraseShape {
    phrase: String,
    weight: f32,
}

#[derive(Debug, Serialize)]
struct MeasureShape {
    text: String,
    #[serde(flatten)]
    place: PlaceShape,
}

#[derive(Debug, Serialize)]
struct PlaceShape {
    /// Number of the block in the article, from 0 on.
    block: u32,
    /// In bytes, within the text of the block.
    start: u32,
}

/// A part of a reader's corrections.
#[derive(Debug, Serialize)]
pub struct CorrectionList {
    corrections: Vec<CorrectionShape>,
    /// The `cursor` of the next page.
    next: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct CorrectionShape {
    correction: i64,
    entry: i64,
    title: String,
    url: Option<Address>,
    peer_name: String,
    /// Whether the library holds the entry no more.
    gone: bool,
    /// The sentence that is meant; `null` where it is the kind of the entry.
    quote: Option<String>,
    /// A kind or a role, or `none`.
    said: &'static str,
    should_be: &'static str,
    made: Timestamp,
}

impl InsightShape {
    pub fn of(entry: EntryId, insight: Option<Insight>) -> Self {
        let Insight { model, verdict, passages, phrases, measures } = insight.unwrap_or_default();
        Self {
            entry: entry.0,
            model: Some(model).filter(|it| *it > 0),
            kind: verdict.map(|it| it.kind),
            worth: verdict.map(|it| it.worth.get()),
            expected: verdict.map(|it| it.expected),
            passages: passages.into_iter().map(Into::into).collect(),
            phrases: phrases.into_iter().map(Into::into).collect(),
            measures: measures.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Passage> for PassageShape {
    fn from(Passage { role, text, place, confidence }: Passage) -> Self {
        let place = PlaceShape { block: place.block, start: place.start };
        Self { role, text, place, confidence }
    }
}

impl From<KeyPhrase> for PhraseShape {
    fn from(KeyPhrase { text, weight }: KeyPhrase) -> Self {
        Self { phrase: text, weight }
    }
}

impl From<Measure> for MeasureShape {
    fn from(Measure { text, place }: Measure) -> Self {
        Self { text, place: PlaceShape { block: place.block, start: place.start } }
    }
}

impl From<KeptPage<Correction>> for CorrectionList {
    fn from(page: KeptPage<Correction>) -> Self {
        let next = page.next.as_ref().map(kept_cursor_text);
        Self { corrections: page.rows.into_iter().map(Into::into).collect(), next }
    }
}

impl From<Correction> for CorrectionShape {
    fn from(correction: Correction) -> Self {
        let Correction { id, entry, title, address, peer_name, is_gone, judgement, made } =
            correction;
        let (said, should_be) = judgement.words();
        Self {
            correction: id.0,
            entry: entry.0,
            title,
            url: address,
            peer_name,
            gone: is_gone,
            quote: judgement.quote().map(str::to_owned),
            said,
            should_be,
            made,
        }
    }
}

pub(crate) async fn insight(State(web): State<Web>, id: Named) -> Answer<InsightShape> {
    let entry = one(&web, id).await?.entry.id;
    let insight = web.library().store.insights(&[entry]).await?.remove(&entry);
    Ok(Json(InsightShape::of(entry, insight)))
}

pub(crate) async fn corrections(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
) -> Answer<CorrectionList> {
    let params = Params::read(query.as_deref(), &["entry", "limit", "cursor"])?;
    let (before, limit) = part(&params)?;
    let ask = CorrectionsAsk { entry: params.entry("entry")?, before, limit };
    Ok(Json(web.library().store.corrections(web.reader(), &ask).await?.into()))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SentKind {
    kind: Kind,
}

pub(crate) async fn put_kind(
    State(web): State<Web>,
    id: Named,
    sent: Sent<SentKind>,
) -> Answer<CorrectionShape> {
    let entry = one(&web, id).await?.entry.id;
    let Json(SentKind { kind }) = sent?;
    let (library, now) = (&web.library().store, web.clock().now());
    let kept = reading::correct_kind(library, (web.reader(), entry), kind, now).await?;
    Ok(Json(kept.into()))
}

/// What a sentence is.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum SentRole {
    Challenge,
    Approach,
    Result,
    Limitation,
    None,
}

impl SentRole {
    fn role(self) -> Option<Role> {
        match self {
            Self::Challenge => Some(Role::Challenge),
            Self::Approach => Some(Role::Approach),
            Self::Result => Some(Role::Result),
            Self::Limitation => Some(Role::Limitation),
            Self::None => None,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SentCorrection {
    entry: i64,
    quote: String,
    role: SentRole,
}

pub(crate) async fn post_correction(
    State(web): State<Web>,
    sent: Sent<SentCorrection>,
) -> Result<(StatusCode, Json<CorrectionShape>), Problem> {
    let Json(SentCorrection { entry, quote, role }) = sent?;
    let (library, now) = (&web.library().store, web.clock().now());
    let whose = (web.reader(), EntryId(entry));
    let kept = reading::correct_role(library, whose, &quote, role.role(), now).await?;
    Ok((StatusCode::CREATED, Json(kept.into())))
}

pub(crate) async fn delete_correction(
    State(web): State<Web>,
    id: Named,
) -> Result<StatusCode, Problem> {
    let id = number(Thing::Correction, id)?;
    let library = &web.library().store;
    let was_there = reading::take_back(library, web.reader(), CorrectionId(id)).await?;
    deleted(was_there, Thing::Correction, &id.to_string())
}
