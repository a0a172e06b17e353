//! As whom a request is answered, from its cookie, its token or its proxy, for as long as it lasts.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap, Method, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{Web, problem::Problem, routes::Audience};
use crate::{
    access,
    domain::{
        AccessKey, Auth, Reader, ReaderId, ReaderName, ReaderProfile, ReaderRole, Scope, Scopes,
        SessionId, TOKEN_PREFIX,
    },
    store::Who,
};

tokio::task_local! {
    static IDENTITY: Arc<Identity>;
}

/// Who asks, and how that is known.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    /// `None` for a stranger, and where there are no logins.
    pub(super) reader: Option<Reader>,
    /// What the reader cares about, where that is not what `feeds.toml` says.
    pub(super) profile: Option<Arc<ReaderProfile>>,
    pub(super) via: Via,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Via {
    /// Whoever sits at this machine, where there are no logins.
    Machine,
    Nobody,
    Session(SessionId),
    Proxy,
    Token(Scopes),
}

impl Identity {
    pub(super) fn at_this_machine() -> Self {
        Self { reader: None, profile: None, via: Via::Machine }
    }

    pub(super) fn nobody() -> Self {
        Self { reader: None, profile: None, via: Via::Nobody }
    }

    fn of(who: Who, via: Via) -> Self {
        Self { reader: Some(who.reader), profile: who.profile.map(Arc::new), via }
    }

    pub(super) fn reader_id(&self) -> ReaderId {
        match (&self.reader, &self.via) {
            (Some(reader), _) => reader.id,
            (None, Via::Machine) => ReaderId::ONLY,
            (None, _) => ReaderId::NOBODY,
        }
    }

    pub(super) fn is_admin(&self) -> bool {
        self.reader.as_ref().is_some_and(|it| it.role == ReaderRole::Admin)
    }

    /// Whether a request may use what is for an audience; what to tell otherwise.
    pub(super) fn may_use(&self, audience: Audience, method: &Method) -> Result<(), Problem> {
        let has = |scopes: &Scopes, scope| scopes.have(scope);
        let may = match (audience, &self.via) {
            (Audience::Public, _)
            | (Audience::Reader | Audience::Person, Via::Session(_) | Via::Proxy) => true,
            (_, Via::Nobody) => return Err(Problem::LogIn),
            (Audience::Person, Via::Machine) => return Err(Problem::NoLogins),
            (_, Via::Machine) => true,
            (Audience::Person, Via::Token(_)) => false,
            (Audience::Reader, Via::Token(scopes)) => {
                has(scopes, if method.is_safe() { Scope::Read } else { Scope::Write })
            }
            (Audience::Owner, Via::Token(scopes)) => has(scopes, Scope::Admin) && self.is_admin(),
            (Audience::Owner, Via::Session(_) | Via::Proxy) => self.is_admin(),
        };
        if may { Ok(()) } else { Err(Problem::NotAllowed) }
    }
}

/// As whom the request under way is answered; `None` outside of requests.
pub(super) fn current() -> Option<Arc<Identity>> {
    IDENTITY.try_with(Arc::clone).ok()
}

/// The reader in person, on routes that are for such alone.
pub(super) fn person() -> Result<Reader, Problem> {
    current().and_then(|it| it.reader.clone()).ok_or(Problem::LogIn)
}

/// Answers a request as somebody.
pub(super) async fn scoped<T>(identity: Identity, answer: impl Future<Output = T>) -> T {
    IDENTITY.scope(Arc::new(identity), answer).await
}

/// Whether a request carries a token of ours, and no browser sent it by itself: nothing else it
/// carries counts then.
pub(super) fn carries_bearer(headers: &HeaderMap) -> bool {
    authorization(headers, "bearer").is_some_and(|it| it.starts_with(TOKEN_PREFIX))
}

/// The address that a request came from, where it came over a connection.
pub(super) fn connected(of: &Extensions) -> Option<IpAddr> {
    of.get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip())
}

/// Who asks, where there are logins.
pub(super) async fn identify(
    web: &Web,
    headers: &HeaderMap,
    connected: Option<IpAddr>,
) -> Result<Identity, Problem> {
    let is_from_proxy = connected.is_some_and(|it| web.0.proxies.have(it));
    if matches!(web.auth(), Auth::Proxy { .. }) && !is_from_proxy {
        return Err(Problem::Bypassed);
    }
    if let Some(token) = token_in(headers) {
        return by_token(web, &token).await;
    }
    match web.auth() {
        Auth::None => Ok(Identity::nobody()),
        Auth::Password => by_cookie(web, headers).await,
        Auth::Proxy { header } => by_header(web, headers, header).await,
    }
}

async fn by_token(web: &Web, token: &str) -> Result<Identity, Problem> {
    let key = AccessKey::of_token(token).ok_or(Problem::BadToken)?;
    let found = access::by_token(&web.library().store, &key, web.clock().now()).await?;
    let (who, token) = found.ok_or(Problem::BadToken)?;
    Ok(Identity::of(who, Via::Token(token.scopes)))
}

