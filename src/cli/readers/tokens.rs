//! `peerscope readers tokens`.

use anyhow::bail;
use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

use super::called;
use crate::{
    access,
    cli::{
        Ending,
        output::{Output, harmless},
        start::Start,
    },
    domain::{ApiToken, ApiTokenDraft, ApiTokenId, Reader, Scopes},
    store::Store,
};

#[derive(Debug, Args)]
pub(in crate::cli) struct Tokens {
    /// Whose
    name: String,
    /// Make one, and show it this once
    #[arg(long, value_name = "WHAT_FOR", conflicts_with = "revoke")]
    add: Option<String>,
    /// What it may do: read, write, admin, with commas
    #[arg(long, value_name = "SCOPES", default_value = "read", requires = "add")]
    scopes: Scopes,
    /// How many days it counts; until it is revoked, unless this is said
    #[arg(long, value_name = "N", requires = "add")]
    days: Option<u32>,
    /// Let one count no more
    #[arg(long, value_name = "NUMBER")]
    revoke: Option<i64>,
    /// JSON instead of lines
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Row {
    token: i64,
    name: String,
    scopes: Scopes,
    made: Timestamp,
    used: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl From<ApiToken> for Row {
    fn from(it: ApiToken) -> Self {
        let ApiToken { id, name, scopes, made, used, until } = it;
        Self { token: id.0, name, scopes, made, used, until }
    }
}

impl Tokens {
    pub(super) async fn run(&self, start: &Start, output: &Output) -> anyhow::Result<Ending> {
        let store = start.store().await?;
        let reader = called(&store, &self.name).await?;
        if let Some(what_for) = &self.add {
            let now = start.clock.now();
            let draft = ApiTokenDraft::new(what_for, self.scopes.clone(), self.days, now)?;
            let (key, token) = access::make_token(&store, reader.id, &draft, now).await?;
            output.line(&key.to_token());
            output.note(&format!("token {} of {}: it is shown this once", token.id, reader.name));
            return Ok(Ending::Well);
        }
        if let Some(number) = self.revoke {
            if !store.revoke_api_token(reader.id, ApiTokenId(number)).await? {
                bail!("{} has no token {number}", reader.name);
            }
            output.line(&format!("token {number} counts no more"));
            return Ok(Ending::Well);
        }
        self.list(&store, &reader, output).await
    }

    async fn list(
        &self,
        store: &Store,
        reader: &Reader,
        output: &Output,
    ) -> anyhow::Result<Ending> {
        let tokens = store.api_tokens(reader.id).await?;
        let rows: Vec<Row> = tokens.into_iter().map(Into::into).collect();
        if self.json {
            output.json(&rows)?;
            return Ok(Ending::Well);
        }
        for it in &rows {
            let day = |time: Timestamp| time.strftime("%Y-%m-%d").to_string();
            let used =
                it.used.map_or_else(|| "never used".into(), |it| format!("used {}", day(it)));
            let until = it.until.map(|it| format!(", until {}", day(it))).unwrap_or_default();
            let name = harmless(&it.name);
            output.line(&format!("{:>5}  {}  {name}, {used}{until}", it.token, it.scopes));
        }
        Ok(Ending::Well)
    }
}
