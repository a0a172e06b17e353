//! One request and its answer, without following redirects.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Response;

use super::{
    Accept, Answer, Document, FetchSettings, Hop, Place, Reply, Request,
    answers::{Refusal, Verdict, judge},
    bot_wall, causes,
    clients::Route,
    error::FetchError,
    freshness, headers,
};
use crate::domain::{Address, FailureKind, LARGEST_PICTURE, MOST_ROBOTS_BYTES, Validators};

/// Largest page that is read: several wait to be read at a time, and none of a blog is larger but for
/// pictures within it.
const MOST_PAGE_BYTES: u64 = 4 * 1024 * 1024;

/// Capacity that is set aside for a body on its server's word alone.
const MOST_TRUSTED_BYTES: u64 = 1024 * 1024;

pub(super) enum Step {
    Moved { status: u16, to: Address },
    Answered(Answered),
}

pub(super) struct Answered {
    answer: Answer,
    status: u16,
    validators: Validators,
    lifetime: Option<Duration>,
    date: Option<Timestamp>,
}

/// What all that may go wrong in an exchange is told with.
struct Exchange<'a> {
    address: &'a Address,
    settings: &'a FetchSettings,
    through_proxy: bool,
    accept: Accept,
    status: u16,
}

pub(super) async fn exchange(
    route: &Route,
    settings: &FetchSettings,
    request: &Request,
    address: &Address,
) -> Result<Step, FetchError> {
    let (through_proxy, accept) = (route.through_proxy, request.accept);
    let mut talk = Exchange { address, settings, through_proxy, accept, status: 0 };
    let headers = headers::of_request(request, &settings.user_agent);
    let sent = route.client.get(address.url().clone()).headers(headers).send().await;
    let response = sent.map_err(|it| talk.broken(it))?;
    talk.status = response.status().as_u16();
    let new = headers::validators(response.headers());
    let verdict = judge(talk.status, response.headers(), &request.validators, &new, request.now);
    let lifetime = freshness::lifetime(response.headers(), request.now);
    let date = freshness::date(response.headers());
    let answer = match verdict {
        Verdict::Moved(location) => return talk.moved(&location),
        Verdict::Refused(refusal) => return Err(talk.refused(refusal, response).await),
        Verdict::Unchanged => Answer::Unchanged,
        Verdict::Document => Answer::Fresh(talk.document(response).await?),
    };
    Ok(Step::Answered(Answered { answer, status: talk.status, validators: new, lifetime, date }))
}

impl Exchange<'_> {
    fn moved(&self, location: &str) -> Result<Step, FetchError> {
        let status = self.status;
        match self.address.join(location) {
            Ok(to) => Ok(Step::Moved { status, to }),
            Err(_) => Err(FetchError::redirects(self.address, status, "leads to no address")),
        }
    }

    async fn refused(&self, mut refusal: Refusal, mut response: Response) -> FetchError {
        let walled = bot_wall::is_announced(response.headers())
            || bot_wall::may_hide_in(self.status, response.headers())
                && bot_wall::is_marked(&beginning(&mut response).await);
        if walled {
            refusal.kind = FailureKind::BotWall;
            refusal.note = "it wants to see a browser";
        }
        self.refusal(refusal)
    }

    async fn document(&self, response: Response) -> Result<Document, FetchError> {
        let headers = response.headers().clone();
        let (content_type, charset) = headers::content_type(&headers);
        let body = self.body(response).await?;
        if bot_wall::is_announced(&headers) || bot_wall::is_in_place_of(&headers, &body) {
            let (kind, note) = (FailureKind::BotWall, "a page that wants to see a browser");
            return Err(self.refusal(Refusal { kind, note, retry_after: None }));
        }
        if body.iter().all(u8::is_ascii_whitespace) {
            return Err(FetchError::Empty { address: self.address.clone(), status: self.status });
        }
        Ok(Document { body, content_type, charset })
    }

    /// Reads the decoded body, never holding more than the limit and one chunk. A body of which only
    /// the beginning counts is left there.
    async fn body(&self, mut response: Response) -> Result<Vec<u8>, FetchError> {
        let limit = self.limit();
        let counts = match self.accept {
            Accept::Robots => MOST_ROBOTS_BYTES + 1,
            Accept::Feed | Accept::Page | Accept::Picture => usize::MAX,
        };
        let promised = response.content_length().unwrap_or_default();
        if promised > limit && counts == usize::MAX {
            return Err(self.too_large());
        }
        let capacity = usize::try_from(promised.min(MOST_TRUSTED_BYTES)).unwrap_or_default();
        let mut body = Vec::with_capacity(capacity);
        while let Some(chunk) = response.chunk().await.map_err(|it| self.broken(it))? {
            if body.len() + chunk.len() >= counts {
                body.extend_from_slice(&chunk[..counts - body.len()]);
                break;
            }
            if (body.len() + chunk.len()) as u64 > limit {
                return Err(self.too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn broken(&self, error: reqwest::Error) -> FetchError {
        causes::explain(error, self.address, self.through_proxy, self.settings)
    }

    fn refusal(&self, refusal: Refusal) -> FetchError {
        let Refusal { kind, note, retry_after } = refusal;
        let (address, status) = (self.address.clone(), self.status);
        FetchError::Refused { kind, address, status, note, retry_after }
    }

    fn limit(&self) -> u64 {
        let usual = self.settings.max_body_bytes;
        match self.accept {
            Accept::Page => usual.min(MOST_PAGE_BYTES),
            Accept::Picture => usual.min(LARGEST_PICTURE),
            Accept::Feed | Accept::Robots => usual,
        }
    }

    fn too_large(&self) -> FetchError {
        let limit = self.limit();
        FetchError::TooLarge { address: self.address.clone(), status: self.status, limit }
    }
}

/// As much of a refusal as marks of a wall may stand in; a refusal that breaks off is one too.
async fn beginning(response: &mut Response) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() >= bot_wall::MOST_MARKED_BYTES {
            break;
        }
    }
    body
}

impl Step {
    /// Whether the server said so itself.
    pub(super) fn is_unchanged(&self) -> bool {
        matches!(self, Self::Answered(answered) if answered.status == 304)
    }

    pub(super) fn body_bytes(&self) -> u64 {
        match self {
            Self::Answered(answered) => answered.body_bytes(),
            Self::Moved { .. } => 0,
        }
    }
}

impl Answered {
    fn body_bytes(&self) -> u64 {
        match &self.answer {
            Answer::Fresh(document) => document.body.len() as u64,
            Answer::Unchanged => 0,
        }
    }

    pub(super) fn into_reply(
        self,
        address: Address,
        redirects: Vec<Hop>,
        took: Duration,
        place: Place,
    ) -> Reply {
        let for_good = !redirects.is_empty() && redirects.iter().all(Hop::is_permanent);
        Reply {
            wire_bytes: self.body_bytes(),
            answer: self.answer,
            status: self.status,
            permanent: for_good.then(|| address.clone()),
            address,
            redirects,
            validators: self.validators,
            lifetime: self.lifetime,
            date: self.date,
            took,
            place,
        }
    }
}