async fn by_cookie(web: &Web, headers: &HeaderMap) -> Result<Identity, Problem> {
    let Some(key) = web.key_in(headers) else { return Ok(Identity::nobody()) };
    let found = access::by_session(&web.library().store, &key, web.clock().now()).await?;
    Ok(found.map_or_else(Identity::nobody, |(who, session)| {
        Identity::of(who, Via::Session(session.id))
    }))
}

/// Two names are as good as none: one of them may be the browser's.
async fn by_header(web: &Web, headers: &HeaderMap, header: &str) -> Result<Identity, Problem> {
    let mut named = headers.get_all(header).iter();
    let Some(name) = named.next() else { return Err(Problem::Nameless) };
    let name: Option<ReaderName> = name.to_str().ok().and_then(|it| it.parse().ok());
    let (Some(name), None) = (name, named.next()) else { return Err(Problem::BadName) };
    let found = access::by_proxy(&web.library().store, &name, web.clock().now()).await?;
    Ok(found.map_or_else(Identity::nobody, |who| Identity::of(who, Via::Proxy)))
}

/// A token of ours: after `Bearer`, or as the password that feed readers send. What a proxy lets
/// through for itself is none.
fn token_in(headers: &HeaderMap) -> Option<String> {
    let bearer = authorization(headers, "bearer").map(str::to_owned);
    let basic = || {
        let decoded = STANDARD.decode(authorization(headers, "basic")?).ok()?;
        Some(String::from_utf8(decoded).ok()?.split_once(':')?.1.to_owned())
    };
    bearer.or_else(basic).filter(|it| it.starts_with(TOKEN_PREFIX))
}

/// What stands behind a scheme in `Authorization`.
fn authorization<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let (named, value) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    named.eq_ignore_ascii_case(scheme).then_some(value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(role: ReaderRole) -> Reader {
        Reader { id: ReaderId(7), name: "ada".parse().unwrap(), display: "Ada".into(), role }
    }

    fn may(
        via: &Via,
        role: ReaderRole,
        audience: Audience,
        method: &Method,
    ) -> Result<(), Problem> {
        let identity = Identity { reader: Some(reader(role)), profile: None, via: via.clone() };
        identity.may_use(audience, method)
    }

    #[test]
    fn a_scope_lets_do_what_it_says_and_nothing_else() {
        use Audience::{Owner, Person};
        let token = |scopes: &str| Via::Token(scopes.parse().unwrap());
        let (get, put) = (Method::GET, Method::PUT);
        let allowed = |scopes: &str, role| {
            let may = |audience, method| may(&token(scopes), role, audience, method).is_ok();
            [(Audience::Reader, &get), (Audience::Reader, &put), (Owner, &get), (Person, &get)]
                .map(|(audience, method)| may(audience, method))
        };
        assert_eq!(allowed("read", ReaderRole::Admin), [true, false, false, false]);
        assert_eq!(allowed("write", ReaderRole::Admin), [false, true, false, false]);
        assert_eq!(allowed("admin", ReaderRole::Admin), [false, false, true, false]);
        assert_eq!(allowed("admin", ReaderRole::Reader), [false; 4]);
    }

    #[test]
    fn strangers_are_asked_to_log_in_and_readers_run_nothing() {
        let nobody = Identity::nobody();
        assert_eq!(nobody.may_use(Audience::Reader, &Method::GET), Err(Problem::LogIn));
        assert_eq!(nobody.may_use(Audience::Public, &Method::POST), Ok(()));
        assert_eq!(nobody.reader_id(), ReaderId::NOBODY);
        let owner = |role| may(&Via::Session(SessionId(1)), role, Audience::Owner, &Method::POST);
        assert_eq!(owner(ReaderRole::Reader), Err(Problem::NotAllowed));
        assert_eq!(owner(ReaderRole::Admin), Ok(()));
    }

    #[test]
    fn only_what_begins_as_a_token_of_ours_is_one() {
        let token = |value: &str| {
            let headers = HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())]);
            (token_in(&headers), carries_bearer(&headers))
        };
        assert_eq!(token("Bearer ps_1"), (Some("ps_1".into()), true));
        assert_eq!(token("bearer  ps_1"), (Some("ps_1".into()), true));
        // `ada:ps_1`: browsers send what they once were given by themselves.
        assert_eq!(token("Basic YWRhOnBzXzE="), (Some("ps_1".into()), false));
        // `ada:secret`, as a proxy before us may ask for it.
        assert_eq!(token("Basic YWRhOnNlY3JldA=="), (None, false));
        assert_eq!(token("Bearer eyJhbGciOi"), (None, false));
        assert_eq!(token("ps_1"), (None, false));
    }
}
